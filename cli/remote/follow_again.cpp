#include "cli/remote/follow_again.hpp"

#include "cli/remote/remote_registry_impl.hpp"

namespace muster::cli {

Result<void> follow_again(const RemoteRegistry& registry) {
  return registry.impl().mirror().follow();
}

}  // namespace muster::cli
