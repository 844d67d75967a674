// What a refusal says, and what a stranger makes of it who has the log.

#include "registry/refusal_check.hpp"
#include "tests/registry/support/operator_notes.hpp"
#include "tests/support/folder.hpp"

using namespace muster;
using namespace muster::registry;
using namespace muster::test;

namespace {

Submission signed_by(World& world, const std::string& signer, const Submission& from) {
  const crypto::Signer* const key = &world.signer(signer);
  return {must(ledger::sign_envelope(from.envelope.payload_type, from.envelope.payload,
                                     std::span(&key, 1)))};
}

RefusalJudgement judged_again(World& world, const ledger::Refusal& refusal,
                              const Submission& submission) {
  return must(judge_refusal(refusal, submission, ledger::mirror_of(world.store)));
}

Outcome refused(World& world, const Submission& submission) {
  Outcome outcome = must(world.registry().record(submission));
  REQUIRE(outcome.status == Outcome::Status::refused);
  return outcome;
}

}  // namespace

TEST_CASE("a refusal by a rule says by which entries and when it was judged") {
  World world;
  const auto size = world.log->size();

  const Outcome outcome = refused(world, undesigned(world));

  REQUIRE(outcome.judged);
  CHECK(*outcome.judged == Judgement{size, world.clock.now()});
  CHECK(world.log->size() == size);
}

TEST_CASE("what cannot be read is refused by no rule, and what is accepted is not judged") {
  World world;
  Submission unreadable = undesigned(world);
  unreadable.envelope.payload = "{}";

  CHECK_FALSE(refused(world, unreadable).judged);
  CHECK_FALSE(must(world.registry().record(world.statement("dealer", new_warehouse("s")))).judged);
}

TEST_CASE("in a batch each statement is judged behind those that were accepted before it") {
  World world;
  const std::uint64_t size = world.log->size().value;
  const std::vector<Submission> batch{
      undesigned(world), world.statement("gov", new_warehouse("s1")), undesigned(world)};

  const auto outcomes = must(world.registry().record(batch));

  CHECK(outcomes[0].judged->size.value == size);
  CHECK(outcomes[2].judged->size.value == size + 1);
  for (const std::size_t i : {0U, 2U}) {
    const auto refusal = refusal_of(world, batch[i], outcomes[i]);
    CHECK(judged_again(world, refusal, batch[i]).verdict == RefusalVerdict::stands);
  }
}

TEST_CASE(
    "of a batch that falls as a whole, what falls by itself is judged by the log as it stays") {
  World world;
  const std::uint64_t size = world.log->size().value;
  const Submission site = world.statement("gov", new_warehouse("s1"));
  // The same site again: refused only because of the statement before it.
  StatementMaker maker({.origin = world.state().origin(), .org = "maker", .next_number = 90},
                       world.signer("maker"), world.random);
  Draft again = new_warehouse("s1");
  again.event_time = world.clock.now();
  const std::vector<Submission> batch{site, undesigned(world), must(maker.make(again, nullptr))};

  const auto outcomes = must(world.registry().record(batch, BatchMode::all_or_nothing));

  CHECK(world.log->size().value == size);
  CHECK(outcomes[0].error->rule == "batch.not_all");
  CHECK_FALSE(outcomes[0].judged);
  REQUIRE(outcomes[1].judged);
  CHECK(outcomes[1].judged->size.value == size);
  CHECK(judged_again(world, refusal_of(world, batch[1], outcomes[1]), batch[1]).verdict ==
        RefusalVerdict::stands);
  CHECK(outcomes[2].status == Outcome::Status::refused);
  CHECK_FALSE(outcomes[2].judged);
}

TEST_CASE("nobody is refused by an older log than there is") {
  World world;
  ledger::Log other_log = must(ledger::Log::open(world.store));
  Registry other = must(Registry::open(other_log, world.clock));
  const Submission early = world.statement("newcomer", new_warehouse("s1"));
  world.add_party("newcomer", "US", {"distributor"});

  // `other` has not seen the newcomer; its statement has a number that is used by now.
  const Outcome outcome = must(other.record(early));

  CHECK(outcome.error->rule == "number.reused");
  CHECK(outcome.judged->size == world.log->size());
}

