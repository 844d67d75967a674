// `ledger backup`, `restore`, `catch-up` and `repair`, as an operator uses them on a bad day.

#include <filesystem>
#include <fstream>

#include "ledger/base/file.hpp"
#include "ledger/checkpoint.hpp"
#include "ledger/crypto/key_file.hpp"
#include "ledger/sql/database.hpp"
#include "tests/cli/cli_world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;

namespace {

namespace fs = std::filesystem;

fs::path log_file(const CliWorld& world) { return fs::path(world.path("registry")) / "log.db"; }

/// The head as it is signed now, in a file.
std::string note_file(CliWorld& world, const std::string& name) {
  return world.write(name, world.json({"ledger", "head"})["checkpoint"].get<std::string>());
}

std::string log_key_text(CliWorld& world) {
  return world.json({"ledger", "head"})["verifier_key"].get<std::string>();
}

void lose_log(const CliWorld& world) {
  for (const char* ending : {"", "-wal", "-shm", ".lock"}) {
    fs::remove(log_file(world).string() + ending);
  }
}

Json restored(CliWorld& world, const std::vector<std::string>& more) {
  std::vector<std::string> arguments{"ledger", "restore", world.path("backup.db")};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return world.json(arguments);
}

void destroy_page(const fs::path& file, std::size_t page) {
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekp(static_cast<std::streamoff>(page * 4096));
  stream << std::string(4096, '\xA5');
}

}  // namespace

TEST_CASE("a backup restores to the same log, and the registry goes on") {
  CliWorld world("cli-backup");
  world.chips(2);
  const Json backup = world.json({"ledger", "backup", world.path("backup.db")});
  CHECK(world.run({"ledger", "backup", world.path("backup.db")}).code == 3);  // never overwritten
  const Json state = world.json({"registry", "dump-hash"});
  lose_log(world);

  const Json after = restored(world, {"--nothing-newer"});

  for (const char* field :
       {"entries", "root", "manifests", "manifest_names", "checkpoints", "newest_checkpoint"}) {
    CHECK(after[field] == backup[field]);
  }
  CHECK(after["catch_up_to"].is_null());
  CHECK(world.json({"registry", "dump-hash"}) == state);
  world.chips(1);
  CHECK(world.json({"ledger", "verify"})["valid"] == true);
  CHECK(world.run({"ledger", "restore", world.path("backup.db"), "--nothing-newer"}).code == 3);
}

TEST_CASE("an older backup signs and records nothing before it has caught up") {
  CliWorld world("cli-backup");
  world.json({"ledger", "backup", world.path("backup.db")});
  world.chips(2);
  const std::string newest = note_file(world, "newest");
  world.json({"ledger", "backup", world.path("newer.db")});
  const std::string before = world.head();
  lose_log(world);

  CHECK(world.run({"ledger", "restore", world.path("backup.db")}).code == 2);  // say what is newest
  CHECK_FALSE(restored(world, {"--newest", newest})["catch_up_to"].is_null());

  CHECK(world.run({"ledger", "head"}).code == 3);
  CHECK(world.run({"ledger", "prove", "1"}).code == 3);
  const Ran recorded =
      world.run({"site", "register", "--as", "maker", "--sign", world.key("maker"), "--site",
                 "late", "--name", "Late", "--country", "XA", "--kind", "fab"});
  CHECK(recorded.code == 3);
  CHECK(recorded.err.find("an older copy was restored") != std::string::npos);
  CHECK(world.run({"ledger", "catch-up", "--from", world.path("backup.db")}).code == 1);

  const Json caught_up = world.json({"ledger", "catch-up", "--from", world.path("newer.db")});
  CHECK(caught_up["entries"] == world.json({"ledger", "verify"})["entries"]);
  CHECK(world.head() == before);
  CHECK(world.json({"ledger", "verify"})["valid"] == true);
  world.chips(1);
}

