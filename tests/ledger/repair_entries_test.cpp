// How often a mirror is asked while a log is repaired from it.

#include "ledger/repair_entries.hpp"

#include <algorithm>

#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::ledger;

namespace {

constexpr std::uint64_t mirrored = 3'000;  // three blocks, the last of them not full

Bytes body(std::uint64_t index) { return to_bytes("entry " + std::to_string(index)); }

/// A mirror that has all entries but some, and counts how often it is read.
struct CountingMirror {
  std::uint64_t gap = UINT64_MAX;         ///< Read up to here, it gives what is before.
  std::uint64_t unreadable = UINT64_MAX;  ///< A read that this entry is part of fails.
  std::size_t reads = 0;
  EntryMirror mirror{[this](LogIndex first, std::size_t count) { return read(first, count); },
                     [](const Hash&) -> Result<Bytes> { return failure(Errc::not_found, "none"); }};

  Result<std::vector<Bytes>> read(LogIndex first, std::size_t count) {
    ++reads;
    const std::uint64_t end = std::min<std::uint64_t>(first.value + count, mirrored);
    if (first.value <= unreadable && unreadable < end) {
      return failure(Errc::corrupt, "a page is destroyed");
    }
    std::vector<Bytes> entries;
    for (std::uint64_t i = first.value; i < end && i != gap; ++i) entries.push_back(body(i));
    return entries;
  }
};

/// How many entries the mirror gives from 0 on, each as it is. Requires: none but `missing` is not
/// there.
void check_all_but(CountingMirror& counted, std::uint64_t missing) {
  MirrorEntries entries(counted.mirror);
  for (std::uint64_t i = 0; i < mirrored; ++i) {
    CAPTURE(i);
    const Bytes* const found = entries.at(i);
    REQUIRE((found != nullptr) == (i != missing));
    if (found != nullptr) REQUIRE(*found == body(i));
  }
  CHECK(entries.at(mirrored) == nullptr);
}

}  // namespace

TEST_CASE("a whole mirror is read once for each block") {
  CountingMirror counted;

  check_all_but(counted, UINT64_MAX);

  CHECK(counted.reads == 3);
}

TEST_CASE("behind a gap a mirror is read on by blocks") {
  CountingMirror counted{.gap = 100};

  check_all_but(counted, 100);

  CHECK(counted.reads == 4);
}

TEST_CASE("a block that cannot be read is read entry by entry, and only that one") {
  CountingMirror counted{.unreadable = 1'500};

  check_all_but(counted, 1'500);

  CHECK(counted.reads == 1 + 1 + 1'024 + 1);
}

TEST_CASE("what a mirror did not have is not asked for again at once") {
  CountingMirror counted{.gap = 100};
  MirrorEntries entries(counted.mirror);
  CHECK(entries.at(99) != nullptr);

  CHECK(entries.at(100) == nullptr);
  CHECK(entries.at(100) == nullptr);

  CHECK(counted.reads == 1);
}

TEST_CASE("entries can be asked for in any order") {
  CountingMirror counted{.gap = 1'030, .unreadable = 2'500};
  MirrorEntries entries(counted.mirror);
  for (const std::uint64_t i : {2'999U, 0U, 1'029U, 1'031U, 1'028U, 2'499U, 2'501U, 5U, 1'023U}) {
    CAPTURE(i);
    const Bytes* const found = entries.at(i);
    REQUIRE(found != nullptr);
    CHECK(*found == body(i));
  }
  CHECK(entries.at(1'030) == nullptr);
  CHECK(entries.at(2'500) == nullptr);
  CHECK(entries.at(UINT64_MAX) == nullptr);
}
