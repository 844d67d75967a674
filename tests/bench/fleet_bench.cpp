// A fleet from the wafer to the rack: so many chips registered, shipped under licence, accepted and
// installed, in signed lots, into a log and a view on the disk. Run by hand:
//
//   fleet_bench record COUNT FOLDER    records COUNT chips in a new registry in FOLDER
//   fleet_bench read FOLDER            opens it again, asks for histories, rebuilds its view
//
// Each prints one line of JSON. Both take --memory MIB (2,048) for the process, above which the
// state goes into a file. `record` takes --lot N (100,000 chips a statement), --flush N (1,000,000
// unsaved changes at which the view is saved), --floor N (1,000,000): the rows of so many chips
// are written again by prepared inserts, beside it; --provers N (1), to whom lots go in turn; --log
// URL: log and view in that database of PostgreSQL, and no floor.
//
// FOLDER is a registry that the program opens (`muster --registry`), or, with --log, one that
// `registry attach` makes. Its folder `crew` has everybody's keys and, of each Prover, the chips of
// its first lot.

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "ledger/base/check.hpp"
#include "ledger/base/json.hpp"
#include "ledger/store/postgres_store.hpp"
#include "ledger/store/sqlite_store.hpp"
#include "registry/registry.hpp"
#include "registry/roster.hpp"
#include "registry/view/view.hpp"
#include "tests/bench/fleet_world.hpp"
#include "tests/bench/raw_insert.hpp"
#include "tests/bench/usage.hpp"

namespace {

using namespace muster;
using bench::SpentTime;
namespace fs = std::filesystem;

const Timestamp start = Timestamp::parse("2026-01-05T08:00:00.000Z").value();

struct Options {
  std::uint64_t count = 0;
  std::uint64_t lot = 100'000;
  std::uint64_t floor = 1'000'000;
  std::uint64_t flush = 1'000'000;
  std::uint64_t memory_mib = 2'048;
  std::uint64_t provers = 1;
  std::string log{};  ///< Of a server; empty: the file.

  [[nodiscard]] registry::RegistryOptions registry(const fs::path& folder) const {
    const auto view =
        log.empty() ? registry::ViewPlace(folder / "view.db") : registry::ViewPlace::on_server(log);
    return {.view = view, .memory_bytes = memory_mib << 20U};
  }

  [[nodiscard]] std::unique_ptr<ledger::Store> new_store(const fs::path& folder) const {
    if (log.empty()) return ledger::SqliteStore::create(folder / "log.db").value();
    return ledger::PostgresStore::create(log).value();
  }
};

/// Time of recording: into the log and the state, and into the view.
struct Spent {
  SpentTime recording;
  SpentTime saving;

