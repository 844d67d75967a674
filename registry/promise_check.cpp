#include "registry/promise_check.hpp"

#include <algorithm>

#include "registry/logged_refusal.hpp"
#include "registry/operator_key.hpp"

namespace muster::registry {
namespace {

constexpr std::size_t scanned_per_read = 1'024;

}  // namespace

bool PromiseScan::keeps(const ledger::Entry& entry, bool& by_refusal) const {
  if (ledger::statement_hash(entry.envelope) == promise_->about.statement) return true;
  const auto logged = refusal_recorded_by(entry.envelope);
  if (!logged) return false;
  const ledger::NoteSubject& about = logged->refusal.about;
  by_refusal =
      about.origin == promise_->about.origin && about.statement == promise_->about.statement &&
      about.envelope == promise_->about.envelope && about.head.size >= promise_->about.head.size &&
      std::ranges::any_of(
          keys_, [&](const ledger::VerifierKey& key) { return logged->is_signed_by(key.key()); });
  return by_refusal;
}

void PromiseScan::take(const ledger::Entry& entry) {
  if (fate_.state == PromiseState::kept || fate_.too_late) return;
  if (auto key = operator_key_in(entry)) keys_.push_back(std::move(*key));
  const bool in_time = entry.accepted_at <= promise_->deadline;
  if (fate_.state == PromiseState::open) fate_.accepted_at = entry.accepted_at;
  bool by_refusal = false;
  const bool is_it = keeps(entry, by_refusal);
  if (in_time && is_it) {
    fate_.state = PromiseState::kept;
    fate_.entry = entry.index;
    fate_.by_refusal = by_refusal;
    return;
  }
  if (in_time) return;
  if (fate_.state == PromiseState::open) {
    fate_.state = PromiseState::broken;
    fate_.entry = entry.index;
  }
  if (is_it) fate_.too_late = entry.index;
}

Result<PromiseFate> fate_of_promise(const ledger::SubmissionPromise& promise,
                                    const ledger::EntryMirror& log, const ledger::TreeHead& head) {
  PromiseScan scan(promise);
  ledger::CompactRange tree;
  for (std::uint64_t at = 0; at < head.size.value && scan.fate().state != PromiseState::kept;) {
    const auto count = std::min<std::uint64_t>(scanned_per_read, head.size.value - at);
    MUSTER_TRY_ASSIGN(const auto bodies, log.read({at}, static_cast<std::size_t>(count)));
    if (bodies.empty()) {
      return failure(Errc::unavailable,
                     "this copy of the log ends at " + std::to_string(at) + " entries");
    }
    for (const Bytes& body : bodies) {
      const auto entry = ledger::parse_entry(body);
      if (!entry || entry->index.value != at) {
        return failure(Errc::corrupt, "entry " + std::to_string(at) + ": is none of this place");
      }
      scan.take(*entry);
      tree.append(ledger::leaf_hash(body));
      ++at;
    }
  }
  if (scan.fate().state != PromiseState::kept && tree.root() != head.root) {
    return failure(Errc::corrupt, "the entries lead to root " + tree.root().to_hex() + ", want " +
                                      head.root.to_hex());
  }
  return scan.fate();
}

}  // namespace muster::registry
