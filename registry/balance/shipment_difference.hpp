#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "ledger/base/timestamp.hpp"
#include "registry/state/state.hpp"

namespace muster::registry {

/// One shipment by what its sender said and what its receiver said. Every chip is accepted,
/// returned, cancelled, lost, seized, moved to another shipment, or still open.
struct ShipmentDifference {
  RowN shipment = no_row;
  std::int64_t sent = 0;      ///< Released, joined by others, less those moved to others.
  std::int64_t received = 0;  ///< Accepted by the receiver.
  std::int64_t settled = 0;   ///< Returned, cancelled, lost or seized: with a statement for each.
  std::int64_t open = 0;      ///< What is left: nobody but the sender has accounted for them.
  std::int64_t over = 0;      ///< Got beside what was released, by cases.
  std::int64_t shorts = 0;    ///< Said to be missing, by open cases.
  std::int64_t nameless_shorts = 0;  ///< Of these, items that the case gives no id of.
  bool overdue = false;              ///< Open after the time to accept.
  std::vector<Index32> sources{};    ///< The release, then the openings of cases, rising.

  /// Received and not sent, less sent and not accounted for after its time. What is over and what
  /// is short may come to 0 by it, and differ all the same.
  [[nodiscard]] std::int64_t difference() const {
    return over - std::max(overdue ? open : std::min(open, shorts), nameless_shorts);
  }

  /// Whether sender and receiver differ in anything.
  [[nodiscard]] bool differs() const { return shorts != 0 || over != 0 || overdue; }
};

/// Shipments that `party` sent or got (of all parties: `no_row`) and that were released in the
/// period, in order of release.
/// Cost: one look at every shipment and case.
[[nodiscard]] std::vector<ShipmentDifference> shipment_differences(const State& state, RowN party,
                                                                   const Window& period);

}  // namespace muster::registry
