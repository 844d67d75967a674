#include "ledger/repair.hpp"

#include <algorithm>
#include <set>

#include "ledger/batch_writer.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/repair_entries.hpp"

namespace muster::ledger {
namespace {

/// How far missing entries are counted: a signed size may be any number.
constexpr std::uint64_t most_missing = std::uint64_t{1} << 20U;

/// A signed checkpoint that the result is held to.
struct SignedClaim {
  TreeHead head;
  std::string text;
};

/// Which of two readable, different versions of a signed entry to try first.
enum class Prefer { own, mirror };

/// One entry of the result.
struct ChosenEntry {
  const Bytes* body;
  bool from_mirror;
};

class Repair final {
 public:
  Repair(Store* damaged, const RepairSources& sources, Store& fresh)
      : damaged_(damaged),
        sources_(sources),
        fresh_(fresh),
        own_(damaged),
        mirror_(sources.mirror) {}

  Result<RepairReport> run();

 private:
  Result<void> gather_claims();
  void take_claim(const std::string& text);
  Result<void> check_quorum();
  Result<void> pass(Prefer prefer, BatchWriter* writer);
  Result<bool> step(Prefer prefer, BatchWriter* writer);
  std::optional<ChosenEntry> chosen(Prefer prefer, std::uint64_t index);
  bool chains(const Bytes* body, std::uint64_t index) const;
  bool confirmed(const Bytes& body, std::uint64_t index);
  tl::unexpected<Error> missing(std::uint64_t first);
  Result<void> check_claims() const;
  Result<bool> at_end(std::uint64_t index);
  void note_replaced(std::uint64_t index);
  Result<std::vector<Blob>> blobs_of(const Bytes& body);
  Result<Blob> blob_of(const Hash& name, LogIndex index);
  Result<void> copy_other_blobs();
  Result<void> keep_checkpoints();

  [[nodiscard]] const TreeHead& anchor() const { return claims_.back().head; }

