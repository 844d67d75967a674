#include "attestation/device/log_reader.hpp"

#include <algorithm>

#include "attestation/device/log_checker.hpp"

namespace muster::attestation {
namespace {

struct Item {
  LogItem found;
  LogPoint point;
};

// Reads the item at `offset`; false if no item of CBOR ends within the bytes.
bool read_item(ByteView bytes, std::size_t offset, Item& item) {
  if (!read_item_at_front(bytes.subspan(offset), offset, item.found)) return false;
  item.point = point_of(item.found);
  return true;
}

void note_unreadable_item(const Item& item, ByteView bytes, DeviceLog& log) {
  Finding made = finding(FindingCode::enc_noncanonical, "an entry in deterministic CBOR",
                         std::string(cbor_fault_text(item.found.fault)) + " at offset " +
                             std::to_string(item.found.fault_offset));
  made.evidence.push_back(evidence_of(item.point, bytes));
  log.findings.add(std::move(made));
}

// Reads the item at `offset`; false, and a finding, if the log ends there for its reader.
bool next_item(ByteView bytes, std::size_t offset, Item& item, DeviceLog& log) {
  const bool whole = read_item(bytes, offset, item);
  if (whole && (item.found.readable || !too_many_unreadable(log.findings))) return true;
  log.unreadable_tail = true;
  log.findings.add(
      unreadable_tail(offset, whole ? item.found.bytes : bytes.subspan(offset), log.findings));
  return false;
}

// Feeds the items in file order; false as soon as a counter does not rise.
bool read_ascending(ByteView bytes, DeviceLog& log) {
  LogChecker checker(bytes, log);
  Item item;
  std::uint64_t next = 0;
  for (std::size_t offset = 0; offset < bytes.size(); offset += item.point.size) {
    if (!next_item(bytes, offset, item, log)) break;
    if (item.found.readable) {
      if (item.point.counter < next) return false;
      next = item.point.counter + 1;
      checker.readable(item.point, item.found.entry);
    } else {
      item.point.counter = next++;
      note_unreadable_item(item, bytes, log);
      checker.unreadable(item.point);
    }
  }
  const auto last = std::ranges::find_if(log.points.rbegin(), log.points.rend(),
                                         [](const LogPoint& point) { return point.readable; });
  if (last != log.points.rend() && read_item(bytes, last->offset, item)) {
    log.last = item.found.entry;
  }
  return true;
}

// All points in file order, with the findings of encoding and order.
std::vector<LogPoint> scanned(ByteView bytes, DeviceLog& log) {
  std::vector<LogPoint> points;
  Item item;
  std::uint64_t next = 0;
  for (std::size_t offset = 0; offset < bytes.size(); offset += item.point.size) {
    if (!next_item(bytes, offset, item, log)) break;
    if (!item.found.readable) {
      item.point.counter = next++;
      note_unreadable_item(item, bytes, log);
    } else if (item.point.counter >= next) {
      next = item.point.counter + 1;
    }
    points.push_back(item.point);
  }
  return points;
}

void note_order(const LogPoint& point, const LogPoint& first, ByteView bytes, DeviceLog& log) {
  const bool same = first.counter == point.counter && first.hash == point.hash;
  Finding made = finding(same ? FindingCode::chain_duplicate : FindingCode::chain_reorder,
                         "counters that rise through the file",
                         (same ? "entry " : "counter ") + std::to_string(point.counter) +
                             (same ? " a second time" : " after a higher one"));
  made.evidence.push_back(evidence_of(point, bytes));
  log.findings.add(std::move(made));
}

// The slow road, for logs whose counters do not rise: order first, then the same checks.
DeviceLog read_unordered(ByteView bytes) {
  DeviceLog log;
  const std::vector<LogPoint> points = scanned(bytes, log);
  std::vector<std::size_t> order(points.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return points[i].counter; });
  std::vector<std::uint8_t> is_copy(points.size());
  std::vector<std::size_t> twin(points.size());
  for (std::size_t k = 1; k < order.size(); ++k) {
    const LogPoint& before = points[order[k - 1]];
    const LogPoint& point = points[order[k]];
    twin[order[k]] = order[k - 1];
    is_copy[order[k]] = before.counter == point.counter && before.hash == point.hash;
  }
  std::uint64_t next = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (points[i].counter < next) note_order(points[i], points[twin[i]], bytes, log);
    next = std::max(next, points[i].counter + 1);
  }
  LogChecker checker(bytes, log);
  Item item;
  for (const std::size_t i : order) {
    if (is_copy[i] != 0) continue;
    if (read_item(bytes, points[i].offset, item) && item.found.readable) {
      checker.readable(points[i], item.found.entry);
      log.last = item.found.entry;
    } else {
      checker.unreadable(points[i]);
    }
  }
  return log;
}

}  // namespace

LogPoint point_of(const LogItem& item) {
  LogPoint point;
  point.offset = static_cast<std::size_t>(item.offset);
  point.size = item.bytes.size();
  point.hash = entry_hash(item.bytes);
  point.readable = item.readable;
  if (item.readable) point.counter = item.entry.counter;
  return point;
}

const LogPoint* DeviceLog::at_counter(std::uint64_t counter) const {
  auto found = std::ranges::lower_bound(points, counter, {}, &LogPoint::counter);
  while (found != points.end() && found->counter == counter && !found->readable) ++found;
  return found != points.end() && found->counter == counter ? &*found : nullptr;
}

Evidence item_evidence(const LogPoint& point, ByteView item) {
  Evidence made = evidence("log entry", item);
  made.offset = point.offset;
  made.entry = point.hash;
  return made;
}

Evidence evidence_of(const LogPoint& point, ByteView log) {
  return item_evidence(point, log.subspan(point.offset, point.size));
}

bool too_many_unreadable(const FindingList& findings) {
  return findings.count(FindingCode::enc_noncanonical) >= max_unreadable_items;
}

Finding unreadable_tail(std::uint64_t offset, ByteView rest, const FindingList& findings) {
  // Without an item of its own the rest is not one more.
  const bool too_many = too_many_unreadable(findings) && well_formed_size(rest).has_value();
  Finding made = finding(
      FindingCode::evidence_unreadable,
      too_many ? "at most " + std::to_string(max_unreadable_items) + " items that are no entries"
               : "a sequence of CBOR items",
      "bytes from offset " + std::to_string(offset) + " on that are " +
          (too_many ? "not read: an item more is no entry" : "no whole item"));
  made.evidence.push_back(evidence("log", rest));
  made.evidence.back().offset = static_cast<std::size_t>(offset);
  return made;
}

DeviceLog read_log(ByteView bytes) {
  DeviceLog log;
  if (read_ascending(bytes, log)) return log;
  return read_unordered(bytes);
}

}  // namespace muster::attestation
