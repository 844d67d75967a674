#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ledger/checkpoint.hpp"

namespace muster::ledger {

inline constexpr std::size_t max_followed_head_bytes = std::size_t{1} << 18U;

/// How far somebody has followed a log, and what was signed for that. Whoever goes on from it sees
/// whether it is still the same log.
struct FollowedHead {
  std::string origin;
  TreeHead head;  ///< Of the entries that were followed.
  /// The signed checkpoint of exactly that head, where there was one: evidence, if another history
  /// is shown later.
  std::optional<std::string> checkpoint{};

  friend bool operator==(const FollowedHead&, const FollowedHead&) = default;
};

/// Canonical JSON: `checkpoint` (signed note or null), `origin`, `root` (hex), `size`, `v`.
[[nodiscard]] std::string encode_followed_head(const FollowedHead& head);
/// Errors: `invalid_input`, also for a checkpoint of another head.
Result<FollowedHead> parse_followed_head(std::string_view text);

}  // namespace muster::ledger
