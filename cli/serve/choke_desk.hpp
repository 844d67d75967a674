#pragma once

#include <chrono>
#include <optional>
#include <shared_mutex>

#include "cli/choke_extract.hpp"
#include "cli/serve/live_registry.hpp"

namespace muster::serve {

/// Answers scans at chokepoints, by the extract that officers carry: hot list and open releases,
/// signed by the operator. It is made anew when the log grew and it is older than a minute.
/// Thread-safe. Borrows the registry.
class ChokeDesk final {
 public:
  explicit ChokeDesk(LiveRegistry& live) : live_(&live) {}

  /// What the extract says of a scan, as `choke lookup` prints it.
  /// Errors: `unavailable` where the operator's key is not here, or nothing can be made just now.
  /// Cost: all chips are visited, at most once a minute; else the extract's directory.
  Result<Json> look_up(const std::string& scan, Timestamp now);

 private:
  /// Makes the extract anew where that is due.
  Result<void> freshen();
  [[nodiscard]] bool is_fresh() const;

  static constexpr std::chrono::seconds keeps_for{60};

  LiveRegistry* live_;
  mutable std::shared_mutex mutex_;  // of all below
  std::optional<cli::MadeExtract> made_{};
  std::chrono::steady_clock::time_point made_at_{};
};

}  // namespace muster::serve
