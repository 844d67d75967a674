// `ledger repair`, `restore` and `catch-up` from an exported folder, and across a change of the
// operator's key.

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/checkpoint.hpp"
#include "ledger/cosignature.hpp"
#include "ledger/crypto/key_file.hpp"
#include "ledger/log.hpp"
#include "ledger/sql/database.hpp"
#include "ledger/store/sqlite_store.hpp"
#include "registry/statement.hpp"
#include "tests/cli/cli_world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;

namespace {

using Words = std::vector<std::string>;

/// A registry with an export of it beside, and what it was then.
struct TiledWorld {
  explicit TiledWorld(const std::string& name) : world(name) {
    world.chips(2);
    export_now();
  }
  void export_now() {
    world.json({"ledger", "export", world.path("web")});
    head = world.head();
    key = world.json({"ledger", "head"})["verifier_key"];
    newest = world.write("newest", world.json({"ledger", "head"})["checkpoint"].get<std::string>());
    world.json({"registry", "dump-hash"});
  }
  [[nodiscard]] std::filesystem::path log() const {
    return std::filesystem::path(world.path("registry")) / "log.db";
  }
  void remove_all_but_the_key() const {
    for (const char* ending : {"", "-wal", "-shm"}) {
      std::filesystem::remove(log().string() + ending);
    }
    std::filesystem::remove(world.path("registry/view.db"));
  }
  /// Folds the write-ahead log in, so that the file alone is the log.
  void settle() { world.json({"ledger", "backup", world.path("settled.db")}); }
  /// Entries 3 to 5, with the triggers out of the way.
  void destroy_entries() const {
    auto vandal = must(sql::Database::open(
        log(), {.what = "ledger", .application_id = 0x4D73744C, .version = 1, .script = {}}));
    must(
        vandal.run("drop trigger entry_is_never_updated;"
                   "update entry set body = zeroblob(99) where log_index between 3 and 5"));
  }
  void overwrite(std::size_t from, std::size_t bytes) const {
    std::fstream file(log(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(from));
    file << std::string(bytes, '\xA5');
  }
  /// A new operator's key, installed.
  void succeed() {
    world.run_alone({"key", "new", world.key("next")});
    world.json({"operator", "succeed", "--as", "registrar", "--sign", world.key("registrar"),
                "--new-key", world.key("next")});
  }

  CliWorld world;
  std::string head;
  std::string key;
  std::string newest;
};

}  // namespace

TEST_CASE("a damaged log is repaired from its own export") {
  TiledWorld exported("cli-tile-repair");
  CliWorld& world = exported.world;
  exported.destroy_entries();
  const Words repair{"ledger", "repair", "--tiles", world.path("web")};

  const Json dry = world.json(repair + Words{"-n"});
  const Json report = world.json(repair);

  CHECK(dry == report);
  CHECK(report["replaced"] == Json::array({{{"first", 3}, {"count", 3}}}));
  CHECK(report["anchor"] == report["entries"]);
  CHECK(report["witnessed"].is_null());
  CHECK(world.head() == exported.head);
  CHECK(world.json({"ledger", "verify"})["valid"] == true);
  world.chips(1);
}

TEST_CASE("a log of which nothing can be read is repaired by the export and a key") {
  TiledWorld exported("cli-tile-repair");
  CliWorld& world = exported.world;
  exported.settle();
  exported.overwrite(0, std::filesystem::file_size(exported.log()));
  const Words repair{"ledger", "repair", "--tiles", world.path("web")};

  const Ran unnamed = world.run(repair);
  CHECK(unnamed.code == 2);
  CHECK(unnamed.err.find("give --key") != std::string::npos);
  const auto stranger = ledger::VerifierKey(
      "test.example/registry", must(crypto::read_key_file(world.key("maker"))).public_key());
  const Ran foreign = world.run(repair + Words{"--key", stranger.to_string()});
  CHECK(foreign.code == 1);
  CHECK(foreign.err.find("repair.no_checkpoint") != std::string::npos);
  CHECK(world.json(repair + Words{"--key", exported.key})["replaced"][0]["first"] == 0);

  CHECK(world.head() == exported.head);
  CHECK(world.json({"ledger", "verify"})["valid"] == true);
}

TEST_CASE("a policy judges what a repair is held to, and names the log's key") {
  TiledWorld exported("cli-tile-policy");
  CliWorld& world = exported.world;
  const crypto::Ed25519Signer witness(std::array<std::uint8_t, 32>{5});
  const ledger::CosignerKey cosigner("w.example", witness.public_key());
  const std::string policy = world.write(
      "policy", "log " + exported.key + "\nwitness w1 " + cosigner.to_string() + "\nquorum w1\n");
  exported.settle();
  exported.overwrite(0, 4'096);
  const Words repair{"ledger", "repair", "--tiles", world.path("web"), "--policy", policy};

  const Ran refused = world.run(repair);
  CHECK(refused.code == 1);
  CHECK(refused.err.find("repair.no_quorum") != std::string::npos);
  CHECK(refused.err.find("no cosignature of w1") != std::string::npos);

  ledger::Note note = must(ledger::parse_note(must(read_text_file(exported.newest))));
  note.signatures.push_back(ledger::cosign(note.text, {"w.example", &witness}, 1'767'700'000));
  const std::string cosigned = world.write("cosigned", ledger::encode_note(note));
  const Json report = world.json(repair + Words{"--checkpoint", cosigned});
  CHECK(report["witnessed"] == report["entries"]);
  CHECK(world.head() == exported.head);
}

TEST_CASE("a succession that the rules refuse makes no key count in a repair") {
  TiledWorld exported("cli-tile-forged-key");
  CliWorld& world = exported.world;
  // A party with access to the file, and without the operator's or the registrar's key.
  const auto maker = must(crypto::read_key_file(world.key("maker")));
  {
    const auto store = must(ledger::SqliteStore::open(exported.log()));
    auto log = must(ledger::Log::open(*store));
    const auto clock = Timestamp{log.last_accepted_at().ms + 1};
    crypto::SeededRandom random("forged");
    registry::StatementMaker maker_of({.origin = "test.example/registry", .org = "maker"}, maker,
                                      random);
    const auto forged = must(
        maker_of.make({.kind = "operator.succeed",
                       .body = {{"key", to_hex(maker.public_key().bytes())}, {"reason", "lost"}},
                       .event_time = clock},
                      nullptr));
    must(log.append(log.size(), clock, std::span(&forged.envelope, 1)));
    const auto head = must(store->head());
    must(store->put_checkpoint(ledger::sign_checkpoint(
        {"test.example/registry", head.size, head.root, {}}, "test.example/registry", maker)));
  }

  const Ran ran = world.run({"ledger", "repair", "--tiles", world.path("web")});

  CHECK(ran.code == 3);
  CAPTURE(ran.err);
  CHECK(ran.err.find("rules.") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(exported.log().string() + ".damaged"));
}

TEST_CASE("a mirror is one of two, and a folder of tiles with their entries") {
  TiledWorld exported("cli-tile-mirror");
  CliWorld& world = exported.world;
  world.json({"ledger", "export", world.path("hashes"), "--hashes-only"});
  std::filesystem::create_directory(world.path("empty"));
  for (const Words& mirror :
       {Words{}, Words{"--from", world.path("x"), "--tiles", world.path("web")},
        Words{"--tiles", world.path("missing")}, Words{"--tiles", world.path("empty")},
        Words{"--tiles", world.path("hashes")}, Words{"--tiles", exported.newest},
        Words{"--from", world.path("missing")}}) {
    const Ran repair = world.run(Words{"ledger", "repair"} + mirror);
    CHECK(repair.code == 2);
    CHECK(repair.err.find("muster: ") == 0);
  }
  CHECK(world.run({"ledger", "repair", "--tiles", world.path("hashes")})
            .err.find("has no entries, only their hashes") != std::string::npos);
  CHECK(world.head() == exported.head);
  CHECK_FALSE(std::filesystem::exists(exported.log().string() + ".repaired"));
  // A checkpoint in the mirror that is no file is none, and nobody waits for it.
  std::filesystem::remove(world.path("web/checkpoint"));
  REQUIRE(::mkfifo(world.path("web/checkpoint").c_str(), 0600) == 0);
  CHECK(world.json({"ledger", "repair", "--tiles", world.path("web"), "-n"})["replaced"].empty());
}

TEST_CASE("an older backup catches up from an export, and signs nothing before") {
  TiledWorld exported("cli-tile-catch-up");
  CliWorld& world = exported.world;
  world.json({"ledger", "backup", world.path("backup.db")});
  std::filesystem::copy(world.path("web"), world.path("old-web"),
                        std::filesystem::copy_options::recursive);
  world.chips(2);
  exported.export_now();
  exported.remove_all_but_the_key();
  world.json({"ledger", "restore", world.path("backup.db"), "--newest", exported.newest});

  CHECK(world.run({"ledger", "head"}).code == 3);
  CHECK(world.run({"ledger", "checkpoint"}).code == 3);
  CHECK(world.run({"ledger", "export", world.path("other")}).code == 3);
  const Ran short_mirror = world.run({"ledger", "catch-up", "--tiles", world.path("old-web")});
  CHECK(short_mirror.code == 1);
  CHECK(short_mirror.err.find("replay.too_short") != std::string::npos);
  const Json caught_up = world.json({"ledger", "catch-up", "--tiles", world.path("web")});

  CHECK(caught_up["entries"] == caught_up["wanted"]);
  CHECK(world.head() == exported.head);
  CHECK(world.json({"ledger", "verify"})["valid"] == true);
  world.chips(1);
}

TEST_CASE("a registry whose log is lost is restored from its export") {
  TiledWorld exported("cli-tile-restore");
  CliWorld& world = exported.world;
  const Json state = world.json({"registry", "dump-hash"});
  const Words restore{"ledger", "restore", "--tiles", world.path("web"), "--nothing-newer"};
  CHECK(world.run(restore + Words{"--key", exported.key}).code == 3);  // a log is here
  exported.remove_all_but_the_key();

  CHECK(world.run(restore).code == 2);
  CHECK(world.run(restore + Words{world.path("backup.db"), "--key", exported.key}).code == 2);
  CHECK(world.json(restore + Words{"--key", exported.key, "--dry-run"})["entries"].is_number());
  CHECK_FALSE(std::filesystem::exists(exported.log()));
  const Json restored = world.json(restore + Words{"--key", exported.key});

  CHECK(restored["catch_up_to"].is_null());
  CHECK(world.head() == exported.head);
  CHECK(world.json({"registry", "dump-hash"}) == state);
  CHECK(world.json({"ledger", "verify"})["valid"] == true);
  world.chips(1);
}

TEST_CASE("a restore that fails leaves no folder behind") {
  TiledWorld exported("cli-tile-restore");
  CliWorld& world = exported.world;
  std::filesystem::remove_all(world.path("web/tile/entries"));
  std::filesystem::create_directory(world.path("web/tile/entries"));
  const std::string folder = world.path("elsewhere");

  const Ran ran = world.run_alone({"ledger", "restore", "--registry", folder, "--tiles",
                                   world.path("web"), "--nothing-newer", "--key", exported.key});

  CHECK(ran.code == 1);
  CHECK(ran.err.find("repair.missing: entries 0 to ") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(folder));
}

TEST_CASE("backup, repair and restore go across a change of the operator's key") {
  TiledWorld exported("cli-tile-succession");
  CliWorld& world = exported.world;
  const std::string old_key = exported.key;
  world.json({"ledger", "backup", world.path("old.db")});
  exported.succeed();
  world.chips(1);
  exported.export_now();
  const Json whole = world.json({"ledger", "backup", world.path("new.db")});

  SUBCASE("a repair keeps the checkpoints of both keys") {
    exported.destroy_entries();
    const Json report = world.json({"ledger", "repair", "--tiles", world.path("web")});
    CHECK(report["checkpoints"] == whole["checkpoints"]);
    CHECK(report["checkpoints_dropped"] == 0);
  }
  SUBCASE("a repair of nothing learns the second key from what the entries name") {
    exported.settle();
    exported.overwrite(0, std::filesystem::file_size(exported.log()));
    const Words repair{"ledger", "repair", "--tiles", world.path("web")};
    const Ran by_old = world.run(repair + Words{"--key", old_key});
    CHECK(by_old.code == 1);
    CHECK(by_old.err.find("repair.no_checkpoint") != std::string::npos);
    const Json report = world.json(repair + Words{"--key", exported.key});
    CHECK(report["anchor"] == whole["entries"]);
  }
  SUBCASE("a restore of the newer backup") {
    exported.remove_all_but_the_key();
    world.json({"ledger", "restore", world.path("new.db"), "--nothing-newer"});
  }
  SUBCASE("a restore of the older backup, with a newest checkpoint by the younger key") {
    exported.remove_all_but_the_key();
    const Words restore{"ledger", "restore", world.path("old.db"), "--newest", exported.newest};
    CHECK(world.run(restore).code == 1);
    CHECK_FALSE(world.json(restore + Words{"--key", exported.key})["catch_up_to"].is_null());
    const Ran recorded =
        world.run({"site", "register", "--as", "maker", "--sign", world.key("maker"), "--site",
                   "late", "--name", "Late", "--country", "XA", "--kind", "fab"});
    CHECK(recorded.code == 3);
    CHECK(world.json({"ledger", "head"})["verifier_key"].is_null());  // it signs nothing
    const Words catch_up{"ledger", "catch-up", "--tiles", world.path("web")};
    CHECK(world.run(catch_up).code == 1);
    world.json(catch_up + Words{"--key", exported.key});
  }
  SUBCASE("a restore from tiles") {
    exported.remove_all_but_the_key();
    world.json({"ledger", "restore", "--tiles", world.path("web"), "--nothing-newer", "--key",
                exported.key});
  }
  CHECK(world.head() == exported.head);
  CHECK(world.json({"ledger", "verify"})["valid"] == true);
  world.chips(1);
}
