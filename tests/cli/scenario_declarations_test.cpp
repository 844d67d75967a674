// Rows of the threat table that are played with declarations, draws at gates and a maker who
// colludes: what is said to be caught is, by its own code, and what is said to pass does.

#include <algorithm>

#include "cli/scenario/charges.hpp"
#include "cli/scenario/declaration_plays.hpp"
#include "cli/scenario/fleet_scenario.hpp"
#include "cli/scenario/gate_plays.hpp"
#include "cli/scenario/honest_register.hpp"
#include "cli/scenario/registry_plays.hpp"
#include "cli/scenario/run_judge.hpp"
#include "cli/scenario/score.hpp"
#include "ledger/crypto/sha256.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::cli::scenario;
using namespace muster::test;
using muster::cli::RunReview;

namespace {

const Hash seed = crypto::sha256("scenario declarations test");

Attempts declared(std::string_view game, std::uint64_t plays) {
  return play_declarations(game, seed, plays);
}

std::uint64_t answered(const Attempts& attempts, const std::string& answer) {
  const auto found = attempts.answers.find(answer);
  return found == attempts.answers.end() ? 0 : found->second;
}

}  // namespace

TEST_CASE("V14: each spoof is found with one segment done again, by its own code") {
  const Attempts played = declared("spoofed", 12);

  CHECK(played.plays.count == 12);
  CHECK(played.plays.caught == 12);
  CHECK(answered(played, "initial weights chosen: run.unseeded") == 2);
  CHECK(answered(played, "order chosen: run.unseeded") == 2);
  CHECK(answered(played, "text chosen after s_rand: run.uncommitted") == 2);
  CHECK(answered(played, "interpolated beside the line: a segment that does not replay") == 2);
  CHECK(answered(played, "two runs glued together: run.impossible_update") == 2);
  CHECK(answered(played, "checkpoint exchanged after the draw: run.uncommitted") == 2);
}

TEST_CASE("V14 and V15: runs of another length are played and judged alike") {
  for (const std::uint64_t segments : {8U, 40U}) {
    CAPTURE(segments);
    CHECK(play_declarations("spoofed", seed, 6, {segments}).plays.caught == 6);
    CHECK(play_declarations("chained", seed, 6, {segments}).plays.caught == 6);
  }
}

TEST_CASE("V14: an interpolated run shows signs, an honest one none, and neither is called proof") {
  const Attempts played = declared("interpolated", 6);

  CHECK(played.plays.caught == 6);
  CHECK(played.called_certain == 0);
  CHECK(answered(played, "honest run: no sign") == 6);
}

TEST_CASE(
    "V14, NOT CAUGHT: beside the line where nothing is re-run, and honest training elsewhere") {
  CHECK(declared("beside the line", 6).plays.caught == 0);
  CHECK(declared("elsewhere", 3).plays.caught == 0);
}

TEST_CASE("V14: what lies beside the line does not replay") {
  const SmallRun run(synthetic_text(seed), small_spec(crypto::sha256("given"), 12));
  ShownRun shown{&run.text(), run.spec(), run.checkpoints()};
  shown.checkpoints[5] = between(shown.checkpoints[4], shown.checkpoints[6], 0.5, 40);

  const RunReview honest =
      reviewed_run({&run.text(), run.spec(), run.checkpoints()},
                   committed({&run.text(), run.spec(), run.checkpoints()}), 12, seed);
  const RunReview review = reviewed_run(shown, committed(shown), 12, seed);

  CHECK(honest.is_clean());
  CHECK(review.count(attestation::ReplayGrade::mismatched) == 2);
  CHECK_FALSE(review.is_clean());
}

TEST_CASE("V15: a run in parts is one model, or shares memory, or begins unseeded") {
  const Attempts played = declared("chained", 12);

  CHECK(played.plays.caught == 12);
  CHECK(answered(played, "parents named: reached") == 2);
  CHECK(answered(played, "no parents named: run.shared_weights for every part") == 2);
  CHECK(answered(played, "called weights from outside: reached by default") == 2);
  CHECK(answered(played, "merged: reached") == 2);
  CHECK(answered(played,
                 "one small run named as everybody's parent: run.shared_weights for every "
                 "part") == 2);
  CHECK(answered(played, "common steps left out, a part replayed: run.unseeded") == 2);
}

TEST_CASE("V15, NOT CAUGHT: common steps left out, and a parent that claims all memory") {
  CHECK(declared("unchained", 5).plays.caught == 0);
  CHECK(declared("one base", 5).plays.caught == 0);
}

TEST_CASE("V19: figures that chips and formulas rule out are queries, each by its code") {
  const Attempts played = declared("figures", 80);

  CHECK(played.plays.caught == 80);
  CHECK(answered(played, "above the peak: flop.impossible") == 10);
  CHECK(answered(played, "far above published shares: flop.implausible") == 10);
  CHECK(answered(played, "fewer than 4 N D: flop.formula") == 10);
  CHECK(answered(played, "over chips of others: run.not_held") == 10);
  CHECK(answered(played, "two runs on the same chips: run.overlap") == 10);
  CHECK(answered(played, "a slow format: as much could hide as before") == 10);
}

