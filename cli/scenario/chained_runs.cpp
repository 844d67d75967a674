#include "cli/scenario/chained_runs.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <vector>

#include "attestation/account/compute_rules.hpp"
#include "attestation/account/lineage.hpp"
#include "attestation/account/shared_weights.hpp"
#include "attestation/replay/continuity.hpp"
#include "cli/scenario/account_paper.hpp"
#include "cli/scenario/run_paper.hpp"
#include "cli/scenario/small_run.hpp"

namespace muster::cli::scenario {
namespace {

using attestation::RuleOutcome;
using attestation::RunOrigin;
using attestation::StepCommitment;
using stats::Decimal;
using stats::Rational;
using Origins = std::map<std::string, RunOrigin>;

/// FLOP of a run are given as hundredths of this.
const Decimal& limit_flop() {
  static const Decimal limit = Decimal::parse("1e26").value();
  return limit;
}

Decimal limits(std::uint64_t part, std::uint64_t of) {
  return limit_flop() * Decimal(Rational(part, of));
}

attestation::ComputeRule flop_rule() {
  attestation::ComputeRule rule;
  rule.name = "scenario";
  rule.above = limit_flop();
  return rule;
}

/// The large run and where it was cut.
struct CutRun {
  explicit CutRun(RunDraws& draws);

  [[nodiscard]] std::size_t parts() const { return cuts.size() - 1; }
  [[nodiscard]] static std::string name(std::size_t part) {
    return "R-part-" + std::to_string(part);
  }
  [[nodiscard]] Decimal flop(std::size_t part) const {
    return limits(hundredths * (cuts[part + 1] - cuts[part]), 100 * cuts.back());
  }
  [[nodiscard]] Decimal largest() const;
  /// What is declared of the memory of a part; without the step that the part before ended with
  /// where that is left out.
  [[nodiscard]] std::vector<StepCommitment> steps(std::size_t part, bool leave_out) const;
  [[nodiscard]] Origins origins() const;