  [[nodiscard]] double core_s() const { return recording.core_s() + saving.core_s(); }
  [[nodiscard]] double wall_s() const { return recording.wall_s() + saving.wall_s(); }
};

void save(registry::Registry& registry, Spent& spent) {
  spent.saving.begin();
  MUSTER_CHECK(registry.flush().has_value());
  spent.saving.end();
}

double mib(const fs::path& file) {
  std::error_code missing;
  const auto bytes = fs::file_size(file, missing);
  return missing ? 0 : static_cast<double>(bytes) / (1024 * 1024);
}

/// What has been done when so many chips are in their racks.
Json mark(std::uint64_t chips, const Spent& spent, double resident_before) {
  const auto count = static_cast<double>(chips);
  const double resident = bench::resident_mib();
  return {{"chips", chips},
          {"core_us", 1e6 * spent.core_s() / count},
          {"view_us", 1e6 * spent.saving.core_s() / count},
          {"per_s_core", count / spent.core_s()},
          {"per_s_wall", count / spent.wall_s()},
          {"resident_mib", resident},
          {"anonymous_mib", bench::anonymous_mib()},
          {"bytes_each", 1048576.0 * (resident - resident_before) / count}};
}

bool is_marked(std::uint64_t chips, const Options& options) {
  if (chips == options.count) return true;
  for (std::uint64_t mark = 100'000; mark <= chips; mark *= 10) {
    if (chips == mark || chips == 3 * mark) return true;
  }
  return false;
}

Json ship_all(registry::Registry& registry, bench::FleetWorld& world, Spent& spent,
              const Options& options) {
  Json marks = Json::array();
  const double before = bench::resident_mib();
  std::uint64_t done = 0;
  for (std::uint64_t lot = 0; done < options.count; ++lot) {
    const auto size = std::min(options.lot, options.count - done);
    world.ship(registry.state(), lot, size);
    done += size;
    if (!is_marked(done, options)) continue;
    save(registry, spent);
    marks.push_back(mark(done, spent, before));
    std::cerr << marks.back().dump() << '\n';
  }
  return marks;
}

/// Histories of chips from all over the register, each asked for once.
Json histories(registry::Registry& registry) {
  constexpr std::uint64_t asked = 2'000;
  const auto chips = registry.state().tables().chips.size();
  std::vector<double> walls;
  SpentTime spent;
  std::size_t states = 0;
  for (std::uint64_t i = 0; i < asked; ++i) {
    const auto chip = static_cast<registry::RowN>(i * 2'654'435'761U % chips);
    const double begun = bench::wall_now();
    spent.begin();
    states += registry.view()->states_of(chip, registry.state().size()).value().size();
    spent.end();
    walls.push_back(bench::wall_now() - begun);
  }
  std::ranges::sort(walls);
  return {{"asked", asked},
          {"states_each", static_cast<double>(states) / asked},
          {"core_us", 1e6 * spent.core_s() / asked},
          {"p50_us", 1e6 * walls[asked / 2]},
          {"p99_us", 1e6 * walls[asked * 99 / 100]}};
}

/// The rows of the first chips, as prepared inserts.
Json floor_json(const fs::path& folder, const Options& options, double core_us) {
  if (!options.log.empty()) return nullptr;
  const std::uint64_t lots = std::min(options.floor, options.count) / options.lot;
  if (lots == 0) return nullptr;
  const std::string chips = std::to_string(lots * options.lot);
  const std::vector<bench::RowSource> view_rows{{"chip", "n < " + chips},
                                                {"custody", "chip_n < " + chips},
                                                {"slot", "chip_n < " + chips},
                                                {"chip_state", "chip_n < " + chips}};
  // Every lot has seven statements with a manifest.
  const std::vector<bench::RowSource> log_rows{
      {"blob", "number <= " + std::to_string(lots * 7) + " order by number"}};
  const auto raw = bench::raw_insert(folder / "view.db", folder / "log.db", view_rows, log_rows,
                                     folder / "copy.db");
  fs::remove(folder / "copy.db");
  const double us = 1e6 * raw.core_s / static_cast<double>(lots * options.lot);
  return {{"chips", lots * options.lot},
          {"rows", raw.rows},
          {"core_us", us},
          {"of_recording", us / core_us}};
}

/// What others need to go on where this ends: keys, and of each Prover its first lot, one chip a
/// line behind the statement that installed it.
void write_crew(const fs::path& folder, bench::FleetWorld& world, const registry::State& state,
                const Options& options) {
  fs::create_directories(folder / "crew");
  world.write_keys(folder / "crew");
  const auto& tables = state.tables();
  for (std::uint64_t lot = 0; lot < options.provers && lot * options.lot < options.count; ++lot) {
    const auto chips =
        bench::FleetWorld::chips_of(lot, std::min(options.lot, options.count - lot * options.lot));
    const auto installed = tables.chips[state.find_chip(chips.front())].last;
    std::ofstream file(folder / "crew" / (world.prover_of(lot) + ".chips"));
    file << tables.statements[installed].hash.to_hex() << '\n';
    for (const ChipId& chip : chips) file << chip.to_string() << '\n';
  }
}

void record(const fs::path& folder, const Options& options) {
  fs::create_directories(folder);
  FixedClock clock(start);
  const auto store = options.new_store(folder);
  auto log = ledger::Log::open(*store).value();
  // The view is saved by itself, so that its time is known.
  auto registry_options = options.registry(folder);
  registry_options.flush_rows = SIZE_MAX;
  auto registry = registry::Registry::open(log, clock, registry_options).value();
  Spent spent;
  bench::FleetWorld world(
      clock,
      [&](const registry::Submission& submission) {
        spent.recording.begin();
        const auto outcome = registry.record(submission).value();
        spent.recording.end();
        if (registry.state().changes().size() >= options.flush) save(registry, spent);
        if (outcome.error) std::cerr << outcome.error->message << '\n';
        MUSTER_CHECK(!outcome.error);
      },
      options.provers);
  world.found(registry.state(), options.count);
  Json marks = ship_all(registry, world, spent, options);
  const double us = 1e6 * spent.core_s() / static_cast<double>(options.count);
  const Json told = histories(registry);
  write_crew(folder, world, registry.state(), options);
  const Json line{{"recorded", options.count},
                  {"histories", told},
                  {"lot", options.lot},
                  {"marks", std::move(marks)},
                  {"peak_mib", static_cast<double>(bench::usage_of(RUSAGE_SELF).peak_kib) / 1024},
                  {"spilled_mib", static_cast<double>(registry.spilled_bytes()) / 1048576},
                  {"log_mib", mib(folder / "log.db") + mib(folder / "log.db-wal")},
                  {"view_mib", mib(folder / "view.db") + mib(folder / "view.db-wal")},
                  {"floor", floor_json(folder, options, us)},
                  {"load", bench::load_now()}};
  std::cout << line.dump() << '\n';
}

std::uint64_t rows_of(const registry::State& state, std::uint64_t changes) {
  std::uint64_t rows = changes;
  registry::Tables::each(state.tables(),
                         [&](const char*, const auto& table) { rows += table.size(); });
  return rows - state.tables().chips.size();  // which the history has
}

void read(const fs::path& folder, const Options& options) {
  FixedClock clock(start);
  const auto store = ledger::SqliteStore::open(folder / "log.db").value();
  auto log = ledger::Log::open(*store).value();
  SpentTime opening;
  opening.begin();
  auto registry = registry::Registry::open(log, clock, options.registry(folder)).value();
  opening.end();
  MUSTER_CHECK(registry.view_was_loaded());
  const double resident = bench::resident_mib();
  const Json told = histories(registry);
  SpentTime rebuilding;
  rebuilding.begin();
  MUSTER_CHECK(registry.rebuild().has_value());
  rebuilding.end();
  std::uint64_t changes = 0;
  MUSTER_CHECK(registry.view()
                   ->each_state([&](registry::RowN, registry::Index32, registry::Index32,
                                    const registry::ChipState&) { ++changes; })
                   .has_value());
  const auto chips = static_cast<double>(registry.state().tables().chips.size());
  const auto rows = static_cast<double>(rows_of(registry.state(), changes));
  const Json line{{"chips", chips},
                  {"spilled_mib", static_cast<double>(registry.spilled_bytes()) / 1048576},
                  {"opened_core_s", opening.core_s()},
                  {"opened_wall_s", opening.wall_s()},
                  {"resident_mib", resident},
                  {"histories", told},
                  {"rows", rows},
                  {"rebuilt_core_s", rebuilding.core_s()},
                  {"rebuilt_wall_s", rebuilding.wall_s()},
                  {"rows_per_s_core", rows / rebuilding.core_s()},
                  {"rows_per_s_wall", rows / rebuilding.wall_s()},
                  {"peak_mib", static_cast<double>(bench::usage_of(RUSAGE_SELF).peak_kib) / 1024},
                  {"load", bench::load_now()}};
  std::cout << line.dump() << '\n';
}

}  // namespace

int main(int count, char** arguments) {
  const std::vector<std::string> words(arguments, arguments + count);
  const bool reads = count >= 3 && words[1] == "read";
  if (!reads && (count < 4 || words[1] != "record")) {
    std::cerr << "see the beginning of fleet_bench.cpp\n";
    return 2;
  }
  Options options{.count = reads ? 0 : std::stoull(words[2])};
  for (std::size_t i = reads ? 3 : 4; i + 1 < words.size(); ++i) {
    if (words[i] == "--lot") options.lot = std::stoull(words[i + 1]);
    if (words[i] == "--flush") options.flush = std::stoull(words[i + 1]);
    if (words[i] == "--floor") options.floor = std::stoull(words[i + 1]);
    if (words[i] == "--memory") options.memory_mib = std::stoull(words[i + 1]);
    if (words[i] == "--provers") options.provers = std::stoull(words[i + 1]);
    if (words[i] == "--log") options.log = words[i + 1];
  }
  if (reads) {
    read(words[2], options);
    return 0;
  }
  record(words[3], options);
  return 0;
}
