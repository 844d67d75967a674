// Kills `muster statement submit` at random points of recording, and looks what is left: log.db,
// view.db, and what was said to be recorded.

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <map>
#include <sstream>
#include <thread>

#include "cli/app.hpp"
#include "cli/statement_file.hpp"
#include "ledger/base/base64.hpp"
#include "ledger/base/file.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/store/sqlite_store.hpp"
#include "tests/registry/support/world.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;
namespace fs = std::filesystem;

namespace {

constexpr const char* now = "2027-01-05T08:00:00.000Z";  // after every event time of the story

/// Each write goes to the file at once, as what somebody was told cannot be taken back.
class Unbuffered final : public std::streambuf {
 public:
  explicit Unbuffered(const fs::path& path)
      : file_(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)) {}
  Unbuffered(const Unbuffered&) = delete;
  Unbuffered& operator=(const Unbuffered&) = delete;
  ~Unbuffered() override { ::close(file_); }

 private:
  int_type overflow(int_type c) override {
    const char byte = traits_type::to_char_type(c);
    return ::write(file_, &byte, 1) == 1 ? c : traits_type::eof();
  }
  std::streamsize xsputn(const char* text, std::streamsize size) override {
    return ::write(file_, text, static_cast<std::size_t>(size));
  }

  int file_;
};

int run_command(std::vector<std::string> words, const fs::path& registry, std::ostream& out,
                std::ostream& err) {
  crypto::SeededRandom random("kill test");
  for (const std::string& word : {std::string("--registry"), registry.string(),
                                  std::string("--now"), std::string(now), std::string("--json")}) {
    words.push_back(word);
  }
  return cli::run(words, out, err, random);
}

/// The answer of a command that must end with 0.
Json answer_of(const std::vector<std::string>& words, const fs::path& registry) {
  std::ostringstream out;
  std::ostringstream err;
  const int code = run_command(words, registry, out, err);
  INFO(err.str());
  REQUIRE(code == 0);
  return must(parse_foreign_json(out.str()));
}

/// Statements in a file, one a line, with the manifests that they name; the first is entry 0.
struct Story {
  fs::path file;
  std::uint64_t statements = 0;
};

/// Everything that `world` recorded, as NDJSON.
Story told(World& world, const fs::path& file) {
  std::ofstream out(file, std::ios::binary);
  const auto entries = must(world.log->read({0}, world.log->size().value));
  for (const ledger::Entry& entry : entries) {
    const auto event =
        must(registry::parse_event(entry.envelope.payload, ledger::statement_hash(entry.envelope)));
    Json blobs = Json::array();
    for (const registry::ManifestRef& ref : registry::manifests_of(event)) {
      blobs.push_back({{"sha256", ref.sha256.to_hex()},
                       {"base64", to_base64(must(world.store.blob(ref.sha256)))}});
    }
    out << canonical_json({{"envelope", ledger::envelope_json(entry.envelope)}, {"blobs", blobs}})
        << '\n';
  }
  return {file, entries.size()};
}

/// Some lots with manifests, and many statements about one chip each.
Story story_of_many(const fs::path& file) {
  World world;
  world.deliver("maker", "northwind", world.chips(300));
  const auto chips = world.chips(100);
  for (int round = 0; round < 12; ++round) {
    for (std::size_t i = 0; i < chips.size(); ++i) {
      const std::string shipment = "again-" + std::to_string(round) + "-" + std::to_string(i);
      world.release("maker", "northwind", shipment, {chips[i]}, {{"exception", "test"}});
      world.record("maker", about("release.cancel", {chips[i]},
                                  {{"shipment", shipment}, {"cause", "not now"}}));
    }
  }
  return told(world, file);
}

