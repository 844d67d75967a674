#include "registry/promise_check.hpp"

#include "tests/registry/support/operator_notes.hpp"

using namespace muster;
using namespace muster::registry;
using namespace muster::test;

namespace {

constexpr std::int64_t merge_delay_ms = ms_per_day;

ledger::SubmissionPromise promise_of(World& world, const Submission& submission) {
  const Timestamp now = world.clock.now();
  return {note_subject(world, submission, world.log->size().value), now, {now.ms + merge_delay_ms}};
}

PromiseFate fate_in(World& world, const ledger::SubmissionPromise& promise) {
  return must(fate_of_promise(promise, ledger::mirror_of(world.store), must(world.store.head())));
}

}  // namespace

TEST_CASE("a promise is kept by the statement in time, to the millisecond") {
  for (const bool in_time : {true, false}) {
    World world;
    const Submission site = world.statement("dealer", new_warehouse("s1"));
    const auto promise = promise_of(world, site);
    world.clock.set({promise.deadline.ms + (in_time ? 0 : 1)});

    const Outcome outcome = must(world.registry().record(site));

    const PromiseFate found = fate_in(world, promise);
    CHECK(found.state == (in_time ? PromiseState::kept : PromiseState::broken));
    CHECK(*found.entry == outcome.index);
    CHECK(found.too_late.has_value() != in_time);
    CHECK_FALSE(found.by_refusal);
  }
}

TEST_CASE("a promise is open until the log has an entry after the deadline, then broken for ever") {
  World world;
  const Submission site = world.statement("dealer", new_warehouse("s1"));
  const auto promise = promise_of(world, site);
  world.record("gov", new_warehouse("g1"));
  CHECK(fate_in(world, promise).state == PromiseState::open);
  CHECK_FALSE(fate_in(world, promise).entry);
  CHECK(fate_in(world, promise).accepted_at == world.clock.now());
  world.clock.set(promise.deadline);
  must(world.registry().record(world.statement("gov", new_warehouse("g2"))));
  CHECK(fate_in(world, promise).state == PromiseState::open);

  world.record("gov", new_warehouse("g3"));

  const std::uint64_t first_after = world.log->size().value - 1;
  CHECK(fate_in(world, promise).state == PromiseState::broken);
  must(world.registry().record(site));
  CHECK(fate_in(world, promise).state == PromiseState::broken);
  CHECK(fate_in(world, promise).entry->value == first_after);
  CHECK(fate_in(world, promise).too_late->value == first_after + 1);
}

TEST_CASE("what was in the log before the promise keeps it") {
  World world;
  const Submission site = world.statement("dealer", new_warehouse("s1"));
  must(world.registry().record(site));
  CHECK(fate_in(world, promise_of(world, site)).state == PromiseState::kept);
}

TEST_CASE("a promise is kept by a logged refusal of the same envelope, judged on no older log") {
  World world;
  const Submission bad = undesigned(world);
  const auto promise = promise_of(world, bad);
  const auto honest = refusal_of(world, bad, must(world.registry().record(bad)));

  auto other = honest;
  other.about.envelope.bytes[0] ^= 1U;
  world.record("registrar", log_refusal(world, other));
  other = honest;
  other.about.statement.bytes[0] ^= 1U;
  world.record("registrar", log_refusal(world, other));
  other = honest;
  other.about = note_subject(world, bad, honest.about.head.size.value - 1);
  world.record("registrar", log_refusal(world, other));
  CHECK(fate_in(world, promise).state == PromiseState::open);

  world.record("registrar", log_refusal(world, honest));

  const PromiseFate found = fate_in(world, promise);
  CHECK(found.state == PromiseState::kept);
  CHECK(found.by_refusal);
  CHECK(found.entry->value == world.log->size().value - 1);
}

TEST_CASE("a refusal in the log counts only if the operator signed it") {
  World world;
  const Submission bad = undesigned(world);
  const auto promise = promise_of(world, bad);
  const auto honest = refusal_of(world, bad, must(world.registry().record(bad)));
  // Past the rules, straight into the log.
  const Submission forged = world.statement("registrar", log_refusal(world, honest, "dealer"));
  must(world.log->append(world.log->size(), world.clock.now(), std::span(&forged.envelope, 1)));

  CHECK(fate_in(world, promise).state == PromiseState::open);
}

TEST_CASE("a refusal by the operator's next key keeps a promise by the former one") {
  World world;
  const Submission bad = undesigned(world);
  const auto promise = promise_of(world, bad);
  const std::string next =
      Hash::from_bytes(world.signer("next operator").public_key().bytes()).value().to_hex();
  world.record("registrar",
               {.kind = "operator.succeed", .body = {{"key", next}, {"reason", "planned"}}},
               {"operator", "next operator"});
  const auto honest = refusal_of(world, bad, must(world.registry().record(bad)));

  world.record("registrar", log_refusal(world, honest, "next operator"));

  CHECK(fate_in(world, promise).state == PromiseState::kept);
}

TEST_CASE("a copy of the log that ends early decides nothing") {
  World world;
  const Submission site = world.statement("dealer", new_warehouse("s1"));
  const auto promise = promise_of(world, site);
  ledger::TreeHead head = must(world.store.head());
  head.size.value += 5;

  CHECK(fate_of_promise(promise, ledger::mirror_of(world.store), head).error().code ==
        Errc::unavailable);
}

TEST_CASE("entries of another history decide nothing") {
  World world;
  const Submission site = world.statement("dealer", new_warehouse("s1"));
  const auto promise = promise_of(world, site);
  ledger::TreeHead head = must(world.store.head());
  head.root.bytes[0] ^= 1U;

  CHECK(fate_of_promise(promise, ledger::mirror_of(world.store), head).error().code ==
        Errc::corrupt);
}
