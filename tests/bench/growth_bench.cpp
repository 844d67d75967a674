// How recording and verifying grow with the log, at sizes where a benchmark that is run five times
// would take a day. Run by hand:
//
//   growth_bench make FILE COUNT            signed statements, once; not measured
//   growth_bench record FILE COUNT FOLDER   records the first COUNT of them in a new registry
//   growth_bench run PROGRAM ARGUMENT...    runs a program, and says what it took
//
// Each prints one line of JSON. `record` takes --batch N (1,000), --threads N (2) and --latency.

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "ledger/base/check.hpp"
#include "ledger/base/json.hpp"
#include "ledger/store/sqlite_store.hpp"
#include "registry/registry.hpp"
#include "tests/bench/growth_world.hpp"

namespace {

using namespace muster;
namespace fs = std::filesystem;

struct Usage {
  double core_s = 0;
  long peak_kib = 0;
};

Usage usage_of(int who) {
  rusage usage{};
  getrusage(who, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return {seconds(usage.ru_utime) + seconds(usage.ru_stime), usage.ru_maxrss};
}

double wall_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double load_now() {
  double load = 0;
  return getloadavg(&load, 1) == 1 ? load : -1;
}

void make(const fs::path& file, std::size_t count) {
  bench::GrowthWorld world;
  std::ofstream out(file, std::ios::binary);
  MUSTER_CHECK(!world.founding().empty());
  for (std::size_t made = 0; made < count;) {
    for (const ledger::Envelope& envelope : world.next_step()) {
      if (made++ == count) break;
      out << ledger::encode_envelope(envelope) << '\n';
    }
  }
  MUSTER_CHECK(out.flush().good());
}

void check(const registry::Outcome& outcome) {
  if (outcome.error) std::cerr << outcome.error->message << '\n';
  MUSTER_CHECK(!outcome.error);
}

struct RecordOptions {
  std::size_t count = 0;
  std::size_t batch = 1'000;
  std::size_t threads = 2;
  bool latency = false;
};

/// The next statements of the file, as lines.
std::vector<std::string> lines_of(std::istream& in, std::size_t count) {
  std::vector<std::string> lines;
  std::string line;
  while (lines.size() < count && std::getline(in, line)) lines.push_back(line);
  return lines;
}

void record(const fs::path& file, const fs::path& folder, const RecordOptions& options) {
  fs::create_directories(folder);
  std::ofstream(folder / "muster.json") << R"({"origin":"bench.example/growth","v":1})" << '\n';
  FixedClock clock(bench::GrowthWorld::now());
  const auto store = ledger::SqliteStore::create(folder / "log.db").value();
  auto log = ledger::Log::open(*store).value();
  auto registry =
      registry::Registry::open(log, clock, {.view = folder / "view.db", .threads = options.threads})
          .value();
  for (const auto& submission : bench::GrowthWorld().founding()) {
    check(registry.record(submission).value());
  }
  std::ifstream in(file, std::ios::binary);
  std::vector<double> waits;
  const Usage before = usage_of(RUSAGE_SELF);
  double core = 0;
  double wall = 0;
  for (std::size_t done = 0; done < options.count;) {
    // Reading the file is no part of recording.
    const auto lines = lines_of(in, std::min(options.batch, options.count - done));
    MUSTER_CHECK(!lines.empty());
    const double core_begin = usage_of(RUSAGE_SELF).core_s;
    const double begin = wall_now();
    std::vector<registry::Submission> batch;
    for (const std::string& line : lines) batch.push_back({ledger::parse_envelope(line).value()});
    const auto outcomes = registry.record(batch).value();
    waits.push_back(wall_now() - begin);
    wall += waits.back();
    core += usage_of(RUSAGE_SELF).core_s - core_begin;
    for (const auto& outcome : outcomes) check(outcome);
    done += lines.size();
  }
  const double begin = wall_now();
  const double core_begin = usage_of(RUSAGE_SELF).core_s;
  MUSTER_CHECK(registry.flush().has_value());
  wall += wall_now() - begin;
  core += usage_of(RUSAGE_SELF).core_s - core_begin;
  std::ranges::sort(waits);
  const auto count = static_cast<double>(options.count);
  Json line{
      {"recorded", options.count},
      {"batch", options.batch},
      {"wall_s", wall},
      {"core_s", core},
      {"per_s_wall", count / wall},
      {"core_us_each", 1e6 * core / count},
      {"peak_mib", static_cast<double>(usage_of(RUSAGE_SELF).peak_kib) / 1024},
      {"peak_bytes_each",
       1024.0 * static_cast<double>(usage_of(RUSAGE_SELF).peak_kib - before.peak_kib) / count},
      {"p50_ms", 1e3 * waits[waits.size() / 2]},
      {"p99_ms", 1e3 * waits[waits.size() * 99 / 100]},
      {"load", load_now()}};
  std::cout << line.dump() << '\n';
}

int run(char** arguments) {
  const double begin = wall_now();
  const pid_t child = fork();
  if (child == 0) {
    execvp(arguments[0], arguments);
    _exit(127);
  }
  int status = 0;
  rusage usage{};
  wait4(child, &status, 0, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  Json line{{"exit", WIFEXITED(status) ? WEXITSTATUS(status) : -1},
            {"wall_s", wall_now() - begin},
            {"core_s", seconds(usage.ru_utime) + seconds(usage.ru_stime)},
            {"peak_mib", static_cast<double>(usage.ru_maxrss) / 1024},
            {"load", load_now()}};
  std::cout << line.dump() << '\n';
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  const std::vector<std::string> words(arguments, arguments + count);
  if (count >= 3 && words[1] == "run") return run(arguments + 2);
  if (count == 4 && words[1] == "make") {
    make(words[2], std::stoull(words[3]));
    return 0;
  }
  if (count >= 5 && words[1] == "record") {
    RecordOptions options{.count = std::stoull(words[3])};
    for (std::size_t i = 5; i + 1 < words.size(); i += 2) {
      if (words[i] == "--batch") options.batch = std::stoull(words[i + 1]);
      if (words[i] == "--threads") options.threads = std::stoull(words[i + 1]);
    }
    record(words[2], words[4], options);
    return 0;
  }
  std::cerr << "see the beginning of growth_bench.cpp\n";
  return 2;
}
