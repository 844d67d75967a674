#pragma once

#include <optional>
#include <vector>

#include "attestation/appraise/finding.hpp"
#include "attestation/device/log_items.hpp"

namespace muster::attestation {

/// One item of a log.
struct LogPoint {
  std::size_t offset = 0;
  std::size_t size = 0;
  std::uint64_t counter = 0;  ///< Of an unreadable item: what its place suggests.
  Hash hash{};
  bool readable = false;
  bool linked = false;  ///< Names the hash of the point before.
};

/// Where and what `item` is. Of an unreadable one the counter is to be filled in.
/// Cost: one hash.
[[nodiscard]] LogPoint point_of(const LogItem& item);

struct LoggedSnapshot {
  std::size_t point;  ///< Place in `DeviceLog::points`, as in those below.
  std::uint64_t clock_ms;
  std::uint64_t powered_ms;
  SnapshotBody body;
};

struct LoggedEpoch {
  std::size_t point;
  std::uint64_t epoch;
  std::uint64_t clock_ms;
  std::uint64_t powered_ms;
  EpochBody body;
};

struct LoggedPrecommitment {
  std::size_t point;
  std::uint64_t clock_ms;
  Precommitment run;
};

struct LoggedDelay {
  std::size_t point;
  std::uint64_t clock_ms;
  std::uint64_t powered_ms;
  DelayBody body;
};

struct LoggedAllowance {
  std::size_t point;
  std::uint64_t clock_ms;
  AllowanceBody body;
};

/// From this entry on entries name this firmware.
struct LoggedFirmware {
  std::size_t point;
  std::uint64_t clock_ms;
  Hash firmware;
};

/// From a power-off entry to the boot after it.
struct LoggedOff {
  std::uint64_t clock_from_ms;
  std::uint64_t clock_to_ms;
  std::uint64_t powered_from_ms;
  std::uint64_t powered_to_ms;
};

/// A log taken apart, in order of counters.
struct DeviceLog {
  std::vector<LogPoint> points;
  std::vector<LoggedSnapshot> snapshots;
  std::vector<LoggedEpoch> epochs;
  std::vector<LoggedOff> offs;
  std::vector<LoggedFirmware> firmwares;
  std::vector<WrappedBody> wrapped;
  std::vector<LoggedPrecommitment> precommitments;
  std::vector<LoggedDelay> delays;
  std::vector<LoggedAllowance> allowances;
  std::optional<Entry> first;  ///< First and last readable entry.
  std::optional<Entry> last;
  bool unreadable_tail = false;  ///< The bytes from some place on are not read.
  FindingList findings;          ///< Faults of encoding, order, chain and clocks.

  /// The readable point with `counter`, if it is there.
  [[nodiscard]] const LogPoint* at_counter(std::uint64_t counter) const;
};

/// The evidence that an item of a log is, with its bytes.
[[nodiscard]] Evidence item_evidence(const LogPoint& point, ByteView item);
/// The same, of a whole log.
[[nodiscard]] Evidence evidence_of(const LogPoint& point, ByteView log);

/// Whether `findings` of a log's encoding are so many that its reader stops at the next item that
/// is no entry: `max_unreadable_items`.
[[nodiscard]] bool too_many_unreadable(const FindingList& findings);
/// That a log is not read from `offset` on, where `rest` lies, for want of an item or for too many.
[[nodiscard]] Finding unreadable_tail(std::uint64_t offset, ByteView rest,
                                      const FindingList& findings);

/// Reads a whole log. Every fault becomes a finding of its usual severity, and reading goes on
/// where the next item can be found. Takes any bytes.
/// Cost: one hash and one pass for each entry, and a second pass when entries are out of order.
[[nodiscard]] DeviceLog read_log(ByteView bytes);

}  // namespace muster::attestation
