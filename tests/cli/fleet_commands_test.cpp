// A trained run on emulated chips by the command line: what each chip presents, what an inspector
// says of it, and what others take of that.

#include <filesystem>

#include "attestation/device/head.hpp"
#include "ledger/base/file.hpp"
#include "ledger/crypto/sha256.hpp"
#include "tests/cli/cli_world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;

namespace {

using Arguments = std::vector<std::string>;

const std::string fleet_random(64, 'c');
const std::string fleet_nonce = "00112233445566778899aabbccddeeff";

/// A run of 40 steps in the folder "run", cut into four shards.
struct FleetWorld {
  CliWorld world{"cli-fleet"};

  FleetWorld() {
    std::string text;
    for (int i = 0; i < 400; ++i) text += "rack " + std::to_string(i * 7 % 50) + " holds chips\n";
    world.json({"run",
                "train",
                world.path("run"),
                "--text",
                world.write("text", text),
                "--random",
                fleet_random,
                "--context",
                "8",
                "--width",
                "8",
                "--hidden",
                "16",
                "--batch",
                "8",
                "--steps",
                "40",
                "--checkpoint-every",
                "5",
                "--shards",
                "4",
                "--chunk-bytes",
                "1024"});
  }
  [[nodiscard]] Arguments words(const std::string& out, const Arguments& more = {}) const {
    return Arguments{"device-log", "fleet",    world.path("run"),        "--run",
                     "R1",         "--window", "2026-07-01..2026-10-01", "--nonce",
                     fleet_nonce,  "--out",    world.path(out)} +
           more;
  }
  /// The verdict on one chip of a fleet, as an inspector comes to it.
  [[nodiscard]] Arguments appraise(const Json& fleet, std::size_t shard) const {
    const Json& chip = fleet["chips"][shard];
    Arguments words{"attest",         "appraise",
                    "--chip",         chip["chip"],
                    "--device-key",   chip["device_key"],
                    "--nonce",        fleet_nonce,
                    "--window",       "2026-07-01..2026-10-01",
                    "--rate",         "0.5",
                    "--presence",     "bench",
                    "--memory-bytes", std::to_string(fleet["memory_bytes"].get<std::uint64_t>()),
                    "--declaration",  fleet["declaration"]};
    for (const char* file : {"head", "log", "openings"}) {
      if (chip[file].is_null()) continue;
      words.push_back(std::string("--") + file);
      words.push_back(chip[file]);
    }
    for (const Json& head : chip["ledgered"]) {
      words.emplace_back("--ledgered");
      words.push_back(head);
    }
    return words;
  }
  Json judged(const Json& fleet, std::size_t shard, int code, const Arguments& more = {}) {
    world.set_now(fleet["read_at"]);
    return world.json(appraise(fleet, shard) + more, code);
  }
};

}  // namespace

TEST_CASE("chips that trained what is declared are consistent, and their run replays as declared") {
  FleetWorld one;
  const Json fleet = one.world.json(one.words("honest"));

  CHECK(fleet["simulated"] == true);
  REQUIRE(fleet["chips"].size() == 4);
  for (std::size_t shard = 0; shard < 4; ++shard) {
    const Json result = one.judged(fleet, shard, 0);
    CHECK(result["verdict"] == "consistent");
    CHECK(result["snapshots"].get<int>() > 20);
    CHECK(result["result"].is_null());
  }
  const Json replay =
      one.world.json({"attest", "replay", one.world.path("run"), "--transcript",
                      one.world.path("run/transcript.json"), "--seed", std::string(64, 'd'),
                      "--segments", "8", "--declaration", fleet["declaration"]});
  CHECK(replay["clean"] == true);
  CHECK(replay["declared"]["compared"] == replay["declared"]["declared"]);
  CHECK(replay["declared"]["otherwise"].empty());
}

