// Keys by the command line: thresholds, rotation, disputes, and a new operator's key.

#include <cstdlib>
#include <filesystem>

#include "ledger/base/file.hpp"
#include "tests/cli/cli_world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;

namespace {

namespace fs = std::filesystem;

/// A new key file called `name`: its public half.
std::string made_key(CliWorld& world, const std::string& name) {
  return world.json({"key", "new", world.key(name)})["public"];
}

std::string id_of(CliWorld& world, const std::string& name) {
  return world.json({"key", "show", world.key(name)})["key_id"];
}

/// Arguments that put the new operator's key called `name` in place.
std::vector<std::string> succeed(CliWorld& world, const std::string& name) {
  return {"operator",  "succeed",      "--as", "registrar", "--sign", world.key("registrar"),
          "--new-key", world.key(name)};
}

/// MUSTER_PASSPHRASE_FILE for as long as this lives.
class PassphraseFile final {
 public:
  explicit PassphraseFile(const fs::path& file) { name(file); }
  ~PassphraseFile() { ::unsetenv("MUSTER_PASSPHRASE_FILE"); }  // NOLINT: one thread
  PassphraseFile(const PassphraseFile&) = delete;
  PassphraseFile& operator=(const PassphraseFile&) = delete;

  void name(const fs::path& file) const {
    ::setenv("MUSTER_PASSPHRASE_FILE", file.c_str(), 1);  // NOLINT: one thread
  }
};

/// A maker with a second key, which is rotated, revoked or stolen.
struct TwoKeys {
  CliWorld world;
  std::string second;

  explicit TwoKeys(const std::string& name) : world(name), second(made_key(world, "second")) {
    world.record("maker", {"key", "add", "--key", second, "--sign", world.key("second")});
  }
};

}  // namespace

TEST_CASE("a threshold refuses a single signature, and says what was got and wanted") {
  TwoKeys made("cli-threshold");
  made.world.record("maker", {"party", "threshold", "--threshold", "2"});
  const std::string third = made_key(made.world, "third");

  const Ran refused = made.world.run({"key", "add", "--key", third, "--as", "maker", "--sign",
                                      made.world.key("maker"), "--sign", made.world.key("third")});

  CHECK(refused.code == 1);
  CHECK(
      refused.err.find("signature.threshold: key.add: got signatures by 1 keys of maker, want 2") !=
      std::string::npos);
  CHECK(made.world.json({"party", "show", "maker"})["threshold"] == 2);
  made.world.record("maker", {"key", "add", "--key", third, "--sign", made.world.key("second"),
                              "--sign", made.world.key("third")});
}

TEST_CASE("an encrypted key signs under its passphrase, from a file that nobody else may read") {
  CliWorld world("cli-sealed");
  const fs::path good = world.write("pass", "correct horse\n");
  const fs::path wrong = world.write("wrong", "correct hors\n");
  const auto only_owner = fs::perms::owner_read | fs::perms::owner_write;
  fs::permissions(good, only_owner);
  fs::permissions(wrong, only_owner);
  const PassphraseFile passphrase(good);
  const Json made = world.json({"key", "new", world.key("sealed"), "--encrypt"});
  const std::vector<std::string> add{"key",          "add",    "--key",
                                     made["public"], "--sign", world.key("sealed")};
  const auto dry = [&] {
    return world.run({"key", "add", "--key", made["public"], "--as", "maker", "--sign",
                      world.key("maker"), "--sign", world.key("sealed"), "--dry-run"});
  };
  CHECK(dry().code == 0);
  passphrase.name(wrong);
  const Ran refused = dry();
  CHECK(refused.code == 2);
  CHECK(refused.err.find("sealed.key: passphrase: wrong") != std::string::npos);
  passphrase.name(good);
  fs::permissions(good, only_owner | fs::perms::others_read);
  const Ran open = dry();
  CHECK(open.code == 2);
  CHECK(open.err.find("MUSTER_PASSPHRASE_FILE: " + good.string() + ": others may read") !=
        std::string::npos);
  fs::permissions(good, only_owner);
  world.record("maker", add);
}

