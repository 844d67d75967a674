// The registry on a disk in memory (tests/ledger/disk) that fails, fills up and loses what was not
// synced, at every single operation on the log and on the view: what was acknowledged stays, the
// view is that of the log again at the next open, and the work goes on.

#include <filesystem>
#include <sstream>

#include "ledger/store/sqlite_store.hpp"
#include "registry/view/view.hpp"
#include "tests/ledger/disk/each_operation.hpp"
#include "tests/registry/support/world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using muster::test::at_each_operation;
using muster::test::DiskFault;
using muster::test::Machine;
using muster::test::mend;
using muster::test::must;
using muster::test::Survival;
using muster::test::World;

namespace {

/// Statements with manifests and without, as a small world made them, and the instants at which.
struct Statements {
  Statements() {
    World world;
    const auto chips = world.chips(3);
    world.deliver("maker", "dealer", chips);
    const auto entries = must(world.log->read({0}, 10'000));
    for (const ledger::Entry& entry : entries) {
      registry::Submission submission{entry.envelope, {}};
      for (const Hash& name : must(world.store.blob_hashes())) {
        if (entry.envelope.payload.find(name.to_hex()) == std::string::npos) continue;
        submission.blobs.push_back({name, must(world.store.blob(name))});
      }
      all.push_back(std::move(submission));
    }
    now = world.clock.now();
  }

  std::vector<registry::Submission> all;
  Timestamp now;
};

const Statements& statements() {
  static const Statements one;
  return one;
}

/// One process with a registry open.
class Process final {
 public:
  explicit Process(const std::filesystem::path& folder) : folder_(folder) {}

  Result<void> open() {
    close();
    MUSTER_TRY_ASSIGN(store_, ledger::SqliteStore::open(folder_ / "log.db"));
    MUSTER_TRY_ASSIGN(ledger::Log log, ledger::Log::open(*store_));
    log_ = std::make_unique<ledger::Log>(std::move(log));
    MUSTER_TRY_ASSIGN(
        auto registry,
        registry::Registry::open(*log_, clock_,
                                 {.view = folder_ / "view.db", .threads = 1, .flush_rows = 20}));
    registry_ = std::make_unique<registry::Registry>(std::move(registry));
    return {};
  }

  void close() {
    registry_.reset();
    log_.reset();
    store_.reset();
  }

  [[nodiscard]] registry::Registry& registry() { return *registry_; }
  [[nodiscard]] ledger::Store& store() { return *store_; }

 private:
  std::filesystem::path folder_;
  FixedClock clock_{statements().now};
  std::unique_ptr<ledger::SqliteStore> store_;
  std::unique_ptr<ledger::Log> log_;
  std::unique_ptr<registry::Registry> registry_;
};

/// Records all statements in batches of 1 to 4, each begun before the one before it is recorded,
/// closing and opening in between. How many were
/// acknowledged stands in `acknowledged`. Stops at the first error, as a process does.
Result<void> work(const std::filesystem::path& folder, std::size_t& acknowledged) {
  const std::span all(statements().all);
  Process process(folder);
  MUSTER_TRY(process.open());
  const auto begun = [&](std::size_t from, std::size_t round) {
    const auto part = all.subspan(from, std::min(round % 4 + 1, all.size() - from));
    return process.registry().begin({part.begin(), part.end()});
  };
  registry::Batch batch = begun(0, 0);
  for (std::size_t round = 0; acknowledged < all.size(); ++round) {
    const std::size_t count = batch.submissions().size();
    // As whoever records many does: the next batch is on its way before this one is durable.
    registry::Batch next = begun(acknowledged + count, round + 1);
    MUSTER_TRY_ASSIGN(const auto outcomes, process.registry().record(batch));
    for (const registry::Outcome& outcome : outcomes) {
      REQUIRE(outcome.status != registry::Outcome::Status::refused);
    }
    acknowledged += count;
    batch = std::move(next);
    if (round == 3) MUSTER_TRY(process.registry().flush());
    if (round % 5 != 4) continue;
    MUSTER_TRY(process.open());
    batch = begun(acknowledged, round + 1);  // what was begun goes with its process
  }
  return process.registry().flush();
}

std::string dump_of(registry::Registry& registry) {
  std::ostringstream text;
  must(registry.dump(text));
  return text.str();
}

/// The dump of a registry that nothing ever happened to.
const std::string& wanted_dump() {
  static const std::string dump = [] {
    Machine machine;
    std::size_t acknowledged = 0;
    must(work(machine.folder.path(), acknowledged));
    Process process(machine.folder.path());
    must(process.open());
    return dump_of(process.registry());
  }();
  return dump;
}

/// Opens what is left, checks that all that was acknowledged is there, submits everything anew as
/// clients do, and ends with the registry that there would have been.
void check_goes_on(const std::filesystem::path& folder, std::size_t acknowledged) {
  Process process(folder);
  must(process.open());
  REQUIRE(must(process.store().head()).size.value >= acknowledged);
  const auto outcomes = must(process.registry().record(statements().all));
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    CAPTURE(i);
    REQUIRE(outcomes[i].status != registry::Outcome::Status::refused);
    REQUIRE(outcomes[i].index.value == i);
    if (i < acknowledged) REQUIRE(outcomes[i].status == registry::Outcome::Status::duplicate);
  }
  CHECK(dump_of(process.registry()) == wanted_dump());
  must(process.open());
  CHECK(dump_of(process.registry()) == wanted_dump());
}

std::size_t operations_of_work() {
  Machine machine;
  std::size_t acknowledged = 0;
  must(work(machine.folder.path(), acknowledged));
  REQUIRE(acknowledged == statements().all.size());
  return machine.disk.operations();
}

/// Each operation from `first` on, by `step`, goes wrong as `fault` says.
void fail_each(DiskFault fault, std::size_t step) {
  const std::size_t operations = operations_of_work();
  std::size_t tried = 0;
  std::size_t failed = 0;
  at_each_operation(operations, step, [&](std::size_t at) {
    ++tried;
    Machine machine;
    std::size_t acknowledged = 0;
    machine.disk.fail_at(at, fault);
    const auto done = work(machine.folder.path(), acknowledged);
    if (!done) CHECK(done.error().code == Errc::unavailable);
    failed += done ? 0 : 1;
    mend(machine.disk, fault, at % 2 == 0 ? Survival::some : Survival::nothing, at);
    check_goes_on(machine.folder.path(), acknowledged);
  });
  CHECK(failed > tried / 4);
  MESSAGE(operations << " operations, " << failed << " of " << tried << " tried ended the process");
}

}  // namespace

TEST_CASE("a power cut at any operation on log or view loses nothing that was acknowledged") {
  fail_each(DiskFault::power_cut, 7);
}

TEST_CASE("an operation on log or view that fails once ends the process, and the next goes on") {
  fail_each(DiskFault::error_once, 7);
}

TEST_CASE("a disk that dies under log and view ends the process, and the next goes on") {
  fail_each(DiskFault::error_for_good, 7);
}

TEST_CASE("a disk that is full ends the process, and with room again the next goes on") {
  fail_each(DiskFault::full, 7);
}

TEST_CASE(
    "a sync of log or view that failed, and says afterwards that all is well, loses nothing") {
  fail_each(DiskFault::sync_loses_data, 7);
}

TEST_CASE("every operation on log and view goes wrong in each of the ways" *
          doctest::test_suite("slow") * doctest::skip()) {
  for (const DiskFault fault : muster::test::every_disk_fault) fail_each(fault, 1);
}

TEST_CASE("a disk that cannot be written to refuses a statement and is read on") {
  Machine machine;
  std::size_t acknowledged = 0;
  must(work(machine.folder.path(), acknowledged));
  machine.disk.set_read_only(true);
  Process process(machine.folder.path());

  const auto opened = process.open();

  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == Errc::unavailable);
  process.close();
  machine.disk.set_read_only(false);
  check_goes_on(machine.folder.path(), acknowledged);
}
