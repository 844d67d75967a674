// Exporting a log, checking anybody's, and proofs from an exported one, by the command line.

#include <filesystem>

#include "ledger/base/file.hpp"
#include "tests/cli/cli_world.hpp"
#include "tests/support/foreign.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;

namespace {

namespace fs = std::filesystem;

constexpr const char* golden_key =
    "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx";

const std::string log_size = std::to_string(CliWorld::entries);

/// A registry that was exported to the folder `web`, and its verifier key.
struct ExportedWorld {
  CliWorld world;
  Json done;
  std::string key;
  std::string web;

  explicit ExportedWorld(const std::string& name) : world(name), web(world.path("web")) {
    done = world.json({"ledger", "export", web});
    key = done["verifier_key"];
  }

  Json verified(const std::vector<std::string>& more = {}, int code = 0) {
    std::vector<std::string> arguments{"ledger", "verify-tiles", web, "--key", key};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return world.json(arguments, code);
  }
};

void spoil(const std::string& file) {
  std::string text = must(read_text_file(file));
  text[text.size() / 2] = static_cast<char>(text[text.size() / 2] ^ 1);
  must(write_file_atomically(file, as_bytes(text)));
}

}  // namespace

TEST_CASE("a registry's log is exported, verified by its key alone, and exported on") {
  ExportedWorld made("cli-export");
  CHECK(made.done["before"] == 0);
  CHECK(made.done["after"] == CliWorld::entries);
  const Json good = made.verified();
  CHECK(good["valid"] == true);
  CHECK(good["looked_at_as"] == "muster");
  CHECK(good["entries"] == CliWorld::entries);
  const std::string old_checkpoint =
      made.world.write("old", must(read_text_file(fs::path(made.web) / "checkpoint")));

  made.world.chips(70);  // so many go into a manifest
  const Json more = made.world.json({"ledger", "export", made.web});
  CHECK(more["before"] == CliWorld::entries);
  CHECK(more["blobs"].get<int>() > 0);
  const Json after = made.verified({"--since", old_checkpoint});
  CHECK(after["valid"] == true);
  CHECK(after["blobs"] == more["blobs"]);
  CHECK(made.verified({"--opaque"})["looked_at_as"] == "opaque");
  CHECK(made.world.json({"ledger", "export", made.web})["bytes"] == 0);
}

TEST_CASE("a checkpoint that the auditor brings and that is none is no fault of the log") {
  ExportedWorld made("cli-held-junk");
  const std::string receipt = made.world.path("a.receipt");
  made.world.json({"ledger", "receipt", "3", "--out", receipt});
  const std::vector<std::vector<std::string>> commands{
      {"ledger", "verify-tiles", made.web, "--key", made.key, "--since", receipt},
      {"ledger", "verify", "--checkpoint", receipt},
      {"ledger", "evidence", "search", "--key", made.key, "--checkpoint", receipt}};
  for (const auto& command : commands) {
    CAPTURE(command[1]);
    const Ran ran = made.world.run(command);
    CHECK(ran.code == 2);
    CHECK(ran.err.find("a.receipt: ") != std::string::npos);
    CHECK(ran.out.empty());
  }
  const Ran compared =
      made.world.run({"ledger", "compare", receipt, made.web + "/checkpoint", "--key", made.key});
  CHECK(compared.out.find("NO ANSWER: " + receipt + ": ") != std::string::npos);
}

TEST_CASE("files that an exported log lost come back by an export that mends") {
  ExportedWorld made("cli-mend");
  const fs::path tile = fs::path(made.web) / "tile" / "0" / "000.p" / log_size;
  fs::remove(tile);
  CHECK(made.world.json({"ledger", "export", made.web})["hash_tiles"] == 0);
  CHECK(made.verified({}, 1)["faults"][0]["code"] == "tile.missing");

  CHECK(made.world.json({"ledger", "export", made.web, "--mend"})["hash_tiles"] == 1);

  CHECK(made.verified()["valid"] == true);
  spoil(tile);
  const Ran spoilt = made.world.run({"ledger", "export", made.web, "--mend"});
  CHECK(spoilt.code == 3);
  CHECK(spoilt.err.find("tile/0/000.p/" + log_size + ": is there with other bytes") !=
        std::string::npos);
}