TEST_CASE("ledger verify judges a rotated key by time, with and without the rules") {
  CliWorld world("cli-rotate");
  const std::string fresh = made_key(world, "fresh");
  world.record("maker", {"key", "rotate", "--old", id_of(world, "maker"), "--key", fresh,
                         "--overlap-until", "2026-02-01T00:00:00Z", "--sign", world.key("fresh")});
  const std::vector<std::string> more{"site", "register",  "--site", "yard",   "--name",
                                      "Yard", "--country", "US",     "--kind", "warehouse"};
  world.set_now("2026-02-01");

  CHECK(world.code("maker", more) == 1);
  CHECK(world.run(more + std::vector<std::string>{"--as", "maker", "--sign", world.key("fresh")})
            .code == 0);
  CHECK(world.json({"ledger", "verify"})["valid"] == true);
  CHECK(world.json({"ledger", "verify", "--log"})["valid"] == true);
}

TEST_CASE("a key that revokes itself is one that ledger verify knows") {
  TwoKeys made("cli-self-revoked");
  CHECK(made.world
            .run({"key", "revoke", "--key-id", id_of(made.world, "second"), "--reason", "stolen",
                  "--as", "maker", "--sign", made.world.key("second"), "--yes"})
            .code == 0);
  CHECK(made.world.json({"ledger", "verify", "--log"})["valid"] == true);
}

TEST_CASE("a revocation prints what it disputes; lists and histories show it") {
  TwoKeys made("cli-disputed");
  CliWorld& world = made.world;
  const auto chips = world.chips(2);
  CHECK(world.json({"statement", "disputed"})["disputed"].empty());
  const int last_good = world.json({"ledger", "head"})["size"].get<int>() - 1;
  const auto bad = world.json({"chip", "install", "--chips", chips[0], "--at", "maker-site", "--as",
                               "maker", "--sign", world.key("second")})["index"];
  const auto after = world.json({"chip", "uninstall", "--chips", chips[0], "--cause", "moved",
                                 "--as", "maker", "--sign", world.key("maker")})["index"];

  const Json revoked = world.json({"key", "revoke", "--key-id", id_of(world, "second"), "--reason",
                                   "stolen", "--last-good", std::to_string(last_good), "--as",
                                   "maker", "--sign", world.key("maker"), "--yes"});

  CHECK(revoked["disputed"] == Json::array({bad}));
  const Json list = world.json({"statement", "disputed"});
  REQUIRE(list["disputed"].size() == 1);
  CHECK(list["disputed"][0]["kind"] == "install");
  REQUIRE(list["dependants"].size() == 1);
  CHECK(list["dependants"][0]["index"] == after);
  CHECK(list["dependants"][0]["on"] == Json::array({bad}));
  CHECK(world.json({"chip", "show", chips[0]})["disputed"] == Json::array({bad}));
  CHECK(world.json({"chip", "show", chips[1]})["disputed"].empty());
  const Json changes = world.json({"chip", "history", chips[0]})["changes"];
  CHECK(std::ranges::count_if(changes, [](const Json& one) { return one["disputed"] == true; }) ==
        1);
  CHECK(world.run({"chip", "history", chips[0]}).out.find("install (disputed)") !=
        std::string::npos);
  CHECK(world.json({"registry", "check"})["valid"].is_boolean());
  CHECK(world.json({"ledger", "verify"})["valid"] == true);
}

TEST_CASE("receipts, checkpoints and exports from before and after a succession all verify") {
  CliWorld world("cli-succession");
  const std::string old_key = world.json({"ledger", "head"})["verifier_key"];
  world.json({"ledger", "prove", "3", "--out", world.path("old.json")});
  world.json({"ledger", "export", world.path("old-web")});
  world.json({"ledger", "export", world.path("web")});
  made_key(world, "next");

  const auto entry = world.json(succeed(world, "next"))["index"].get<std::uint64_t>();

  const std::string new_key = world.json({"ledger", "head"})["verifier_key"];
  CHECK(new_key != old_key);
  world.json({"ledger", "prove", "3", "--out", world.path("new.json")});
  const Json exported = world.json({"ledger", "export", world.path("web")});
  CHECK(exported["verifier_key"] == new_key);
  const auto proven = [&](const char* file, const std::string& key, int code) {
    return world.json({"ledger", "check-proof", world.path(file), "--key", key}, code)["valid"];
  };
  CHECK(proven("old.json", old_key, 0) == true);
  CHECK(proven("new.json", new_key, 0) == true);
  CHECK(proven("old.json", new_key, 1) == false);
  CHECK(world.json({"ledger", "verify-tiles", world.path("old-web"), "--key", old_key})["valid"] ==
        true);
  CHECK(world.json({"ledger", "verify-tiles", world.path("web"), "--key", new_key})["valid"] ==
        true);
  const std::string seen = world.path("old-web") + "/checkpoint";
  CHECK(world.json({"ledger", "verify-tiles", world.path("web"), "--key", new_key, "--since", seen},
                   1)["faults"][0]["code"] == "checkpoint.unknown_key");
  CHECK(world.json({"ledger", "verify-tiles", world.path("web"), "--key", new_key, "--since", seen,
                    "--old-key", old_key})["valid"] == true);
  CHECK(world.json({"ledger", "verify"})["valid"] == true);
  CHECK(world.json({"ledger", "verify", "--log"})["valid"] == true);

  const Json keys = world.json({"ledger", "keys"})["keys"];
  REQUIRE(keys.size() == 2);
  CHECK(keys[0]["verifier_key"] == old_key);
  CHECK(keys[0]["from_size"] == 1);
  CHECK(keys[0]["to_size"] == entry);
  CHECK(keys[1]["verifier_key"] == new_key);
  CHECK(keys[1]["from_size"] == entry + 1);
  CHECK(keys[1]["to_size"].is_null());
}