TEST_CASE("V19: what is found above the printed amount did not fit, and what is below it did") {
  CHECK(declared("above", 200).plays.caught == 200);
  CHECK(declared("within", 200).plays.caught == 0);
}

TEST_CASE("V19, NOT CAUGHT: more declared than was done, so that nothing seems free") {
  CHECK(declared("overstated", 200).plays.caught == 0);
}

TEST_CASE("V23: a draw at the gates that somebody touched fails for a stranger") {
  const Attempts played = must(play_tampered_gates(standard_scenario(), 14));

  CHECK(played.plays.caught == 14);
  CHECK(answered(played,
                 "value known before the arrival: not so: beacon value is later than the plan") ==
        2);
}

TEST_CASE("V23: what earlier gates showed does not help at the next one") {
  const Attempts played = must(play_guessed_gates(standard_scenario(), 100));

  CHECK(played.promised > 0.9);
  CHECK(played.promised < 1);
  CHECK(sampler::rate_interval(played.plays, row_level).upper >= played.promised);
  CHECK(sampler::rate_interval(played.plays, row_level).lower <= played.promised);
}

TEST_CASE("V29: a key that is certified twice is refused, and a chip that nobody made is not") {
  const Attempts twins = must(play_registry("twins", seed, 8));
  const Attempts ghosts = must(play_registry("ghosts", seed, 4));

  CHECK(twins.plays.caught == 8);
  CHECK(answered(twins, "key of another chip: device_key.taken") == 2);
  CHECK(answered(twins, "one key for two chips at once: device_key.taken") == 2);
  CHECK(answered(twins, "a second key for one chip: device_key.already") == 2);
  CHECK(ghosts.plays.caught == 0);
  CHECK(ghosts.plays.count == 4);
}

TEST_CASE("what goes wrong among honest parties is put right, and held against nobody") {
  const Attempts mishaps = must(play_honest_register(seed, 26));

  for (const auto& answer : mishaps.answers) {
    CAPTURE(answer.first);
    CHECK(answer.first.ends_with(": put right"));
    CHECK(answer.second == 2);
  }
  CHECK(mishaps.answers.size() == 13);
  CHECK(mishaps.plays.caught == 26);
}

TEST_CASE("V2, V27 and V28 where goods pass distributors, under a larger licence") {
  const RegisterTerms terms = must(parse_register(
      parse_json(R"({"countries":{"home":"QA","abroad":"QB"},"hops":["north-sea","south-sea"],)"
                 R"("licence":{"max_units":5,"days":365}})")
          .value(),
      "register"));

  for (const std::string_view game : {"transit", "custody", "diversion"}) {
    CAPTURE(game);
    const Attempts played = must(play_registry(game, seed, 30, terms));
    CHECK(played.plays.caught == 30);
  }
  CHECK(must(play_registry("ghosts", seed, 2, terms)).plays.caught == 0);
  CHECK(must(play_honest_register(seed, 26, terms)).plays.caught == 26);
}

TEST_CASE("a chip that vanished stays with the distributor who sent it") {
  const auto world = must(RegistryWorld::make(seed, must(made_scenario({.hops = 2})).trade));
  const auto chips = must(world->chips(1));

  CHECK(must(world->carried(chips, 2)) == "distributor-2");
  CHECK(world->custodian(chips[0]) == "distributor-2");
}

TEST_CASE("what is not put right is held against somebody, and told") {
  const auto world = must(RegistryWorld::make(seed));
  const auto chips = must(world->chips(2));
  const Charges before = charges_of(*world);
  CHECK(more_than(before, charges_of(*world)) == "put right");
  must(world->record("maker", about("loss.declare", {chips[0]}, {{"circumstances", "gone"}})));
  CHECK(more_than(before, charges_of(*world)) == "chips in U");
  const Charges lost = charges_of(*world);
  must(world->record("maker", about("discrepancy.open", {chips[1]},
                                    {{"case", "C1"}, {"kind", "damaged"}, {"text", "bent"}})));
  CHECK(more_than(lost, charges_of(*world)) == "a case is open");
  const Charges bent = charges_of(*world);
  world->clock().advance_ms(40 * ms_per_day);
  CHECK(more_than(bent, charges_of(*world)) == "a clock has run out");
}

TEST_CASE("the rows are scored: promises kept or not contradicted, evidence, and what passes") {
  ScoreOptions options{
      .rows = {"V14", "V15", "V19", "V23", "V29"}, .audits = 6, .positions = 2'000, .searched = 1};
  options.room = {{MUSTER_SCENARIO_AUDITOR}, 2};

  const Score score = must(play_score(standard_scenario(), options));

  CHECK(score.kept());
  CHECK(score.plays.size() == 19);
  CHECK(std::ranges::count(score.plays, Kept::evidence, &PlayScore::kept) == 1);
  CHECK(std::ranges::count(score.plays, Kept::nothing_promised, &PlayScore::kept) == 8);
}

TEST_CASE("evidence that was called proof breaks its promise") {
  CHECK(judged(PromiseKind::graded, 0, {10, 0}) == Kept::evidence);
  CHECK(kept_name(Kept::evidence) == "evidence");
  CHECK(promise_name(PromiseKind::graded) == "graded");
}
