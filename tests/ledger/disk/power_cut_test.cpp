// What an acknowledgement is worth: a disk in memory below SQLite that loses, reorders and tears
// what was not synced, cut off at every single operation of a workload.

#include "ledger/checkpoint.hpp"
#include "ledger/log.hpp"
#include "ledger/store/sqlite_store.hpp"
#include "tests/ledger/disk/each_operation.hpp"
#include "tests/ledger/disk/workload.hpp"
#include "tests/ledger/support.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::ledger;
using muster::test::at_each_operation;
using muster::test::check_kept;
using muster::test::DiskFault;
using muster::test::envelopes_of;
using muster::test::Machine;
using muster::test::must;
using muster::test::Promised;
using muster::test::signer_of;
using muster::test::Survival;
using muster::test::work_on;

namespace {

std::size_t operations_of_workload() {
  Machine machine;
  Promised promised;
  must(work_on(machine.log, &machine.disk, promised));
  REQUIRE(promised.entries.size() == 23);
  REQUIRE(promised.checkpoints.size() == 5);
  return machine.disk.operations();
}

/// The power goes at operation `at`; what survives is `survival`, by `seed`.
void cut_power(std::size_t at, Survival survival, std::uint64_t seed) {
  CAPTURE(seed);
  Machine machine;
  Promised promised;
  machine.disk.fail_at(at, DiskFault::power_cut);
  const auto done = work_on(machine.log, &machine.disk, promised);
  if (done) machine.disk.restart(survival, seed);  // after the last operation
  if (!done) CHECK(done.error().code == Errc::unavailable);
  machine.disk.restart(survival, seed);
  check_kept(machine.log, promised);
}

void cut_power_everywhere(std::size_t step, std::uint64_t seeds) {
  const std::size_t operations = operations_of_workload();
  // And once behind the last one.
  at_each_operation(operations + 1, step, [&](std::size_t at) {
    cut_power(at, Survival::nothing, at);
    cut_power(at, Survival::everything, at);
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
      cut_power(at, Survival::some, at * 1'000 + seed);
    }
  });
  MESSAGE(operations << " operations, each cut by " << seeds + 2 << " ways to survive");
}

/// Operation `at` goes wrong as `fault` says, and the process ends with an error or not at all.
/// Then another one takes over, on a good disk, and in the end the power goes.
void fail_one(std::size_t at, DiskFault fault) {
  Machine machine;
  Promised promised;
  machine.disk.fail_at(at, fault);
  const auto done = work_on(machine.log, &machine.disk, promised);
  if (!done) CHECK(done.error().code == Errc::unavailable);
  machine.disk.heal();
  check_kept(machine.log, promised);
  machine.disk.restart(Survival::some, at);
  const std::size_t in_flight = promised.in_flight;
  promised.in_flight = 0;
  const auto size = must(must(SqliteStore::open(machine.log))->head()).size.value;
  // The three of check_kept, and those that were in flight or not.
  CHECK((size == promised.entries.size() + 3 || size == promised.entries.size() + in_flight + 3));
}

void fail_everywhere(DiskFault fault) {
  at_each_operation(operations_of_workload(), 1, [&](std::size_t at) { fail_one(at, fault); });
}

}  // namespace

TEST_CASE("a power cut at every 3rd operation keeps what was acknowledged and what was signed") {
  cut_power_everywhere(3, 2);
}

TEST_CASE("a power cut at every operation, 40 ways each, keeps what was acknowledged and signed" *
          doctest::test_suite("slow") * doctest::skip()) {
  cut_power_everywhere(1, 40);
}

TEST_CASE("a write, sync, truncation or removal that fails once ends the writer, not the log") {
  fail_everywhere(DiskFault::error_once);
}

TEST_CASE("a disk that dies at any operation ends the writer, not the log") {
  fail_everywhere(DiskFault::error_for_good);
}

TEST_CASE("a disk that is full from any operation on ends the writer, not the log") {
  fail_everywhere(DiskFault::full);
}

TEST_CASE("a sync that failed, and only says afterwards that all is well, loses nothing") {
  fail_everywhere(DiskFault::sync_loses_data);
}

