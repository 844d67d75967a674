// Recording: numbers, batches, other writers, views.

#include "ledger/crypto/sha256.hpp"
#include "ledger/store/faulty_store.hpp"
#include "ledger/store/sqlite_store.hpp"
#include "registry/audit.hpp"
#include "tests/registry/support/world.hpp"
#include "tests/registry/view/business.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;
using registry::Draft;
using registry::Outcome;

TEST_CASE("the same statement again gets the first receipt, another one of its number a refusal") {
  World world;
  const auto chips = world.chips(1);
  const auto first = world.statement("maker", about("retire", chips, {{"cause", "one"}}));
  const auto other = world.statement("maker", about("retire", chips, {{"cause", "two"}}));

  const Outcome recorded = must(world.registry().record(first));
  const Outcome again = must(world.registry().record(first));
  const Outcome reused = must(world.registry().record(other));

  CHECK(recorded.status == Outcome::Status::recorded);
  CHECK(again.status == Outcome::Status::duplicate);
  CHECK(again.index == recorded.index);
  CHECK(again.leaf == recorded.leaf);
  REQUIRE(reused.error);
  CHECK(reused.error->rule == "number.reused");
}

TEST_CASE("what number a party used is told to nobody who cannot sign for it") {
  World world;
  const auto chips = world.chips(1);
  const auto first = world.statement("maker", about("retire", chips, {{"cause", "one"}}));
  const auto other = world.statement("maker", about("retire", chips, {{"cause", "two"}}));
  must(world.registry().record(first));

  for (registry::Submission forged : {first, other}) {
    forged.envelope.signatures.front().sig.assign(64, 0);
    const Outcome outcome = must(world.registry().record(forged));
    REQUIRE(outcome.error);
    CHECK(outcome.status == Outcome::Status::refused);
    CHECK(outcome.error->rule == "signature.invalid");
  }
}

TEST_CASE("a refused statement changes nothing and does not use up its number") {
  World world;
  const auto chips = world.chips(1);
  const std::string before = whole_dump(world.registry());
  const auto number = registry::next_number(world.state(), "dealer");

  CHECK(world.rule("dealer", about("retire", chips, {{"cause", "c"}})) == "custody.not_custodian");

  CHECK(whole_dump(world.registry()) == before);
  CHECK(registry::next_number(world.state(), "dealer") == number);
}

TEST_CASE("a batch is judged in order, each statement against the ones before it") {
  World world;
  const auto chips = world.chips(2);
  registry::StatementMaker maker(
      {.origin = "test.example/registry", .org = "maker", .stream = "batch", .next_number = 1},
      world.signer("maker"), world.random);
  std::vector<registry::Submission> batch;
  for (const char* cause : {"one", "two", "three"}) {
    Draft draft =
        about("retire", {chips[cause[1] == 'w' ? 0 : batch.size() / 2]}, {{"cause", cause}});
    draft.event_time = world.clock.now();
    batch.push_back(must(maker.make(draft, &world.state())));
  }
  const std::string before = whole_dump(world.registry());

  const auto none = must(world.registry().record(batch, registry::BatchMode::all_or_nothing));
  CHECK(none[0].error->rule == "batch.not_all");
  CHECK(none[1].error->rule == "chip.wrong_life");
  CHECK(whole_dump(world.registry()) == before);
  CHECK(world.state().size() == world.log->size().value);

  const auto each = must(world.registry().record(batch));
  CHECK(each[0].status == Outcome::Status::recorded);
  CHECK(each[1].error);
  CHECK(each[2].status == Outcome::Status::recorded);
  CHECK(each[2].index.value == each[0].index.value + 1);
}

TEST_CASE("another writer's entries are read before the batch is judged again") {
  World world;
  const auto chips = world.chips(1);
  ledger::Log second_log = must(ledger::Log::open(world.store));
  auto second = must(registry::Registry::open(second_log, world.clock));
  const auto mine = world.statement("maker", about("retire", chips, {{"cause", "c"}}));
  world.record("dealer",
               {.kind = "site.register",
                .body = {{"site", "d2"}, {"name", "n"}, {"country", "US"}, {"kind", "office"}}});

  const Outcome outcome = must(second.record(mine));

  CHECK(outcome.status == Outcome::Status::recorded);
  CHECK(second.state().tables().sites.find("d2") != registry::no_row);
  must(world.registry().catch_up());
  CHECK(must(second.dump_hash()) == must(world.registry().dump_hash()));
}

