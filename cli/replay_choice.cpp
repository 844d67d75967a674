#include "cli/replay_choice.hpp"

#include <algorithm>

#include "attestation/replay/segments.hpp"

namespace muster::cli {

using namespace attestation;

Result<std::optional<Tolerance>> tolerance_of(const ReplayOptions& options) {
  if (options.tolerance_l2 == 0 && options.tolerance_linf == 0) return std::optional<Tolerance>();
  // From 1 on, an end may be as far off as its maker likes: the measure is the claimed one's.
  const auto is_tolerance = [](double value) { return value > 0 && value < 1; };
  if (is_tolerance(options.tolerance_l2) && is_tolerance(options.tolerance_linf)) {
    return std::optional(Tolerance{options.tolerance_l2, options.tolerance_linf});
  }
  return failure(Errc::invalid_input,
                 "--tolerance-l2 and --tolerance-linf: want both above 0 and below 1, or none");
}

Result<void> check_room(const ReplayDraw& draw, const RunReview& review, bool only_chosen) {
  if (review.commitment != draw.commitment.to_hex()) {
    return failure(Errc::invalid_input, "--request: draws from the run with the commitment " +
                                            draw.commitment.to_hex() + ", and this is " +
                                            review.commitment);
  }
  if (draw.of != review.segment_count()) {
    return failure(Errc::invalid_input, "--request: got a draw from " + std::to_string(draw.of) +
                                            " segments, and this run has " +
                                            std::to_string(review.segment_count()));
  }
  if (review.outline.is_external && !draw.program) {
    return failure(Errc::invalid_input,
                   "--request: the transcript names a model of others, which the built-in trainer "
                   "cannot do again, and the draw names no program: the Verifier draws with attest "
                   "request --with PROGRAM");
  }
  const bool is_program =
      !draw.program ? !review.program.has_value()
                    : review.program && review.program->digest() == draw.program->to_hex();
  if (!is_program) {
    return failure(Errc::invalid_input,
                   draw.program ? "--with: the request wants the program with the SHA-256 " +
                                      draw.program->to_hex()
                                : std::string("--with: the request wants the built-in trainer"));
  }
  if (!only_chosen || draw.largest == 0) return {};
  return failure(Errc::invalid_input,
                 "--only-chosen: the request wants the largest updates as well, which show only "
                 "where all checkpoints are looked at");
}

Result<void> choose_for_review(const ReplayOptions& options, const Room& room, RunReview& review) {
  const std::uint64_t count = review.segment_count();
  review.forged = forged_segments(count, options.forged);
  std::vector<double> norms;
  if (review.signs.size() == count) {
    norms.reserve(review.signs.size());
    for (const SegmentSign& sign : review.signs) norms.push_back(sign.update_norm);
  }
  if (room.draw) {
    const Hash seed = replay_draw_seed(room.draw->commitment, room.draw->value);
    review.choice =
        choose_segments(count, room.draw->segments.size(), room.draw->largest, seed, norms);
    return {};
  }
  auto seed = Hash::from_hex(options.seed);
  if (!seed) return failure(std::move(seed.error()).during("--seed"));
  const std::uint64_t uniform = options.segments == 0
                                    ? enough_segments(count, options.forged, options.target)
                                    : std::min(options.segments, count);
  review.choice =
      choose_segments(count, uniform, std::min(options.largest, count - uniform), *seed, norms);
  return {};
}

std::vector<std::uint64_t> chosen_segments(const RunReview& review) {
  std::vector<std::uint64_t> all = review.choice.uniform;
  all.insert(all.end(), review.choice.largest.begin(), review.choice.largest.end());
  std::ranges::sort(all);
  return all;
}

}  // namespace muster::cli
