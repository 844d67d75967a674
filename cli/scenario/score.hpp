#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cli/scenario/audit_room.hpp"
#include "cli/scenario/row.hpp"
#include "sampler/simulate/interval.hpp"

namespace muster::cli::scenario {

/// The level of all rows together, and of each: guarantee.md, rule 20, and decision 16.
inline constexpr double family_level = 0.01;
inline constexpr double row_level = family_level / 31;
/// How far below a promise the lower bound may lie.
inline constexpr double promise_margin = 0.005;

/// Whether a promise was kept, as far as the plays can show.
enum class Kept : std::uint8_t {
  yes,               ///< the lower bound of the positions is at most the margin below the promise
  not_contradicted,  ///< every play went as promised, and they are too few to show more
  no,
  evidence,          ///< graded evidence was promised, and nothing was called proof
  nothing_promised,  ///< the row says that this is not caught
};
[[nodiscard]] std::string_view kept_name(Kept kept);

/// How one play went.
struct PlayScore {
  const PlayFacts* facts = nullptr;
  double promised = 0;  ///< a probability; 1 where it is "whenever" or "always"
  sampler::Plays plays{};
  /// Pipeline: whole audits. `plays` then counts drawn lines of chips that evade, or, where the
  /// promise is the target, audits.
  std::optional<AuditCount> audits{};
  std::string strategy{};       ///< what the Prover chose after its search
  std::uint64_t inspected = 0;  ///< lines, segments or positions of one play
  std::string shown{};          ///< findings that came up, the commonest first
  std::string answers{};        ///< how each kind of attempt ended, and how often; for JSON
  std::string finding{};        ///< a bundle (finding_bundle.hpp), where one was asked for
  std::map<std::string, std::string> papers{};  ///< the same of attempts (paper_bundle.hpp)
  std::uint64_t called_certain = 0;  ///< of graded evidence: plays in which it was called proof
  Kept kept = Kept::no;
};

/// Honest Provers, against what the plan says of them.
struct HonestScore {
  AuditCount audits{};
  double stated = 0;       ///< chance that an honest Prover keeps a hit, by the plan
  sampler::Plays queries;  ///< honest lines, and those that were queried
  Kept kept = Kept::no;
};

struct ScoreOptions {
  std::set<std::string> rows{};      ///< ids; empty: all
  std::uint64_t audits = 200;        ///< of each pipeline play, and attempts of the others
  std::uint64_t positions = 80'000;  ///< of each statistical play
  std::uint64_t honest = 10'000;     ///< audits of honest Provers
  std::uint64_t searched = 20;       ///< audits for each candidate of a search
  bool findings = false;             ///< file one of each pipeline play that is caught
  std::uint64_t seed = 1;            ///< of statistical plays
  AuditRoom::Options room{};
};

struct Score {
  std::uint64_t lines = 0;  ///< n of the plan
  double target = 0;        ///< its power
  std::vector<PlayScore> plays{};
  std::optional<HonestScore> honest{};

  /// Whether no promise was broken.
  [[nodiscard]] bool kept() const;
};

/// Told what is played next.
using ScoreProgress = std::function<void(const std::string& what)>;

/// Plays the rows in the world of `scenario`. Same scenario and options, same score, whatever the
/// threads. Worlds above `most_whole_chips` are played by positions, registry and draw of the
/// standard world's size alone: their pipeline plays are left out.
/// Errors: `invalid_input` for an unknown row; those of the plan; `unavailable`.
Result<Score> play_score(const ScenarioFile& scenario, const ScoreOptions& options,
                         const ScoreProgress& progress = {});

/// Whether `plays` keep what was promised; for promises of 1, one play that went otherwise breaks
/// it.
[[nodiscard]] Kept judged(PromiseKind kind, double promised, const sampler::Plays& plays);

}  // namespace muster::cli::scenario
