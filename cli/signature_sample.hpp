#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ledger/base/json.hpp"
#include "ledger/crypto/seeded_random.hpp"
#include "ledger/index.hpp"

namespace muster::cli {

/// What an auditor wants of the signatures of a log.
struct SampleWish {
  std::uint64_t first = 0;            ///< Those of earlier entries are taken for verified.
  std::optional<std::uint64_t> draw;  ///< So many entries are drawn from the rest; none: all.
  std::string seed;                   ///< The draw follows from it.
};

/// Decides, entry by entry, whose signatures an audit checks. Every set of `draw` entries is
/// equally likely to whoever does not know the seed.
class SignatureSample final {
 public:
  /// `size`: entries of the log. Any beyond, which came meanwhile, are all checked.
  SignatureSample(const SampleWish& wish, std::uint64_t size);

  /// Requires: each entry asked for once, in log order.
  /// Source: selection sampling, Knuth, TAOCP vol. 2, section 3.4.2, algorithm S.
  [[nodiscard]] bool takes(ledger::LogIndex index);

  /// Entries that the draw is from, and how many of them it takes.
  [[nodiscard]] std::uint64_t population() const { return population_; }
  [[nodiscard]] std::uint64_t drawn() const { return drawn_; }

 private:
  std::uint64_t first_;
  std::uint64_t size_;
  std::uint64_t population_;
  std::uint64_t drawn_;
  std::uint64_t left_;  // still to be taken
  crypto::SeededRandom random_;
};

/// What a clean sample shows: had `bad` of the entries been bad, with which probability one of them
/// would have been drawn.
struct SampleChance {
  std::uint64_t bad;
  std::string probability;  ///< Decimal, four digits.
};

/// For 1, 10, 100, … bad entries, as far as there are entries.
[[nodiscard]] std::vector<SampleChance> sample_chances(std::uint64_t population,
                                                       std::uint64_t drawn);
/// The fewest bad entries of which one is drawn with probability 0.95 or more; none if no number
/// is enough.
[[nodiscard]] std::optional<std::uint64_t> sample_finds(std::uint64_t population,
                                                        std::uint64_t drawn);

}  // namespace muster::cli