TEST_CASE("an honest refusal stands when it is judged again, whatever was recorded since") {
  World world;
  const Submission submission = undesigned(world);
  const auto refusal = refusal_of(world, submission, refused(world, submission));
  world.record("gov", new_warehouse("s1"));
  world.clock.advance_ms(ms_per_day);
  world.record("gov", new_warehouse("s2"));

  const auto judgement = judged_again(world, refusal, submission);

  CHECK(judgement.verdict == RefusalVerdict::stands);
  CHECK(judgement.root == refusal.about.head.root);
  CHECK(judgement.why.starts_with("role.missing"));
  CHECK_FALSE(is_wrong(judgement.verdict));
}

TEST_CASE("a reused number, an unknown key and a bad signature are refusals that stand, too") {
  World world;
  const Submission first = world.statement("gov", new_warehouse("s1"));
  const Submission second = world.statement("gov", new_warehouse("s2"));
  must(world.registry().record(first));
  Submission garbled = undesigned(world);
  garbled.envelope.signatures[0].sig[4] ^= 1U;
  const std::vector<Submission> all{second, signed_by(world, "nobody", second), garbled};
  for (const Submission& submission : all) {
    const Outcome outcome = refused(world, submission);
    const auto refusal = refusal_of(world, submission, outcome);
    CAPTURE(refusal.rule);
    CHECK(judged_again(world, refusal, submission).verdict == RefusalVerdict::stands);
  }
}

TEST_CASE("a refusal of what the rules admit is shown to be wrong") {
  World world;
  const Submission good = world.statement("dealer", new_warehouse("s1"));
  const std::uint64_t size = world.log->size().value;
  const ledger::Refusal wrong{note_subject(world, good, size), world.clock.now(), "role.missing",
                              "no"};
  world.record("gov", new_warehouse("s9"));

  const auto judgement = judged_again(world, wrong, good);

  CHECK(judgement.verdict == RefusalVerdict::admitted);
  CHECK(is_wrong(judgement.verdict));
}

TEST_CASE("a refusal by a rule that is not the one that refuses is told apart") {
  World world;
  const Submission submission = undesigned(world);
  auto refusal = refusal_of(world, submission, refused(world, submission));
  refusal.rule = "party.unknown";

  CHECK(judged_again(world, refusal, submission).verdict == RefusalVerdict::other_rule);
}

TEST_CASE("a refusal of what was recorded before, or dated before what it counts, is wrong") {
  World world;
  const Submission good = world.statement("dealer", new_warehouse("s1"));
  must(world.registry().record(good));
  const std::uint64_t size = world.log->size().value;
  const ledger::Refusal recorded{note_subject(world, good, size), world.clock.now(), "site.exists",
                                 "no"};
  const Submission bad = undesigned(world);
  auto early = refusal_of(world, bad, refused(world, bad));
  early.judged_at.ms -= 1;

  CHECK(judged_again(world, recorded, good).verdict == RefusalVerdict::recorded);
  CHECK(judged_again(world, early, bad).verdict == RefusalVerdict::dated_back);
}

TEST_CASE(
    "a refusal by another history, of another statement or beyond the copy is said to be so") {
  World world;
  const Submission bad = undesigned(world);
  auto refusal = refusal_of(world, bad, refused(world, bad));
  const ledger::Refusal honest = refusal;

  CHECK(judge_refusal(honest, signed_by(world, "gov", bad), ledger::mirror_of(world.store))
            .error()
            .rule == "refusal.other_statement");
  refusal.about.head.root.bytes[0] ^= 1U;
  CHECK(judged_again(world, refusal, bad).verdict == RefusalVerdict::other_history);
  refusal = honest;
  refusal.about.head.size.value += 1;
  CHECK(judge_refusal(refusal, bad, ledger::mirror_of(world.store)).error().code ==
        Errc::unavailable);
}

TEST_CASE("a copy whose entries break the rules says nothing about a refusal") {
  World world;
  // Past the rules: a statement that nobody admits, straight into the log.
  const Submission bad = undesigned(world);
  must(world.log->append(world.log->size(), world.clock.now(), std::span(&bad.envelope, 1)));
  const Submission good = world.statement("gov", new_warehouse("s1"));
  const std::uint64_t size = world.log->size().value;
  const ledger::Refusal refusal{note_subject(world, good, size), world.clock.now(), "role.missing",
                                "no"};

  CHECK(judged_again(world, refusal, good).verdict == RefusalVerdict::faulty_log);
}

