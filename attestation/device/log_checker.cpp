#include "attestation/device/log_checker.hpp"

namespace muster::attestation {

void LogChecker::readable(LogPoint point, const Entry& entry) {
  ItemBytes bytes{{}, bytes_.subspan(point.offset, point.size)};
  if (!log_->points.empty()) {
    const LogPoint& before = log_->points.back();
    bytes.before = bytes_.subspan(before.offset, before.size);
  }
  chain_.readable(point, entry, bytes);
  log_->points.push_back(point);
  keep(entry);
}

void LogChecker::unreadable(const LogPoint& point) {
  chain_.unreadable(point);
  log_->points.push_back(point);
}

void LogChecker::keep(const Entry& entry) {
  const std::size_t place = log_->points.size() - 1;
  if (!log_->first) log_->first = entry;
  auto& firmwares = log_->firmwares;
  if (firmwares.empty() || firmwares.back().firmware != entry.firmware) {
    firmwares.push_back({place, entry.clock_ms, entry.firmware});
  }
  if (const auto* snapshot = std::get_if<SnapshotBody>(&entry.body)) {
    log_->snapshots.push_back({place, entry.clock_ms, entry.powered_ms, *snapshot});
  } else if (const auto* epoch = std::get_if<EpochBody>(&entry.body)) {
    log_->epochs.push_back({place, entry.epoch, entry.clock_ms, entry.powered_ms, *epoch});
  } else if (const auto* wrapped = std::get_if<WrappedBody>(&entry.body)) {
    log_->wrapped.push_back(*wrapped);
  } else if (const auto* run = std::get_if<Precommitment>(&entry.body)) {
    log_->precommitments.push_back({place, entry.clock_ms, *run});
  } else if (const auto* delay = std::get_if<DelayBody>(&entry.body)) {
    log_->delays.push_back({place, entry.clock_ms, entry.powered_ms, *delay});
  } else if (const auto* allowance = std::get_if<AllowanceBody>(&entry.body)) {
    log_->allowances.push_back({place, entry.clock_ms, *allowance});
  }
}

}  // namespace muster::attestation
