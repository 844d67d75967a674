#pragma once

#include <optional>
#include <set>
#include <string>

#include "registry/exchange/event_builder.hpp"
#include "registry/registry.hpp"

namespace muster::exchange {

/// The states of chips before a statement, from the view beside the ledger. Borrows the registry.
[[nodiscard]] StateBefore states_of(registry::Registry& registry);

/// The events that this ledger's statements are exported as. Borrows the registry.
class OwnEvents final {
 public:
  explicit OwnEvents(registry::Registry& registry);

  /// Whether one of the events of `statement` has this hash. Errors: those of reading the log.
  /// Cost: makes the events of a statement, unless it is the one that was asked for before.
  Result<bool> has(const Hash& statement, const std::string& event_hash);

 private:
  Result<void> make_events(const Hash& statement);

  registry::Registry& registry_;
  EventBuilder builder_;
  std::optional<Hash> made_{};
  std::set<std::string, std::less<>> hashes_{};  // of its events
};

}  // namespace muster::exchange
