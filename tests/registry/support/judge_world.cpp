#include "tests/registry/support/judge_world.hpp"

#include "ledger/crypto/key_id.hpp"
#include "registry/dump.hpp"
#include "registry/submission.hpp"
#include "tests/support/must.hpp"

namespace muster::test {

using namespace registry;

namespace {

const Bytes* no_blob(const Hash& /*hash*/) { return nullptr; }

ledger::Envelope enveloped(const std::string& payload) {
  ledger::Envelope envelope;
  envelope.payload_type = ledger::event_payload_type;
  envelope.payload = payload;
  return envelope;
}

std::string dump_of(const State& state) {
  std::string text;
  dump_tables(state.tables(), [&](const std::string& line) { text += line + "\n"; });
  return text;
}

/// Every entry of the world's log, applied to `state`.
void replay(World& world, State& state) {
  for (const ledger::Entry& entry : must(world.log->read({0}, 100'000))) {
    const Prepared prepared = prepare(entry.envelope, no_blob);
    if (prepared.error) FAIL(prepared.error->message);
    std::vector<CheckedSignature> signatures;
    for (const auto& signature : entry.envelope.signatures) {
      signatures.push_back({.keyid = signature.keyid.text(), .known = true, .verified = true});
    }
    const auto found = must(judge(state, prepared.event, signatures, {entry.accepted_at}));
    apply(state, found);
    state.commit();
  }
}

}  // namespace

JudgeWorld::JudgeWorld(World& world) : now(world.clock.now()), world_(world) {
  replay(world, state_);
}

std::string JudgeWorld::say(const std::string& org, Draft draft,
                            const std::vector<std::string>& keys) {
  draft.event_time = now;
  StatementMaker maker({.origin = state_.origin(),
                        .org = org,
                        .stream = "main",
                        .next_number = next_number(state_, org)},
                       world_.signer(org), random_);
  const auto made = must(maker.payload(draft, &state_));
  Prepared prepared = prepare(enveloped(made.first), no_blob);
  if (prepared.error) {
    // Such as the id of what a correction took away, "id~entry", which nobody can say any more.
    message_ = prepared.error->message;
    return prepared.error->rule;
  }
  std::vector<CheckedSignature> signatures;
  std::vector<std::string> names = keys;
  if (names.empty()) names.push_back(org);
  for (const std::string& name : names) {
    signatures.push_back({.keyid = crypto::KeyId::of(world_.signer(name).public_key()).text(),
                          .known = true,
                          .verified = true});
  }
  const auto found = judge(state_, prepared.event, signatures, {now});
  if (!found) {
    message_ = found.error().message;
    return found.error().rule.empty() ? message_ : found.error().rule;
  }
  apply(state_, found.value());
  texts_[prepared.statement] = made.first;
  applied_.push_back({made.first, std::move(signatures), now});
  return {};
}

bool JudgeWorld::is_repeatable() {
  State again;
  replay(world_, again);
  for (const Applied& one : applied_) {
    const Prepared prepared = prepare(enveloped(one.payload), no_blob);
    if (prepared.error) return false;
    const auto found = judge(again, prepared.event, one.signatures, {one.at});
    if (!found) return false;
    apply(again, found.value());
    again.commit();
  }
  return dump_of(again) == dump_of(state_);
}

Json JudgeWorld::text_of(const Hash& statement) const {
  const auto found = texts_.find(statement);
  return found == texts_.end() ? Json() : must(parse_canonical_json(found->second));
}

}  // namespace muster::test
