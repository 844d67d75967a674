#pragma once

#include <cstdint>

#include "sampler/stats/real.hpp"

namespace muster::stats {

/// How a chip of a hidden run takes snapshots of its memory: at random instants, independent of
/// each other and of other chips.
struct SnapshotProcess {
  Decimal per_hour;          ///< Mean snapshots in an hour of powered time.
  Decimal hours;             ///< Hours that the chip works for the run.
  Decimal recognised;        ///< Chance that one snapshot is recognised for what it is.
  std::uint64_t needed = 1;  ///< Recognised snapshots that raise a query.
};

/// The probability that a Poisson variable of mean `mean` is at least `least`.
/// Requires: mean >= 0.
/// Accuracy: 60 digits.
[[nodiscard]] Real poisson_at_least(const Real& mean, std::uint64_t least);

/// The chance d that one chip of the run, once inspected, raises a query.
/// Requires: no field is negative.
[[nodiscard]] Real snapshot_detection(const SnapshotProcess& process);

/// The chips expected to raise a query when the Prover spreads a run of `least_chips` chips over
/// `spread` times as many, each for 1/spread of the time.
///
/// With one snapshot needed it grows with the spread; with two or more a wide spread evades.
/// Requires: spread > 0.
[[nodiscard]] Real expected_detectable(std::uint64_t least_chips, const SnapshotProcess& process,
                                       const Decimal& spread);

}  // namespace muster::stats
