#include "registry/follower.hpp"

#include <mutex>

#include "registry/parallel.hpp"

namespace muster::registry {
namespace {

constexpr std::size_t followed_per_read = 256;

/// Blobs for several threads; those handed out live as long as this object.
class FollowedBlobs final {
 public:
  explicit FollowedBlobs(const std::function<Result<Bytes>(const Hash&)>& source)
      : source_(source) {}

  const Bytes* find(const Hash& hash) {
    const std::scoped_lock lock(mutex_);
    auto bytes = source_(hash);
    if (!bytes) {
      if (bytes.error().code != Errc::not_found && !trouble_) trouble_ = std::move(bytes.error());
      return nullptr;
    }
    kept_.push_back(std::make_unique<Bytes>(std::move(bytes.value())));
    return kept_.back().get();
  }
  [[nodiscard]] const std::optional<Error>& trouble() const { return trouble_; }

 private:
  const std::function<Result<Bytes>(const Hash&)>& source_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Bytes>> kept_;
  std::optional<Error> trouble_;
};

}  // namespace

std::vector<CheckedSignature> taken_as_good(const ledger::Envelope& envelope) {
  std::vector<CheckedSignature> list;
  for (const auto& signature : envelope.signatures) {
    list.push_back({.keyid = signature.keyid.text(), .known = true, .verified = true});
  }
  return list;
}

std::vector<Prepared> Follower::prepare_all(std::span<const ledger::Entry> entries,
                                            const BlobSource& blobs) {
  std::vector<Prepared> prepared(entries.size());
  for_each_index(entries.size(), options_.threads,
                 [&](std::size_t i) { prepared[i] = prepare(entries[i].envelope, blobs); });
  KeyRing brought;
  for (const Prepared& one : prepared) {
    if (!one.error) add_brought_keys(one.event, brought);
  }
  for_each_index(entries.size(), options_.threads, [&](std::size_t i) {
    if (prepared[i].error) return;
    prepared[i].signatures = entries[i].index.value < options_.trusted
                                 ? taken_as_good(entries[i].envelope)
                                 : checked_signatures(entries[i].envelope, keys_, brought);
    if (entries[i].index.value >= options_.trusted) check_proof(prepared[i]);
  });
  keys_.merge(brought);
  return prepared;
}

Result<Case> Follower::judge(const Prepared& prepared, Timestamp at) {
  return registry::judge(memory_.state(), prepared.event, prepared.signatures, {at});
}

void Follower::take(const ledger::Entry& entry, const Prepared& prepared,
                    const FollowVisitor& visitor) {
  State& state = memory_.state();
  std::optional<Error> fault = prepared.error;
  std::optional<Case> found;
  if (!fault && state.statement_index(prepared.statement)) {
    fault = refusal("statement.twice", "it stands in the log before").value();
  }
  if (!fault) {
    auto judged = judge(prepared, entry.accepted_at);
    if (judged) {
      found.emplace(std::move(*judged));
    } else {
      fault = std::move(judged.error());
    }
  }
  const Followed followed{entry, prepared, found ? &*found : nullptr, fault ? &*fault : nullptr};
  if (visitor.before) visitor.before(followed);
  if (found) {
    apply(state, *found);
  } else {
    registry::pass_over(state, prepared.statement, entry.accepted_at);
  }
  state.commit();
  if (visitor.after) visitor.after(followed);
}

void Follower::pass_over() {
  State& state = memory_.state();
  const auto& rows = state.tables().statements.rows();
  registry::pass_over(state, Hash{}, {rows.empty() ? 0 : rows.back().accepted_ms});
  state.commit();
}

Result<void> Follower::take(std::span<const ledger::Entry> entries,
                            const std::function<Result<Bytes>(const Hash&)>& blob,
                            const FollowVisitor& visitor) {
  FollowedBlobs blobs(blob);
  const auto prepared = prepare_all(entries, [&](const Hash& hash) { return blobs.find(hash); });
  if (blobs.trouble()) return failure(*blobs.trouble());
  for (std::size_t i = 0; i < entries.size(); ++i) take(entries[i], prepared[i], visitor);
  return {};
}

Result<void> follow_entries(Follower& follower, const ledger::EntryMirror& log, std::uint64_t to,
                            const FollowVisitor& visitor) {
  while (follower.state().size() < to) {
    const std::uint64_t first = follower.state().size();
    const auto count = std::min<std::uint64_t>(followed_per_read, to - first);
    MUSTER_TRY_ASSIGN(const auto bodies, log.read({first}, static_cast<std::size_t>(count)));
    if (bodies.empty()) {
      return failure(Errc::unavailable, "this copy of the log ends at " + std::to_string(first) +
                                            " entries, want " + std::to_string(to));
    }
    std::vector<ledger::Entry> entries;
    for (const Bytes& body : bodies) {
      const std::uint64_t index = first + entries.size();
      auto entry = ledger::parse_entry(body);
      if (!entry || entry->index.value != index) {
        return failure(Errc::corrupt, "entry " + std::to_string(index) + ": " +
                                          (entry ? "has another index" : entry.error().message));
      }
      entries.push_back(std::move(*entry));
    }
    MUSTER_TRY(follower.take(entries, log.blob, visitor));
  }
  return {};
}

}  // namespace muster::registry
