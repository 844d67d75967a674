#include "cli/scenario/spoofed_runs.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "cli/scenario/run_judge.hpp"
#include "cli/scenario/run_paper.hpp"

namespace muster::cli::scenario {
namespace {

using attestation::TrainingState;

/// A run that was trained as it is shown.
struct HonestRun {
  explicit HonestRun(RunDraws& draws)
      : text_seed(drawn_hash(draws.random)),
        given(drawn_hash(draws.random)),
        run(synthetic_text(text_seed), small_spec(given, draws.segments)) {}

  [[nodiscard]] ShownRun shown() const { return {&run.text(), run.spec(), run.checkpoints()}; }

  Hash text_seed;
  Hash given;  // s_rand
  SmallRun run;
};

/// The first thing that `attest replay` would name, or that there is none.
std::string first_finding(const RunReview& review) {
  if (!review.faults.empty()) {
    return std::string(attestation::run_fault_code(review.faults.front().fault));
  }
  if (!review.uncommitted.empty()) return "run.uncommitted";
  return review.is_clean() ? "clean" : "a segment that does not replay";
}

/// One segment done again, chosen after the Prover had committed to `promised`.
AttemptEnd judged_by_one_segment(const ShownRun& shown, const ShownRun& promised, RunDraws& draws) {
  const RunReview review = reviewed_run(shown, committed(promised), 1, drawn_hash(draws.random));
  AttemptEnd end{!review.is_clean(), first_finding(review)};
  if (end.caught && draws.files) end.paper = run_paper(shown, promised, review);
  return end;
}

AttemptEnd chosen_weights(RunDraws& draws) {
  const HonestRun hidden(draws);
  const Bytes text = to_bytes(hidden.run.text().bytes());
  const SmallRun chosen(text, small_spec(drawn_hash(draws.random), draws.segments),
                        &hidden.run.checkpoints().back());
  const ShownRun shown{&chosen.text(), chosen.spec(), chosen.checkpoints()};
  return judged_by_one_segment(shown, shown, draws);
}

/// Trained with a random value that suits, and shown as trained with the one that was given.
AttemptEnd chosen_order(RunDraws& draws) {
  const HonestRun own(draws);
  ShownRun shown = own.shown();
  shown.spec.random = drawn_hash(draws.random);
  return judged_by_one_segment(shown, shown, draws);
}

/// The text was committed to, s_rand was given, and another text is trained on and shown.
AttemptEnd chosen_text(RunDraws& draws) {
  const HonestRun own(draws);
  const HonestRun first(draws);
  ShownRun promised = own.shown();
  promised.text = &first.run.text();
  return judged_by_one_segment(own.shown(), promised, draws);
}

/// As far off the line as honest checkpoints lie at the least, in lengths of it.
constexpr double as_honest_ones = 0.1;

/// `weight` moved to where Adam could have made it from `before`, and `after` from it.
float reachable(float weight, float before, float after, float into, float out) {
  const float low = std::max(before - into, after - out);
  const float high = std::min(before + into, after + out);
  return low <= high ? std::clamp(weight, low, high) : weight;
}

/// Every other checkpoint replaced by the middle of its neighbours, moved off the line by up to
/// `off_line` lengths of it, never further than Adam moves: half of the training is saved.
ShownRun half_interpolated(ShownRun shown, double off_line, RunDraws& draws) {
  constexpr double safely = 0.98;  // of what is possible, for rounding
  auto& states = shown.checkpoints;
  for (std::size_t i = 1; i + 1 < states.size(); i += 2) {
    const TrainingState& before = states[i - 1];
    const TrainingState& after = states[i + 1];
    const std::uint64_t step = states[i].step;
    states[i] = between(before, after, 0.5, step);
    if (off_line == 0) continue;
    const double apart = attestation::distances(before.weights, after.weights).l2;
    const double each = off_line * apart / std::sqrt(static_cast<double>(states[i].weights.size()));
    const auto into =
        static_cast<float>(safely * attestation::most_adam_moves(shown.spec, before.step, step));
    const auto out =
        static_cast<float>(safely * attestation::most_adam_moves(shown.spec, step, after.step));
    for (std::size_t w = 0; w < states[i].weights.size(); ++w) {
      const auto aside = static_cast<float>(draws.random.below(2) == 0 ? each : -each);
      states[i].weights[w] =
          reachable(states[i].weights[w] + aside, before.weights[w], after.weights[w], into, out);
    }
  }
  return shown;
}

AttemptEnd interpolated_beside(RunDraws& draws) {
  const HonestRun own(draws);
  const ShownRun shown = half_interpolated(own.shown(), as_honest_ones, draws);
  return judged_by_one_segment(shown, shown, draws);
}

/// The first half is of one run and the second of another: one segment is glue.
AttemptEnd glued(RunDraws& draws) {
  const HonestRun own(draws);
  const HonestRun other(draws);
  ShownRun shown = own.shown();
  for (std::size_t i = shown.checkpoints.size() / 2; i < shown.checkpoints.size(); ++i) {
    shown.checkpoints[i] = other.run.checkpoints()[i];
  }
  return judged_by_one_segment(shown, shown, draws);
}

/// Forged checkpoints were committed to, and those that the draw asks for are made true.
AttemptEnd exchanged_after_draw(RunDraws& draws) {
  const HonestRun own(draws);
  ShownRun forged = own.shown();
  const std::size_t place = 1 + draws.random.below(forged.checkpoints.size() - 2);
  forged.checkpoints[place] = between(forged.checkpoints[place - 1], forged.checkpoints[place + 1],
                                      0.5, forged.checkpoints[place].step);
  return judged_by_one_segment(own.shown(), forged, draws);
}

AttemptEnd judged_by_signs(const ShownRun& shown, RunDraws& draws) {
  const RunReview review = reviewed_run(shown, committed(shown), 0, drawn_hash(draws.random));
  const bool sign = sign_shows(review);
  const bool certain = !review.is_clean();
  return {sign || certain, certain ? first_finding(review) : sign ? "a sign" : "no sign", certain};
}

AttemptEnd interpolated_unseen(RunDraws& draws) {
  const HonestRun own(draws);
  return judged_by_signs(half_interpolated(own.shown(), as_honest_ones, draws), draws);
}

/// Trained as it is shown, on other chips than those that are named for it: all of it is done
/// again.
AttemptEnd trained_elsewhere(RunDraws& draws) {
  const HonestRun own(draws);
  const std::uint64_t all = own.run.checkpoints().size() - 1;
  const RunReview review =
      reviewed_run(own.shown(), committed(own.shown()), all, drawn_hash(draws.random));
  return {!review.is_clean(), first_finding(review)};
}

constexpr std::array spoofs{Way{"initial weights chosen", chosen_weights},
                            Way{"order chosen", chosen_order},
                            Way{"text chosen after s_rand", chosen_text},
                            Way{"interpolated beside the line", interpolated_beside},
                            Way{"two runs glued together", glued},
                            Way{"checkpoint exchanged after the draw", exchanged_after_draw}};
constexpr std::array hidden_interpolations{
    Way{"interpolated beside the line", interpolated_unseen}};
constexpr std::array runs_elsewhere{Way{"trained on other chips", trained_elsewhere}};

}  // namespace

Attempts play_spoofed_runs(const RunSeed& seed, std::uint64_t plays, Papers papers) {
  return attempts_in_turn(spoofs, seed, plays, papers);
}

Attempts play_interpolated_runs(const RunSeed& seed, std::uint64_t plays) {
  RunDraws draws{crypto::SeededRandom(seed.seed), seed.segments};
  Attempts played;
  for (std::uint64_t i = 0; i < plays; ++i) {
    const HonestRun own(draws);
    const AttemptEnd honest = judged_by_signs(own.shown(), draws);
    ++played.answers["honest run: " + honest.how];
    played.called_certain += honest.called_certain ? 1U : 0U;
    played.add("every other checkpoint interpolated",
               judged_by_signs(half_interpolated(own.shown(), 0, draws), draws));
  }
  return played;
}

Attempts play_hidden_interpolation(const RunSeed& seed, std::uint64_t plays) {
  return attempts_in_turn(hidden_interpolations, seed, plays);
}

Attempts play_runs_trained_elsewhere(const RunSeed& seed, std::uint64_t plays) {
  return attempts_in_turn(runs_elsewhere, seed, plays);
}

}  // namespace muster::cli::scenario
