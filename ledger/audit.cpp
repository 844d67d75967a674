#include "ledger/audit.hpp"

#include <algorithm>

#include "ledger/audit_checkpoints.hpp"
#include "ledger/audit_faults.hpp"
#include "ledger/audit_subtrees.hpp"
#include "ledger/base/parallel.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::ledger {
namespace {

constexpr std::size_t batch_entries = 1'024;

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

class Audit final {
 public:
  Audit(Store& store, const AuditOptions& options)
      : store_(store),
        options_(options),
        threads_(options.threads == 0 ? useful_threads() : options.threads),
        faults_(options.max_faults),
        checkpoints_(store, options, faults_),
        subtrees_(store, faults_) {}

  LogAudit run() {
    checkpoints_.check_at({0}, empty_root());
    if (const auto counted = store_.compact_range()) end_ = counted->size().value;
    blob_names();
    while (!faults_.full() && batch()) {
      if (options_.progress) options_.progress(range_.size().value);
    }
    if (!faults_.full()) end_of_log();
    if (!faults_.full()) blobs();
    if (!faults_.full()) structure();
    LogAudit result;
    result.head = {range_.size(), range_.root()};
    result.signatures = signatures_;
    result.checkpoints = checkpoints_.count();
    result.blobs = blobs_;
    result.complete = !faults_.full();
    result.faults = faults_.in_order();
    return result;
  }

 private:
  bool batch();
  std::vector<Examined> read_batch();
  Result<std::vector<Examined>> read_some(LogIndex first, std::size_t count);
  void judge(const Examined& examined, std::vector<SignatureJob>& jobs);
  void judge_entry(const Entry& entry, LogIndex index);
  void gather_signatures(const Entry& entry, LogIndex index, std::vector<SignatureJob>& jobs);
  void check_signatures(std::vector<SignatureJob>& jobs);
  void blob_names();
  void end_of_log();
  void blobs();
  void structure();