/// Few statements, whose manifests of megabytes are most of what is written.
Story story_of_large_manifests(const fs::path& file) {
  World world;
  for (int lot = 0; lot < 3; ++lot) world.chips(2'500);
  return told(world, file);
}

void make_empty_registry(const fs::path& folder) {
  fs::create_directories(folder);
  must(ledger::SqliteStore::create(folder / "log.db"));
}

/// Where the ledger says that a statement stands.
struct Receipt {
  std::uint64_t index;
  std::string leaf;

  friend bool operator==(const Receipt&, const Receipt&) = default;
};
using Receipts = std::map<std::string, Receipt>;

/// Takes the whole lines of what `statement submit --json` printed. The receipt of a statement
/// never changes.
void take_receipts(const std::string& printed, Receipts& receipts) {
  std::size_t first = 0;
  for (std::size_t end = printed.find('\n'); end != std::string::npos;
       first = end + 1, end = printed.find('\n', first)) {
    const Json line = must(parse_foreign_json(printed.substr(first, end - first)));
    if (!line.at("error").is_null()) FAIL(line.at("error").get<std::string>());
    const Receipt receipt{line.at("index").get<std::uint64_t>(),
                          line.at("leaf").get<std::string>()};
    const auto known = receipts.emplace(line.at("statement").get<std::string>(), receipt);
    if (known.first->second != receipt) FAIL("another receipt than the first: " << line.dump());
  }
}

/// Runs `work` in a process of its own and kills it after `pause`; true if it had ended before.
template <class Work>
bool killed(std::chrono::microseconds pause, const Work& work) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    work();
    ::_exit(0);
  }
  std::this_thread::sleep_for(pause);  // the random point
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  REQUIRE((WIFSIGNALED(status) || WEXITSTATUS(status) == 0));
  return !WIFSIGNALED(status);
}

bool killed_submit(const fs::path& registry, const Story& story, const fs::path& printed,
                   std::chrono::microseconds pause) {
  return killed(pause, [&] {
    Unbuffered out_buffer(printed);
    std::ostream out(&out_buffer);
    std::ostringstream err;
    const int code = run_command({"statement", "submit", story.file.string()}, registry, out, err);
    if (code != 0) ::_exit(code);
  });
}

std::string dump_of(const fs::path& registry) {
  return answer_of({"registry", "dump-hash"}, registry).at("sha256");
}

/// Every receipt is true, the ledger holds, and the view is what the ledger says.
void check_what_is_left(const fs::path& registry, const Receipts& receipts) {
  {
    const auto store = must(ledger::SqliteStore::open(registry / "log.db"));
    const ledger::Log log = must(ledger::Log::open(*store));
    const auto entries = must(log.read({0}, log.size().value));
    const auto leaves = must(store->leaf_hashes({0}, log.size().value));
    REQUIRE(leaves.size() == entries.size());
    const auto holds = [&](const auto& known) {
      const auto& [statement, receipt] = known;
      return receipt.index < entries.size() && leaves[receipt.index].to_hex() == receipt.leaf &&
             ledger::statement_hash(entries[receipt.index].envelope).to_hex() == statement;
    };
    CHECK(std::ranges::all_of(receipts, holds));
  }
  const std::string kept = dump_of(registry);
  CHECK(answer_of({"ledger", "verify"}, registry).at("valid") == true);
  CHECK(answer_of({"registry", "rebuild"}, registry).at("sha256") == kept);
  CHECK(dump_of(registry) == kept);
}

/// What undisturbed runs of a story lead to, and how long the fastest takes.
struct Undisturbed {
  Receipts receipts;
  std::string dump;
  std::uint64_t took_us = 0;
};

Undisturbed undisturbed_once(const fs::path& registry, const Story& story) {
  fs::remove_all(registry);
  make_empty_registry(registry);
  std::ostringstream out;
  std::ostringstream err;
  const auto begun = std::chrono::steady_clock::now();
  REQUIRE(run_command({"statement", "submit", story.file.string()}, registry, out, err) == 0);
  const auto took = std::chrono::steady_clock::now() - begun;
  Undisturbed result;
  take_receipts(out.str(), result.receipts);
  REQUIRE(result.receipts.size() == story.statements);
  result.dump = dump_of(registry);
  result.took_us = static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(took).count());
  return result;
}

Undisturbed undisturbed(const fs::path& registry, const Story& story) {
  Undisturbed first = undisturbed_once(registry, story);
  for (int i = 0; i < 2; ++i) {
    const Undisturbed next = undisturbed_once(registry, story);
    CHECK(next.receipts == first.receipts);
    CHECK(next.dump == first.dump);
    first.took_us = std::min(first.took_us, next.took_us);
  }
  return first;
}

/// Hands the same file in to the end: first receipts again, and the ledger of an undisturbed run.
void finish(const fs::path& registry, const Story& story, const Undisturbed& want,
            Receipts& receipts) {
  std::ostringstream out;
  std::ostringstream err;
  CHECK(run_command({"statement", "submit", story.file.string()}, registry, out, err) == 0);
  take_receipts(out.str(), receipts);
  CHECK(receipts == want.receipts);
  CHECK(dump_of(registry) == want.dump);
}