  Store* damaged_;
  const RepairSources& sources_;
  Store& fresh_;
  OwnEntries own_;
  MirrorEntries mirror_;
  std::vector<SignedClaim> claims_;  ///< By rising size.
  RepairReport report_{};
  // Of one pass:
  CompactRange range_;
  Hash previous_{};
  std::vector<std::optional<Hash>> roots_;  ///< At the size of each claim.
};

void Repair::take_claim(const std::string& text) {
  const auto checkpoint = verify_log_checkpoint(text, sources_.keys);
  if (!checkpoint) {
    ++report_.checkpoints_dropped;
    return;
  }
  const auto is_same = [&](const SignedClaim& claim) { return claim.text == text; };
  if (std::ranges::none_of(claims_, is_same)) claims_.push_back({checkpoint->head(), text});
}

Result<void> Repair::gather_claims() {
  if (damaged_ != nullptr) {
    // A table that cannot be read is a part of the damage.
    if (const auto own = damaged_->checkpoints()) {
      for (const std::string& text : *own) take_claim(text);
    }
  }
  for (const std::string& text : sources_.held) take_claim(text);
  std::ranges::stable_sort(claims_, {}, [](const SignedClaim& claim) { return claim.head.size; });
  if (!claims_.empty()) return check_quorum();
  std::string keys;
  for (const VerifierKey& key : sources_.keys) {
    keys += (keys.empty() ? "" : " or ") + key.to_string();
  }
  return refusal("repair.no_checkpoint",
                 "no checkpoint signed by " + keys +
                     " is here: give one that a witness, a mirror or a receipt has");
}

/// Finds the newest claim that the policy accepts, where there is one.
Result<void> Repair::check_quorum() {
  if (sources_.policy == nullptr) return {};
  std::string missing;
  for (const SignedClaim& claim : claims_) {
    const auto signed_by = std::ranges::find_if(sources_.keys, [&](const VerifierKey& key) {
      return verify_log_checkpoint(claim.text, key).has_value();
    });
    const auto verdict = accepts(claim.text, *sources_.policy, &*signed_by);
    if (verdict && verdict->accepted()) report_.witnessed = claim.head;
    missing = verdict ? verdict->missing : verdict.error().message;
  }
  if (report_.witnessed) return {};
  return refusal(
      "repair.no_quorum",
      "the policy accepts none of the checkpoints that are here; of the newest: " + missing);
}

/// Whether `body` is an entry that can stand at `index` behind what was chosen before.
bool Repair::chains(const Bytes* body, std::uint64_t index) const {
  if (body == nullptr) return false;
  const auto entry = parse_entry(*body);
  return entry && entry->index.value == index && entry->previous == previous_;
}

/// Whether the damaged log itself says elsewhere that this is the entry.
bool Repair::confirmed(const Bytes& body, std::uint64_t index) {
  const Hash leaf = leaf_hash(body);
  return own_.at(index).leaf == leaf || own_.previous_of_next(index) == leaf;
}

std::optional<ChosenEntry> Repair::chosen(Prefer prefer, std::uint64_t index) {
  const OwnEntry& here = own_.at(index);
  const Bytes* own = here.body ? &*here.body : nullptr;
  if (!chains(own, index)) own = nullptr;
  const bool is_signed = index < anchor().size.value;
  if (own != nullptr && prefer == Prefer::own && confirmed(*own, index)) {
    return ChosenEntry{own, false};
  }
  const Bytes* other = mirror_.at(index);
  if (!chains(other, index)) other = nullptr;
  // Behind the last signature only the damaged log itself can vouch for what a mirror says.
  if (other != nullptr && (is_signed || confirmed(*other, index))) {
    return ChosenEntry{other, own == nullptr || *own != *other};
  }
  if (own != nullptr && (is_signed || confirmed(*own, index))) return ChosenEntry{own, false};
  return std::nullopt;
}

void Repair::note_replaced(std::uint64_t index) {
  auto& ranges = report_.replaced;
  if (!ranges.empty() && ranges.back().first + ranges.back().count == index) {
    ++ranges.back().count;
  } else {
    ranges.push_back({index, 1});
  }
}

tl::unexpected<Error> Repair::missing(std::uint64_t first) {
  const std::uint64_t end = std::min(anchor().size.value, first + most_missing);
  std::uint64_t last = first;
  const auto is_nowhere = [this](std::uint64_t index) {
    const OwnEntry& own = own_.at(index);
    const bool is_here = own.body && own.leaf == leaf_hash(*own.body);
    return !is_here && mirror_.at(index) == nullptr;
  };
  while (last + 1 < end && is_nowhere(last + 1)) ++last;
  const bool is_cut = last + 1 == end && end < anchor().size.value;
  const std::string where =
      (first == last ? "entry " + std::to_string(first)
                     : "entries " + std::to_string(first) + " to " + std::to_string(last)) +
      (is_cut ? ", behind which none was looked for" : "");
  const bool is_here = damaged_ != nullptr && !own_.at(first).is_beyond_end;
  return refusal("repair.missing", where + (is_here ? ": damaged here, and" : ": not here, and") +
                                       " the mirror has none that fits");
}

/// Whether the log ends here. Entries that it counted and lost must not go unnoticed.
Result<bool> Repair::at_end(std::uint64_t index) {
  if (index < anchor().size.value) return false;
  if (damaged_ == nullptr) return true;
  const OwnEntry& own = own_.at(index);
  if (own.body && !own.is_beyond_end) return false;
  const auto counted = damaged_->compact_range();
  // Where neither the entries nor their count can be read, what was signed is all there is.
  if (!counted || counted->size().value <= index) return true;
  if (!own.is_beyond_end) return false;
  return refusal("repair.missing", "entries " + std::to_string(index) + " to " +
                                       std::to_string(counted->size().value - 1) +
                                       ": the damaged log counted them, and does not have them");
}

/// Goes on by one entry; false at the end of the log.
Result<bool> Repair::step(Prefer prefer, BatchWriter* writer) {
  const std::uint64_t index = range_.size().value;
  MUSTER_TRY_ASSIGN(const bool is_over, at_end(index));
  if (is_over) return false;
  const auto entry = chosen(prefer, index);
  if (!entry) return missing(index);
  if (writer != nullptr) {
    if (entry->from_mirror) note_replaced(index);
    MUSTER_TRY_ASSIGN(auto blobs, blobs_of(*entry->body));
    MUSTER_TRY(writer->add(*entry->body, std::move(blobs)));
  }
  previous_ = leaf_hash(*entry->body);
  range_.append(previous_);
  return true;
}

/// Puts the whole log together; writes it only if there is a writer.
Result<void> Repair::pass(Prefer prefer, BatchWriter* writer) {
  range_ = CompactRange();
  previous_ = Hash{};
  roots_.assign(claims_.size(), std::nullopt);
  for (bool more = true; more;) {
    for (std::size_t i = 0; i < claims_.size(); ++i) {
      if (claims_[i].head.size == range_.size()) roots_[i] = range_.root();
    }
    MUSTER_TRY_ASSIGN(more, step(prefer, writer));
  }
  if (writer != nullptr) MUSTER_TRY(writer->finish());
  return check_claims();
}

Result<void> Repair::check_claims() const {
  if (roots_.back() != anchor().root) {
    return refusal("repair.other_history",
                   "what is here and in the mirror does not lead to the root that was signed for " +
                       std::to_string(anchor().size.value) + " entries");
  }
  for (std::size_t i = 0; i < claims_.size(); ++i) {
    if (roots_[i] == claims_[i].head.root) continue;
    return refusal("repair.fork", "the checkpoints of " +
                                      std::to_string(claims_[i].head.size.value) + " and of " +
                                      std::to_string(anchor().size.value) +
                                      " entries are signed and contradict each other");
  }
  return {};
}

Result<Blob> Repair::blob_of(const Hash& name, LogIndex index) {
  if (damaged_ != nullptr) {
    auto own = damaged_->blob(name);
    if (own && crypto::sha256(*own) == name) return Blob{name, std::move(*own)};
  }
  auto other = sources_.mirror.blob(name);
  if (other && crypto::sha256(*other) == name) {
    ++report_.blobs_replaced;
    return Blob{name, std::move(*other)};
  }
  return refusal("repair.missing", "blob " + name.to_hex() + " of entry " +
                                       std::to_string(index.value) +
                                       ": damaged here and not in the mirror");
}

Result<std::vector<Blob>> Repair::blobs_of(const Bytes& body) {
  MUSTER_TRY_ASSIGN(const Entry entry, parse_entry(body));
  std::vector<Blob> blobs;
  for (const Hash& name : sources_.named_blobs(entry)) {
    MUSTER_TRY_ASSIGN(Blob blob, blob_of(name, entry.index));
    blobs.push_back(std::move(blob));
  }
  return blobs;
}

/// Blobs that no entry names, as far as they can be read.
Result<void> Repair::copy_other_blobs() {
  if (damaged_ == nullptr) return {};
  const auto names = damaged_->blob_hashes();
  if (!names) return {};
  MUSTER_TRY_ASSIGN(const auto there, fresh_.blob_hashes());
  const std::set<Hash> known(there.begin(), there.end());
  for (const Hash& name : *names) {
    if (known.contains(name)) continue;
    auto bytes = damaged_->blob(name);
    if (!bytes || crypto::sha256(*bytes) != name) continue;
    const std::vector<Blob> one{{name, std::move(*bytes)}};
    MUSTER_TRY(fresh_.append(range_.size(), {}, one));
  }
  return {};
}

Result<void> Repair::keep_checkpoints() {
  for (const SignedClaim& claim : claims_) MUSTER_TRY(fresh_.put_checkpoint(claim.text));
  report_.checkpoints = claims_.size();
  return {};
}

Result<RepairReport> Repair::run() {
  MUSTER_TRY(gather_claims());
  Prefer prefer = Prefer::own;
  auto dry = pass(prefer, nullptr);
  if (!dry && dry.error().rule == "repair.fork") return failure(dry.error());
  if (!dry) {
    // Damage that agrees with itself: what was signed is then as the mirror has it.
    prefer = Prefer::mirror;
    MUSTER_TRY(pass(prefer, nullptr));
  }
  BatchWriter writer(fresh_, {0});
  MUSTER_TRY(pass(prefer, &writer));
  MUSTER_TRY(copy_other_blobs());
  MUSTER_TRY(keep_checkpoints());
  report_.anchor = anchor();
  MUSTER_TRY_ASSIGN(report_.head, fresh_.head());
  return report_;
}

}  // namespace

Result<RepairReport> repair(Store* damaged, const RepairSources& sources, Store& fresh) {
  return Repair(damaged, sources, fresh).run();
}

}  // namespace muster::ledger