TEST_CASE("each chip evades as it is told to, and the others are consistent") {
  FleetWorld one;
  const Json fleet =
      one.world.json(one.words("cheats", {"--evade", "hidden-run=0", "--evade", "nothing=1",
                                          "--evade", "rollback=3", "--mishap", "power-cut=2"}));

  CHECK(fleet["chips"][0]["evasion"] == "hidden-run");
  CHECK(fleet["chips"][1]["log"].is_null());
  CHECK(fleet["chips"][2]["mishap"] == "power-cut");
  CHECK(one.judged(fleet, 0, 4)["findings"][0]["code"] == "snap.unexplained");
  CHECK(one.judged(fleet, 1, 1)["verdict"] == "not-presented");
  CHECK(one.judged(fleet, 2, 0)["verdict"] == "consistent");
  CHECK(one.judged(fleet, 3, 1)["verdict"] == "contradicted");
}

TEST_CASE("a declaration of other memory than the transcript's run had is found by replay") {
  FleetWorld one;
  const Json fleet = one.world.json(one.words("declared"));
  const std::string stem = fleet["declaration"];
  const std::string steps = stem + ".steps.ndjson";
  std::string text = must(read_text_file(steps));
  const std::size_t digest = text.find("\"chunks\":[\"") + 11;
  text[digest] = text[digest] == '0' ? '1' : '0';
  must(write_file_atomically(steps, as_bytes(text)));

  const Json replay =
      one.world.json({"attest", "replay", one.world.path("run"), "--transcript",
                      one.world.path("run/transcript.json"), "--seed", std::string(64, 'd'),
                      "--segments", "8", "--declaration", stem},
                     1);

  CHECK(replay["clean"] == false);
  CHECK(replay["faults"].empty());
  REQUIRE(replay["declared"]["otherwise"].size() == 1);
  CHECK(replay["declared"]["otherwise"][0]["shard"] == 0);
}

TEST_CASE("a result is signed by the Verifier, read by anybody, and has the verdict's exit code") {
  FleetWorld one;
  const Json fleet = one.world.json(one.words("fleet", {"--evade", "other-shard=2"}));
  const std::string good = one.world.path("good.dsse.json");
  const std::string bad = one.world.path("bad.dsse.json");
  const std::string sign = one.world.key("verifier");
  const std::string key = one.world.json({"key", "show", sign})["public"];
  const Json written = one.judged(
      fleet, 0, 0, {"--result", good, "--sign", sign, "--verifier", "inspectorate.example"});
  CHECK(written["result"] == good);
  one.judged(fleet, 2, 4, {"--result", bad, "--sign", sign});

  const Json read =
      one.world.json({"attest", "result", good, "--key", key, "--head", fleet["chips"][0]["head"],
                      "--chip", fleet["chips"][0]["chip"]});
  CHECK(read["taken"] == true);
  CHECK(read["verdict"] == "consistent");
  CHECK(read["statement"]["predicate"]["verifier"]["id"] == "inspectorate.example");
  CHECK(read["statement"]["predicate"]["claims"]["firmware"] ==
        "none");  // nobody said what may run
  const Json query = one.world.json({"attest", "result", bad, "--key", key}, 4);
  CHECK(query["statement"]["predicate"]["claims"]["memory"] == "warning");
  CHECK(query["statement"]["predicate"]["verifier"]["id"] == key);

  const std::string other = one.world.json({"key", "show", one.world.key("gov")})["public"];
  CHECK(one.world.json({"attest", "result", good, "--key", other}, 1)["taken"] == false);
  const Json of_another = one.world.json(
      {"attest", "result", good, "--key", key, "--head", fleet["chips"][1]["head"]}, 1);
  CHECK(of_another["why_not"].get<std::string>().find("another head") != std::string::npos);
  CHECK(of_another["statement"].is_null());
  CHECK(
      one.world.json({"attest", "result", good, "--key", key, "--chip", fleet["chips"][1]["chip"]},
                     1)["taken"] == false);
}

