#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "attestation/replay/confidential.hpp"
#include "cli/replay/run_review.hpp"

namespace muster::cli {

/// What `attest replay` is asked for.
struct ReplayOptions {
  std::string folder;
  std::string transcript;
  std::string seed;
  std::uint64_t segments = 0;
  std::uint64_t largest = 1;
  double forged = 0.05;
  double target = 0.95;
  double tolerance_l2 = 0;
  double tolerance_linf = 0;
  std::size_t threads = 1;
  std::string program;
  std::string declaration;
  ProgramLimits limits;
  std::string request;  // a Verifier's draw: then only a sealed result goes out
  std::string sign;
  std::string sealed;
  bool only_chosen = false;
};

/// Where a Verifier may see no weights: what it drew, and the leaves that the result opens.
struct Room {
  std::optional<attestation::ReplayDraw> draw;
  std::vector<Hash> leaves;
};

/// The tolerance of the options. Errors: `invalid_input`: one alone, or none from above 0 to below
/// 1.
Result<std::optional<attestation::Tolerance>> tolerance_of(const ReplayOptions& options);

/// Holds what the Verifier's draw asks for to what is here. Errors: `invalid_input`.
Result<void> check_room(const attestation::ReplayDraw& draw, const RunReview& review,
                        bool only_chosen);

/// Chooses segments, by the Verifier's draw or by the seed. Errors: `invalid_input`: no seed.
Result<void> choose_for_review(const ReplayOptions& options, const Room& room, RunReview& review);

/// All segments that were chosen, rising.
[[nodiscard]] std::vector<std::uint64_t> chosen_segments(const RunReview& review);

}  // namespace muster::cli