TEST_CASE("after a failed sync the open log writes nothing more, whatever the disk says then") {
  Machine machine;
  const auto store = must(SqliteStore::open(machine.log));
  Log log = must(Log::open(*store));
  must(log.append({0}, {1'000}, envelopes_of(1)));
  machine.disk.fail_at(0, DiskFault::error_once);
  CHECK(log.append({1}, {1'000}, envelopes_of(1, 1)).error().code == Errc::unavailable);
  machine.disk.heal();

  const auto again = log.append({1}, {1'000}, envelopes_of(1, 1));
  const auto checkpoint = store->put_checkpoint("text");

  CHECK(again.error().message == "append: an earlier write failed; open the log anew");
  CHECK(checkpoint.error().code == Errc::unavailable);
  CHECK(machine.disk.operations() == 0);
  CHECK(must(store->head()).size == TreeSize{1});  // reading goes on
}

TEST_CASE("a checkpoint that could not be kept is not handed out, and nothing is written after") {
  Machine machine;
  const auto store = must(SqliteStore::open(machine.log));
  Log log = must(Log::open(*store));
  must(log.append({0}, {1'000}, envelopes_of(1)));
  const auto operator_key = signer_of(9);
  machine.disk.fail_at(0, DiskFault::error_once);

  CHECK_FALSE(publish_checkpoint(*store, {"log.example/one", &operator_key}));
  machine.disk.heal();

  CHECK_FALSE(publish_checkpoint(*store, {"log.example/one", &operator_key}));
  CHECK_FALSE(log.append({1}, {1'000}, envelopes_of(1, 1)));
  CHECK(machine.disk.operations() == 0);
}

TEST_CASE("what a killed writer left unsynced is made durable before it is signed again") {
  const auto operator_key = signer_of(9);
  const CheckpointSigner signer{"log.example/one", &operator_key};
  Machine machine;
  auto killed = must(SqliteStore::open(machine.log));
  Log log = must(Log::open(*killed));
  must(log.append({0}, {1'000}, envelopes_of(2)));
  // Everything is written, the last sync never comes: the kernel has it all, the disk has not.
  for (std::size_t at = 1;; ++at) {
    machine.disk.fail_at(at, DiskFault::error_for_good);
    if (publish_checkpoint(*killed, signer)) break;
    machine.disk.kill_process();
    machine.disk.heal();
    killed = must(SqliteStore::open(machine.log));
    if (!must(killed->newest_checkpoint())) continue;

    const std::string text = must(publish_checkpoint(*killed, signer));
    machine.disk.restart(Survival::nothing, 0);

    CHECK(must(must(SqliteStore::open(machine.log))->newest_checkpoint()) == text);
    return;
  }
  FAIL("no operation left a checkpoint that was written and not synced");
}

TEST_CASE("what a failed sync forgot is written again before the next process signs it") {
  const auto operator_key = signer_of(9);
  const CheckpointSigner signer{"log.example/one", &operator_key};
  std::size_t taken_up = 0;
  for (std::size_t at = 0;; ++at) {
    CAPTURE(at);
    Machine machine;
    auto store = must(SqliteStore::open(machine.log));
    Log log = must(Log::open(*store));
    must(log.append({0}, {1'000}, envelopes_of(2)));
    machine.disk.fail_at(at, DiskFault::sync_loses_data);
    if (log.append({2}, {1'000}, envelopes_of(2, 2))) break;
    machine.disk.kill_process();
    machine.disk.heal();

    store = must(SqliteStore::open(machine.log));
    const TreeHead head = must(store->head());
    const std::string text = must(publish_checkpoint(*store, signer));
    machine.disk.restart(Survival::nothing, 0);

    store = must(SqliteStore::open(machine.log));
    CHECK(must(store->head()) == head);
    CHECK(must(store->newest_checkpoint()) == text);
    taken_up += head.size == TreeSize{4} ? 1 : 0;
  }
  CHECK(taken_up > 0);
}

TEST_CASE("a full disk is one clear error") {
  Machine machine;
  const auto store = must(SqliteStore::open(machine.log));
  Log log = must(Log::open(*store));
  machine.disk.fail_at(0, DiskFault::full);

  const auto full = log.append({0}, {1'000}, envelopes_of(50));

  CHECK(full.error().code == Errc::unavailable);
  CHECK(full.error().message == "database: database or disk is full (sqlite 13)");
  machine.disk.heal();
  CHECK(must(must(SqliteStore::open(machine.log))->head()).size == TreeSize{0});
}

TEST_CASE("a disk that cannot be written to is one clear error, and nothing is half done") {
  Machine machine;
  machine.disk.set_read_only(true);

  const auto store = SqliteStore::open(machine.log);
  const auto log = store ? Log::open(**store) : Result<Log>(failure(store.error()));

  REQUIRE_FALSE(log);
  CHECK(log.error().code == Errc::unavailable);
  CHECK(log.error().message ==
        "opening " + machine.log.string() + ": database: unable to open database file (sqlite 14)");
  machine.disk.set_read_only(false);
  CHECK(must(must(SqliteStore::open(machine.log))->head()).size == TreeSize{0});
}
