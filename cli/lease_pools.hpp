#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ledger/base/timestamp.hpp"
#include "registry/state/state.hpp"

namespace muster::cli {

/// What a lease of capacity lets a tenant use: no chip by name, and so any of the lessor's. The
/// tenant's frame has them all; a roster of the chips that leases name has none.
struct LeasePool {
  std::string lease;
  std::string lessor;
  std::uint64_t capacity = 0;  ///< Units that the lease is for.
  std::uint64_t chips = 0;     ///< In the lessor's custody.
  Timestamp from{};
  Timestamp to{};
};

/// Those of `tenant` as the first `size` entries tell it: of leases that have not ended, with the
/// chips of then; with a window, of leases that were in force in it, with the chips that the lessor
/// had at any moment of both. None for a party that nobody registered.
[[nodiscard]] std::vector<LeasePool> lease_pools(const registry::State& state,
                                                 const std::string& tenant,
                                                 const std::optional<Window>& window,
                                                 registry::Index32 size);

}  // namespace muster::cli
