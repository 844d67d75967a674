#pragma once

#include "attestation/account/account.hpp"

namespace muster::attestation {

/// Where the bands of a share of peak begin, for one class of chips. Sources: README.md.
struct MfuLimits {
  stats::Decimal unexplained_below;
  stats::Decimal normal_most;
  stats::Decimal review_most;
};

/// By floating point operations for each byte of memory bandwidth, at 16 bits: chips that have
/// few (below 60) reach a larger share of a small peak.
[[nodiscard]] MfuLimits mfu_limits(const catalogue::ChipModel& model);

/// Requires: capacity above 0.
[[nodiscard]] MfuBand mfu_band(const stats::Decimal& mfu, const MfuLimits& limits);

/// What is odd about the figures of a run that needs no chip to be seen: operations against
/// parameters and tokens (6 N D, 4 N D, 2 N D), each at most once.
void check_formula(const AccountedRun& run, std::vector<AccountFinding>& findings);

}  // namespace muster::attestation
