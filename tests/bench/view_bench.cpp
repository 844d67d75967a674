// The view of a fleet in a file and on a server of PostgreSQL: saved as a whole, loaded, asked for
// histories and for a roster of the past. Run by hand, beside a server of its own:
//
//   python3 tests/support/postgres_server.py build/tests/bench/view_bench FOLDER COUNT [LOT]
//
// Prints a line of JSON. FOLDER is made and holds the file; the server is on TMPDIR's disk. Both
// are given the same state in turn, so that the ratio holds whatever else the machine does.

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "ledger/base/check.hpp"
#include "ledger/base/json.hpp"
#include "ledger/sql/postgres.hpp"
#include "ledger/store/memory_store.hpp"
#include "registry/past_chips.hpp"
#include "tests/bench/fleet_world.hpp"
#include "tests/bench/usage.hpp"

namespace {

using namespace muster;
using bench::SpentTime;
namespace fs = std::filesystem;

const Timestamp start = Timestamp::parse("2026-01-05T08:00:00.000Z").value();

/// A log of `count` chips that were made, shipped and installed.
void fill(ledger::MemoryStore& store, FixedClock& clock, std::uint64_t count, std::uint64_t lot) {
  auto log = ledger::Log::open(store).value();
  auto registry = registry::Registry::open(log, clock).value();
  bench::FleetWorld world(clock, [&](const registry::Submission& submission) {
    const auto outcome = registry.record(submission).value();
    if (outcome.error) std::cerr << outcome.error->message << '\n';
    MUSTER_CHECK(!outcome.error);
  });
  world.found(registry.state(), count);
  for (std::uint64_t done = 0; done < count; done += lot) {
    world.ship(registry.state(), done / lot, std::min(lot, count - done));
  }
}

Json spent_json(const SpentTime& spent, double rows) {
  return {{"wall_s", spent.wall_s()},
          {"core_s", spent.core_s()},
          {"rows_per_s", rows / spent.wall_s()}};
}

/// Histories of chips from all over the register, each asked for once.
Json told_histories(registry::View& view, const registry::State& state) {
  constexpr std::uint64_t asked = 2'000;
  const auto chips = state.tables().chips.size();
  std::vector<double> walls;
  std::size_t states = 0;
  for (std::uint64_t i = 0; i < asked; ++i) {
    const auto chip = static_cast<registry::RowN>(i * 2'654'435'761U % chips);
    const double begun = bench::wall_now();
    states += view.states_of(chip, state.size()).value().size();
    walls.push_back(bench::wall_now() - begun);
  }
  std::ranges::sort(walls);
  return {{"states_each", static_cast<double>(states) / asked},
          {"p50_us", 1e6 * walls[asked / 2]},
          {"p99_us", 1e6 * walls[asked * 99 / 100]}};
}

double rows_in(const registry::State& state) {
  double rows = 0;
  registry::Tables::each(state.tables(), [&](const char*, const auto& table) {
    rows += static_cast<double>(table.size());
  });
  return rows;
}

/// All states that chips were ever in, as rosters of windows and comparisons go through them.
Json scanned(registry::View& view) {
  SpentTime spent;
  double states = 0;
  spent.begin();
  const auto all =
      view.each_state([&](auto, auto, auto, const registry::ChipState&) { states += 1; });
  spent.end();
  MUSTER_CHECK(all.has_value());
  return spent_json(spent, states);
}

/// One place: saved as a whole, loaded again, read.
Json measured(const registry::ViewPlace& place, ledger::Log& log, Clock& clock) {
  Json line;
  {
    auto registry = registry::Registry::open(log, clock,
                                             {.view = place,
                                              .flush_rows = SIZE_MAX,
                                              .flush_entries = SIZE_MAX,
                                              .memory_bytes = std::uint64_t{16} << 30U})
                        .value();
    const double rows =
        rows_in(registry.state()) + static_cast<double>(registry.state().changes().size());
    SpentTime saving;
    saving.begin();
    MUSTER_CHECK(registry.flush().has_value());
    saving.end();
    line["rows"] = rows;
    line["save"] = spent_json(saving, rows);
  }
  auto memory = registry::StateMemory(true);
  SpentTime loading;
  loading.begin();
  const auto view = registry::load_view(place, memory.state(), log).value();
  loading.end();
  line["load"] = spent_json(loading, rows_in(memory.state()));
  line["histories"] = told_histories(*view, memory.state());
  line["scan"] = scanned(*view);
  return line;
}

std::string url_of_server() {
  const char* const url = std::getenv("MUSTER_TEST_POSTGRES");
  if (url != nullptr) return url;
  std::cerr << "run it by tests/support/postgres_server.py\n";
  std::exit(2);
}

}  // namespace

int main(int count, char** words) {
  if (count < 3) {
    std::cerr << "view_bench FOLDER COUNT [LOT]\n";
    return 2;
  }
  const std::string url = url_of_server();
  const fs::path folder = words[1];
  const std::uint64_t chips = std::stoull(words[2]);
  const std::uint64_t lot = count > 3 ? std::stoull(words[3]) : 10'000;
  fs::create_directories(folder);
  FixedClock clock(start);
  ledger::MemoryStore store;
  fill(store, clock, chips, lot);
  auto log = ledger::Log::open(store).value();
  const Json file = measured(folder / "view.db", log, clock);
  const Json server = measured(registry::ViewPlace::on_server(url), log, clock);
  const auto of_file = [&](const char* what) {
    return server[what]["wall_s"].get<double>() / file[what]["wall_s"].get<double>();
  };
  std::cout
      << Json{{"chips", chips},
              {"file", file},
              {"server", server},
              {"server_of_file",
               {{"save", of_file("save")}, {"load", of_file("load")}, {"scan", of_file("scan")}}},
              {"load", bench::load_now()}}
             .dump()
      << '\n';
  return 0;
}