TEST_CASE("a fault in an exported log is named, and the exit code says so") {
  ExportedWorld made("cli-tile-faults");
  made.world.chips(70);
  made.world.json({"ledger", "export", made.web});
  fs::path blob;
  for (const auto& file : fs::recursive_directory_iterator(made.web + "/blob")) {
    if (file.is_regular_file()) blob = file.path();
  }
  const auto bytes = must(read_file(blob));
  spoil(blob);
  CHECK(made.verified({}, 1)["faults"][0]["code"] == "blob.hash");
  fs::remove(blob);
  const Json missing = made.verified({}, 1);
  CHECK(missing["faults"][0]["code"] == "blob.missing");
  CHECK(missing["faults"][0]["item"].is_string());
  CHECK(made.verified({"--hashes-only"})["valid"] == true);
  must(create_file(blob, bytes));
  CHECK(made.verified()["valid"] == true);

  const std::string stranger =
      made.world.write("stranger", must(read_text_file(fs::path(made.web) / "checkpoint")));
  spoil(stranger);
  CHECK(made.verified({"--since", stranger}, 1)["valid"] == false);
  CHECK(made.verified({"--origin", "other.example"}, 1)["faults"][0]["code"] ==
        "checkpoint.origin");
}

TEST_CASE("what is no log, no key or no folder to export to cannot be used") {
  ExportedWorld made("cli-tile-codes");
  CliWorld& world = made.world;
  const auto code = [&](const std::vector<std::string>& arguments) {
    return world.run(arguments).code;
  };
  CHECK(code({"ledger", "verify-tiles", world.path("absent"), "--key", made.key}) == 2);
  CHECK(code({"ledger", "verify-tiles", world.path("registry"), "--key", made.key}) == 2);
  CHECK(code({"ledger", "verify-tiles", made.web}) == 2);
  CHECK(code({"ledger", "verify-tiles", made.web, "--key", "nonsense"}) == 2);
  CHECK(code({"ledger", "verify-tiles", made.web, "--key", made.key, "--since", "absent"}) == 2);
  CHECK(code({"ledger", "verify-tiles", made.web, "--key", made.key, "--opaque", "--chained"}) ==
        2);
  CHECK(code({"ledger", "verify-tiles", made.web, "--key", golden_key}) == 1);
  CHECK(code({"ledger", "export", world.path("registry")}) == 3);
  CHECK(code({"ledger", "export", world.write("file", "text")}) == 2);
  CHECK(code({"ledger", "export", world.path("dry"), "--dry-run"}) == 0);
  CHECK_FALSE(fs::exists(world.path("dry")));

  // Other key types are named for what they are.
  const Ran other = world.run({"ledger", "verify-tiles", made.web, "--key",
                               "w.example+e4ae4a1f+BKRTZnb6wvFlZhCHb01OArZ9f8fHtI0M3gYhOMGIWyCR"});
  CHECK(other.code == 2);
  CHECK(other.err.find("signature type 4") != std::string::npos);
}