TEST_CASE("a checkpoint that the backup contradicts, or that another key signed, is refused") {
  CliWorld world("cli-backup");
  note_file(world, "any");
  world.json({"ledger", "backup", world.path("backup.db")});
  const auto signer = must(crypto::read_key_file(world.path("registry") + "/operator.key"));
  const ledger::Checkpoint other{"test.example/registry", {1}, Hash{}, {}};
  const std::string contradicts =
      world.write("contradicts", ledger::sign_checkpoint(other, other.origin, signer));
  const auto maker = must(crypto::read_key_file(world.key("maker")));
  const std::string foreign =
      world.write("foreign", ledger::sign_checkpoint(other, other.origin, maker));
  lose_log(world);

  for (const std::string& note : {contradicts, foreign}) {
    CHECK(world.run({"ledger", "restore", world.path("backup.db"), "--newest", note}).code == 1);
    CHECK_FALSE(fs::exists(log_file(world)));
  }
  CHECK(world.run({"ledger", "restore", world.path("missing.db"), "--nothing-newer"}).code == 2);
  CHECK(world.run({"ledger", "restore", world.path("backup.db"), "--newest", world.path("none")})
            .code == 2);
}

TEST_CASE("a damaged log is reported by ranges and repaired from a copy") {
  CliWorld world("cli-backup");
  world.chips(3);
  note_file(world, "newest");
  world.json({"ledger", "backup", world.path("backup.db")});
  const std::string before = world.head();
  {
    auto vandal = must(sql::Database::open(
        log_file(world),
        {.what = "ledger", .application_id = 0x4D73744C, .version = 1, .script = {}}));
    must(
        vandal.run("drop trigger entry_is_never_updated;"
                   "update entry set body = zeroblob(99) where log_index between 3 and 5"));
  }
  const Json faults = world.json({"ledger", "verify", "--log"}, 1);
  CHECK(faults["damaged"] == Json::array({{{"first", 3}, {"count", 3}}}));

  CHECK(world.json({"ledger", "repair", "--from", world.path("backup.db"), "-n"})["replaced"] ==
        faults["damaged"]);
  CHECK(world.json({"ledger", "verify", "--log"}, 1)["valid"] == false);  // nothing was written
  const Json report = world.json({"ledger", "repair", "--from", world.path("backup.db")});

  CHECK(report["replaced"] == faults["damaged"]);
  CHECK(world.head() == before);
  CHECK(world.json({"ledger", "verify"})["valid"] == true);
  CHECK(fs::exists(log_file(world).string() + ".damaged"));
  world.chips(1);
}

TEST_CASE("a log that cannot be opened is repaired with its key and a checkpoint from elsewhere") {
  CliWorld world("cli-backup");
  const std::string newest = note_file(world, "newest");
  world.json({"ledger", "backup", world.path("backup.db")});
  const std::string before = world.head();
  const std::string key = log_key_text(world);
  destroy_page(log_file(world), 0);
  const std::vector<std::string> repair{"ledger", "repair", "--from", world.path("backup.db")};
  auto with = repair;
  with.insert(with.end(), {"--checkpoint", newest, "--key", key});

  CHECK(world.run(repair).code == 2);  // nothing says who signs
  CHECK(world.json(with)["replaced"][0]["first"] == 0);

  CHECK(world.head() == before);
  CHECK(world.json({"ledger", "verify"})["valid"] == true);
  destroy_page(log_file(world), 0);
  CHECK(world.run(with).code == 3);  // the first damaged file is still there
}

TEST_CASE("a folder whose settings are of another log records, signs and restores nothing") {
  CliWorld world("cli-backup");
  world.json({"ledger", "backup", world.path("backup.db")});
  const std::string key = log_key_text(world);
  const std::string before = world.head();
  const auto settings = fs::path(world.path("registry")) / "muster.json";
  must(write_file_atomically(settings, as_bytes(R"({"origin":"other.example/log","v":1})")));
  const auto is_refused = [&](const std::vector<std::string>& words) {
    const Ran ran = world.run(words);
    CAPTURE(ran.err);
    CHECK(ran.code == 2);
    CHECK(ran.err.find("muster.json: is of log \"other.example/log\", the log is "
                       "\"test.example/registry\"") != std::string::npos);
  };

  is_refused({"site", "register", "--as", "maker", "--sign", world.key("maker"), "--site", "late",
              "--name", "Late", "--country", "XA", "--kind", "fab"});
  is_refused({"ledger", "head"});
  is_refused({"ledger", "repair", "--from", world.path("backup.db")});
  lose_log(world);
  is_refused({"ledger", "restore", world.path("backup.db"), "--nothing-newer"});
  CHECK_FALSE(fs::exists(log_file(world)));

  must(write_file_atomically(settings, as_bytes(R"({"origin":"test.example/registry","v":1})")));
  restored(world, {"--nothing-newer"});
  CHECK(world.head() == before);
}