  std::uint64_t hundredths = 0;  // of the limit, in all
  std::vector<std::uint64_t> cuts{};
  Hash text_seed;
  Hash given;
  SmallRun run;
};

CutRun::CutRun(RunDraws& draws)
    : hundredths(120 + draws.random.below(61)),
      text_seed(drawn_hash(draws.random)),
      given(drawn_hash(draws.random)),
      run(synthetic_text(text_seed), small_spec(given, draws.segments)) {
  const std::uint64_t all = run.spec().steps;
  const std::uint64_t count = 3 + draws.random.below(3);
  cuts.push_back(0);
  for (std::uint64_t part = 1; part < count; ++part) {
    cuts.push_back(all * part / count + draws.random.below(7) - 3);
  }
  cuts.push_back(all);
}

Decimal CutRun::largest() const {
  Decimal most;
  for (std::size_t part = 0; part < parts(); ++part) most = std::max(most, flop(part));
  return most;
}

std::vector<StepCommitment> CutRun::steps(std::size_t part, bool leave_out) const {
  std::vector<StepCommitment> list;
  const std::uint64_t first = cuts[part] + (leave_out && part > 0 ? 1 : 0);
  for (std::uint64_t step = first; step <= cuts[part + 1]; ++step) {
    StepCommitment item{step - cuts[part], 0, {}, {}};
    for (std::uint32_t chunk = 0; chunk < run.weights().chunks(); ++chunk) {
      item.chunks.push_back(run.weights().chunk(0, step, chunk));
    }
    list.push_back(std::move(item));
  }
  return list;
}

Origins CutRun::origins() const {
  Origins made;
  for (std::size_t part = 0; part < parts(); ++part) made[name(part)] = {flop(part), true, {}, {}};
  return made;
}

constexpr const char* base_name = "R-base";

/// The parts, all of which name one small run as their parent.
Origins over_one_base(const CutRun& cut) {
  Origins origins = cut.origins();
  origins[base_name] = {limits(1, 1000), true, {}, {}};
  for (std::size_t part = 0; part < cut.parts(); ++part) {
    origins[CutRun::name(part)].parents = {base_name};
  }
  return origins;
}

/// How the parts tell of their memory.
struct Telling {
  bool leave_out = false;    ///< The steps that parts have in common.
  bool base_claims = false;  ///< The base declares what the parts had.
};

/// How many parts `run.shared_weights` is about, each once.
std::size_t named_by_sharing(const CutRun& cut, const Origins& origins, const Telling& telling) {
  std::vector<std::vector<StepCommitment>> steps;
  for (std::size_t part = 0; part < cut.parts(); ++part) {
    steps.push_back(cut.steps(part, telling.leave_out));
  }
  std::vector<StepCommitment> base;
  for (const auto& list : steps) {
    if (telling.base_claims) base.insert(base.end(), list.begin(), list.end());
  }
  std::vector<attestation::DeclaredMemory> memory;
  for (std::size_t part = 0; part < cut.parts(); ++part) {
    memory.push_back({CutRun::name(part), steps[part]});
  }
  if (origins.contains(base_name)) memory.push_back({base_name, base});
  std::set<std::string> runs;
  const auto shared = attestation::shared_weights(memory, origins);
  for (const auto& found : attestation::unexplained_sharing(shared)) runs.insert(found.run);
  return runs.size();
}

constexpr std::int64_t part_days = 10;

Window part_window(std::size_t part) {
  const std::int64_t first = Timestamp::parse("2026-02-01T00:00:00.000Z").value().ms;
  const auto begin = static_cast<std::int64_t>(part) * part_days * ms_per_day;
  return {Timestamp{first + begin}, Timestamp{first + begin + part_days * ms_per_day}};
}

RunStatement statement_of(const std::string& run, const RunOrigin& origin, const Window& window) {
  return {.run = run,
          .window = window,
          .flop = origin.flop,
          .chips = {0},
          .parents = origin.parents,
          .outside_parents = origin.outside_parents};
}

/// The runs as a register has them declared, one after the other, and what their account finds.
Result<std::string> chain_paper(const CutRun& cut, const Origins& origins) {
  MUSTER_TRY_ASSIGN(HeldFleet fleet, HeldFleet::make(cut.given, {1}, "a1"));
  std::vector<RunStatement> runs;
  if (const auto base = origins.find(base_name); base != origins.end()) {
    runs.push_back(statement_of(base_name, base->second, part_window(0)));
  }
  for (std::size_t part = 0; part < cut.parts(); ++part) {
    const std::string name = CutRun::name(part);
    runs.push_back(statement_of(name, origins.at(name), part_window(part + 1)));
    runs.back().steps = cut.steps(part, false);
  }
  return account_paper(fleet, runs, {part_window(0).from, part_window(cut.parts()).to});
}

/// The part as its Prover shows it: one segment from its beginning to its end.
Result<std::string> part_paper(const CutRun& cut, std::size_t part,
                               const attestation::TrainingSpec& given,
                               const std::vector<attestation::RunFaultAt>& faults) {
  ShownRun shown{&cut.run.text(), given, {}};
  shown.spec.steps = cut.cuts[part + 1] - cut.cuts[part];
  shown.spec.checkpoint_every = shown.spec.steps;
  for (const std::uint64_t step : {cut.cuts[part], cut.cuts[part + 1]}) {
    shown.checkpoints.push_back(cut.run.state_at(step));
    shown.checkpoints.back().step = step - cut.cuts[part];
  }
  RunReview review;
  review.faults = faults;
  return run_paper(shown, shown, review);
}

RuleOutcome outcome_of(const std::string& model, const Origins& origins) {
  const auto lineage = attestation::lineage_of(model, origins);
  return attestation::rule_outcome(flop_rule(), lineage.flop, !lineage.outside_parents.empty());
}

/// How the last part stands to the limit, with its origins as told.
AttemptEnd judged_by_limit(const CutRun& cut, const Origins& origins) {
  const RuleOutcome outcome = outcome_of(CutRun::name(cut.parts() - 1), origins);
  return {outcome != RuleOutcome::not_reached,
          std::string(attestation::rule_outcome_name(outcome))};
}

/// Whether all parts but the first are named: then the whole chain is.
AttemptEnd judged_by_memory(const CutRun& cut, const Origins& origins,
                            const Telling& telling = {}) {
  const std::size_t named = named_by_sharing(cut, origins, telling);
  const bool whole = named + 1 == cut.parts();
  return {whole, whole       ? "run.shared_weights for every part"
                 : named > 0 ? "run.shared_weights for some parts"
                             : "nothing shared that is unexplained"};
}

/// What is filed of the runs as told, if it was asked for.
AttemptEnd filed(AttemptEnd end, const CutRun& cut, const Origins& origins, const RunDraws& draws) {
  if (end.caught && draws.files) end.paper = chain_paper(cut, origins);
  return end;
}

AttemptEnd parents_named(RunDraws& draws) {
  const CutRun cut(draws);
  Origins origins = cut.origins();
  for (std::size_t part = 1; part < cut.parts(); ++part) {
    origins[CutRun::name(part)].parents = {CutRun::name(part - 1)};
  }
  return filed(judged_by_limit(cut, origins), cut, origins, draws);
}

AttemptEnd no_parents_named(RunDraws& draws) {
  const CutRun cut(draws);
  return filed(judged_by_memory(cut, cut.origins()), cut, cut.origins(), draws);
}

AttemptEnd one_base_named(RunDraws& draws) {
  const CutRun cut(draws);
  const Origins origins = over_one_base(cut);
  return filed(judged_by_memory(cut, origins), cut, origins, draws);
}

AttemptEnd called_outside(RunDraws& draws) {
  const CutRun cut(draws);
  Origins origins = cut.origins();
  origins[CutRun::name(cut.parts() - 1)].outside_parents = {"weights from a shop"};
  return filed(judged_by_limit(cut, origins), cut, origins, draws);
}

/// All parts but the last are halves that were trained apart, and the last is what they were merged
/// to: a merge counts with all that it was merged from.
AttemptEnd merged(RunDraws& draws) {
  const CutRun cut(draws);
  Origins origins = cut.origins();
  for (std::size_t part = 0; part + 1 < cut.parts(); ++part) {
    origins[CutRun::name(cut.parts() - 1)].parents.push_back(CutRun::name(part));
  }
  return filed(judged_by_limit(cut, origins), cut, origins, draws);
}

/// A part's transcript is asked for, and its beginning is not the one that follows from its seed.
AttemptEnd left_out_and_replayed(RunDraws& draws) {
  const CutRun cut(draws);
  const std::size_t part = 1 + draws.random.below(cut.parts() - 1);
  auto begin = cut.run.state_at(cut.cuts[part]);
  begin.step = 0;
  const attestation::TrainingSpec spec =
      small_spec(drawn_hash(draws.random), draws.segments);  // s_rand for this part
  const attestation::Trainer trainer(spec, cut.run.text());
  const auto faults = attestation::state_faults(begin, trainer.initial());
  AttemptEnd end{
      !faults.empty(),
      faults.empty() ? "clean" : std::string(attestation::run_fault_code(faults.front().fault))};
  if (end.caught && draws.files) end.paper = part_paper(cut, part, spec, faults);
  return end;
}

/// No parents are named, parts leave out the steps that they have in common, and nobody replays.
AttemptEnd common_steps_left_out(RunDraws& draws) {
  const CutRun cut(draws);
  AttemptEnd end = judged_by_memory(cut, cut.origins(), {.leave_out = true});
  end.caught = end.caught || cut.largest() > limit_flop();
  return end;
}

/// The common parent says that it had what its children share.
AttemptEnd memory_claimed(RunDraws& draws) {
  const CutRun cut(draws);
  const Origins origins = over_one_base(cut);
  AttemptEnd end = judged_by_memory(cut, origins, {.base_claims = true});
  for (std::size_t part = 0; part < cut.parts(); ++part) {
    end.caught = end.caught || outcome_of(CutRun::name(part), origins) != RuleOutcome::not_reached;
  }
  return end;
}

constexpr std::array chainings{
    Way{"parents named", parents_named},
    Way{"no parents named", no_parents_named},
    Way{"called weights from outside", called_outside},
    Way{"merged", merged},
    Way{"one small run named as everybody's parent", one_base_named},
    Way{"common steps left out, a part replayed", left_out_and_replayed}};
constexpr std::array unchained{Way{"common steps left out", common_steps_left_out}};
constexpr std::array one_base{
    Way{"one small run that claims what all its children had", memory_claimed}};

}  // namespace

Attempts play_chained_runs(const RunSeed& seed, std::uint64_t plays, Papers papers) {
  return attempts_in_turn(chainings, seed, plays, papers);
}

Attempts play_unchained_runs(const RunSeed& seed, std::uint64_t plays) {
  return attempts_in_turn(unchained, seed, plays);
}

Attempts play_runs_over_one_base(const RunSeed& seed, std::uint64_t plays) {
  return attempts_in_turn(one_base, seed, plays);
}

}  // namespace muster::cli::scenario
