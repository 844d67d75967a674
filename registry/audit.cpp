#include "registry/audit.hpp"

#include <deque>
#include <memory>
#include <mutex>
#include <new>

#include "ledger/base/crew.hpp"
#include "registry/follower.hpp"

namespace muster::registry {
namespace {

constexpr std::size_t audit_read_entries = 1'024;
constexpr std::size_t audit_read_bytes = std::size_t{4} << 20U;
/// Entries that are prepared together, while those before are judged.
constexpr std::size_t slice_entries = 256;
/// Bytes of their manifests, of which two slices are in memory, some three times over. A slice has
/// one manifest in any case.
constexpr std::uint64_t slice_manifest_bytes = std::uint64_t{16} << 20U;

/// One entry on its way.
struct Seen {
  ledger::LogIndex index;
  Bytes body;
  std::optional<ledger::Entry> entry;  ///< None: it cannot be read, and `prepared` says why.
  Prepared prepared;
  std::vector<std::unique_ptr<Bytes>> blobs;  ///< What `prepared` borrows.
};

/// Reads the entry and its event, but not the items. Any thread.
void parse(Seen& seen) {
  if (seen.prepared.error) return;
  auto entry = ledger::parse_entry(seen.body);
  seen.body = {};
  if (entry && entry->index == seen.index) {
    seen.prepared = read_event(entry->envelope);
    seen.entry = std::move(*entry);
    return;
  }
  seen.prepared.error =
      entry ? Error{Errc::corrupt, "got index " + std::to_string(entry->index.value), "entry"}
            : std::move(entry.error());
}

std::uint64_t manifest_bytes(const Seen& seen) {
  std::uint64_t bytes = 0;
  if (seen.prepared.error) return bytes;
  for (const ManifestRef& ref : manifests_of(seen.prepared.event)) bytes += ref.bytes;
  return bytes;
}

struct Slice {
  std::vector<Seen> entries;
  Crew::Job* preparing = nullptr;
};

class Auditor final {
 public:
  Auditor(ledger::Store& store, const AuditOptions& options, StateMemory memory)
      : store_(store),
        options_(options),
        follower_({}, std::move(memory)),
        crew_(static_cast<unsigned>(std::max<std::size_t>(1, options.threads))) {}

  Result<AuditReport> run();

 private:
  Result<void> fill();
  Result<void> read_bodies();
  Result<std::unique_ptr<Slice>> next_slice();
  Result<std::unique_ptr<Slice>> next_slice_or_why();
  void prepare(Seen& seen);
  Result<void> check_trouble();
  void start(Slice& slice);
  Result<void> judge(Slice& slice);
  void follow(const Seen& seen);
  void count(const Followed& one);
  const Bytes* load_blob(Seen& seen, const Hash& name);
  [[nodiscard]] bool full() const { return report_.faults.size() >= options_.max_faults; }