TEST_CASE("a signed refusal can be recorded by any party, once") {
  World world;
  const Submission bad = undesigned(world);
  const auto refusal = refusal_of(world, bad, refused(world, bad));

  world.record("dealer", log_refusal(world, refusal));

  const RefusalRow& row = world.state().tables().refusals[0];
  CHECK(row.statement == refusal.about.statement);
  CHECK(row.envelope == refusal.about.envelope);
  CHECK(row.rule == "role.missing");
  CHECK(world.state().party_name(row.party) == "dealer");
  CHECK(world.rule("registrar", log_refusal(world, refusal)) == "refusal.logged");
  const auto entries = must(world.log->read({row.index}, 1));
  const auto logged = refusal_recorded_by(entries[0].envelope);
  REQUIRE(logged);
  CHECK(logged->refusal == refusal);
  CHECK(logged->is_signed_by(world.signer("operator").public_key()));
}

TEST_CASE("what the operator did not sign, or not so, is not recorded as a refusal") {
  World world;
  const Submission bad = undesigned(world);
  const auto honest = refusal_of(world, bad, refused(world, bad));
  const Submission site = world.statement("gov", new_warehouse("s1"));
  const Outcome recorded = must(world.registry().record(site));

  CHECK(world.rule("dealer", log_refusal(world, honest, "dealer")) == "refusal.signature");
  auto changed = honest;
  changed.about.head.size.value = 900;
  CHECK(world.rule("dealer", log_refusal(world, changed)) == "refusal.size");
  changed = honest;
  changed.judged_at.ms += 100 * ms_per_day;
  CHECK(world.rule("dealer", log_refusal(world, changed)) == "refusal.time");
  changed = honest;
  changed.judged_at = {1};
  CHECK(world.rule("dealer", log_refusal(world, changed)) == "refusal.time");
  changed = honest;
  changed.about = note_subject(world, site, world.log->size().value);
  changed.judged_at = world.clock.now();
  CHECK(world.rule("dealer", log_refusal(world, changed)) == "refusal.recorded");
  Draft garbled = log_refusal(world, honest);
  garbled.body["message"] = "another\nline";
  CHECK(world.rule("dealer", garbled) == "refusal.form");
  garbled = log_refusal(world, honest);
  garbled.body["rule"] = "Not-a-rule";
  CHECK(world.rule("dealer", garbled) == "refusal.form");
  garbled = log_refusal(world, honest);
  garbled.body["message"] = "another";
  CHECK(world.rule("dealer", garbled) == "refusal.signature");
  CHECK(recorded.status == Outcome::Status::recorded);
}

TEST_CASE("a refusal by an old log is not recorded once more than an hour lies between") {
  World world;
  const Submission bad = undesigned(world);
  auto refusal = refusal_of(world, bad, refused(world, bad));
  world.record("gov", new_warehouse("s1"));
  const std::int64_t next_ms = world.clock.now().ms;
  world.clock.advance_ms(2 * ms_per_day);
  world.record("gov", new_warehouse("s2"));

  refusal.judged_at.ms = next_ms + ledger::max_judgement_age_ms + 1;
  CHECK(world.rule("dealer", log_refusal(world, refusal)) == "refusal.time");
  refusal.judged_at.ms -= 1;
  CHECK(world.rule("dealer", log_refusal(world, refusal)) == "recorded");
}

TEST_CASE("a former operator's key signs no refusals of later logs") {
  World world;
  const std::string next =
      Hash::from_bytes(world.signer("next operator").public_key().bytes()).value().to_hex();
  world.record("registrar",
               {.kind = "operator.succeed", .body = {{"key", next}, {"reason", "planned"}}},
               {"operator", "next operator"});
  const Submission bad = undesigned(world);
  const auto refusal = refusal_of(world, bad, refused(world, bad));

  CHECK(world.rule("dealer", log_refusal(world, refusal, "operator")) == "refusal.signature");
  CHECK(world.rule("dealer", log_refusal(world, refusal, "next operator")) == "recorded");
}

TEST_CASE("logged refusals come back from the view and from the log alike") {
  const Folder folder("refusal-view");
  World world({.view = folder.path() / "view.db"});
  const Submission bad = undesigned(world);
  const auto refusal = refusal_of(world, bad, refused(world, bad));
  world.record("dealer", log_refusal(world, refusal));
  const Hash before = must(world.registry().dump_hash());
  must(world.registry().flush());

  world.reopen({.view = folder.path() / "view.db"});
  CHECK(world.registry().view_was_loaded());
  CHECK(must(world.registry().dump_hash()) == before);
  must(world.registry().rebuild());
  CHECK(must(world.registry().dump_hash()) == before);
}
