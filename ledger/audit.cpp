#include "ledger/audit.hpp"

#include <algorithm>
#include <deque>
#include <memory>

#include "ledger/audit_checkpoints.hpp"
#include "ledger/audit_faults.hpp"
#include "ledger/audit_subtrees.hpp"
#include "ledger/base/crew.hpp"
#include "ledger/base/parallel.hpp"

namespace muster::ledger {
namespace {

constexpr std::size_t batch_entries = 1'024;
constexpr std::size_t batch_bytes = std::size_t{4} << 20U;
constexpr std::size_t batch_blobs = 1'024;
/// Batches whose signatures are being checked while the next one is read: enough that no core waits
/// for the reader, few enough for memory.
constexpr std::size_t batches_ahead = 2;

/// One entry on its way through the audit. Filled by any thread, judged in log order by one.
struct Examined {
  std::optional<Bytes> body;
  Hash stored_leaf;
  Hash leaf;
  Result<Entry> entry = failure(Errc::corrupt, "");
};

/// One signature to check, with the key that the registry named for it.
struct SignatureJob {
  const Envelope* envelope;
  const EnvelopeSignature* signature;
  crypto::PublicKey key;
  LogIndex index;
  bool good = false;
};

/// Entries that are examined together, with all that becomes of them.
struct Batch {
  explicit Batch(std::size_t max_faults) : faults(max_faults) {}

  std::vector<Examined> entries;
  std::vector<SignatureJob> signatures;
  std::vector<CheckpointJob> checkpoints;
  std::vector<std::optional<AuditFault>> checkpoint_faults;  // parallel to `checkpoints`
  AuditFaults faults;                                        // but for those of signatures
  Crew::Job* checking = nullptr;

  void check(std::size_t i) {
    if (i < signatures.size()) {
      SignatureJob& job = signatures[i];
      job.good = signature_verifies(*job.envelope, *job.signature, job.key);
    } else {
      i -= signatures.size();
      checkpoint_faults[i] = checkpoints[i].fault();
    }
  }
};

/// Reads, hashes, parses and judges one batch after the other, while other threads check the
/// signatures of those before. What each batch has wrong is listed in log order all the same.
class Audit final {
 public:
  Audit(Store& store, const AuditOptions& options)
      : store_(store),
        options_(options),
        faults_(options.max_faults),
        checkpoints_(store, options),
        subtrees_(store),
        crew_(options.threads == 0 ? useful_threads() : options.threads) {}

  LogAudit run();

 private:
  void begin();
  void entries();
  bool start_batch();
  void finish_batch();
  std::vector<Examined> read_batch(AuditFaults& faults);
  Result<std::vector<Examined>> read_some(LogIndex first, std::size_t count);
  void judge(const Examined& examined, Batch& batch);
  void judge_entry(const Entry& entry, LogIndex index, Batch& batch);
  void judge_blob(const Hash& name, LogIndex index, Batch& batch);
  void gather_signatures(const Entry& entry, LogIndex index, Batch& batch);
  void end_of_log();
  void blobs();
  void structure();