TEST_CASE("receipts and proofs come from the exported log without the registry") {
  ExportedWorld made("cli-tile-proofs");
  CliWorld& world = made.world;
  const std::string receipt = world.path("receipt.json");
  const std::string proof = world.path("proof.txt");
  const std::string entry = world.path("entry.json");
  fs::rename(world.path("registry"), world.path("elsewhere"));

  world.json({"ledger", "prove", "3", "--tiles", made.web, "--out", receipt});
  CHECK(world.json({"ledger", "check-proof", receipt, "--key", made.key})["entry"]["index"] == 3);

  const Json alone =
      world.json({"ledger", "prove", "3", "--tiles", made.web, "--proof-alone", "--out", proof});
  CHECK(alone["receipt"].is_null());
  const Json shown = world.json({"ledger", "entry", "3", "--tiles", made.web, "--out", entry});
  CHECK(shown["payload"]["kind"].is_string());
  const std::vector<std::string> check{"ledger", "check-proof", proof, "--key",
                                       made.key, "--entry",     entry};
  CHECK(world.json(check)["entry"]["leaf"] == shown["leaf"]);
  spoil(entry);
  CHECK(world.json(check, 1)["code"] == "receipt.proof");
  CHECK(world.run({"ledger", "check-proof", proof, "--key", made.key}).code == 2);
  CHECK(world.run({"ledger", "prove", log_size, "--tiles", made.web}).code == 2);
  spoil(made.web + "/tile/0/000.p/" + log_size);
  CHECK(world.run({"ledger", "prove", "3", "--tiles", made.web}).code == 3);
}

TEST_CASE("a log is shown to have only grown, from the registry and from its export") {
  ExportedWorld made("cli-growth");
  CliWorld& world = made.world;
  const std::string old_checkpoint =
      world.write("old", must(read_text_file(fs::path(made.web) / "checkpoint")));
  world.chips(1);
  world.json({"ledger", "export", made.web});
  const std::string one = world.path("one.txt");
  const std::string two = world.path("two.txt");
  world.json({"ledger", "consistency", log_size, "--out", one});
  world.json({"ledger", "consistency", log_size, "--tiles", made.web, "--out", two});
  CHECK(must(read_text_file(one)) == must(read_text_file(two)));

  const std::vector<std::string> check{"ledger", "check-proof", one,           "--key",
                                       made.key, "--since",     old_checkpoint};
  const Json good = world.json(check);
  CHECK(good["since"]["size"] == CliWorld::entries);
  CHECK(good["entry"].is_null());
  CHECK(world.run({"ledger", "check-proof", one, "--key", made.key}).code == 2);
  world.json({"ledger", "consistency", "7", "--out", world.path("seven.txt")});
  CHECK(world.json({"ledger", "check-proof", world.path("seven.txt"), "--key", made.key, "--since",
                    old_checkpoint},
                   1)["code"] == "growth.size");

  const Json between = world.json({"ledger", "consistency", "3", "8", "--tiles", made.web});
  CHECK(between["to"]["size"] == 8);
  CHECK(between == world.json({"ledger", "consistency", "3", "8"}));
  CHECK(world.run({"ledger", "consistency", "3", "8", "--out", world.path("x")}).code == 2);
  CHECK(world.run({"ledger", "consistency", "0"}).code == 2);
  CHECK(world.run({"ledger", "consistency", "9", "8"}).code == 2);
  CHECK(world.run({"ledger", "consistency", "3", "999"}).code == 2);
}

TEST_CASE("the golden log of tessera verifies by the command line, and its entries are read") {
  const auto log = foreign_vectors("ledger/tessera-log");
  if (!log) return;
  CliWorld world("cli-golden");
  const Json good = world.json({"ledger", "verify-tiles", log->string(), "--key", golden_key});
  CHECK(good["valid"] == true);
  CHECK(good["size"] == 15);
  CHECK(good["looked_at_as"] == "opaque");
  const Json chained =
      world.json({"ledger", "verify-tiles", log->string(), "--key", golden_key, "--chained"}, 1);
  CHECK(chained["faults"][0]["code"] == "entry.not_canonical");

  const std::string entry = world.path("entry");
  const std::string proof = world.path("proof");
  const Json shown = world.json({"ledger", "entry", "2", "--tiles", log->string(), "--out", entry});
  CHECK(shown["bytes"] == 5);
  CHECK(shown["payload"].is_null());
  CHECK(world.run({"ledger", "prove", "2", "--tiles", log->string()}).code == 2);
  world.json({"ledger", "prove", "2", "--tiles", log->string(), "--proof-alone", "--out", proof});
  CHECK(world.json({"ledger", "check-proof", proof, "--key", golden_key, "--entry",
                    entry})["valid"] == true);
}
