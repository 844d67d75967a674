// Batches that are begun before the batch ahead of them is recorded.

#include <sstream>

#include "tests/registry/support/world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;
using registry::Batch;
using registry::Outcome;
using registry::Submission;

namespace {

registry::Draft office(const std::string& site) {
  return {.kind = "site.register",
          .body = {{"site", site}, {"name", "n"}, {"country", "US"}, {"kind", "office"}}};
}

/// Statements of one party, numbered from its next one on.
std::vector<Submission> offices(World& world, const std::string& org, std::size_t count) {
  registry::StatementMaker maker({.origin = "test.example/registry",
                                  .org = org,
                                  .next_number = registry::next_number(world.state(), org)},
                                 world.signer(org), world.random);
  std::vector<Submission> list;
  for (std::size_t i = 0; i < count; ++i) {
    registry::Draft draft = office(org + "-" + std::to_string(i));
    draft.event_time = world.clock.now();
    list.push_back(must(maker.make(draft, &world.state())));
  }
  return list;
}

/// The registration of a party that nobody knows yet.
Submission newcomer(World& world) {
  const auto key = world.signer("newcomer").public_key().bytes();
  return world.statement("registrar",
                         {.kind = "org.register",
                          .body = {{"party", "newcomer"},
                                   {"name", "The Newcomer"},
                                   {"country", "US"},
                                   {"roles", {"distributor"}},
                                   {"key", Hash::from_bytes(key).value().to_hex()}}},
                         {"newcomer"});
}

std::string rule_of(const Outcome& outcome) {
  return outcome.error ? outcome.error->rule : "recorded";
}

}  // namespace

TEST_CASE("batches begun ahead lead to the log that recording them in turn leads to") {
  for (const std::size_t threads : {1U, 2U, 5U}) {
    CAPTURE(threads);
    World ahead({.view = {}, .threads = threads});
    World in_turn({.view = {}, .threads = threads});
    const auto all = offices(ahead, "dealer", 60);
    REQUIRE(ledger::statement_hash(all.back().envelope) ==
            ledger::statement_hash(offices(in_turn, "dealer", 60).back().envelope));

    std::vector<Batch> begun;
    for (std::size_t first = 0; first < all.size(); first += 20) {
      const std::span<const Submission> part = std::span(all).subspan(first, 20);
      begun.push_back(ahead.registry().begin({part.begin(), part.end()}));
      must(in_turn.registry().record(part));
    }
    const std::uint64_t before = ahead.log->size().value;
    for (std::size_t i = 0; i < begun.size(); ++i) {
      const auto outcomes = must(ahead.registry().record(begun[i]));
      REQUIRE(outcomes.size() == 20);
      CHECK(outcomes[0].index.value == before + 20 * i);
      for (const Outcome& outcome : outcomes) REQUIRE(rule_of(outcome) == "recorded");
    }

    CHECK(ahead.log->head().root == in_turn.log->head().root);
    CHECK(must(ahead.registry().dump_hash()) == must(in_turn.registry().dump_hash()));
  }
}

TEST_CASE("a key that the batch before registers is known to a batch that was begun earlier") {
  World world;
  Batch first = world.registry().begin({newcomer(world)});
  Batch second = world.registry().begin(offices(world, "newcomer", 3));

  SUBCASE("recorded in their order") {
    CHECK(rule_of(must(world.registry().record(first)).front()) == "recorded");
    for (const Outcome& outcome : must(world.registry().record(second))) {
      CHECK(rule_of(outcome) == "recorded");
    }
  }
  SUBCASE("recorded the other way round") {
    for (const Outcome& outcome : must(world.registry().record(second))) {
      CHECK(rule_of(outcome) == "key.unknown");
    }
    CHECK(rule_of(must(world.registry().record(first)).front()) == "recorded");
  }
}

TEST_CASE("a key that another writer registers after a batch was begun is known to it") {
  World world;
  ledger::Log second_log = must(ledger::Log::open(world.store));
  auto second = must(registry::Registry::open(second_log, world.clock));
  Batch batch = second.begin(offices(world, "newcomer", 3));
  CHECK(rule_of(must(world.registry().record(newcomer(world)))) == "recorded");

  for (const Outcome& outcome : must(second.record(batch))) CHECK(rule_of(outcome) == "recorded");

  must(world.registry().catch_up());
  CHECK(must(second.dump_hash()) == must(world.registry().dump_hash()));
}

TEST_CASE("a batch is judged by what was recorded since it was begun") {
  World world;
  const auto chips = world.chips(1);
  const auto one = world.statement("maker", about("retire", chips, {{"cause", "one"}}));
  auto other = offices(world, "maker", 1);  // of the same number
  Batch batch = world.registry().begin({one, one});
  Batch contradiction = world.registry().begin(std::move(other));

  CHECK(rule_of(must(world.registry().record(one))) == "recorded");

  for (const Outcome& outcome : must(world.registry().record(batch))) {
    CHECK(outcome.status == Outcome::Status::duplicate);
  }
  CHECK(rule_of(must(world.registry().record(contradiction)).front()) == "number.reused");
}

TEST_CASE("a batch that was begun and let go leaves nothing behind") {
  World world;
  const Hash before = must(world.registry().dump_hash());
  const auto all = offices(world, "dealer", 40);

  static_cast<void>(world.registry().begin(all));

  CHECK(must(world.registry().dump_hash()) == before);
  CHECK(world.log->size().value == world.state().size());
  for (const Outcome& outcome : must(world.registry().record(all))) {
    CHECK(rule_of(outcome) == "recorded");
  }
}

TEST_CASE("a false signature among many is refused, whichever thread checks it") {
  World world;
  auto all = offices(world, "dealer", 50);
  for (const std::size_t bad : {0U, 17U, 49U}) all[bad].envelope.signatures[0].sig[5] ^= 1U;
  Batch batch = world.registry().begin(std::move(all));

  const auto outcomes = must(world.registry().record(batch));

  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    CAPTURE(i);
    CHECK(rule_of(outcomes[i]) ==
          (i == 0 || i == 17 || i == 49 ? "signature.invalid" : "recorded"));
  }
}