TEST_CASE(
    "a result that is none, is there already or has no signer is refused, and none is written") {
  FleetWorld one;
  const Json fleet = one.world.json(one.words("fleet"));
  const std::string sign = one.world.key("verifier");
  const std::string key = one.world.json({"key", "show", sign})["public"];
  one.world.set_now(fleet["read_at"]);
  const auto fails = [&](const Arguments& words, int code, const std::string& why) {
    const Ran ran = one.world.run_alone(words);
    CAPTURE(ran.err);
    CHECK(ran.code == code);
    CHECK(ran.err.find(why) != std::string::npos);
    CHECK(std::ranges::count(ran.err, '\n') == 1);
  };
  const auto evidence = one.appraise(fleet, 0);
  fails(evidence + Arguments{"--result", one.world.path("r")}, 2, "--sign");
  fails(evidence + Arguments{"--result", one.world.path("r"), "--sign", one.world.path("none")}, 2,
        "none");
  fails(evidence + Arguments{"--result", one.world.write("there", ""), "--sign", sign}, 3, "there");
  fails(evidence +
            Arguments{"--result", one.world.path("r"), "--sign", sign, "--verifier", "two\nlines"},
        2, "printable");
  CHECK_FALSE(std::filesystem::exists(one.world.path("r")));
  REQUIRE(one.world.run_alone(evidence + Arguments{"--result", one.world.path("r"), "--sign", sign})
              .code == 0);

  std::string text = must(read_text_file(one.world.path("r")));
  fails({"attest", "result", one.world.path("absent"), "--key", key}, 2, "absent");
  fails({"attest", "result", one.world.write("junk", "{"), "--key", key}, 2, "junk");
  fails({"attest", "result", one.world.path("r"), "--key", "zz"}, 2, "--key");
  fails({"attest", "result", one.world.path("r"), "--key", key, "--chip", "7"}, 2, "--chip");
  const auto at = text.find("application/vnd.in-toto");
  text.replace(at, 23, "application/vnd.another");
  fails({"attest", "result", one.world.write("kind", text), "--key", key}, 2, "want application");
}

TEST_CASE("a fleet that cannot be emulated is refused before anything is written") {
  FleetWorld one;
  const auto fails = [&](const Arguments& more, const std::string& why) {
    const Ran ran = one.world.run_alone(one.words("new", more));
    CAPTURE(ran.err);
    CHECK(ran.code == 2);
    CHECK(ran.err.find(why) != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(one.world.path("new")));
  };
  fails({"--evade", "fly=0"}, "hidden-run");
  fails({"--evade", "edit=4"}, "a shard below 4");
  fails({"--evade", "edit"}, "NAME=SHARD");
  fails({"--evade", "edit=0", "--evade", "drop=0"}, "shard 0 twice");
  fails({"--mishap", "rain=0"}, "power-cut");
  fails({"--mishap", "drift=9"}, "a shard below 4");
  fails({"--chip", "000000000700000001000000YH3"}, "one for each");
  fails({"--chip", "7"}, "--chip");
  fails({"--rate", "25"}, "--rate");
  const auto one_word = [&](std::size_t place, const std::string& word) {
    Arguments words = one.words("new");
    words[place] = word;
    const Ran ran = one.world.run_alone(words);
    CHECK(ran.code == 2);
    return ran.err;
  };
  CHECK(one_word(4, "no run").find("--run") != std::string::npos);
  CHECK(one_word(6, "2026-07-01..2026-07-02").find("3 days") != std::string::npos);
  CHECK(one_word(6, "2026-07-01").find("--window") != std::string::npos);
  CHECK(one_word(8, "00").find("8 to 64") != std::string::npos);
  CHECK(one_word(2, one.world.path("absent")).find("absent") != std::string::npos);
  const std::string path = one.world.path("run/transcript.json");
  std::string text = must(read_text_file(path));
  const auto root = text.find("\"states_root\":\"") + 15;
  text[root] = text[root] == '0' ? '1' : '0';
  must(write_file_atomically(path, as_bytes(text)));
  fails({}, "not those that it commits to");
}

namespace {

/// Northwind has four accelerators of the catalogue, whose device keys are those of the fleet, and
/// trains on them in February 2027.
struct RegisteredFleet {
  FleetWorld one;
  std::vector<std::string> chips;
  Json fleet;

