// What the state's tables are made of: rows that never move, an index by hash, memory in a file.

#include <algorithm>
#include <set>

#include "ledger/crypto/seeded_random.hpp"
#include "ledger/store/faulty_store.hpp"
#include "registry/audit.hpp"
#include "registry/state/hash_index.hpp"
#include "registry/state/records.hpp"
#include "registry/state/rows.hpp"
#include "registry/state/scratch_memory.hpp"
#include "tests/registry/support/world.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;
using registry::ChipIdentity;
using registry::HashIndex;
using registry::no_row;
using registry::RowN;
using registry::Rows;
using registry::ScratchMemory;
using registry::Table;

namespace {

/// A resource that counts what it has given away.
class Counting final : public std::pmr::memory_resource {
 public:
  std::size_t out = 0;

 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    out += bytes;
    return std::pmr::new_delete_resource()->allocate(bytes, alignment);
  }
  void do_deallocate(void* start, std::size_t bytes, std::size_t alignment) override {
    out -= bytes;
    std::pmr::new_delete_resource()->deallocate(start, bytes, alignment);
  }
  [[nodiscard]] bool do_is_equal(const memory_resource& other) const noexcept override {
    return this == &other;
  }
};

}  // namespace

TEST_CASE("rows come back in their order, at every size around the ends of pieces") {
  Rows<std::string> rows;
  for (std::size_t n = 0; n < 1'000; ++n) {
    CHECK(rows.size() == n);
    rows.push_back("a text that is longer than fifteen bytes, number " + std::to_string(n));
    CHECK(rows.back() == rows[n]);
  }
  bool right = true;
  for (std::size_t n = 0; n < rows.size(); ++n) {
    right = right && rows[n].ends_with(" " + std::to_string(n));
  }
  CHECK(right);
  while (rows.size() > 63) rows.pop_back();
  rows.push_back("again");
  CHECK(rows[63] == "again");
  CHECK(rows[62].ends_with(" 62"));
}