TEST_CASE("who is overtaken each time has the writers' lock, and gets through") {
  const Folder folder("registry-overtaken");
  World world;
  const auto chips = world.chips(1);
  const auto mine = world.statement("maker", about("retire", chips, {{"cause", "c"}}));
  must(world.store.copy_to(folder.path() / "log.db"));
  const auto store = must(ledger::SqliteStore::open(folder.path() / "log.db"));
  const auto rivals_store =
      must(ledger::SqliteStore::open(folder.path() / "log.db", {.busy_timeout_ms = 5}));
  ledger::FaultyStore shared(*store, {.call = SIZE_MAX, .kind = ledger::FaultKind::before});
  ledger::Log log = must(ledger::Log::open(shared));
  ledger::Log rivals_log = must(ledger::Log::open(*rivals_store));
  auto registry = must(registry::Registry::open(log, world.clock));
  auto rival = must(registry::Registry::open(rivals_log, world.clock));
  registry::StatementMaker maker(
      {.origin = "test.example/registry", .org = "dealer", .stream = "rival", .next_number = 1},
      world.signer("dealer"), world.random);
  int came_first = 0;
  int waited = 0;
  shared.before_each([&](std::size_t) {
    Draft draft{.kind = "site.register",
                .body = {{"site", "s" + std::to_string(came_first + waited)},
                         {"name", "n"},
                         {"country", "US"},
                         {"kind", "office"}}};
    draft.event_time = world.clock.now();
    const auto outcome = rival.record(must(maker.make(draft, nullptr)));
    ++(outcome ? came_first : waited);
  });

  const Outcome outcome = must(registry.record(mine));
  shared.before_each({});

  CHECK(outcome.status == Outcome::Status::recorded);
  CHECK(came_first > 0);
  CHECK(waited > 0);
  must(rival.catch_up());
  CHECK(must(rival.dump_hash()) == must(registry.dump_hash()));
  CHECK(must(rival.record(must(maker.make(
                 {.kind = "site.register",
                  .body = {{"site", "last"}, {"name", "n"}, {"country", "US"}, {"kind", "office"}},
                  .event_time = world.clock.now()},
                 nullptr))))
            .status == Outcome::Status::recorded);
}

TEST_CASE("a dry run says what recording would say and writes nothing") {
  World world;
  const auto chips = world.chips(1);
  const auto good = world.statement("maker", about("retire", chips, {{"cause", "c"}}));
  const auto bad = world.statement("dealer", about("retire", chips, {{"cause", "c"}}));

  CHECK(world.registry().check(good));
  CHECK(world.registry().check(bad).error().rule == "custody.not_custodian");
  CHECK(world.state().size() == world.log->size().value);
}

TEST_CASE("a damaged view or one of another log is made anew") {
  const Folder folder("registry-damage");
  registry::RegistryOptions options{.view = folder.path() / "view.db"};
  World world(options);
  do_business(world);
  const std::string before = whole_dump(world.registry());
  world.reopen({});
  std::filesystem::resize_file(folder.path() / "view.db", 5000);

  world.reopen(options);

  CHECK_FALSE(world.registry().view_was_loaded());
  CHECK(whole_dump(world.registry()) == before);
}

TEST_CASE("when the store fails, the state is as before") {
  World world;
  const auto chips = world.chips(2);
  const std::string before = whole_dump(world.registry());
  ledger::MemoryStore& store = world.store;
  auto entries = must(store.read({0}, 10'000));
  const auto statement = world.statement("maker", about("retire", chips, {{"cause", "c"}}));
  // Somebody appends what this registry cannot read: it stops, and says why.
  const Bytes garbage = to_bytes("garbage");
  must(store.append({entries.size()}, std::span(&garbage, 1), {}));

  const auto outcome = world.registry().record(statement);

  REQUIRE_FALSE(outcome);
  CHECK(whole_dump(world.registry()) == before);
}

TEST_CASE("the audit of the rules finds a statement that the writer should have refused") {
  World world;
  do_business(world);
  const auto clean = must(registry::audit_registry(world.store));
  CHECK(clean.faults.empty());
  CHECK(clean.entries == world.log->size().value);
  CHECK(clean.signatures >= clean.entries);

  auto forged = world.statement(
      "dealer", {.kind = "key.revoke", .body = {{"key_id", "00"}, {"reason", "r"}}});
  must(world.log->append(world.log->size(), world.clock.now(), std::span(&forged.envelope, 1)));
  const auto dirty = must(registry::audit_registry(world.store));
  REQUIRE(dirty.faults.size() == 1);
  CHECK(dirty.faults[0].rule == "key.unknown");
  CHECK(dirty.faults[0].index.value == clean.entries);
}
