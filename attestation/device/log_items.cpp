#include "attestation/device/log_items.hpp"

#include <algorithm>

#include "ledger/base/check.hpp"

namespace muster::attestation {

std::optional<LogItem> item_at_front(ByteView rest, std::uint64_t offset) {
  CborReader reader(rest.first(std::min(rest.size(), max_entry_bytes)));
  std::optional<LogItem> item(std::in_place);
  item->offset = offset;
  item->entry = entry_from(reader);
  if (item->entry) {
    item->bytes = rest.first(reader.offset());
    return item;
  }
  const auto size = well_formed_size(rest);
  if (!size) return std::nullopt;
  item->bytes = rest.first(*size);
  item->fault = reader.fault();
  item->fault_offset = offset + reader.offset();
  return item;
}

void LogItems::feed(ByteView piece) {
  MUSTER_CHECK(!ended_);
  held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(begin_));
  begin_ = 0;
  append(held_, piece);
}

std::optional<LogItem> LogItems::next() {
  if (broken_ || begin_ == held_.size()) return std::nullopt;
  // What is longer than an entry may be cannot be told from bytes that are no CBOR at all.
  auto item = item_at_front(rest().first(std::min(rest().size(), max_entry_bytes)), offset_);
  if (!item) {
    broken_ = ended_ || rest().size() >= max_entry_bytes;
    return std::nullopt;
  }
  begin_ += item->bytes.size();
  offset_ += item->bytes.size();
  return item;
}

}  // namespace muster::attestation