  RegisteredFleet() {
    one.world.record("maker", {"product", "register", "--product", "h100", "--name", "H100",
                               "--tpp", "15832", "--model", "h100-sxm5-80gb"});
    chips = one.world.chips(4, "h100", [&](const std::string& chip) {
      return one.world
          .json({"device-log", "emulate", "--chip", chip, "--from", "2027-01-22", "--to",
                 "2027-01-23", "--nonce", fleet_nonce, "--out",
                 one.world.path("keys")})["device_key_sha256"]
          .get<std::string>();
    });
    one.world.deliver(chips, "h100");
    Arguments words{"device-log",
                    "fleet",
                    one.world.path("run"),
                    "--run",
                    "R1",
                    "--window",
                    "2027-02-01..2027-02-25",
                    "--rate",
                    "2",
                    "--nonce",
                    fleet_nonce,
                    "--out",
                    one.world.path("fleet")};
    for (const std::string& chip : chips) words = words + Arguments{"--chip", chip};
    fleet = one.world.json(words);
  }

  /// The file of a chip's head number `n` in the ledger.
  [[nodiscard]] std::string head_file(const Json& chip, std::size_t n) const {
    const std::string text = chip["ledgered"][n];
    return text.substr(0, text.rfind('@'));
  }
  /// Files head number `n` of all chips on the day after it was made.
  void file_heads(std::size_t n, const std::string& from, const std::string& to) {
    one.world.set_now(to);
    std::string table = "chip,counter,entry,epoch,head\n";
    for (const Json& chip : fleet["chips"]) {
      const Bytes bytes = must(read_file(head_file(chip, n)));
      const auto head = must(attestation::parsed_head(bytes)).head;
      table += chip["chip"].get<std::string>() + "," + std::to_string(head.counter) + "," +
               head.entry.to_hex() + "," + std::to_string(head.epoch) + "," +
               crypto::sha256(bytes).to_hex() + "\n";
    }
    one.world.record("northwind", {"device-log", "commit", "--window", from + ".." + to, "--chips",
                                   "@" + one.world.write("heads.csv", table)});
  }
  void pack() {
    std::filesystem::create_directories(one.world.path("evidence"));
    for (const Json& chip : fleet["chips"]) {
      one.world.json({"device-log", "pack", "--chip", chip["chip"], "--log", chip["log"], "--head",
                      chip["head"], "--openings", chip["openings"], "--device-key",
                      chip["device_key"], "--first-head", head_file(chip, 0), "--freeze-head",
                      head_file(chip, 1), "--out", one.world.path("evidence")});
    }
  }
};

}  // namespace

TEST_CASE("a run that was trained, logged, filed and read is clean at every door of the register") {
  RegisteredFleet registered;
  CliWorld& world = registered.one.world;
  registered.file_heads(0, "2027-01-22T00:00:00.000Z", "2027-01-23T00:00:00.000Z");
  registered.file_heads(1, "2027-02-01T00:00:00.000Z", "2027-02-27T00:00:00.000Z");
  world.record("northwind", {"run", "declare", registered.fleet["declaration"], "--model",
                             "a small model", "--format", "BF16"});
  registered.pack();
  world.set_now("2027-03-02T00:00:00.000Z");

  const Json checked =
      world.json({"prover", "check", "northwind", "--window", "2027-02-01..2027-02-25", "--rate",
                  "2", "--evidence", world.path("evidence")});
  CHECK(checked["chips"] == 4);
  CHECK(checked["verdicts"]["consistent"] == 4);
  CHECK(checked["findings"].empty());
  CHECK(checked["snapshots"].get<int>() > 120);

  const Json account =
      world.json({"attest", "account", "northwind", "--window", "2027-02-01..2027-02-25"});
  // So small a run leaves the chips free, which is a note.
  REQUIRE(account["findings"].size() == 1);
  CHECK(account["findings"][0]["code"] == "flop.unexplained");
  CHECK(account["runs"][0]["chips"] == 4);
}