  Store& store_;
  const AuditOptions& options_;
  AuditFaults faults_;
  CheckpointAudit checkpoints_;
  SubtreeAudit subtrees_;
  CompactRange range_;
  /// Where the log says it ends, if that can be read: decides only where entries cannot be.
  std::uint64_t end_ = UINT64_MAX;
  Hash previous_{};
  Timestamp accepted_at_{};
  std::deque<std::unique_ptr<Batch>> checking_;
  std::uint64_t done_ = 0;  // entries of finished batches
  LogAudit result_;
  Crew crew_;  // last: it ends before what its jobs use
};

LogAudit Audit::run() {
  const auto snapshot = store_.snapshot();
  if (!snapshot) {
    faults_.add({std::nullopt, "store.structure", "a sound store", snapshot.error().message});
  }
  begin();
  entries();
  if (!faults_.full()) end_of_log();
  if (!faults_.full()) blobs();
  if (!faults_.full()) structure();
  result_.head = {range_.size(), range_.root()};
  result_.checkpoints = checkpoints_.count();
  result_.complete = !faults_.full();
  result_.faults = faults_.in_order();
  return std::move(result_);
}

void Audit::begin() {
  checkpoints_.survey(faults_);
  if (const auto counted = store_.compact_range()) end_ = counted->size().value;
  std::vector<CheckpointJob> of_nothing;
  checkpoints_.check_at({0}, range_, faults_, of_nothing);
  for (const CheckpointJob& job : of_nothing) {
    if (auto fault = job.fault()) faults_.add(std::move(*fault));
  }
}

void Audit::entries() {
  while (!faults_.full() && start_batch()) {
    if (checking_.size() > batches_ahead) finish_batch();
  }
  while (!checking_.empty()) finish_batch();
}

/// The next entries as they are stored. Where a batch cannot be read, its entries are tried one by
/// one, so that a damaged one does not hide the others.
std::vector<Examined> Audit::read_batch(AuditFaults& faults) {
  const LogIndex first{range_.size().value};
  auto whole = read_some(first, batch_entries);
  if (whole) return std::move(*whole);
  std::vector<Examined> batch;
  std::size_t bytes = 0;
  while (batch.size() < batch_entries && bytes < batch_bytes && !faults.full()) {
    const LogIndex index{first.value + batch.size()};
    auto one = read_some(index, 1);
    if (one && one->empty()) break;
    if (!one && index.value >= end_) break;
    if (!one) faults.add_unreadable(index, one.error().message);
    batch.push_back(one ? std::move(one->front()) : Examined());
    bytes += batch.back().body ? batch.back().body->size() : 0;
  }
  const auto is_unreadable = [](const Examined& examined) { return !examined.body; };
  // Nothing says where it ends, and nothing can be read any more.
  if (end_ == UINT64_MAX && std::ranges::all_of(batch, is_unreadable)) batch.clear();
  return batch;
}

Result<std::vector<Examined>> Audit::read_some(LogIndex first, std::size_t count) {
  MUSTER_TRY_ASSIGN(auto stored, store_.read_stored(first, count, batch_bytes));
  std::vector<Examined> some(stored.size());
  for (std::size_t i = 0; i < some.size(); ++i) {
    some[i].body = std::move(stored[i].body);
    some[i].stored_leaf = stored[i].leaf;
  }
  return some;
}

/// Reads and judges a batch, and has its signatures checked. False at the end of the log.
bool Audit::start_batch() {
  auto batch = std::make_unique<Batch>(options_.max_faults);
  batch->entries = read_batch(batch->faults);
  if (batch->entries.empty()) {
    faults_.add_all(std::move(batch->faults));
    return false;
  }
  Crew::Job& parsing =
      crew_.start(batch->entries.size(), [&examined = batch->entries](std::size_t i) {
        if (!examined[i].body) return;
        examined[i].leaf = leaf_hash(*examined[i].body);
        examined[i].entry = parse_entry(*examined[i].body);
      });
  crew_.finish(parsing);
  for (const Examined& examined : batch->entries) judge(examined, *batch);
  batch->checkpoint_faults.resize(batch->checkpoints.size());
  batch->checking = &crew_.start(batch->signatures.size() + batch->checkpoints.size(),
                                 [at = batch.get()](std::size_t i) { at->check(i); });
  checking_.push_back(std::move(batch));
  return true;
}

/// Waits for the signatures of the oldest batch, and lists what it has wrong.
void Audit::finish_batch() {
  const std::unique_ptr<Batch> batch = std::move(checking_.front());
  checking_.pop_front();
  crew_.finish(*batch->checking);
  faults_.add_all(std::move(batch->faults));
  for (const SignatureJob& job : batch->signatures) {
    if (job.good) {
      ++result_.signatures;
    } else {
      faults_.add({job.index, "signature.bad", "a signature of key " + job.signature->keyid.text(),
                   "one that does not verify"});
    }
  }
  for (auto& fault : batch->checkpoint_faults) {
    if (fault) faults_.add(std::move(*fault));
  }
  done_ += batch->entries.size();
  if (options_.progress) options_.progress(done_);
}

void Audit::judge(const Examined& examined, Batch& batch) {
  const LogIndex index{range_.size().value};
  if (examined.stored_leaf != examined.leaf) {
    batch.faults.add(
        {index, "entry.leaf_hash", examined.leaf.to_hex(), examined.stored_leaf.to_hex()});
  }
  if (examined.entry) {
    judge_entry(*examined.entry, index, batch);
    if (options_.visit) options_.visit(*examined.entry);
    if (options_.key_lookup) gather_signatures(*examined.entry, index, batch);
  } else if (examined.body) {
    batch.faults.add({index, "entry.not_canonical", "an entry in its one spelling",
                      examined.entry.error().message});
  }
  range_.append(examined.leaf,
                [&](const Subtree& subtree) { subtrees_.check(subtree, batch.faults); });
  previous_ = examined.leaf;
  checkpoints_.check_at(range_.size(), range_, batch.faults, batch.checkpoints);
}

void Audit::judge_entry(const Entry& entry, LogIndex index, Batch& batch) {
  if (entry.index != index) {
    batch.faults.add(
        {index, "entry.index", std::to_string(index.value), std::to_string(entry.index.value)});
  }
  if (entry.previous != previous_) {
    batch.faults.add({index, "entry.previous", previous_.to_hex(), entry.previous.to_hex()});
  }
  if (entry.accepted_at < accepted_at_) {
    batch.faults.add({index, "entry.accepted_at", accepted_at_.to_string() + " or later",
                      entry.accepted_at.to_string()});
  }
  accepted_at_ = std::max(accepted_at_, entry.accepted_at);
  if (!options_.named_blobs) return;
  for (const Hash& name : options_.named_blobs(entry)) judge_blob(name, index, batch);
}

void Audit::judge_blob(const Hash& name, LogIndex index, Batch& batch) {
  const auto there = store_.has_blob(name);
  if (there && *there) return;
  if (there) {
    batch.faults.add({index, "blob.missing", "blob " + name.to_hex(), "nothing"});
  } else {
    batch.faults.add({index, "blob.unreadable", "blob " + name.to_hex(), there.error().message});
  }
}

void Audit::gather_signatures(const Entry& entry, LogIndex index, Batch& batch) {
  const bool wanted = !options_.check_signatures_of || options_.check_signatures_of(index);
  if (!wanted) ++result_.unchecked;
  for (const EnvelopeSignature& signature : entry.envelope.signatures) {
    const auto key = options_.key_lookup(signature.keyid, index);
    if (!key) {
      batch.faults.add({index, "signature.unknown_key", "a key valid at this index",
                        "key id " + signature.keyid.text()});
    } else if (wanted) {
      batch.signatures.push_back({&entry.envelope, &signature, *key, index});
    }
  }
}

void Audit::end_of_log() {
  const auto stored = store_.compact_range();
  if (!stored) {
    faults_.add({std::nullopt, "tree.compact_range", "a compact range", stored.error().message});
  } else if (*stored != range_) {
    faults_.add(
        {std::nullopt, "tree.compact_range",
         "size " + std::to_string(range_.size().value) + ", root " + range_.root().to_hex(),
         "size " + std::to_string(stored->size().value) + ", root " + stored->root().to_hex()});
  }
  subtrees_.finish(range_.size(), faults_);
  checkpoints_.finish(range_.size(), faults_);
}

void Audit::blobs() {
  std::optional<Hash> last;
  while (!faults_.full()) {
    const auto names = store_.blob_hashes_after(last, batch_blobs);
    if (!names) {
      return faults_.add(
          {std::nullopt, "blob.unreadable", "the names of the blobs", names.error().message});
    }
    if (names->empty()) return;
    for (const Hash& name : *names) {
      const auto actual = store_.blob_digest(name);
      if (!actual) {
        faults_.add(
            {std::nullopt, "blob.unreadable", "blob " + name.to_hex(), actual.error().message});
        continue;
      }
      ++result_.blobs;
      if (*actual != name) {
        faults_.add({std::nullopt, "blob.hash", name.to_hex(), actual->to_hex()});
      }
    }
    last = names->back();
  }
}

void Audit::structure() {
  const auto problems = store_.structural_problems();
  if (!problems) {
    faults_.add({std::nullopt, "store.structure", "a sound store", problems.error().message});
    return;
  }
  for (const std::string& problem : *problems) {
    faults_.add({std::nullopt, "store.structure", "a sound store", problem});
  }
}

}  // namespace

LogAudit audit_log(Store& store, const AuditOptions& options) {
  return Audit(store, options).run();
}

std::string describe(const AuditFault& fault) {
  std::string where = "log";
  if (fault.index && fault.count == 1) where = "entry " + std::to_string(fault.index->value);
  if (fault.index && fault.count > 1) {
    where = "entries " + std::to_string(fault.index->value) + " to " +
            std::to_string(fault.index->value + fault.count - 1);
  }
  return where + ": " + fault.code + ": expected " + fault.expected + ", found " + fault.found;
}

std::vector<EntryRange> damaged_entries(const LogAudit& audit) {
  std::vector<EntryRange> ranges;
  for (const AuditFault& fault : audit.faults) {
    const bool is_damage = fault.code == "entry.unreadable" ||
                           fault.code == "entry.not_canonical" || fault.code == "entry.leaf_hash";
    if (!is_damage || !fault.index) continue;
    const std::uint64_t first = fault.index->value;
    const std::uint64_t end = ranges.empty() ? 0 : ranges.back().first + ranges.back().count;
    if (!ranges.empty() && first <= end) {
      ranges.back().count = std::max(end, first + fault.count) - ranges.back().first;
    } else {
      ranges.push_back({first, fault.count});
    }
  }
  return ranges;
}

}  // namespace muster::ledger
