// Device logs and measurement reports by the command line: hostile evidence is a verdict.

#include <algorithm>
#include <filesystem>
#include <tuple>

#include "attestation/device/acknowledgement.hpp"
#include "ledger/base/chip_id.hpp"
#include "ledger/base/file.hpp"
#include "tests/cli/cli_world.hpp"
#include "tests/support/must.hpp"
#include "tests/support/source_root.hpp"

using namespace muster;
using namespace muster::test;

namespace {

constexpr const char* asked_nonce = "00112233445566778899aabbccddeeff";
constexpr const char* window = "2026-01-10..2026-04-10";

const std::string& chip() {
  static const std::string id =
      ChipId::from_parts({.block = 7, .ordinal = 3, .random = 11}).to_string();
  return id;
}

/// An emulated chip in folder `name` of the world.
Json emulated(CliWorld& world, const std::string& name, const std::vector<std::string>& more = {},
              const std::string& seed = "test") {
  std::vector<std::string> arguments{"device-log", "emulate",    "--chip", chip(),
                                     "--seed",     seed,         "--from", "2026-01-10",
                                     "--to",       "2026-04-10", "--rate", "1",
                                     "--nonce",    asked_nonce,  "--out",  world.path(name)};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return world.json(arguments);
}

std::vector<std::string> appraise(const Json& made) {
  return {"attest",       "appraise",
          "--chip",       chip(),
          "--device-key", made["device_key"],
          "--head",       made["head"],
          "--openings",   made["openings"],
          "--nonce",      asked_nonce,
          "--ledgered",   made["enrolment"].get<std::string>() + "@2026-01-10",
          "--window",     window,
          "--rate",       "1",
          "--presence",   "bench"};
}

/// The file with the byte in its middle changed.
std::string spoilt(CliWorld& world, const std::string& file) {
  std::string text = must(read_text_file(file));
  text[text.size() / 2] = static_cast<char>(text[text.size() / 2] ^ 1);
  return world.write("spoilt", text);
}

std::string vector_file(const std::string& name) {
  return std::string(source_root) + "/tests/vectors/attestation/spdm/" + name;
}

}  // namespace

TEST_CASE("a log is read as NDJSON and verified with its head and key") {
  CliWorld world("cli-device-log");
  const Json made = emulated(world, "honest");
  const std::string log = made["log"];
  const Ran read = world.run({"device-log", "read", log, "--json"});
  CHECK(read.code == 0);
  const auto lines = static_cast<std::size_t>(std::ranges::count(read.out, '\n'));
  CHECK(lines == made["snapshots"].get<std::size_t>() + 2);  // and two epochs

  const std::vector<std::string> verify{"device-log",       "verify",     log,
                                        "--head",           made["head"], "--key",
                                        made["device_key"], "--nonce",    asked_nonce};
  const Json verdict = world.json(verify);
  CHECK(verdict["valid"] == true);
  CHECK(verdict["entries"] == lines);
  CHECK(world.json(verify + std::vector<std::string>{"--stream"}) == verdict);
  auto other_nonce = verify;
  other_nonce.back() = "ffffffffffffffff";
  CHECK(world.json(other_nonce, 1)["valid"] == false);
  auto other_key = verify;
  other_key[6] = world.json({"key", "show", world.key("gov")})["public"];
  CHECK(world.json(other_key, 1)["head_problems"].size() == 1);
  CHECK(world.json(other_key + std::vector<std::string>{"--stream"}, 1)["head_problems"].size() ==
        1);
  const std::string bad = spoilt(world, log);
  const Json found = world.json({"device-log", "verify", bad}, 1);
  CHECK(found["valid"] == false);
  CHECK(world.json({"device-log", "verify", bad, "--stream"}, 1) == found);
  CHECK(world.json({"device-log", "verify", world.write("empty", "")}, 1)["valid"] == false);
  CHECK(world.run({"device-log", "read", world.write("junk", "\xFF\xFF\xFF")}).code == 1);
  CHECK(world.run({"device-log", "read", world.path("absent")}).code == 2);
}

TEST_CASE("logs of chips with keys on curves are verified, packed and appraised as others are") {
  CliWorld world("cli-device-key-kind");
  world.set_now("2026-04-10T00:00:00Z");
  for (const char* kind : {"p256", "p384"}) {
    const Json made = emulated(world, kind, {"--key-kind", kind});
    const std::string key = made["device_key"];
    CHECK(key.starts_with(std::string(kind) + ":"));
    const std::string log = made["log"];
    const std::string head = made["head"];
    const Json verdict = world.json({"device-log", "verify", log, "--head", head, "--key", key});
    CHECK(verdict["valid"] == true);
    const Json judged = world.json(appraise(made) + std::vector<std::string>{"--log", log});
    CHECK(judged["verdict"] == "consistent");
    world.json({"device-log", "pack", "--chip", chip(), "--log", log, "--head", head,
                "--device-key", key, "--out", world.path(kind)});
  }
  const Ran bad = world.run({"device-log", "emulate", "--chip", chip(), "--from", "2026-01-10",
                             "--to", "2026-04-10", "--nonce", asked_nonce, "--out",
                             world.path("none"), "--key-kind", "rsa"});
  CHECK(bad.code == 2);
  CHECK(bad.err.find("want ed25519, p256 or p384") != std::string::npos);
}

