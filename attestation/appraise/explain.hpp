#pragma once

#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "attestation/device/log_reader.hpp"
#include "attestation/run/declaration_index.hpp"

namespace muster::attestation {

/// How the declarations account for one snapshot.
enum class Account : std::uint8_t {
  explained,    ///< what is left lies within the scratch budget
  over_budget,  ///< the declared shard is there, and more besides than the budget allows
  wrong_time,   ///< chunks of the declared shard at a step of another time
  wrong_chip,   ///< declared chunks, which this chip does not hold then
  after_draw,   ///< chunks that only a late declaration knows
  unexplained,  ///< chunks that no declaration knows
};

struct Explanation {
  Account account = Account::unexplained;
  std::uint64_t unexplained_bytes = 0;
  std::uint64_t budget_bytes = 0;
  std::optional<std::uint32_t> run{};  ///< The declaration that explains or nearly does.
  std::optional<std::uint32_t> shard{};
  std::optional<std::uint64_t> step{};  ///< The lower of the two steps that may be in memory.
  /// What the chip is assigned to then, and whether a chunk of it is in memory.
  std::vector<std::pair<DeclarationIndex::Held, bool>> assigned{};
};

/// One snapshot with its opening, to be explained.
struct OpenedSnapshot {
  ChipId chip;
  Timestamp at;  ///< By the chip's clock.
  std::uint64_t chunk_bytes;
  std::span<const Hash> chunks;
};

/// Every chunk must be zero, or the declared chunk of its place at step s or s + 1, one s for the
/// snapshot, or within the scratch budget.
[[nodiscard]] Explanation explanation(const DeclarationIndex& declared,
                                      const OpenedSnapshot& snapshot,
                                      std::int64_t clock_tolerance_ms);

}  // namespace muster::attestation
