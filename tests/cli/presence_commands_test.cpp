// An audit of existence: no log is read, and a chip shows that it is there.

#include "cli/audit/challenge.hpp"
#include "cli/audit/presence_answer.hpp"
#include "cli/audit/presence_appraisal.hpp"
#include "ledger/base/hex.hpp"
#include "registry/alias.hpp"
#include "sampler/plan/plan.hpp"
#include "tests/cli/audit_world.hpp"

using namespace muster;
using namespace muster::test;

namespace {

/// A plan of existence, drawn and opened; the chips have answered.
class PresenceWorld final {
 public:
  explicit PresenceWorld(const std::string& name) : world(name) {
    world.hold_ceremony();
    world.json(world.draw());
    world.json(world.open());
    world.show("challenges", "evidence");
    challenges = must(cli::parse_challenges(text("challenges"), "challenges"));
    REQUIRE(challenges.size() >= 3);
  }

  [[nodiscard]] std::string text(const std::string& name) const {
    return must(read_text_file(world.path(name)));
  }
  [[nodiscard]] std::string file_of(std::size_t line) const {
    return "evidence/" + challenges[line].chip.to_string() + ".evidence";
  }
  /// Puts another answer in a line's place.
  void spoil(std::size_t line, const std::function<void(cli::PresenceAnswer&)>& change) const {
    auto answer = must(cli::parse_presence_answer(must(read_file(world.path(file_of(line))))));
    change(answer);
    std::filesystem::remove(world.path(file_of(line)));
    must(create_file(world.path(file_of(line)), as_bytes(cli::presence_answer_text(answer))));
  }
  Ran record(const Words& seen) {
    return world.run(Words{"kit", "record", "P1", "--challenges", world.path("challenges"),
                           "--evidence", world.path("evidence"), "--report", world.path("report"),
                           "--json"} +
                     seen + world.by("inspectorate"));
  }
  static Words uplink_cut() {
    return {"--presence",      "uplink-cut",
            "--silent-before", "2026-11-02T08:50:00.000Z",
            "--silent-after",  "2026-11-02T08:58:00.000Z"};
  }
  [[nodiscard]] std::set<std::string> codes() const {
    std::set<std::string> found;
    for (std::istringstream lines(text("report")); std::getline(lines, line_);) {
      const Json report = must(parse_json(line_));
      for (const Json& one : report.at("findings")) found.insert(one.at("code"));
    }
    return found;
  }

  AuditWorld world;
  std::vector<cli::Challenge> challenges;

 private:
  mutable std::string line_;
};

}  // namespace

TEST_CASE("a file without a challenge is none of an opening") {
  CHECK(must_fail(cli::parse_challenges("", "challenges")).starts_with("challenges: empty"));
}

TEST_CASE("chips that answer with the uplink cut conclude an audit of existence") {
  PresenceWorld site("presence-honest");
  const Ran recorded = site.record(PresenceWorld::uplink_cut());
  INFO(recorded.err);
  REQUIRE(recorded.code == 0);
  CHECK(must(parse_foreign_json(recorded.out))["verdicts"]["consistent"] == site.challenges.size());
  const Json result = site.world.json({"plan", "evaluate", "P1"});
  CHECK(result["verdict"] == "no-sign-of");
  const Json audit = site.world.json(Words{"audit", "P1"} + site.world.frame_key());
  CHECK(audit["failed"] == false);
  CHECK(audit["evaluation"]["verdict"] == "no-sign-of");
}

TEST_CASE("a chip that answers over the network alone was not seen") {
  PresenceWorld site("presence-network");
  CHECK(site.record({"--presence", "network"}).code == 4);
  CHECK(site.codes() == std::set<std::string>{"presence.weak"});
  CHECK(site.world.json({"plan", "evaluate", "P1"}, 4)["verdict"] == "not-concluded");
}

