// The disk that the others are tested on: which file of the host it takes for which of its own.

#include "ledger/log.hpp"
#include "tests/ledger/disk/each_operation.hpp"
#include "tests/ledger/support.hpp"

using namespace muster;
using namespace muster::ledger;
using muster::test::envelopes_of;
using muster::test::Machine;
using muster::test::must;

namespace {

std::uint64_t size_of(const Machine& machine) {
  return must(must(SqliteStore::open(machine.log))->head()).size.value;
}

void append_one(const Machine& machine) {
  const auto store = must(SqliteStore::open(machine.log));
  Log log = must(Log::open(*store));
  must(log.append(log.size(), {1'000}, envelopes_of(1)));
}

}  // namespace

TEST_CASE("a file of which only the mode was changed keeps what was written") {
  namespace fs = std::filesystem;
  const Machine machine;
  for (std::uint64_t size = 1; size < 20; ++size) {
    append_one(machine);

    fs::permissions(machine.log, size % 2 == 0 ? fs::perms::owner_all
                                               : fs::perms::owner_read | fs::perms::owner_write);

    REQUIRE(size_of(machine) == size);
  }
}

TEST_CASE("a file that was removed and made anew is empty, however soon") {
  const Machine machine;
  for (std::size_t round = 0; round < 50; ++round) {
    CAPTURE(round);
    append_one(machine);

    std::filesystem::remove(machine.log);
    must(SqliteStore::create(machine.log));

    REQUIRE(size_of(machine) == 0);
  }
}
