#pragma once

#include <vector>

#include "attestation/delay/delay_policy.hpp"
#include "attestation/device/log_reader.hpp"

namespace muster::attestation {

/// What one delay entry of a log proves: that time passed between two entries.
struct ProvenDelay {
  CounterRange between;  ///< The entry that it began with, and its own.
  std::uint64_t squarings = 0;
  std::uint64_t at_least_ms = 0;  ///< Lower bound of the time between the two.
  std::uint64_t claimed_ms = 0;   ///< By the chip's clock or powered time, whichever says more.
};

/// The delay entries of one log, judged.
struct LoggedDelays {
  std::vector<ProvenDelay> proven;
  /// Lower bound over the log: the most that proofs which do not overlap add up to.
  std::uint64_t at_least_ms = 0;
  FindingList findings;
  std::uint64_t without_beginning = 0;  ///< The entry they began with is not in the log.
  std::uint64_t not_judged = 0;         ///< Beyond the first `max_judged_delays`.
};

/// Most proofs of one log that are verified: each costs some milliseconds.
inline constexpr std::uint64_t max_judged_delays = 1'024;

/// Judges the delays at these places of `log.delays`; `bytes` are the log's. Findings: `delay.bad`
/// where the proof does not verify, `delay.modulus` where it is under another modulus,
/// `delay.clock` where the chip says that less time passed than the proof takes, by more than
/// `tolerance_ms`.
[[nodiscard]] LoggedDelays judged_delays(const DeviceLog& log, ByteView bytes,
                                         std::span<const std::size_t> places,
                                         const DelayPolicy& policy, std::uint64_t tolerance_ms);

}  // namespace muster::attestation
