#pragma once

#include "attestation/device/chain_checker.hpp"

namespace muster::attestation {

/// Takes the points of a log in order of counters, has them checked, and fills the lists of `log`.
class LogChecker final {
 public:
  LogChecker(ByteView bytes, DeviceLog& log)
      : bytes_(bytes), log_(&log), chain_(log.findings, &log.offs) {}

  void readable(LogPoint point, const Entry& entry);
  void unreadable(const LogPoint& point);

 private:
  void keep(const Entry& entry);

  ByteView bytes_;
  DeviceLog* log_;
  ChainChecker chain_;
};

}  // namespace muster::attestation