TEST_CASE("another device, another challenge, another serial number, and noise are told apart") {
  PresenceWorld site("presence-wrong");
  const crypto::Ed25519Signer stranger(crypto::sha256("stranger").bytes);
  site.spoil(0, [&](cli::PresenceAnswer& answer) { answer.key = stranger.public_key(); });
  site.spoil(1, [](cli::PresenceAnswer& answer) { answer.signature[3] ^= 1U; });
  must(write_file_atomically(site.world.path(site.file_of(2)), as_bytes("what is this")));
  CHECK(site.record(PresenceWorld::uplink_cut()).code == 4);
  CHECK(site.codes() == std::set<std::string>{"evidence.unreadable", "id.mismatch", "sig.bad"});
}

TEST_CASE(
    "the number on the package is held against the register's names, or said not to have been") {
  const crypto::Ed25519Signer device(crypto::sha256("device").bytes);
  const ChipId chip = ChipId::from_parts({.block = 3, .ordinal = 1, .random = 5});
  cli::ProverRecord record{must(PartyId::parse("hazel")), {}, {}, {}, {}, {}};
  cli::Enrolment& enrolled = record.enrolled[chip];
  enrolled.device_key = crypto::sha256(ByteView(device.public_key().bytes()));
  enrolled.names = {registry::alias_name(registry::AliasScheme::serial, "SN-7").bytes};
  const cli::Challenge challenge{"P1", "site", crypto::sha256("opening"),
                                 0,    chip,   crypto::sha256("nonce")};
  cli::Reading reading{{}, attestation::Presence::bench, ""};
  reading.origin = "log.example/1";
  const auto message = cli::presence_message(reading.origin, challenge);
  const auto judged = [&](const std::string& serial) {
    const std::string text = cli::presence_answer_text(
        {chip, device.public_key(), to_bytes(device.sign(as_bytes(message))), serial});
    return must(cli::line_appraisal(record, challenge, reading, to_bytes(as_bytes(text))));
  };

  CHECK(judged("SN-7").verdict == "consistent");
  CHECK(judged("SN-7").report.at("not_run").empty());
  CHECK(judged("SN-8").codes == std::vector<std::string>{"id.mismatch"});
  CHECK(judged("").verdict == "consistent");
  CHECK(judged("").report.at("not_run").at(0).at("check") == "serial number");
  enrolled.names.clear();
  CHECK(judged("SN-7").report.at("not_run").size() == 1);
  // Without a key in the register nothing tells this chip from another.
  enrolled.device_key = {};
  CHECK(judged("SN-7").verdict == "open");
}

TEST_CASE("a plan of use without a rate of snapshots is not judged by seeing its chips") {
  const AuditWorld world("presence-use");
  sampler::PlanRequest plan =
      must(sampler::parse_plan(must(read_text_file(world.path("plan"))))).request;
  REQUIRE(!plan.snapshots);
  plan.purpose = sampler::Purpose::use;
  const cli::KitMeasures measures;
  const auto presence = attestation::Presence::bench;
  CHECK_FALSE(cli::reading_for({&plan, "log.example/1"}, measures, {}, presence));
  plan.purpose = sampler::Purpose::existence;
  CHECK(cli::reading_for({&plan, "log.example/1"}, measures, {}, presence));
}

TEST_CASE("devices are asked, and their answers packed, without a registry") {
  PresenceWorld site("presence-verbs");
  std::filesystem::create_directories(site.world.path("own"));
  const Json asked = site.world.json({"kit", "ask", site.world.path("challenges"), "--origin",
                                      cli::demo::world_origin, "--out", site.world.path("asked")});
  REQUIRE(asked["questions"].size() == site.challenges.size());
  const auto answer =
      must(cli::parse_presence_answer(must(read_file(site.world.path(site.file_of(0))))));
  const Bytes message = must(bytes_from_hex(asked["questions"][0]["message"].get<std::string>()));
  CHECK(answer.key.verifies(message, answer.signature));
  const Words pack{"kit",          "presence",
                   "--chip",       answer.chip.to_string(),
                   "--device-key", answer.key.text(),
                   "--signature",  to_hex(answer.signature),
                   "--out",        site.world.path("own")};
  site.world.json(pack);
  CHECK(site.text("own/" + answer.chip.to_string() + ".evidence") == site.text(site.file_of(0)));
  CHECK(site.world.run(pack).code == 3);  // in the way
  Words wrong = pack;
  wrong[7] = "abcd";
  CHECK(site.world.run(wrong).code == 2);
}