/// Kills `times` times while `story` is handed in, again and again into the same registry until it
/// is whole, then into a new one.
void kill_and_look(const Story& story, const fs::path& folder, std::size_t times) {
  const Undisturbed want = undisturbed(folder / "undisturbed", story);
  crypto::SeededRandom random("kill test");
  std::size_t registries = 0;
  std::size_t in_the_middle = 0;
  fs::path registry;
  Receipts receipts;

  for (std::size_t i = 0; i < times; ++i) {
    CAPTURE(i);
    if (registry.empty()) {
      registry = folder / ("registry" + std::to_string(++registries));
      make_empty_registry(registry);
      receipts.clear();
    }
    // The first fifth only reads the file.
    const std::chrono::microseconds pause(want.took_us / 5 + random.below(want.took_us));
    const bool ended = killed_submit(registry, story, folder / "printed", pause);
    take_receipts(must(read_text_file(folder / "printed")), receipts);
    check_what_is_left(registry, receipts);
    in_the_middle += !ended && !receipts.empty() && receipts.size() < story.statements ? 1U : 0U;
    if (!ended && i + 1 < times && receipts.size() < story.statements) continue;
    finish(registry, story, want, receipts);
    fs::remove_all(registry);
    registry.clear();
  }
  MESSAGE(times, " kills over ", registries, " registries, ", in_the_middle,
          " between two acknowledged batches; a whole run takes ", want.took_us / 1000, " ms");
}

/// Kills a process that writes statements and their manifests as files.
void kill_file_writers(std::size_t times) {
  const Folder folder("kill-files");
  World world;
  std::vector<registry::Submission> submissions;
  for (int lot = 0; lot < 3; ++lot) {
    registry::Draft retire{.kind = "retire", .body = {{"cause", "lot " + std::to_string(lot)}}};
    for (const ChipId& chip : world.chips(2'000)) retire.chips.push_back({chip});
    submissions.push_back(world.statement("maker", retire));
  }
  crypto::SeededRandom random("kill files");
  for (std::size_t i = 0; i < times; ++i) {
    CAPTURE(i);
    const fs::path out = folder.path() / std::to_string(i);
    fs::create_directories(out);
    killed(std::chrono::microseconds(random.below(20'000)), [&] {
      for (std::size_t n = 0; n < submissions.size(); ++n) {
        const auto written =
            cli::write_statement_files(out / (std::to_string(n) + ".json"), submissions[n]);
        if (!written) ::_exit(1);
      }
    });
    for (std::size_t n = 0; n < submissions.size(); ++n) {
      const fs::path file = out / (std::to_string(n) + ".json");
      const fs::path manifest = out / (submissions[n].blobs.front().sha256.to_hex() + ".ndjson");
      // No file under its own name is a part of itself, and no statement lacks its manifest.
      if (fs::exists(manifest)) {
        CHECK(must(read_file(manifest)) == submissions[n].blobs.front().bytes);
      }
      if (fs::exists(file)) {
        CHECK(must(cli::read_statement_file(file, {})).submission.envelope ==
              submissions[n].envelope);
      } else {
        CHECK(cli::write_statement_files(file, submissions[n]).has_value());
      }
    }
  }
}

}  // namespace

TEST_CASE("recording that is killed at 10 random points keeps what it acknowledged and goes on") {
  const Folder folder("kill-record");
  kill_and_look(story_of_many(folder.path() / "story.ndjson"), folder.path(), 10);
}

TEST_CASE("recording of large manifests that is killed at 5 random points loses none of them") {
  const Folder folder("kill-manifests");
  kill_and_look(story_of_large_manifests(folder.path() / "story.ndjson"), folder.path(), 5);
}

TEST_CASE("statements and manifests in files are whole or not there, wherever a kill falls") {
  kill_file_writers(10);
}

TEST_CASE("recording that is killed at 100 random points keeps what it acknowledged and goes on" *
          doctest::test_suite("slow") * doctest::skip()) {
  const Folder folder("kill-record");
  kill_and_look(story_of_many(folder.path() / "story.ndjson"), folder.path(), 100);
}

TEST_CASE("recording of large manifests that is killed at 30 random points loses none of them" *
          doctest::test_suite("slow") * doctest::skip()) {
  const Folder folder("kill-manifests");
  kill_and_look(story_of_large_manifests(folder.path() / "story.ndjson"), folder.path(), 30);
}

TEST_CASE("statements and manifests in files are whole or not there, at 200 random kills" *
          doctest::test_suite("slow") * doctest::skip()) {
  kill_file_writers(200);
}
