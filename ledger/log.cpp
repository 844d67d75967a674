#include "ledger/log.hpp"

#include "ledger/replay.hpp"

namespace muster::ledger {
namespace {

Result<Entry> stored_entry(ByteView bytes, LogIndex index) {
  auto entry = parse_entry(bytes);
  const std::string where = "entry " + std::to_string(index.value);
  if (!entry) return failure(Errc::corrupt, where + ": " + entry.error().message);
  if (entry->index != index) {
    return failure(Errc::corrupt, where + ": got index " + std::to_string(entry->index.value));
  }
  return entry;
}

/// The error that keeps a restored log from going on before it has caught up.
Result<std::optional<Error>> what_is_missing(Store& store, const TreeHead& head) {
  const auto target = head_to_catch_up_with(store);
  if (!target && target.error().code != Errc::corrupt) return failure(target.error());
  if (!target) return std::optional(target.error());
  if (!*target) return std::optional<Error>();
  return std::optional(Error{
      Errc::unavailable, "log has " + std::to_string(head.size.value) +
                             " entries and has signed for " +
                             std::to_string((*target)->size.value) +
                             ": an older copy was restored; it appends and signs again when it has "
                             "caught up with a mirror"});
}

}  // namespace

Result<Log> Log::open(Store& store) {
  Log log(store);
  MUSTER_TRY(log.refresh());
  return log;
}

Result<void> Log::refresh() {
  MUSTER_TRY_ASSIGN(const TreeHead head, store_->head());
  MUSTER_TRY_ASSIGN(behind_, what_is_missing(*store_, head));
  if (head.size.value == 0) {
    head_ = head;
    return {};
  }
  const LogIndex last{head.size.value - 1};
  MUSTER_TRY_ASSIGN(const auto bodies, store_->read(last, 1));
  MUSTER_TRY_ASSIGN(const auto leaves, store_->leaf_hashes(last, 1));
  if (bodies.empty() || leaves.empty()) {
    return failure(Errc::corrupt, "log of " + std::to_string(head.size.value) +
                                      " entries: the last one is missing");
  }
  MUSTER_TRY_ASSIGN(const Entry entry, stored_entry(bodies.front(), last));
  const Hash leaf = leaf_hash(bodies.front());
  if (leaf != leaves.front()) {
    return failure(Errc::corrupt, "entry " + std::to_string(last.value) + ": hashes to " +
                                      leaf.to_hex() + ", stored leaf hash " +
                                      leaves.front().to_hex());
  }
  head_ = head;
  last_leaf_ = leaf;
  last_accepted_at_ = entry.accepted_at;
  return {};
}

Result<Appended> Log::append(TreeSize expected, Timestamp accepted_at,
                             std::span<const Envelope> envelopes, std::span<const Blob> blobs) {
  if (behind_) return failure(*behind_);
  if (expected != head_.size) return failure(size_conflict(head_.size, expected));
  if (accepted_at < last_accepted_at_) {
    return failure(Errc::invalid_input, "append: got accepted_at " + accepted_at.to_string() +
                                            ", want " + last_accepted_at_.to_string() +
                                            " or later");
  }
  Appended appended{LogIndex{expected.value}, {}, {}};
  std::vector<Bytes> entries;
  entries.reserve(envelopes.size());
  Hash previous = last_leaf_;
  for (const Envelope& envelope : envelopes) {
    const LogIndex index{expected.value + entries.size()};
    entries.push_back(to_bytes(encode_entry(Entry{accepted_at, envelope, index, previous})));
    previous = leaf_hash(entries.back());
    appended.leaves.push_back(previous);
  }
  MUSTER_TRY_ASSIGN(appended.head, store_->append(expected, entries, blobs));
  head_ = appended.head;
  last_leaf_ = previous;
  if (!envelopes.empty()) last_accepted_at_ = accepted_at;
  return appended;
}

Result<std::vector<Entry>> Log::read(LogIndex first, std::size_t count) const {
  MUSTER_TRY_ASSIGN(const auto bodies, store_->read(first, count));
  std::vector<Entry> entries;
  entries.reserve(bodies.size());
  for (const Bytes& body : bodies) {
    MUSTER_TRY_ASSIGN(Entry entry, stored_entry(body, LogIndex{first.value + entries.size()}));
    entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace muster::ledger
