// How recording and verifying grow with the log, at sizes where a benchmark that is run five times
// would take a day. Run by hand:
//
//   growth_bench make FILE COUNT            signed statements, once; not measured
//   growth_bench record FILE COUNT FOLDER   records the first COUNT of them in a new registry
//   growth_bench import COUNT FOLDER        so many opaque entries into a new log, durably
//   growth_bench run PROGRAM ARGUMENT...    runs a program, and says what it took
//
// Each prints one line of JSON. `record` and `import` take --batch N (1,000); `record` also
// --threads N (2) and --memory MIB (2,048) of the process, above which the state goes into a file,
// `import` --bytes N of an entry (300).

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>

#include "ledger/base/check.hpp"
#include "ledger/base/json.hpp"
#include "ledger/base/parallel.hpp"
#include "ledger/store/sqlite_store.hpp"
#include "registry/registry.hpp"
#include "tests/bench/growth_world.hpp"
#include "tests/bench/usage.hpp"

namespace {

using namespace muster;
namespace fs = std::filesystem;

using bench::load_now;
using bench::usage_of;
using bench::wall_now;

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

/// Sums the time of what is done between `begin` and `end`.
class Stopwatch final {
 public:
  void begin() {
    core_begin_ = usage_of(RUSAGE_SELF).core_s;
    begin_ = wall_now();
  }
  void end() {
    wall_ += wall_now() - begin_;
    core_ += usage_of(RUSAGE_SELF).core_s - core_begin_;
  }
  [[nodiscard]] double core_s() const { return core_; }
  [[nodiscard]] double wall_s() const { return wall_; }