  Store& store_;
  const AuditOptions& options_;
  unsigned threads_;
  AuditFaults faults_;
  CheckpointAudit checkpoints_;
  SubtreeAudit subtrees_;
  CompactRange range_;
  /// Where the log says it ends, if that can be read: decides only where entries cannot be.
  std::uint64_t end_ = UINT64_MAX;
  Hash previous_{};
  Timestamp accepted_at_{};
  std::vector<Hash> blob_names_;
  std::uint64_t signatures_ = 0;
  std::uint64_t blobs_ = 0;
};

/// The next entries as they are stored. Where a batch cannot be read, its entries are tried one by
/// one, so that a damaged one does not hide the others.
std::vector<Examined> Audit::read_batch() {
  const LogIndex first{range_.size().value};
  auto whole = read_some(first, batch_entries);
  if (whole) return std::move(*whole);
  std::vector<Examined> batch;
  while (batch.size() < batch_entries && !faults_.full()) {
    const LogIndex index{first.value + batch.size()};
    auto one = read_some(index, 1);
    if (one && one->empty()) break;
    if (!one && index.value >= end_) break;
    if (!one) faults_.add_unreadable(index, one.error().message);
    batch.push_back(one ? std::move(one->front()) : Examined());
  }
  const auto is_unreadable = [](const Examined& examined) { return !examined.body; };
  // Nothing says where it ends, and nothing can be read any more.
  if (end_ == UINT64_MAX && std::ranges::all_of(batch, is_unreadable)) batch.clear();
  return batch;
}

Result<std::vector<Examined>> Audit::read_some(LogIndex first, std::size_t count) {
  MUSTER_TRY_ASSIGN(auto bodies, store_.read(first, count));
  MUSTER_TRY_ASSIGN(const auto leaves, store_.leaf_hashes(first, count));
  if (leaves.size() < bodies.size()) {
    return failure(Errc::corrupt, "got " + std::to_string(bodies.size()) + " entries and " +
                                      std::to_string(leaves.size()) + " leaf hashes");
  }
  std::vector<Examined> some(bodies.size());
  for (std::size_t i = 0; i < some.size(); ++i) {
    some[i].body = std::move(bodies[i]);
    some[i].stored_leaf = leaves[i];
  }
  return some;
}

bool Audit::batch() {
  std::vector<Examined> batch = read_batch();
  if (batch.empty()) return false;
  parallel_for(batch.size(), threads_, [&batch](std::size_t i) {
    if (!batch[i].body) return;
    batch[i].leaf = leaf_hash(*batch[i].body);
    batch[i].entry = parse_entry(*batch[i].body);
  });
  std::vector<SignatureJob> jobs;
  for (const Examined& examined : batch) judge(examined, jobs);
  check_signatures(jobs);
  return true;
}

void Audit::judge(const Examined& examined, std::vector<SignatureJob>& jobs) {
  const LogIndex index{range_.size().value};
  if (examined.stored_leaf != examined.leaf) {
    faults_.add({index, "entry.leaf_hash", examined.leaf.to_hex(), examined.stored_leaf.to_hex()});
  }
  if (examined.entry) {
    judge_entry(*examined.entry, index);
    if (options_.visit) options_.visit(*examined.entry);
    if (options_.key_lookup) gather_signatures(*examined.entry, index, jobs);
  } else if (examined.body) {
    faults_.add({index, "entry.not_canonical", "an entry in its one spelling",
                 examined.entry.error().message});
  }
  range_.append(examined.leaf, [this](const Subtree& subtree) { subtrees_.check(subtree); });
  previous_ = examined.leaf;
  if (checkpoints_.has(range_.size())) checkpoints_.check_at(range_.size(), range_.root());
}

void Audit::judge_entry(const Entry& entry, LogIndex index) {
  if (entry.index != index) {
    faults_.add(
        {index, "entry.index", std::to_string(index.value), std::to_string(entry.index.value)});
  }
  if (entry.previous != previous_) {
    faults_.add({index, "entry.previous", previous_.to_hex(), entry.previous.to_hex()});
  }
  if (entry.accepted_at < accepted_at_) {
    faults_.add({index, "entry.accepted_at", accepted_at_.to_string() + " or later",
                 entry.accepted_at.to_string()});
  }
  accepted_at_ = std::max(accepted_at_, entry.accepted_at);
  if (options_.named_blobs) {
    for (const Hash& name : options_.named_blobs(entry)) {
      if (std::ranges::binary_search(blob_names_, name)) continue;
      faults_.add({index, "blob.missing", "blob " + name.to_hex(), "nothing"});
    }
  }
}

void Audit::gather_signatures(const Entry& entry, LogIndex index, std::vector<SignatureJob>& jobs) {
  for (const EnvelopeSignature& signature : entry.envelope.signatures) {
    const auto key = options_.key_lookup(signature.keyid, index);
    if (key) {
      jobs.push_back({&entry.envelope, &signature, *key, index});
    } else {
      faults_.add({index, "signature.unknown_key", "a key valid at this index",
                   "key id " + signature.keyid.text()});
    }
  }
}

void Audit::blob_names() {
  auto names = store_.blob_hashes();
  if (names) {
    blob_names_ = std::move(*names);
    std::ranges::sort(blob_names_);
  } else {
    faults_.add({std::nullopt, "blob.unreadable", "the names of the blobs", names.error().message});
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
  subtrees_.finish(range_.size());
  checkpoints_.finish(range_.size());
}

void Audit::blobs() {
  for (const Hash& name : blob_names_) {
    const auto blob = store_.blob(name);
    if (!blob) {
      faults_.add({std::nullopt, "blob.unreadable", "blob " + name.to_hex(), blob.error().message});
      continue;
    }
    ++blobs_;
    const Hash actual = crypto::sha256(*blob);
    if (actual != name) {
      faults_.add({std::nullopt, "blob.hash", name.to_hex(), actual.to_hex()});
    }
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

void Audit::check_signatures(std::vector<SignatureJob>& jobs) {
  parallel_for(jobs.size(), threads_, [&jobs](std::size_t i) {
    jobs[i].good = signature_verifies(*jobs[i].envelope, *jobs[i].signature, jobs[i].key);
  });
  for (const SignatureJob& job : jobs) {
    if (job.good) {
      ++signatures_;
    } else {
      faults_.add({job.index, "signature.bad", "a signature of key " + job.signature->keyid.text(),
                   "one that does not verify"});
    }
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