TEST_CASE("a log becomes NDJSON and the same log again, or nothing is written") {
  CliWorld world("cli-device-convert");
  const Json made = emulated(world, "honest");
  const std::string log = made["log"];
  const auto convert = [&](const std::string& file, const char* form, const std::string& out) {
    return world.run({"device-log", "convert", file, "--to", form, "--out", world.path(out)});
  };
  CHECK(convert(log, "ndjson", "twin").code == 0);
  CHECK(convert(world.path("twin"), "cbor", "again").code == 0);
  CHECK(must(read_text_file(world.path("again"))) == must(read_text_file(log)));

  const std::string twin = must(read_text_file(world.path("twin")));
  const Ran bad_line = convert(world.write("bad", twin + "{}\n"), "cbor", "none");
  CHECK(bad_line.code == 2);
  const auto lines = static_cast<std::size_t>(std::ranges::count(twin, '\n'));
  CHECK(bad_line.err.find("line " + std::to_string(lines + 1) + ": want field \"type\"") !=
        std::string::npos);
  const Ran bad_log = convert(world.write("junk", "\xFF\xFF\xFF"), "ndjson", "none");
  CHECK(bad_log.code == 1);
  CHECK(bad_log.err.find("offset 0") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(world.path("none")));
  CHECK(convert(log, "xml", "none").code == 2);
  CHECK(convert(world.path("absent"), "cbor", "none").code == 2);
  CHECK(convert(log, "ndjson", "twin").code != 0);  // never over a file
  CHECK(must(read_text_file(world.path("twin"))) == twin);
}

TEST_CASE("a run is bound in the chip's log before it, late, or never") {
  CliWorld world("cli-precommit");
  world.set_now("2026-04-10T00:00:00Z");
  const std::vector<std::string> required{"--require-precommitments"};
  for (const auto& [when, code, verdict] :
       {std::tuple("before", 0, ""), std::tuple("late", 4, "precommit.late"),
        std::tuple("never", 4, "precommit.absent")}) {
    const Json made = emulated(world, when, {"--run", "r1", "--precommit", when});
    const auto words =
        appraise(made) +
        std::vector<std::string>{"--log", made["log"], "--declaration", made["declaration"]};
    const Json judged = world.json(words + required, code);
    CHECK(judged["findings"].size() == (code == 0 ? 0 : 1));
    if (code != 0) CHECK(judged["findings"][0]["code"] == verdict);
  }
}

TEST_CASE("snapshots are acknowledged by the key that the plan names, and packed with the log") {
  CliWorld world("cli-acknowledged");
  world.set_now("2026-04-10T00:00:00Z");
  const std::string key = world.key("gov");
  const std::string public_key = world.json({"key", "show", key})["public"];
  const Json made = emulated(world, "acknowledged", {"--acknowledger", key});
  const auto words =
      appraise(made) + std::vector<std::string>{"--log", made["log"], "--require-acknowledged"};
  const auto plan = words + std::vector<std::string>{"--acknowledger", public_key};
  const auto whole =
      plan + std::vector<std::string>{"--acknowledgements", made["acknowledgements"]};
  const Json good = world.json(whole);
  CHECK(good["verdict"] == "consistent");
  CHECK(good["acknowledged"] == good["snapshots"]);
  CHECK(world.json(plan, 4)["findings"][0]["code"] == "ack.missing");
  CHECK(world.json(words, 4)["findings"][0]["code"] == "ack.absent");
  const Json gapped = emulated(world, "gapped");
  CHECK(gapped["acknowledgements"].is_null());
  const Json alone =
      world.json(appraise(gapped) + std::vector<std::string>{"--log", gapped["log"]});
  CHECK(alone["verdict"] == "consistent");
  CHECK(alone["air_gapped"] == alone["snapshots"]);
  world.json({"device-log", "pack", "--chip", chip(), "--log", made["log"], "--head", made["head"],
              "--device-key", made["device_key"], "--acknowledgements", made["acknowledgements"],
              "--out", world.path("acknowledged")});
}