 private:
  double begin_ = 0;
  double core_begin_ = 0;
  double core_ = 0;
  double wall_ = 0;
};

/// The wait that so many per cent of all do not exceed, in milliseconds.
double percentile_ms(std::vector<double> waits_s, std::size_t percent) {
  std::ranges::sort(waits_s);
  return 1e3 * waits_s.at(waits_s.size() * percent / 100);
}

struct Options {
  std::size_t count = 0;
  std::size_t batch = 1'000;
  std::size_t threads = 2;
  std::uint64_t memory_mib = 2'048;
  std::size_t bytes = 300;
};

/// The next statements of the file, as lines.
std::vector<std::string> lines_of(std::istream& in, std::size_t count) {
  std::vector<std::string> lines;
  std::string line;
  while (lines.size() < count && std::getline(in, line)) lines.push_back(line);
  return lines;
}

std::vector<registry::Submission> submissions_of(const std::vector<std::string>& lines) {
  std::vector<registry::Submission> batch;
  for (const std::string& line : lines) batch.push_back({ledger::parse_envelope(line).value()});
  return batch;
}

struct RecordTimes {
  Stopwatch recording;  // from the text to what is durable and judged
  Stopwatch saving;     // the view, as far as it was not saved on the way
  Stopwatch signatures;
  std::vector<double> waits_s{};  // of each batch, from its text to its outcomes
};

/// The signatures of a batch by themselves, on as many threads: what recording cannot do without.
void verify_alone(const std::vector<std::string>& lines, const registry::KeyRing& keys,
                  const Options& options, Stopwatch& watch) {
  const auto batch = submissions_of(lines);
  watch.begin();
  parallel_for(batch.size(), static_cast<unsigned>(options.threads), [&](std::size_t i) {
    const auto& signature = batch[i].envelope.signatures.front();
    const auto& key = keys.at(signature.keyid.text());
    MUSTER_CHECK(ledger::signature_verifies(batch[i].envelope, signature, key));
  });
  watch.end();
}

/// A batch that was begun, and when.
struct Begun {
  registry::Batch batch;
  double at;
};

void finish(registry::Registry& registry, std::optional<Begun>& begun, RecordTimes& times) {
  if (!begun) return;
  const auto outcomes = registry.record(begun->batch).value();
  for (const auto& outcome : outcomes) check(outcome);
  times.waits_s.push_back(wall_now() - begun->at);
  begun.reset();
}

/// Each batch is begun before the one before it is recorded, as `statement submit` does with a
/// file, but for a single caller, who waits for each.
void record_in_turn(registry::Registry& registry,
                    const std::vector<std::vector<std::string>>& batches, const Options& options,
                    RecordTimes& times) {
  std::optional<Begun> before;
  for (const auto& lines : batches) {
    const double at = wall_now();
    Begun next{registry.begin(submissions_of(lines)), at};
    finish(registry, before, times);
    before = std::move(next);
    if (options.batch == 1) finish(registry, before, times);
  }
  finish(registry, before, times);
}

RecordTimes record_batches(registry::Registry& registry, const fs::path& file,
                           const Options& options) {
  // Signatures are timed between: never while other threads are at work for a batch.
  constexpr std::size_t statements_in_turn = 20'000;
  const registry::KeyRing keys = bench::GrowthWorld().keys();
  std::ifstream in(file, std::ios::binary);
  RecordTimes times;
  for (std::size_t done = 0; done < options.count;) {
    // Reading the file is no part of recording.
    std::vector<std::vector<std::string>> batches;
    const std::size_t end = std::min(options.count, done + statements_in_turn);
    while (done < end) {
      batches.push_back(lines_of(in, std::min(options.batch, end - done)));
      MUSTER_CHECK(!batches.back().empty());
      done += batches.back().size();
    }
    for (const auto& lines : batches) verify_alone(lines, keys, options, times.signatures);
    times.recording.begin();
    record_in_turn(registry, batches, options, times);
    times.recording.end();
  }
  times.saving.begin();
  MUSTER_CHECK(registry.flush().has_value());
  times.saving.end();
  return times;
}

void record(const fs::path& file, const fs::path& folder, const Options& options) {
  fs::create_directories(folder);
  std::ofstream(folder / "muster.json") << R"({"origin":"bench.example/growth","v":1})" << '\n';
  FixedClock clock(bench::GrowthWorld::now());
  const auto store = ledger::SqliteStore::create(folder / "log.db").value();
  auto log = ledger::Log::open(*store).value();
  auto registry = registry::Registry::open(log, clock,
                                           {.view = folder / "view.db",
                                            .threads = options.threads,
                                            .memory_bytes = options.memory_mib << 20U})
                      .value();
  for (const auto& submission : bench::GrowthWorld().founding()) {
    check(registry.record(submission).value());
  }
  const long peak_before = usage_of(RUSAGE_SELF).peak_kib;
  const RecordTimes times = record_batches(registry, file, options);
  const long peak = usage_of(RUSAGE_SELF).peak_kib;
  const auto count = static_cast<double>(options.count);
  const double us = 1e6 / count;
  const double wall = times.recording.wall_s() + times.saving.wall_s();
  Json line{{"recorded", options.count},
            {"batch", options.batch},
            {"wall_s", wall},
            {"per_s_wall", count / wall},
            {"signature_us", times.signatures.core_s() * us},
            {"record_us", times.recording.core_s() * us},
            {"save_us", times.saving.core_s() * us},
            {"beside_us", (times.recording.core_s() - times.signatures.core_s()) * us},
            {"peak_mib", static_cast<double>(peak) / 1024},
            {"peak_bytes_each", 1024.0 * static_cast<double>(peak - peak_before) / count},
            {"p50_ms", percentile_ms(times.waits_s, 50)},
            {"p99_ms", percentile_ms(times.waits_s, 99)},
            {"load", load_now()}};
  std::cout << line.dump() << '\n';
}

/// Entries that another log vouches for: hashed, stored, made durable, but not read.
void import(const fs::path& folder, const Options& options) {
  fs::create_directories(folder);
  const auto store = ledger::SqliteStore::create(folder / "log.db").value();
  Stopwatch importing;
  for (std::size_t done = 0; done < options.count; done += options.batch) {
    std::vector<Bytes> entries(options.batch, Bytes(options.bytes, 'x'));
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const std::string number = std::to_string(done + i);
      std::ranges::copy(number, entries[i].begin());
    }
    importing.begin();
    MUSTER_CHECK(store->append({done}, entries, {}).has_value());
    importing.end();
  }
  Stopwatch hashing;
  Bytes entry(options.bytes, 'x');
  hashing.begin();
  for (std::size_t i = 0; i < options.count; ++i) entry.back() = ledger::leaf_hash(entry).bytes[0];
  hashing.end();
  const auto count = static_cast<double>(options.count);
  Json line{{"imported", options.count},
            {"batch", options.batch},
            {"bytes", options.bytes},
            {"wall_s", importing.wall_s()},
            {"per_s_wall", count / importing.wall_s()},
            {"import_us", 1e6 * importing.core_s() / count},
            {"leaf_hash_us", 1e6 * hashing.core_s() / count},
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
  Options options;
  for (std::size_t i = 3; i + 1 < words.size(); ++i) {
    if (words[i] == "--batch") options.batch = std::stoull(words[i + 1]);
    if (words[i] == "--threads") options.threads = std::stoull(words[i + 1]);
    if (words[i] == "--memory") options.memory_mib = std::stoull(words[i + 1]);
    if (words[i] == "--bytes") options.bytes = std::stoull(words[i + 1]);
  }
  if (count == 4 && words[1] == "make") {
    make(words[2], std::stoull(words[3]));
    return 0;
  }
  if (count >= 5 && words[1] == "record") {
    options.count = std::stoull(words[3]);
    record(words[2], words[4], options);
    return 0;
  }
  if (count >= 4 && words[1] == "import") {
    options.count = std::stoull(words[2]);
    import(words[3], options);
    return 0;
  }
  std::cerr << "see the beginning of growth_bench.cpp\n";
  return 2;
}