  ledger::Store& store_;
  const AuditOptions& options_;
  Follower follower_;
  std::mutex store_mutex_;
  std::uint64_t size_ = 0;        // of the log
  std::uint64_t read_ = 0;        // entries so far
  std::deque<Seen> parsed_;       // read, but for their items
  std::optional<Error> trouble_;  // the first that says nothing of the log; under store_mutex_
  KeyRing keys_;
  AuditReport report_;
  Crew crew_;  // last: it ends before what its jobs use
};

Result<AuditReport> Auditor::run() {
  MUSTER_TRY_ASSIGN(const auto snapshot, store_.snapshot());
  MUSTER_TRY_ASSIGN(const auto range, store_.compact_range());
  size_ = range.size().value;
  MUSTER_TRY_ASSIGN(auto current, next_slice());
  start(*current);
  Result<void> judged;
  while (judged && !current->entries.empty() && !full()) {
    auto next = next_slice_or_why();
    crew_.finish(*current->preparing);
    if (!next) return failure(std::move(next.error()));
    MUSTER_TRY(check_trouble());
    start(**next);
    judged = judge(*current);
    current = std::move(*next);
    follower_.memory().keep_within();
    if (options_.progress) options_.progress(follower_.state().size());
  }
  crew_.finish(*current->preparing);
  MUSTER_TRY(std::move(judged));
  report_.entries = follower_.state().size();
  report_.spilled_bytes = follower_.memory().spilled_bytes();
  report_.complete = !full();
  return std::move(report_);
}

/// Adds the next entries to `parsed_` as they are stored; one that cannot be read by itself.
Result<void> Auditor::read_bodies() {
  const std::scoped_lock lock(store_mutex_);
  auto stored = store_.read_stored({read_}, audit_read_entries, audit_read_bytes);
  if (!stored) stored = store_.read_stored({read_}, 1, audit_read_bytes);
  // A disk that does not answer says nothing of the log; an entry that is damaged is a fault.
  if (!stored && stored.error().code != Errc::corrupt) return failure(std::move(stored.error()));
  if (stored && stored->empty()) {
    return failure(Errc::corrupt, "log: entry " + std::to_string(read_) + " is missing");
  }
  const std::size_t count = stored ? stored->size() : 1;
  for (std::size_t i = 0; i < count && read_ < size_; ++i, ++read_) {
    Seen& seen = parsed_.emplace_back();
    seen.index = {read_};
    if (stored) seen.body = std::move((*stored)[i].body);
    if (!stored) seen.prepared.error = std::move(stored.error());
  }
  return {};
}

/// Reads entries and parses them, but for their items.
Result<void> Auditor::fill() {
  const std::size_t first = parsed_.size();
  MUSTER_TRY(read_bodies());
  Crew::Job& job =
      crew_.start(parsed_.size() - first, [&](std::size_t i) { parse(parsed_[first + i]); });
  crew_.finish(job);
  return {};
}

/// As many entries as are prepared together; none at the end of the log.
Result<std::unique_ptr<Slice>> Auditor::next_slice() {
  while (parsed_.size() < slice_entries && read_ < size_) MUSTER_TRY(fill());
  auto slice = std::make_unique<Slice>();
  std::uint64_t bytes = 0;
  while (!parsed_.empty() && slice->entries.size() < slice_entries) {
    const std::uint64_t more = manifest_bytes(parsed_.front());
    if (bytes > 0 && bytes + more > slice_manifest_bytes) break;
    bytes += more;
    slice->entries.push_back(std::move(parsed_.front()));
    parsed_.pop_front();
  }
  return slice;
}

/// While other threads work on a slice: it must not be left in a hurry.
Result<std::unique_ptr<Slice>> Auditor::next_slice_or_why() {
  try {
    return next_slice();
  } catch (const std::bad_alloc&) {
    return failure(Errc::unavailable, "reading the log: out of memory");
  }
}

/// Looks at the items and signatures of an entry. Any thread. What is refused keeps no manifest:
/// how long one is, its author says, and is not believed before it is read.
void Auditor::prepare(Seen& seen) {
  if (seen.prepared.error) return;
  read_items(seen.prepared, [&](const Hash& name) { return load_blob(seen, name); });
  // What a payload carries the signature of, as a device's answer, no audit of the log looks at.
  check_proof(seen.prepared);
  if (seen.prepared.error) {
    seen.prepared.event.items = {};
    seen.blobs.clear();
    return;
  }
  seen.prepared.signatures = options_.signatures
                                 ? checked_signatures(seen.entry->envelope, keys_, keys_)
                                 : taken_as_good(seen.entry->envelope);
}

/// Has the items and signatures of a slice looked at. Requires: no other slice is being prepared.
void Auditor::start(Slice& slice) {
  if (options_.signatures) {
    for (const Seen& seen : slice.entries) {
      if (!seen.prepared.error) add_brought_keys(seen.prepared.event, keys_);
    }
  }
  slice.preparing = &crew_.start(slice.entries.size(), [this, &list = slice.entries](auto i) {
    try {
      prepare(list[i]);
    } catch (const std::bad_alloc&) {
      const std::scoped_lock lock(store_mutex_);
      trouble_ = Error{Errc::unavailable, "reading manifests: out of memory", {}};
    }
  });
}

/// Errors: what kept a slice from being looked at, and is no fault of the log.
Result<void> Auditor::check_trouble() {
  const std::scoped_lock lock(store_mutex_);
  if (trouble_) return failure(*trouble_);
  return {};
}

/// A blob of the store, for as long as `seen` lives. None if the store has none that can be read.
const Bytes* Auditor::load_blob(Seen& seen, const Hash& name) {
  const std::scoped_lock lock(store_mutex_);
  auto bytes = store_.blob(name);
  if (!bytes) {
    const bool of_the_log =
        bytes.error().code == Errc::not_found || bytes.error().code == Errc::corrupt;
    if (!of_the_log && !trouble_) trouble_ = std::move(bytes.error());
    return nullptr;
  }
  seen.blobs.push_back(std::make_unique<Bytes>(std::move(*bytes)));
  return seen.blobs.back().get();
}

/// Errors: `unavailable` when the state gets no more memory.
Result<void> Auditor::judge(Slice& slice) {
  try {
    for (Seen& seen : slice.entries) {
      if (full()) return {};
      follow(seen);
      seen = Seen();  // its manifest is the most of it
    }
  } catch (const std::bad_alloc&) {
    return failure(Errc::unavailable,
                   "judging the rules: out of memory, or no room for the scratch file");
  }
  return {};
}

void Auditor::follow(const Seen& seen) {
  if (seen.entry) {
    return follower_.take(*seen.entry, seen.prepared,
                          {.before = [this](const Followed& one) { count(one); }});
  }
  report_.faults.push_back({seen.index, seen.prepared.error->rule, seen.prepared.error->message});
  follower_.pass_over();
}

void Auditor::count(const Followed& one) {
  if (one.fault != nullptr) {
    report_.faults.push_back({one.entry.index, one.fault->rule, one.fault->message});
    return;
  }
  ++report_.admitted;
  if (options_.signatures) report_.signatures += one.prepared.signatures.size();
  report_.items +=
      one.found->chips.empty() ? one.prepared.event.items.items.size() : one.found->chips.size();
}

}  // namespace

Result<AuditReport> audit_registry(ledger::Store& store, const AuditOptions& options) {
  StateMemory memory;
  if (options.memory_bytes > 0) {
    MUSTER_TRY_ASSIGN(memory, StateMemory::within(options.memory_bytes, options.scratch));
  }
  return Auditor(store, options, std::move(memory)).run();
}

}  // namespace muster::registry
