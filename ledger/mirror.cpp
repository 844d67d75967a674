#include "ledger/mirror.hpp"

namespace muster::ledger {

EntryMirror mirror_of(Store& store) {
  return {[&store](LogIndex first, std::size_t count) { return store.read(first, count); },
          [&store](const Hash& sha256) { return store.blob(sha256); }};
}

}  // namespace muster::ledger
