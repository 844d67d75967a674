#include "attestation/device/log_items.hpp"

#include <algorithm>

#include "ledger/base/check.hpp"

namespace muster::attestation {

bool read_item_at_front(ByteView rest, std::uint64_t offset, LogItem& item) {
  CborReader reader(rest.first(std::min(rest.size(), max_entry_bytes)));
  item.offset = offset;
  item.readable = read_entry(reader, item.entry, item.repeats);
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
  if (rest_.empty()) {
    rest_ = piece;
    return;
  }
  // An item lies across the pieces: as much of this one as an item may have is read behind the
  // rest of the one before.
  piece_ = piece;
  copied_ = std::min(piece.size(), max_entry_bytes);
  append(held_, piece.first(copied_));
  last_ = ByteView(held_).first(last_.size());
  rest_ = ByteView(held_).subspan(last_.size());
}

// Goes on in the piece itself, as soon as what is left of `rest_` is a copy of its beginning.
void LogItems::pass_to_piece() {
  rest_ = piece_.subspan(copied_ - rest_.size());
  copied_ = 0;
}

// The piece is borrowed no longer.
void LogItems::keep_rest() {
  Bytes kept = to_bytes(last_);
  append(kept, rest_);
  held_ = std::move(kept);
  copied_ = 0;
  last_ = ByteView(held_).first(last_.size());
  rest_ = ByteView(held_).subspan(last_.size());
  before_ = {};
}

const LogItem* LogItems::next() {
  if (copied_ > 0 && rest_.size() <= copied_) pass_to_piece();
  // What is longer than an entry may be cannot be told from bytes that are no CBOR at all.
  const ByteView front = rest_.first(std::min(rest_.size(), max_entry_bytes));
  if (broken_ || front.empty() || !read_item_at_front(front, offset_, item_)) {
    broken_ = broken_ || (!front.empty() && (ended_ || front.size() == max_entry_bytes));
    keep_rest();
    return nullptr;
  }
  before_ = last_;
  last_ = item_.bytes;
  rest_ = rest_.subspan(last_.size());
  offset_ += last_.size();
  return &item_;
}

}  // namespace muster::attestation
