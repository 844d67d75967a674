#include "attestation/device/log_stream.hpp"

namespace muster::attestation {

void LogStream::note(FindingCode code, std::string expected, std::string found, Evidence item) {
  Finding made = finding(code, std::move(expected), std::move(found));
  made.evidence.push_back(std::move(item));
  log_.findings.add(std::move(made));
}

void LogStream::take_entry(const LogItem& item, LogPoint& point) {
  ++log_.entries;
  if (point.counter < next_) {
    const bool same = log_.last.hash == point.hash;
    note(same ? FindingCode::chain_duplicate : FindingCode::chain_reorder,
         "counters that rise through the file",
         (same ? "entry " : "counter ") + std::to_string(point.counter) +
             (same ? " a second time" : " after a higher one"),
         item_evidence(point, item.bytes));
    return;
  }
  next_ = point.counter + 1;
  // Behind an entry out of order the bytes of the one that counts are not held any more.
  const bool held = given_to_ == item.offset;
  chain_.readable(point, item.entry, {held ? items_.before() : ByteView(), item.bytes});
  given_to_ = item.offset + item.bytes.size();
  if (std::holds_alternative<SnapshotBody>(item.entry.body)) ++log_.snapshots;
  if (std::holds_alternative<EpochBody>(item.entry.body)) ++log_.epochs;
  log_.last = point;
}

void LogStream::take_items() {
  while (const LogItem* item = items_.next()) {
    LogPoint point = point_of(*item);
    if (item->readable) {
      take_entry(*item, point);
      continue;
    }
    if (too_many_unreadable(log_.findings)) {
      end_at(item->offset, item->bytes);
      return;
    }
    point.counter = next_++;
    note(FindingCode::enc_noncanonical, "an entry in deterministic CBOR",
         std::string(cbor_fault_text(item->fault)) + " at offset " +
             std::to_string(item->fault_offset),
         item_evidence(point, item->bytes));
    chain_.unreadable(point);
    given_to_ = item->offset + item->bytes.size();
  }
}

void LogStream::end_at(std::uint64_t offset, ByteView rest) {
  log_.unreadable_tail = true;
  log_.findings.add(unreadable_tail(offset, rest, log_.findings));
}

void LogStream::feed(ByteView piece) {
  log_.bytes += piece.size();
  if (items_.is_broken() || log_.unreadable_tail) return;
  items_.feed(piece);
  take_items();
}

StreamedLog LogStream::end() {
  if (!items_.is_broken() && !log_.unreadable_tail) {
    items_.end();
    take_items();
  }
  if (items_.is_broken() && !log_.unreadable_tail) end_at(items_.offset(), items_.rest());
  return std::move(log_);
}

}  // namespace muster::attestation