TEST_CASE("a checkpoint that the old key signed beyond its term is a fault") {
  CliWorld world("cli-old-operator");
  const fs::path folder = world.path("registry");
  const Bytes old = must(read_file(folder / "operator.key"));
  made_key(world, "next");
  world.json(succeed(world, "next"));
  const std::string settings = must(read_text_file(folder / "muster.json"));
  CHECK(settings.find("successions") != std::string::npos);

  // Who hides the succession from the settings signs on with the old key.
  must(write_file_atomically(folder / "operator.key", old, 0600));
  must(write_file_atomically(folder / "muster.json",
                             as_bytes(R"({"origin":"test.example/registry","v":1})")));
  world.json({"ledger", "head"});
  const Json verdict = world.json({"ledger", "verify", "--log"}, 1);

  REQUIRE(verdict["faults"].size() == 1);
  CHECK(verdict["faults"][0]["code"] == "checkpoint.signature");
}

TEST_CASE("an operator's key that is not the present one is as if it were not there") {
  CliWorld world("cli-stale-operator");
  const fs::path folder = world.path("registry");
  const Bytes old = must(read_file(folder / "operator.key"));
  made_key(world, "next");
  world.json(succeed(world, "next"));
  CHECK(must(read_file(folder / "operator.0.key")) == old);

  must(write_file_atomically(folder / "operator.key", old, 0600));

  CHECK(world.json({"ledger", "head"})["verifier_key"].is_null());
  CHECK(world.json({"ledger", "verify"})["valid"] == true);
}

TEST_CASE("a succession that was cut off before its key was installed goes on") {
  CliWorld world("cli-cut-succession");
  const fs::path folder = world.path("registry");
  const Bytes old = must(read_file(folder / "operator.key"));
  made_key(world, "next");
  world.json(succeed(world, "next"));
  const auto key = world.json({"ledger", "head"})["verifier_key"];

  fs::rename(folder / "operator.key", folder / "operator.next.key");
  must(write_file_atomically(folder / "operator.key", old, 0600));
  must(write_file_atomically(folder / "muster.json",
                             as_bytes(R"({"origin":"test.example/registry","v":1})")));
  world.json({"party", "list"});  // opens the registry, which notes the succession

  CHECK(world.json({"ledger", "head"})["verifier_key"] == key);
}

TEST_CASE("a succession without the old key is refused unless it is lost, and leaves nothing") {
  CliWorld world("cli-lost-operator");
  const fs::path folder = world.path("registry");
  fs::remove(folder / "operator.key");
  made_key(world, "next");
  const std::string before = world.head();

  const Ran refused = world.run(succeed(world, "next"));

  CHECK(refused.code == 1);
  CHECK(refused.err.find("operator.no_old_signature") != std::string::npos);
  CHECK(world.head() == before);
  CHECK_FALSE(fs::exists(folder / "operator.next.key"));
  CHECK(world.run(succeed(world, "next") + std::vector<std::string>{"--reason", "lost"}).code == 0);
  CHECK(world.json({"ledger", "verify"})["valid"] == true);
  CHECK(world.run(succeed(world, "next") + std::vector<std::string>{"--reason", "bored"}).code ==
        2);
}
