// What a witness cosigned is never forgotten, wherever its disk fails or the power goes: it never
// cosigns another history, and goes on with the one it knows.

#include <optional>

#include "tests/ledger/disk/each_operation.hpp"
#include "tests/ledger/support.hpp"
#include "tests/ledger/witness_world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::ledger;
using muster::test::at_each_operation;
using muster::test::DiskFault;
using muster::test::Folder;
using muster::test::mend;
using muster::test::must;
using muster::test::signer_of;
using muster::test::Survival;
using muster::test::TalkativeLog;
using muster::test::TestDisk;
using muster::test::WitnessWorld;

namespace {

/// A witness on a disk in memory, asked by a log with two histories.
class WitnessOnDisk final {
 public:
  WitnessOnDisk() {
    must(WitnessState::create(file(), WitnessWorld::key()));
    must(start());
    must(state_->add_log(TalkativeLog::origin, TalkativeLog::key()));
    stop();
    disk.heal();
  }

  void stop() {
    witness_.reset();
    state_.reset();
  }

  Result<void> start() {
    stop();
    MUSTER_TRY_ASSIGN(state_, WitnessState::open(file(), WitnessWorld::key()));
    witness_.emplace(*state_, Cosigner{"witness.example/w1", &signer_},
                     Witness::Options{.evidence = folder_.path() / "evidence"});
    return {};
  }

  /// Whether it cosigned what the log of `history` asks for.
  bool cosigns(TalkativeLog& history, std::uint64_t old_size, std::uint64_t size) {
    if (!witness_) return false;
    return witness_->add_checkpoint(history.request(old_size, size), {1'000'000}).status == 200;
  }

  TestDisk disk;

 private:
  [[nodiscard]] std::filesystem::path file() const { return folder_.path() / "witness.db"; }

  Folder folder_{"witness-disk"};
  crypto::Ed25519Signer signer_ = signer_of(70);
  std::unique_ptr<WitnessState> state_;
  std::optional<Witness> witness_;
};

/// The size of the newest honest checkpoint that it cosigned before something went wrong.
std::uint64_t grow(WitnessOnDisk& world, TalkativeLog& honest) {
  std::uint64_t cosigned = 0;
  if (!world.start()) return cosigned;
  for (const std::uint64_t size : {5U, 6U, 9U, 12U}) {
    if (!world.cosigns(honest, cosigned, size)) break;
    cosigned = size;
    if (size == 6 && !world.start()) break;
  }
  return cosigned;
}

void fail_witness_at(std::size_t at, DiskFault fault) {
  TalkativeLog honest(12);
  TalkativeLog forked(12, 2);
  WitnessOnDisk world;
  world.disk.fail_at(at, fault);
  const std::uint64_t cosigned = grow(world, honest);
  world.stop();
  mend(world.disk, fault, Survival::some, at);
  must(world.start());

  if (cosigned > 0) {
    // Every size at which the two histories part, from every size that may be thought to be known.
    for (std::uint64_t old_size = 0; old_size <= 12; ++old_size) {
      for (std::uint64_t size = std::max<std::uint64_t>(old_size, 3); size <= 12; ++size) {
        REQUIRE_FALSE(world.cosigns(forked, old_size, size));
      }
    }
  }
  std::size_t accepted = 0;
  for (const std::uint64_t known : {0U, 5U, 6U, 9U, 12U}) {
    accepted += world.cosigns(honest, known, 12) ? 1 : 0;
  }
  CHECK(accepted >= 1);
}

void fail_witness_everywhere(DiskFault fault) {
  WitnessOnDisk world;
  TalkativeLog honest(12);
  REQUIRE(grow(world, honest) == 12);
  const std::size_t operations = world.disk.operations();
  world.stop();
  at_each_operation(operations, 1, [&](std::size_t at) { fail_witness_at(at, fault); });
}

}  // namespace

TEST_CASE("a power cut at any operation makes a witness forget nothing that it cosigned") {
  fail_witness_everywhere(DiskFault::power_cut);
}

TEST_CASE("an operation that fails, once or for good, makes a witness forget nothing") {
  fail_witness_everywhere(DiskFault::error_once);
  fail_witness_everywhere(DiskFault::error_for_good);
}

TEST_CASE("a full disk makes a witness forget nothing") {
  fail_witness_everywhere(DiskFault::full);
}

TEST_CASE(
    "a sync that failed, and says afterwards that all is well, makes a witness forget nothing") {
  fail_witness_everywhere(DiskFault::sync_loses_data);
}
