// What recording costs beside the signature, and what registering a million chips costs beside the
// rows alone. Run by hand: meson configure build -Dbench=true, then
// build/tests/bench/registry_bench. Files go to $TMPDIR: point it at the disk that is meant.

#include <benchmark/benchmark.h>
#include <doctest/doctest.h>
#include <sys/resource.h>

#include <algorithm>

#include "ledger/base/check.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/merkle.hpp"
#include "ledger/sql/transaction.hpp"
#include "ledger/store/sqlite_store.hpp"
#include "registry/audit.hpp"
#include "registry/view/sqlite_view.hpp"
#include "registry/view/view.hpp"
#include "tests/registry/support/world.hpp"
#include "tests/support/folder.hpp"

namespace {

using namespace muster;
using namespace muster::registry;
using test::about;
using test::World;

constexpr std::size_t batch_size = 1'000;
constexpr std::size_t lots = 10;
constexpr std::size_t lot_size = 100'000;

double core_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// One statement a chip: the release of each by itself, in batches.
std::vector<Submission> releases(World& world, std::size_t count) {
  std::vector<Submission> list;
  StatementMaker maker(
      {.origin = "test.example/registry", .org = "maker", .stream = "bench", .next_number = 1},
      world.signer("maker"), world.random);
  while (list.size() < count) {
    for (const ChipId& chip : world.chips(64)) {
      Draft draft = about("release", {chip},
                          {{"shipment", "B" + std::to_string(list.size())},
                           {"receiver", "northwind"},
                           {"destination", "northwind-site"},
                           {"purpose", "sale"}});
      draft.event_time = world.clock.now();
      list.push_back(maker.make(draft, &world.state()).value());
    }
  }
  list.resize(count);
  return list;
}

/// The log of `world`, copied into an SQLite file: what is recorded there is durable.
std::unique_ptr<ledger::SqliteStore> durable_copy(World& world, const std::filesystem::path& file) {
  auto store = ledger::SqliteStore::create(file).value();
  const auto head = world.store.head().value();
  const auto entries = world.store.read({0}, head.size.value).value();
  std::vector<ledger::Blob> blobs;
  const auto names = world.store.blob_hashes().value();
  for (const Hash& hash : names) {
    blobs.push_back({hash, world.store.blob(hash).value()});
  }
  MUSTER_CHECK(store->append({0}, entries, blobs).value().root == head.root);
  return store;
}

double signature_seconds(std::span<const Submission> list, const crypto::PublicKey& key) {
  const double start = core_seconds();
  bool good = true;
  for (const Submission& one : list) {
    const auto& envelope = one.envelope;
    good = good && ledger::signature_verifies(envelope, envelope.signatures.front(), key);
  }
  MUSTER_CHECK(good);
  return core_seconds() - start;
}

/// Records the texts in batches: read, judged, durable in the log, applied.
void record_texts(Registry& registry, std::span<const std::string> texts, std::size_t batch) {
  for (std::size_t i = 0; i < texts.size(); i += batch) {
    std::vector<Submission> submissions;
    for (const std::string& text : texts.subspan(i, batch)) {
      submissions.push_back({ledger::parse_envelope(text).value(), {}});
    }
    const auto outcomes = registry.record(submissions).value();
    MUSTER_CHECK(!outcomes.back().error);
  }
}

/// Core-µs per statement, from its text to the durable log, in batches of `range`; and of the
/// signature checks alone, in the same run.
void record_statements(benchmark::State& state) {
  const auto batch = static_cast<std::size_t>(state.range(0));
  World world;
  const auto list = releases(world, batch == 1 ? batch_size : 20 * batch_size);
  std::vector<std::string> texts;
  for (const Submission& one : list) texts.push_back(ledger::encode_envelope(one.envelope));
  const test::Folder folder("bench");
  const auto store = durable_copy(world, folder.path() / "log.db");
  auto log = ledger::Log::open(*store).value();
  auto registry = Registry::open(log, world.clock, {.view = folder.path() / "view.db"}).value();
  for (auto _ : state) {
    const double checked = signature_seconds(list, world.signer("maker").public_key());
    const double start = core_seconds();
    record_texts(registry, texts, batch);
    const double recorded = core_seconds() - start;
    const double per = 1e6 / static_cast<double>(list.size());
    state.counters["signature_us"] = checked * per;
    state.counters["record_us"] = recorded * per;
    state.counters["beside_us"] = (recorded - checked) * per;
    state.SetIterationTime(recorded);
  }
  state.counters["per_core_second"] =
      benchmark::Counter(static_cast<double>(list.size()), benchmark::Counter::kIsRate);
}
BENCHMARK(record_statements)
    ->Arg(1)
    ->Arg(100)
    ->Arg(batch_size)
    ->Iterations(1)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

/// One statement judged from warm state, signature and parsing apart.
void admissibility(benchmark::State& state) {
  World world;
  const auto list = releases(world, 64);
  std::vector<Prepared> prepared;
  for (const Submission& one : list) prepared.push_back(prepare(one));
  for (Prepared& one : prepared) {
    one.signatures = {{.keyid = crypto::KeyId::of(world.signer("maker").public_key()).text(),
                       .known = true,
                       .verified = true}};
  }
  std::size_t i = 0;
  for (auto _ : state) {
    const Prepared& one = prepared[i++ % prepared.size()];
    benchmark::DoNotOptimize(
        admissible(world.state(), one.event, one.signatures, {world.clock.now()}).has_value());
  }
}
BENCHMARK(admissibility);

/// Lots of 100,000 chips, signed.
std::vector<Submission> lots_of_chips(World& world) {
  std::vector<Submission> list;
  for (std::size_t lot = 0; lot < lots; ++lot) {
    const std::uint64_t block = 10'000 + lot;
    world.record("maker", {.kind = "id.reserve",
                           .body = {{"block", static_cast<std::int64_t>(block)},
                                    {"count", static_cast<std::int64_t>(lot_size)},
                                    {"product", "a1"},
                                    {"packager", "maker"}}});
    Draft draft{.kind = "chip.package", .body = {{"product", "a1"}}, .site = "maker-site"};
    for (std::size_t i = 0; i < lot_size; ++i) {
      draft.chips.push_back({ChipId::from_parts(
          {.block = block, .ordinal = i, .random = world.random.below(ChipId::part_limit)})});
    }
    draft.event_time = world.clock.now();
    StatementMaker maker({.origin = "test.example/registry",
                          .org = "maker",
                          .stream = "lot" + std::to_string(lot),
                          .next_number = 1},
                         world.signer("maker"), world.random);
    list.push_back(maker.make(draft, &world.state()).value());
  }
  return list;
}

/// The rows that the view got, as prepared inserts into a new file of the same tables.
double raw_insert_seconds(const std::filesystem::path& view, const std::filesystem::path& copy) {
  auto source = sql::Database::open(view, registry::view_schema()).value();
  auto target = sql::Database::create(copy, registry::view_schema(),
                                      {.synchronous = sql::Synchronous::normal})
                    .value();
  double seconds = 0;
  for (const std::string table : {"chip", "custody", "chip_state"}) {
    auto read = source.prepare("select * from " + table).value();
    std::vector<std::vector<std::optional<std::int64_t>>> rows;
    while (read.step().value()) {
      auto& row = rows.emplace_back();
      for (int c = 0; c < read.column_count(); ++c) {
        row.push_back(read.is_null(c) ? std::nullopt : std::optional(read.integer(c)));
      }
    }
    std::string sql = "insert into " + table + " values (?";
    for (int c = 1; c < read.column_count(); ++c) sql += ", ?";
    auto insert = target.prepare(sql + ")").value();
    const double start = core_seconds();
    auto transaction = sql::Transaction::begin(target).value();
    for (const auto& row : rows) {
      insert.reset();
      for (std::size_t c = 0; c < row.size(); ++c) insert.bind(static_cast<int>(c), row[c]);
      insert.step().value();
    }
    MUSTER_CHECK(transaction.commit().has_value());
    seconds += core_seconds() - start;
  }
  return seconds;
}

/// A million chips in ten signed lots: parsed, hashed, judged, in the log (in memory), in the view.
void register_million(benchmark::State& state) {
  const test::Folder folder("registry-bench");
  World world({.view = folder.path() / "view.db", .threads = 1, .flush_rows = 300'000});
  const auto list = lots_of_chips(world);
  for (auto _ : state) {
    const double start = core_seconds();
    for (const Submission& lot : list) {
      const auto outcome = world.registry().record(lot).value();
      if (outcome.error) state.SkipWithError(outcome.error->message.c_str());
    }
    const double recorded = core_seconds();
    if (!world.registry().flush()) state.SkipWithError("flush");
    const double seconds = core_seconds() - start;
    const double raw = raw_insert_seconds(folder.path() / "view.db", folder.path() / "copy.db");
    state.counters["us_per_chip"] = 1e6 * seconds / (lots * lot_size);
    state.counters["flush_us"] = 1e6 * (seconds - (recorded - start)) / (lots * lot_size);
    state.counters["raw_us_per_chip"] = 1e6 * raw / (lots * lot_size);
    state.counters["of_raw"] = raw / seconds;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(lots * lot_size));
}
BENCHMARK(register_million)->Iterations(1)->UseRealTime()->Unit(benchmark::kMillisecond);

/// What an audit cannot do without: the manifests read and hashed, and each of their lines.
double manifest_hash_seconds(ledger::Store& store) {
  const double start = core_seconds();
  const auto names = store.blob_hashes().value();
  for (const Hash& name : names) {
    const Bytes bytes = store.blob(name).value();
    MUSTER_CHECK(crypto::sha256(ByteView(bytes)) == name);
    std::vector<Hash> leaves;
    for (std::string_view rest = as_text(bytes); !rest.empty();) {
      const auto line = rest.substr(0, rest.find('\n') + 1);
      leaves.push_back(ledger::leaf_hash(as_bytes(line)));
      rest.remove_prefix(line.size());
    }
    benchmark::DoNotOptimize(ledger::root_hash(leaves));
  }
  return core_seconds() - start;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values.at(values.size() / 2);
}

/// `ledger verify --rules` over the same lots: read from SQLite, parsed, hashed, judged, applied to
/// a state that begins with nothing. Signatures are the log audit's. The parameter is `--memory`.
void rules_of_million(benchmark::State& state) {
  World world;
  for (const Submission& lot : lots_of_chips(world)) {
    MUSTER_CHECK(!world.registry().record(lot).value().error);
  }
  const test::Folder folder("rules-bench");
  const auto store = durable_copy(world, folder.path() / "log.db");
  AuditOptions options{.threads = 1, .signatures = false};
  options.memory_bytes = static_cast<std::uint64_t>(state.range(0)) << 20U;
  options.scratch = folder.path();
  std::vector<double> times;
  std::vector<double> ratios;
  double items = 0;
  for (auto _ : state) {
    const double floor = manifest_hash_seconds(*store);
    const double start = core_seconds();
    const auto report = audit_registry(*store, options).value();
    times.push_back(core_seconds() - start);
    ratios.push_back(times.back() / floor);
    state.SetIterationTime(times.back());
    MUSTER_CHECK(report.faults.empty());
    items = static_cast<double>(report.items);
  }
  state.counters["us_per_item"] = 1e6 * median(times) / items;
  state.counters["items_per_s"] = items / median(times);
  state.counters["of_hashing"] = median(ratios);
}
BENCHMARK(rules_of_million)
    ->Arg(0)
    ->Arg(300)
    ->Iterations(7)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace

// The small world is doctest's, and so is main.
TEST_CASE("benchmarks of the registry") { benchmark::RunSpecifiedBenchmarks(); }