TEST_CASE("a row stays where it is, however many come behind it") {
  Rows<int> rows;
  rows.push_back(7);
  const int* const first = &rows[0];
  for (int n = 1; n < 10'000; ++n) rows.push_back(n);
  CHECK(&rows[0] == first);
  CHECK(*first == 7);
}

TEST_CASE("rows are a range of random access") {
  Rows<int> rows;
  CHECK(rows.begin() == rows.end());
  for (int n = 0; n < 500; ++n) rows.push_back(2 * n);

  CHECK(std::ranges::lower_bound(rows, 501) - rows.begin() == 251);
  CHECK(std::ranges::count_if(rows, [](int n) { return n % 4 == 0; }) == 250);
  CHECK(std::ranges::is_sorted(rows));
  int sum = 0;
  for (const int n : rows) sum += n;
  CHECK(sum == 499 * 500);
  const auto middle = rows.begin() + 100;
  CHECK(middle[5] == 210);
  CHECK(*(middle - 1) == 198);
  CHECK(middle < rows.end());
}

TEST_CASE("a copy of rows is another table") {
  Rows<std::string> rows;
  for (int n = 0; n < 200; ++n) rows.push_back(std::to_string(n));
  Rows<std::string> copy = rows;
  rows[5] = "changed";
  rows.pop_back();
  CHECK(copy.size() == 200);
  CHECK(copy[5] == "5");
  copy = rows;
  CHECK(copy.size() == 199);
  CHECK(copy[5] == "changed");
}

TEST_CASE("rows take all memory from where they are told, and give it back") {
  Counting memory;
  {
    Rows<std::uint64_t> rows(memory);
    for (std::uint64_t n = 0; n < 5'000; ++n) rows.push_back(n);
    CHECK(memory.out >= 5'000 * sizeof(std::uint64_t));
    Rows<std::uint64_t> other(memory);
    other = std::move(rows);
    CHECK(other.size() == 5'000);
  }
  CHECK(memory.out == 0);
}

TEST_CASE("an index by hash finds what is in it and nothing else, through additions and removals") {
  crypto::SeededRandom random("index");
  Table<ChipIdentity> table;
  HashIndex<ChipIdentity, &ChipIdentity::device_key> index;
  std::map<Hash, RowN> model;
  CHECK(index.find(table, Hash{}) == no_row);
  for (RowN n = 0; n < 3'000; ++n) {
    ChipIdentity row;
    random.fill(row.device_key.bytes);
    // Few homes, so that many rows want the same one.
    std::fill_n(row.device_key.bytes.begin(), 7, std::uint8_t{0});
    table.add(row);
    index.add(table, n);
    model[row.device_key] = n;
    if (random.below(3) == 0) {
      const auto some = static_cast<RowN>(random.below(n + 1));
      index.remove(table, some);
      model.erase(table[some].device_key);
    }
  }
  bool right = true;
  for (RowN n = 0; n < table.size(); ++n) {
    const auto want = model.find(table[n].device_key);
    const RowN found = index.find(table, table[n].device_key);
    right = right && found == (want == model.end() ? no_row : want->second);
  }
  CHECK(right);
}

TEST_CASE("the first row with a hash stays in the index when another comes with the same") {
  Table<ChipIdentity> table;
  HashIndex<ChipIdentity, &ChipIdentity::device_key> index;
  ChipIdentity row;
  row.device_key.bytes[0] = 1;
  for (int n = 0; n < 2; ++n) index.add(table, table.add(row));

  CHECK(index.find(table, row.device_key) == 0);
  index.remove(table, 1);
  CHECK(index.find(table, row.device_key) == 0);
  index.remove(table, 0);
  CHECK(index.find(table, row.device_key) == no_row);
}

TEST_CASE("scratch memory spills into a file without a name, and keeps what it is given") {
  const test::Folder folder("scratch");
  const auto memory = must(ScratchMemory::make(folder.path(), 1'000));
  CHECK(std::filesystem::is_empty(folder.path()));
  Rows<std::uint64_t> rows(*memory);
  for (std::uint64_t n = 0; n < 300'000; ++n) rows.push_back(n * n);
  CHECK(memory->spilled_bytes() > 2'000'000);

  memory->release();

  bool right = true;
  for (std::uint64_t n = 0; n < rows.size(); ++n) right = right && rows[n] == n * n;
  CHECK(right);
  rows = Rows<std::uint64_t>(*memory);
  CHECK(memory->spilled_bytes() == 0);
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("a folder that is not there is an error of the scratch memory") {
  const auto memory = ScratchMemory::make("/nowhere/at/all", 0);
  REQUIRE_FALSE(memory);
  CHECK(memory.error().code == Errc::unavailable);
}

TEST_CASE("scratch memory that is a wish makes its file when it is needed, and does without one") {
  const test::Folder folder("scratch");
  const auto memory = ScratchMemory::when_needed(folder.path() / "later", 1'000);
  Rows<std::uint64_t> without(*memory);
  for (std::uint64_t n = 0; n < 300'000; ++n) without.push_back(n);
  CHECK(memory->spilled_bytes() == 0);

  std::filesystem::create_directory(folder.path() / "later");
  Rows<std::uint64_t> rows(*memory);
  for (std::uint64_t n = 0; n < 300'000; ++n) rows.push_back(n);

  CHECK(memory->spilled_bytes() > 2'000'000);
  CHECK(without[299'999] == 299'999);
  CHECK(rows[299'999] == 299'999);
}

TEST_CASE(
    "a registry that may hold little in memory tells the same, now and when it is opened again") {
  const test::Folder folder("registry-memory");
  const auto options = [&](const char* name, std::uint64_t bytes) {
    std::filesystem::create_directory(folder.path() / name);
    return registry::RegistryOptions{.view = folder.path() / name / "view.db",
                                     .memory_bytes = bytes};
  };
  World world;
  const auto chips = world.chips(12'000);
  world.deliver("maker", "dealer", {chips[0], chips[77]});
  auto roomy = must(
      registry::Registry::open(*world.log, world.clock, options("roomy", std::uint64_t{4} << 30U)));
  auto small = must(registry::Registry::open(*world.log, world.clock, options("small", 1)));
  CHECK(small.spilled_bytes() > 100'000);
  CHECK(roomy.spilled_bytes() == 0);

  const auto outcome =
      must(small.record(world.statement("dealer", about("retire", {chips[0]}, {{"cause", "c"}}))));
  CHECK(outcome.status == registry::Outcome::Status::recorded);
  must(roomy.catch_up());

  CHECK(must(small.dump_hash()) == must(roomy.dump_hash()));
  must(small.rebuild());
  CHECK(must(small.dump_hash()) == must(roomy.dump_hash()));
  auto again = must(registry::Registry::open(*world.log, world.clock, options("small", 1)));
  CHECK(again.view_was_loaded());
  CHECK(must(again.dump_hash()) == must(roomy.dump_hash()));
}

TEST_CASE("an audit that holds its state in a file finds what one in memory finds") {
  World world;
  const auto chips = world.chips(12'000);
  world.deliver("maker", "dealer", {chips[0], chips[77]});
  auto forged = world.statement("dealer", about("retire", {chips[5]}, {{"cause", "c"}}));
  must(world.log->append(world.log->size(), world.clock.now(), std::span(&forged.envelope, 1)));
  const test::Folder folder("audit-memory");

  const auto plain = must(registry::audit_registry(world.store));
  // Less than the process has: everything that can be in the file is put there at every step.
  const auto spilled =
      must(registry::audit_registry(world.store, {.memory_bytes = 1, .scratch = folder.path()}));

  CHECK(plain.spilled_bytes == 0);
  CHECK(spilled.spilled_bytes > 1'000'000);
  CHECK(spilled.items == plain.items);
  CHECK(spilled.admitted == plain.admitted);
  REQUIRE(spilled.faults.size() == 1);
  CHECK(spilled.faults[0].rule == plain.faults[0].rule);
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("an audit finds the same on any number of threads, with and without signatures") {
  World world;
  for (int lot = 0; lot < 5; ++lot) world.chips(300);
  for (const std::size_t threads : {1U, 2U, 5U}) {
    const auto report = must(registry::audit_registry(world.store, {.threads = threads}));
    CHECK(report.faults.empty());
    CHECK(report.entries == world.log->size().value);
    CHECK(report.admitted == report.entries);
    CHECK(report.items == 5 * 3 * 300);
    CHECK(report.signatures >= report.entries);
    const auto rules =
        must(registry::audit_registry(world.store, {.threads = threads, .signatures = false}));
    CHECK(rules.faults.empty());
    CHECK(rules.signatures == 0);
    CHECK(rules.items == report.items);
  }
}

TEST_CASE("entries that cannot be read are faults, and those behind them are judged") {
  World world;
  const std::uint64_t size = world.log->size().value;
  const Bytes garbage = to_bytes("garbage");
  must(world.store.append({size}, std::span(&garbage, 1), {}));
  // Built on the entry before, so that it stands in its place.
  auto log = ledger::Log::open(world.store);
  CHECK_FALSE(log);

  const auto report = must(registry::audit_registry(world.store));

  REQUIRE(report.faults.size() == 1);
  CHECK(report.faults[0].index == ledger::LogIndex{size});
  CHECK(report.entries == size + 1);
  CHECK(report.admitted == size);
}

TEST_CASE("a disk that stops answering ends an audit, and is no fault of the log") {
  World world;
  world.chips(300);
  ledger::FaultyStore counting(world.store, {.call = SIZE_MAX, .kind = ledger::FaultKind::before});
  CHECK(must(registry::audit_registry(counting)).faults.empty());
  CHECK(counting.calls() > 5);

  for (std::size_t call = 0; call < counting.calls(); ++call) {
    CAPTURE(call);
    ledger::FaultyStore faulty(world.store, {.call = call, .kind = ledger::FaultKind::before});
    const auto report = registry::audit_registry(faulty);
    REQUIRE_FALSE(report);
    CHECK(report.error().code == Errc::unavailable);
  }
}

TEST_CASE("an audit stops at its limit of faults and says so") {
  World world;
  const auto chips = world.chips(1);
  for (int i = 0; i < 5; ++i) {
    world.clock.advance_ms(1'000);
    auto bad = world.statement("dealer", about("retire", chips, {{"cause", std::to_string(i)}}));
    must(world.log->append(world.log->size(), world.clock.now(), std::span(&bad.envelope, 1)));
  }
  const auto report = must(registry::audit_registry(world.store, {.max_faults = 3}));
  CHECK(report.faults.size() == 3);
  CHECK_FALSE(report.complete);
  CHECK(must(registry::audit_registry(world.store)).faults.size() == 5);
}