TEST_CASE("an acknowledger signs one snapshot of the chip that it is asked about, and no more") {
  CliWorld world("cli-acknowledge");
  const std::string log = must(read_text_file(emulated(world, "chip")["log"]));
  attestation::CborReader reader(as_bytes(log));
  REQUIRE(attestation::entry_from(reader));
  const std::size_t first = reader.offset();
  REQUIRE(attestation::entry_from(reader));
  const std::string snapshot = log.substr(first, reader.offset() - first);
  int number = 0;
  const auto ask = [&](const std::string& bytes, const std::string& of) {
    const std::string name = std::to_string(++number);
    return world.run({"device-log", "acknowledge", world.write("entry" + name, bytes), "--chip", of,
                      "--key", world.key("gov"), "--out", world.path("ack" + name)});
  };

  CHECK(ask(snapshot, chip()).code == 0);
  const std::string made = must(read_text_file(world.path("ack1")));
  const auto read = must(attestation::parsed_acknowledgement(as_bytes(made)));
  CHECK(read.claims.entry == attestation::entry_hash(as_bytes(snapshot)));
  CHECK(read.claims.counter == 1);
  CHECK(ask(log.substr(0, first), chip()).code == 2);  // an epoch's record
  CHECK(ask(snapshot + snapshot, chip()).code == 2);
  CHECK(ask(snapshot.substr(1), chip()).code == 2);
  const ChipId other = ChipId::from_parts({.block = 9, .ordinal = 9, .random = 9});
  CHECK(ask(snapshot, other.to_string()).code == 2);
}

TEST_CASE("the same seed gives the same chip, another one gives another") {
  CliWorld world("cli-emulate");
  const Json one = emulated(world, "one");
  const Json two = emulated(world, "two");
  CHECK(must(read_text_file(one["log"])) == must(read_text_file(two["log"])));
  const Json other = emulated(world, "three", {}, "other");
  CHECK(other["device_key"] != one["device_key"]);
}

TEST_CASE("the verdict on a chip is the exit code") {
  CliWorld world("cli-appraise");
  world.set_now("2026-04-10T00:00:00Z");
  const Json made = emulated(world, "declared", {"--run", "r1"});
  world.set_now("2026-04-10T00:00:00Z");
  const auto evidence = appraise(made) + std::vector<std::string>{"--log", made["log"]};
  const std::string stem = made["declaration"];
  const Json good = world.json(evidence + std::vector<std::string>{"--declaration", stem});
  CHECK(good["verdict"] == "consistent");
  CHECK(good["chip"] == chip());
  CHECK(good["snapshots"].get<int>() > 50);

  const Json hidden = world.json(evidence, 4);
  CHECK(hidden["verdict"] == "query");
  CHECK(hidden["findings"][0]["code"] == "snap.unexplained");
  const Json late = world.json(evidence + std::vector<std::string>{"--late-declaration", stem}, 4);
  CHECK(late["findings"][0]["code"] == "decl.after_draw");
  CHECK(world.json(appraise(made), 1)["verdict"] == "not-presented");
  const Json changed =
      world.json(appraise(made) + std::vector<std::string>{"--log", spoilt(world, made["log"])}, 4);
  CHECK(changed["verdict"] == "query");
  CHECK(changed.dump().find("chain.break") != std::string::npos);
  // Evidence may be anything; a declaration is a document of the Prover, filed and well formed.
  const Ran bad = world.run(
      evidence + std::vector<std::string>{"--declaration", world.path("registry/muster")});
  CHECK(bad.code == 2);
  CHECK(world.run(appraise(made) + std::vector<std::string>{"--log", world.path("absent")}).code ==
        2);
}

TEST_CASE("a measurement report of an accelerator is judged by the same command") {
  CliWorld world("cli-spdm");
  world.set_now("2026-07-01T00:00:00Z");
  std::string asked;
  for (int i = 100; i < 132; ++i) {
    constexpr const char* digits = "0123456789abcdef";
    asked += {digits[i / 16], digits[i % 16]};
  }
  const std::vector<std::string> policy{"--nonce",     asked,
                                        "--device",    "MUSTER:GHTEST:0000000000000001",
                                        "--reference", vector_file("reference.json"),
                                        "--root",      vector_file("root.pem"),
                                        "--crl",       vector_file("revoked_none.pem")};
  const std::vector<std::string> report{"attest", "spdm", vector_file("report.hex"), "--cert-chain",
                                        vector_file("chain.pem")};
  CHECK(world.json(report + policy)["verdict"] == "consistent");
  CHECK(world.json({"attest", "spdm", vector_file("evidence.json")}, 4)["verdict"] == "open");
  const Json other = world.json(
      std::vector<std::string>{"attest", "spdm", vector_file("report_other_firmware.hex"),
                               "--cert-chain", vector_file("chain.pem")} +
          policy,
      1);
  CHECK(other["verdict"] == "contradicted");
  CHECK(world.run({"attest", "spdm", world.write("no", "neither of the two")}).code == 2);
}
