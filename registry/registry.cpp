#include "registry/registry.hpp"

#include <algorithm>

#include "ledger/base/check.hpp"
#include "ledger/base/crew.hpp"
#include "registry/writer_turn.hpp"

namespace muster::registry {
/// A batch on its way through `record`.
struct Registry::Attempt {
  std::span<const Submission> submissions;
  std::span<const Prepared> prepared;
  BatchMode mode;
  WriterTurn& turn;
  std::vector<Outcome> outcomes{};
  std::vector<std::size_t> accepted{};  // places in `submissions`
  Timestamp accepted_at{};
};

Registry::Registry(ledger::Log& log, Clock& clock, RegistryOptions options)
    : log_(&log),
      clock_(&clock),
      options_(std::move(options)),
      memory_(empty_state()),
      keys_(std::make_unique<KeyRing>()) {}

/// Nothing applied yet; what is not saved in a view is kept track of where there is one.
StateMemory Registry::empty_state() const {
  if (!options_.view) return StateMemory();
  return StateMemory::about(options_.memory_bytes, options_.view->scratch_folder(), true);
}

Registry::Registry(Registry&&) noexcept = default;
Registry& Registry::operator=(Registry&&) noexcept = default;

Registry::~Registry() {
  // Best effort: what is not saved is made again from the log at the next open.
  if (view_) static_cast<void>(flush().has_value());
}

Result<Registry> Registry::open(ledger::Log& log, Clock& clock, RegistryOptions options) {
  Registry registry(log, clock, std::move(options));
  if (registry.options_.view) MUSTER_TRY(registry.open_view());
  MUSTER_TRY(registry.catch_up());
  return registry;
}

void Registry::learn_keys() {
  const auto& keys = now().tables().keys;
  for (; known_keys_ < keys.size(); ++known_keys_) {
    const Key& key = keys[known_keys_];
    const auto parsed = crypto::PublicKey::parse(key.public_key);
    MUSTER_CHECK(parsed.has_value());
    keys_->emplace(key.id, *parsed);
  }
  for (const OperatorKey& key : now().tables().operator_keys.rows()) {
    if (keys_->contains(key.id)) continue;
    const auto parsed = crypto::PublicKey::parse(key.public_key);
    MUSTER_CHECK(parsed.has_value());
    keys_->emplace(key.id, *parsed);
  }
}

/// One submission needs nobody's help.
Batch::Help Registry::help_for(std::size_t submissions) {
  if (submissions < 2 || options_.threads < 2) return {keys_.get(), nullptr};
  if (crew_ == nullptr) crew_ = std::make_unique<Crew>(static_cast<unsigned>(options_.threads));
  return {keys_.get(), crew_.get()};
}

Batch Registry::begin(std::vector<Submission> submissions) {
  const Batch::Help help = help_for(submissions.size());
  return Batch::begin(std::move(submissions), help);
}

/// The outcome of a statement whose number was used before: the first receipt, or a refusal.
std::optional<Outcome> Registry::earlier(const Prepared& prepared) const {
  if (!is_by_its_party(now(), prepared)) return std::nullopt;
  const auto index = entry_of_number(now(), prepared.event.header);
  if (!index) return std::nullopt;
  Outcome outcome{.statement = prepared.statement, .index = {*index}, .leaf = {}, .error = {}};
  outcome.error = number_reused(now(), prepared);
  if (!outcome.error) outcome.status = Outcome::Status::duplicate;
  return outcome;
}

/// What the state says of one statement, and what it found of one that it admits.
Outcome Registry::verdict(const Prepared& prepared, Timestamp accepted_at,
                          std::optional<Case>& found) {
  Outcome outcome{.statement = prepared.statement, .index = {}, .leaf = {}, .error = {}};
  if (prepared.error) {
    outcome.error = prepared.error;
    return outcome;
  }
  if (auto before = earlier(prepared)) {
    outcome = std::move(*before);
  } else {
    auto judged = registry::judge(now(), prepared.event, prepared.signatures, {accepted_at});
    if (judged) {
      outcome.status = Outcome::Status::recorded;
      outcome.index = {now().size()};
      found.emplace(std::move(*judged));
    } else {
      outcome.error = std::move(judged.error());
    }
  }
  if (outcome.error && outcome.error->code == Errc::refused) {
    outcome.judged = Judgement{{now().size()}, accepted_at};
  }
  return outcome;
}

void Registry::judge(Attempt& batch) {
  batch.outcomes.clear();
  batch.accepted.clear();
  for (std::size_t i = 0; i < batch.prepared.size(); ++i) {
    std::optional<Case> found;
    Outcome outcome = verdict(batch.prepared[i], batch.accepted_at, found);
    if (found) {
      apply(now(), *found);
      batch.accepted.push_back(i);
    }
    batch.outcomes.push_back(std::move(outcome));
  }
}

/// Judges the refused statements of a batch that falls as a whole by the log as it stays, without
/// those before them. What it would admit alone was refused because of the others, and nobody signs
/// for that.
void Registry::judge_alone(Attempt& batch) {
  for (std::size_t i = 0; i < batch.prepared.size(); ++i) {
    Outcome& outcome = batch.outcomes[i];
    if (outcome.status != Outcome::Status::refused) continue;
    std::optional<Case> found;
    Outcome alone = verdict(batch.prepared[i], batch.accepted_at, found);
    outcome.judged.reset();
    if (alone.status == Outcome::Status::refused) outcome = std::move(alone);
  }
}

namespace {

/// Turns accepted outcomes of a batch that is refused as a whole into refusals.
void refuse_rest(std::vector<Outcome>& outcomes) {
  for (Outcome& outcome : outcomes) {
    if (outcome.status != Outcome::Status::recorded) continue;
    outcome.status = Outcome::Status::refused;
    outcome.error = refusal("batch.not_all", "another statement of the batch was refused").value();
  }
}

bool any_refused(const std::vector<Outcome>& outcomes) {
  return std::ranges::any_of(outcomes,
                             [](const Outcome& o) { return o.status == Outcome::Status::refused; });
}

}  // namespace

/// Judges and appends once; false when another writer came first. Nobody is refused by an older log
/// than the present one, unless it was read again in this call.
Result<bool> Registry::attempt(Attempt& batch, bool caught_up) {
  batch.accepted_at = std::max(log_->last_accepted_at(), clock_->now());
  judge(batch);
  if (batch.mode == BatchMode::all_or_nothing && any_refused(batch.outcomes)) {
    now().rollback();
    judge_alone(batch);
    refuse_rest(batch.outcomes);
    batch.accepted.clear();
  }
  if (batch.accepted.empty()) {
    MUSTER_TRY_ASSIGN(const ledger::TreeHead head, log_->store().head());
    return caught_up || head.size == log_->size();
  }
  auto appended = append(batch);
  batch.turn.give_back();  // others need not wait for the view
  if (appended) {
    MUSTER_TRY(finish(batch, *appended));
    return true;
  }
  now().rollback();
  if (appended.error().code != Errc::conflict) return failure(std::move(appended.error()));
  return false;
}

Result<ledger::Appended> Registry::append(const Attempt& batch) {
  std::vector<ledger::Envelope> envelopes;
  envelopes.reserve(batch.accepted.size());
  std::vector<ledger::Blob> blobs;
  for (const std::size_t i : batch.accepted) {
    envelopes.push_back(batch.submissions[i].envelope);
    const auto& list = batch.submissions[i].blobs;
    if (list.empty()) continue;
    for (const ManifestRef& ref : manifests_of(batch.prepared[i].event)) {
      blobs.push_back(*std::ranges::find(list, ref.sha256, &ledger::Blob::sha256));
    }
  }
  return log_->append(log_->size(), batch.accepted_at, envelopes, blobs);
}

Result<void> Registry::finish(Attempt& batch, const ledger::Appended& appended) {
  now().commit();
  learn_keys();
  for (std::size_t k = 0; k < batch.accepted.size(); ++k) {
    Outcome& outcome = batch.outcomes[batch.accepted[k]];
    MUSTER_CHECK(outcome.index.value == appended.first.value + k);
    outcome.leaf = appended.leaves[k];
  }
  const auto flushed = flush_if_due();
  // A view that another process made anew is told of where it is asked for: this is recorded.
  if (!flushed && flushed.error().rule != view_made_anew) return failure(flushed.error());
  memory_.keep_within();
  return {};
}

Result<std::vector<Outcome>> Registry::record(std::span<const Submission> submissions,
                                              BatchMode mode) {
  Batch batch = Batch::begin_borrowed(submissions, help_for(submissions.size()));
  return record(batch, mode);
}

Result<std::vector<Outcome>> Registry::record(Batch& begun, BatchMode mode) {
  MUSTER_CHECK(!options_.up_to);
  begun.settle();
  WriterTurn turn(log_->store());
  Attempt batch{
      .submissions = begun.submissions(), .prepared = begun.prepared(), .mode = mode, .turn = turn};
  bool done = false;
  for (std::size_t tries = 0; !done; ++tries) {
    if (tries == options_.max_attempts) {
      return failure(Errc::conflict,
                     "recording: other writers came first " + std::to_string(tries) + " times");
    }
    if (tries > 0) {
      // Who judges more slowly than others append would always come too late.
      MUSTER_TRY(turn.take());
      MUSTER_TRY(catch_up());
      // A key that another writer registered meanwhile may be the one that was not known.
      begun.settle();
    }
    MUSTER_TRY_ASSIGN(done, attempt(batch, tries > 0));
  }
  for (Outcome& outcome : batch.outcomes) {
    if (outcome.status != Outcome::Status::duplicate) continue;
    MUSTER_TRY(log_->store().settle());  // what is acknowledged again must be durable, too
    MUSTER_TRY_ASSIGN(const auto leaves, log_->store().leaf_hashes(outcome.index, 1));
    if (!leaves.empty()) outcome.leaf = leaves.front();
  }
  for (std::size_t i = 0; i < batch.outcomes.size(); ++i) {
    keep_contradiction(batch.submissions[i], batch.prepared[i], batch.outcomes[i]);
  }
  return std::move(batch.outcomes);
}

Result<Outcome> Registry::record(const Submission& submission) {
  MUSTER_TRY_ASSIGN(auto outcomes, record(std::span(&submission, 1)));
  return std::move(outcomes.front());
}

Result<void> Registry::check(const Submission& submission) {
  Batch batch = Batch::begin_borrowed(std::span(&submission, 1), help_for(1));
  batch.settle();
  const Prepared& one = batch.prepared().front();
  if (one.error) return failure(*one.error);
  if (const auto before = earlier(one)) {
    if (before->error) return failure(*before->error);
    return {};
  }
  MUSTER_TRY(registry::judge(now(), one.event, one.signatures,
                             {std::max(log_->last_accepted_at(), clock_->now())}));
  return {};
}

Result<void> Registry::flush_if_due() {
  if (!view_) return {};
  const auto& statements = now().tables().statements;
  const std::size_t entries = statements.size() - statements.first_unsaved();
  if (now().changes().size() < options_.flush_rows && entries < options_.flush_entries) return {};
  return flush();
}

}  // namespace muster::registry
