#include "attestation/device/log_items.hpp"

#include <algorithm>

#include "ledger/base/check.hpp"

namespace muster::attestation {

bool read_item_at_front(ByteView rest, std::uint64_t offset, LogItem& item) {
  CborReader reader(rest.first(std::min(rest.size(), max_entry_bytes)));
  item.offset = offset;
  item.readable = read_entry(reader, item.entry, item.tail);
  if (item.readable) {
    item.bytes = rest.first(reader.offset());
    return true;
  }
  const auto size = well_formed_size(rest);
  if (!size) return false;
  item.bytes = rest.first(*size);
  item.fault = reader.fault();
  item.fault_offset = offset + reader.offset();
  return true;
}

void LogItems::feed(ByteView piece) {
  MUSTER_CHECK(!ended_);
  held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(last_));
  begin_ -= last_;
  before_ = last_ = 0;
  append(held_, piece);
}

const LogItem* LogItems::next() {
  if (broken_ || begin_ == held_.size()) return nullptr;
  // What is longer than an entry may be cannot be told from bytes that are no CBOR at all.
  const ByteView front = rest().first(std::min(rest().size(), max_entry_bytes));
  if (!read_item_at_front(front, offset_, item_)) {
    broken_ = ended_ || front.size() == max_entry_bytes;
    return nullptr;
  }
  before_ = last_;
  last_ = begin_;
  begin_ += item_.bytes.size();
  offset_ += item_.bytes.size();
  return &item_;
}

ByteView LogItems::before() const { return ByteView(held_).subspan(before_, last_ - before_); }

}  // namespace muster::attestation
