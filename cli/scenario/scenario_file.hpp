#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/scenario/world_terms.hpp"
#include "ledger/base/json.hpp"
#include "ledger/base/names.hpp"
#include "ledger/base/timestamp.hpp"
#include "sampler/stats/probability.hpp"

namespace muster::cli::scenario {

inline constexpr std::string_view scenario_version = "muster/scenario/v1";
inline constexpr std::uint64_t most_chips = 10'000'000;
/// Above it a chip's life is made when the chip is touched: drawn, or put to evade.
inline constexpr std::uint64_t most_emulated_chips = 1'000;
/// Above it a world is played by positions alone.
inline constexpr std::uint64_t most_whole_chips = 20'000;

/// A site of the Prover and its chips.
struct ScenarioSite {
  SiteId site;
  std::uint64_t chips;
};

/// What becomes of a query to an honest Prover: closed after an exponential time, and a hit if that
/// is longer than the plan waits.
struct QueryAnswers {
  stats::Decimal mean_days;
  std::uint64_t close_days;
};

/// What everybody knows of the world, the inspector too.
struct Announced {
  PartyId prover;
  std::vector<ScenarioSite> sites;  ///< by site id
  std::string model;                ///< as people call it; its log profile is emulated-v1
  std::uint64_t flop_per_s;         ///< the highest dense rate of a chip
  Timestamp from;                   ///< the first day of the window
  std::uint64_t window_days;        ///< 3 to 3,650
  std::uint64_t longest_run_days;   ///< T: 1 to the window
  /// What a plan must catch: E in FLOP, or the chips that do it in T days. One of the two.
  std::optional<stats::Decimal> excess_flop{};
  std::optional<std::uint64_t> violation_chips{};
  stats::Probability target;
  std::string snapshots_per_day;  ///< of powered time, as the firmware must take them
  std::uint64_t offbook = 0;      ///< U
  QueryAnswers queries;
  /// Days from one head filed at a beacon time to the next, of every chip; 0: none is asked for. A
  /// chip that was twice as long without one owes an answer.
  std::uint64_t heads_every_days = 0;

  [[nodiscard]] std::uint64_t chips() const;
  [[nodiscard]] Window window() const;
  [[nodiscard]] stats::Decimal excess() const;
};

/// What befalls honest chips. None of it is a fault of their owner.
struct Noise {
  stats::Decimal failures_a_year;     ///< chips that break, as a share of all; 0.06 to 0.09 in
                                      ///< public reports of large runs
  stats::Decimal repair_days;         ///< until a broken chip is back or replaced
  stats::Decimal power_cuts_a_year;   ///< a chip
  stats::Decimal drifting;            ///< share of chips whose clock runs fast by 20 ppm
  stats::Decimal updates_a_year;      ///< of the firmware, a chip
  stats::Decimal owner_reads_a_year;  ///< read-outs by the owner, a chip
  stats::Decimal late_heads;          ///< share of chips whose head at the freeze is not filed
};

/// A world to play in: the same file, the same world, byte for byte.
struct ScenarioFile {
  std::string seed;   ///< any text
  std::string about;  ///< for people
  Announced announced;
  Noise noise;
  RegisterTerms trade{};  ///< the file calls it `register`
  RunTerms runs{};
};

/// The share of honest chips that show an anomaly at the visit: broken on that day, or without a
/// head of the freeze.
[[nodiscard]] stats::Decimal anomaly_rate(const Noise& noise);

/// The world that `muster scenario score` plays in when it is given none: 100 chips at four sites,
/// 90 days, a run on 10 chips, to be drawn with 95 %.
[[nodiscard]] ScenarioFile standard_scenario();

[[nodiscard]] Json announced_json(const Announced& announced);
/// Errors: `invalid_input` by field.
Result<Announced> parse_announced(const Json& json, const std::string& where);

/// The file: keys sorted, indented by two, ended by a line feed. The same scenario, the same bytes.
[[nodiscard]] std::string scenario_text(const ScenarioFile& scenario);
/// Errors: `invalid_input` by field: unknown or missing ones, figures out of range, sites that are
/// not sorted or stand twice, both or neither of `excess_flop` and `violation_chips`.
Result<ScenarioFile> parse_scenario(std::string_view text);

}  // namespace muster::cli::scenario
