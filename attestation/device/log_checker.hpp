#pragma once

#include "attestation/device/log_reader.hpp"

namespace muster::attestation {

/// How far chip clock and powered time may part between two entries without a power-off: twice the
/// minute in which powered time is stored, and 2,000 ppm.
inline constexpr std::uint64_t power_slack_ms = 2 * ms_per_powered_minute;
inline constexpr std::uint64_t power_slack_divisor = 500;

/// Takes the points of a log in order of counters and notes what contradicts the entry before:
/// links, counters, epochs, clocks, power. Fills the lists of `log`.
class LogChecker final {
 public:
  LogChecker(ByteView bytes, DeviceLog& log) : bytes_(bytes), log_(&log) {}

  void readable(LogPoint point, const Entry& entry);
  void unreadable(LogPoint point);

 private:
  struct Step;  // one entry beside the one before
  void check_link(const Step& step, LogPoint& point);
  void check_epoch(const Step& step);
  void check_clocks(const Step& step);
  void check_power(const Step& step);
  void keep(const LogPoint& point, const Entry& entry);
  void note(const Step& step, FindingCode code, std::string expected, std::string found);

  ByteView bytes_;
  DeviceLog* log_;
  std::optional<Entry> before_;
  std::uint64_t unreadable_since_ = 0;
};

}  // namespace muster::attestation
