// A kit at a site without a network: judged there as it would be at the register, brought back in
// one file, and taken at the office only as what it is.

#include <algorithm>
#include <set>

#include "cli/audit/line_appraisal.hpp"
#include "cli/audit/opened_kit.hpp"
#include "cli/audit/registry_record.hpp"
#include "tests/cli/field_world.hpp"
#include "tests/support/source_root.hpp"

using namespace muster;
using namespace muster::test;

namespace {

/// For tests that leave its registry and its evidence as they are.
FieldWorld& shared_field() {
  static FieldWorld field("field-shared");
  return field;
}

bool text_has(const FieldWorld& field, const std::string& file, const std::string& words) {
  return field.text(file).find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("a kit judges honest and tampered evidence offline as the register does") {
  FieldWorld& field = shared_field();
  AuditWorld& world = field.world;
  const cli::OpenedKit kit = must(cli::open_kit_file({field.path("kit"), field.code}));
  crypto::SeededRandom random("field");
  std::ostringstream nowhere;
  cli::Context context(nowhere, nowhere, random);
  context.options().registry = world.registry();
  const auto home = must(cli::Home::open(context));
  const auto plan = must(cli::committed_plan(*home, "P1"));
  const auto records = must(cli::registry_records(*home, plan, kit.content.chips));
  const auto challenges = cli::kit_challenges(kit.content, must(Hash::from_hex(field.gate)));
  const cli::Reading reading = must(cli::reading_for(
      {&plan.plan.request, kit.content.basis.origin}, kit.content.basis.measures,
      must(Timestamp::parse("2026-11-02T10:00:00Z")), attestation::Presence::uplink_cut));

  std::set<std::string> seen;
  for (std::size_t i = 0; i < challenges.size(); ++i) {
    const std::string name = field.chips[i] + ".evidence";
    const Bytes honest = must(read_file(field.path("evidence/" + name)));
    for (std::size_t way = 0; way < 9; ++way) {
      const Bytes bytes = tampered(honest, way);
      const auto* carried = cli::record_of(kit.content.basis.provers, challenges[i].chip);
      const auto* known = cli::record_of(records, challenges[i].chip);
      REQUIRE((carried != nullptr && known != nullptr));
      const auto offline = must(cli::line_appraisal(*carried, challenges[i], reading, bytes));
      const auto online = must(cli::line_appraisal(*known, challenges[i], reading, bytes));
      CHECK(offline.verdict == online.verdict);
      CHECK(offline.codes == online.codes);
      CHECK(offline.report == online.report);
      seen.insert(offline.codes.begin(), offline.codes.end());
    }
  }
  for (const char* code : {"head.withheld", "evidence.unreadable", "id.mismatch"}) {
    CHECK_MESSAGE(seen.contains(code), code);
  }
  CHECK(std::ranges::any_of(seen,
                            [](const std::string& code) { return code.starts_with("chain."); }));
}

TEST_CASE("what a laptop says without a registry is what `kit record` says with one") {
  FieldWorld field("field-verbs");
  AuditWorld& world = field.world;
  for (std::size_t i = 0; i < field.chips.size(); ++i) {
    const std::string file = field.path("evidence/" + field.chips[i] + ".evidence");
    const Bytes bytes = tampered(must(read_file(file)), i);
    std::filesystem::remove(file);
    must(create_file(file, bytes));
  }
  std::filesystem::rename(world.registry(), field.path("far away"));
  const Ran offline = world.run(field.appraise("evidence", "laptop") +
                                Words{"--report", field.path("offline"), "--json"});
  INFO(offline.err);
  REQUIRE((offline.code == 0 || offline.code == 4));
  CHECK(offline.err.find("the kit knows the register as of") != std::string::npos);
  const Json progress = world.json({"kit", "progress", field.path("kit"), "--code", field.code,
                                    "--answers", field.path("laptop")});
  CHECK(progress["answered"] == field.chips.size());
  CHECK(progress["verdict"] == "not-concluded");
  CHECK(text_has(field, "sheet.csv", field.chips[0]));
  const Ran closed =
      world.run(field.close({"laptop"}, "result") +
                Words{"--host-refused", "left", "--evidence", field.path("evidence")});
  REQUIRE(closed.code == 0);

  std::filesystem::rename(field.path("far away"), world.registry());
  const Ran online = world.run(Words{"kit", "record", "P1", "--challenges", field.path("all"),
                                     "--evidence", field.path("evidence"), "--reference",
                                     field.path("reference"), "--report", field.path("online")} +
                               FieldWorld::seen() + world.by("inspectorate"));
  CHECK(online.code == offline.code);
  CHECK(field.text("offline") == field.text("online"));
  // The result says nothing that the register does not know by now.
  const std::uint64_t before = field.entries();
  const Json received =
      world.json(field.receive("result") + Words{"--gate", field.gate}, offline.code);
  CHECK(received["differences"].empty());
  CHECK(field.entries() == before);
}

TEST_CASE("two laptops answer one kit, correct themselves, and are joined or contradict") {
  FieldWorld& field = shared_field();
  AuditWorld& world = field.world;
  field.give(0, "first");
  field.give(1, "second");
  for (const auto& [folder, laptop] : {std::pair("first", "one"), std::pair("second", "two")}) {
    const Ran ran = world.run(field.appraise(folder, laptop));
    REQUIRE((ran.code == 0 || ran.code == 4));
  }
  world.json(field.note(2, "absent", "one"), 4);
  world.json(field.note(2, "dead", "two"), 4);
  const Ran again = world.run(field.note(2, "dead", "one"));
  CHECK(again.code == 1);
  CHECK(again.err.find("inspect.answered") != std::string::npos);

  const Ran against =
      world.run(field.close({"one", "two"}, "none") + Words{"--host-refused", "left"});
  CHECK(against.code == 1);
  CHECK(against.err.find("kit.contradiction") != std::string::npos);
  CHECK(against.err.find("line 3 (chip " + field.chips[2] + "): absent by ab") !=
        std::string::npos);
  CHECK_FALSE(std::filesystem::exists(field.path("none")));

  // Nothing is corrected without a reason; what was said first stays in sight.
  CHECK(world.run(field.note(2, "denied", "new") + Words{"--correct", "x"})
            .err.find("inspect.nothing_to_correct") != std::string::npos);
  world.json(field.note(2, "absent", "two") + Words{"--correct", "it was the slot beside"}, 4);
  const Json progress = world.json(Words{"kit", "progress", field.path("kit"), "--code", field.code,
                                         "--answers", field.path("one"), "--answers",
                                         field.path("two"), "--answers", field.path("two")});
  CHECK(progress["answered"] == 3);
  CHECK(progress["corrected"] == 1);
  CHECK(progress["lines"][2]["answers"].size() == 2);
  CHECK(progress["lines"][2]["answers"][0]["answer"] == "dead");
  CHECK(progress["lines"][2]["answers"][1]["corrects_because"] == "it was the slot beside");
  CHECK(progress["open"].get<std::uint64_t>() + progress["closed"].get<std::uint64_t>() ==
        field.chips.size());
}

TEST_CASE("another chip answers no drawn one's line, unless as what the host showed for it") {
  FieldWorld& field = shared_field();
  AuditWorld& world = field.world;
  std::filesystem::create_directories(field.path("swapped"));
  std::filesystem::copy(field.path("evidence/" + field.chips[1] + ".evidence"),
                        field.path("swapped/" + field.chips[0] + ".evidence"));
  const Ran refused = world.run(field.appraise("swapped", "laptop4"));
  CHECK(refused.code == 1);
  CHECK(refused.err.find("inspect.substituted: line 1: its evidence is of chip " +
                         field.chips[1]) != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(field.path("laptop4")));
  const Json shown =
      world.json(field.appraise("swapped", "laptop4") + Words{"--as-presented", field.chips[0]}, 4);
  CHECK(shown["lines"][0]["findings"][0] == "id.mismatch");

  const std::string stranger =
      ChipId::from_parts({.block = 9, .ordinal = 9, .random = 9}).to_string();
  std::filesystem::copy(field.path("evidence/" + field.chips[1] + ".evidence"),
                        field.path("swapped/" + stranger + ".evidence"));
  const Ran undrawn = world.run(field.appraise("swapped", "laptop4"));
  CHECK(undrawn.code == 1);
  CHECK(undrawn.err.find("chip " + stranger + " was not drawn here") != std::string::npos);
  CHECK(world
            .run(field.desk("note", "laptop4") +
                 Words{"--chip", stranger, "--answer", "dead", "--host-refused", "x"})
            .code == 1);
}

TEST_CASE("a result is taken at the office once, whole, and for its own plan, kit and opening") {
  FieldWorld field("field-result");
  AuditWorld& world = field.world;
  field.give(0, "read");
  REQUIRE(world.run(field.appraise("read", "laptop")).code != 1);
  world.json(field.note(1, "dead", "laptop"), 4);
  const Words host{"--host-refused", "would not sign"};
  CHECK(world.run(field.close({"laptop"}, "result")).code == 2);  // the host's word is part of it
  world.json(field.close({"laptop"}, "result") + host, 4);        // lines are left
  CHECK(world.run(field.close({"laptop"}, "result") + host).code == 3);
  const std::uint64_t before = field.entries();

  const auto refused = [&](const Words& words, const std::string& rule, int code = 1) {
    const Ran ran = world.run(words);
    CHECK(ran.code == code);
    CHECK_MESSAGE(ran.err.find(rule) != std::string::npos, ran.err);
    CHECK(field.entries() == before);
  };
  refused(field.receive("result"), "is neither in the result", 2);
  const Words with{"--evidence", field.path("read")};
  refused(field.receive("result") + with + Words{"--gate", std::string(64, 'd')}, "kit.other_gate");
  std::string changed = field.text("result");
  char& nibble = changed[changed.find("\"box\":\"") + 40];
  nibble = nibble == '0' ? '1' : '0';
  must(create_file(field.path("changed"), as_bytes(changed)));
  refused(field.receive("changed") + with, "kit.wrong_code");
  must(create_file(field.path("cut"), as_bytes(changed.substr(0, changed.size() / 2))));
  refused(field.receive("cut") + with, "cut: ", 2);
  // A kit of the same lines that is sealed anew is another kit.
  Words of_other = field.receive("result", "kit2") + with;
  *(std::ranges::find(of_other, "--code") + 1) = field.other_code;
  refused(of_other, "kit.wrong_code");
  Words by_prover = field.close({"laptop"}, "by prover") + host;
  *(std::ranges::find(by_prover, "--sign") + 1) = world.key(world.prover);
  world.json(by_prover, 4);
  refused(field.receive("by prover") + with, "kit.not_signed");
  Words elsewhere = field.receive("result") + with;
  *std::ranges::find(elsewhere, "P1") = "P2";
  refused(elsewhere, "P2", 2);

  const Json received = world.json(field.receive("result") + with, 4);
  CHECK(received["lines"] == 2);
  CHECK(received["unanswered"] == field.chips.size() - 2);
  CHECK(received["differences"].empty());
  CHECK(received["signed_by"] == "inspectorate");
  CHECK(canonical_json(world.json({"query", "list"})).find("\"dead\"") != std::string::npos);
  CHECK(world.json({"plan", "evaluate", "P1"}, 4)["read"] == 2);
  const std::uint64_t after = field.entries();
  CHECK(after > before);
  world.json(field.receive("result") + with, 4);
  CHECK(field.entries() == after);
}

TEST_CASE("once a result is recorded a change is a correction in the ledger, not another result") {
  FieldWorld field("field-late");
  AuditWorld& world = field.world;
  const Words host{"--host-refused", "would not sign"};
  world.json(field.note(1, "dead", "laptop"), 4);
  world.json(field.close({"laptop"}, "result") + host, 4);
  world.json(field.receive("result"), 4);
  const std::uint64_t after = field.entries();
  world.json(field.note(1, "absent", "laptop") + Words{"--correct", "only the tray is there"}, 4);
  world.json(field.close({"laptop"}, "late") + host, 4);
  const Ran late = world.run(field.receive("late"));
  CHECK(late.code == 1);
  CHECK(late.err.find("the ledger says dead, this answer absent") != std::string::npos);
  CHECK(field.entries() == after);

  // inspect.result was recorded before the query that follows from it.
  const Json entry = world.json({"ledger", "entry", std::to_string(after - 2)});
  Json findings = Json::array({"absent", "host.refused-to-sign"});
  world.json(Words{"statement", "replace", entry["statement"].get<std::string>(), "--reason",
                   "only the tray is there", "--set", "findings=" + canonical_json(findings)} +
             world.by("inspectorate"));
  CHECK(field.entries() == after + 1);
  world.json(field.receive("late"), 4);  // says what the ledger says by now
  CHECK(field.entries() == after + 1);
}

TEST_CASE("the host's key countersigns a result, and what the register learned since is told") {
  FieldWorld field("field-host");
  AuditWorld& world = field.world;
  field.give(0, "read");
  REQUIRE(world.run(field.appraise("read", "laptop")).code != 1);
  world.json(field.close({"laptop"}, "result") +
                 Words{"--host-sign", world.key(world.prover), "--evidence", field.path("read")},
             4);
  // The office knows that the firmware has been revoked since the kit was made.
  Json later = FieldWorld::reference();
  later["revoked"].push_back({{"digest", later["firmware"][0]},
                              {"since", "2026-10-01T00:00:00.000Z"},
                              {"reason", "signing key leaked"}});
  must(create_file(field.path("later"), as_bytes(canonical_json(later))));
  const Json received =
      world.json(field.receive("result") +
                     Words{"--reference", field.path("later"), "--report", field.path("report")},
                 4);
  CHECK(received["host"] == world.prover + " signed");
  REQUIRE(received["differences"].size() == 1);
  CHECK(received["differences"][0]["office"].get<std::string>().find("fw.revoked") !=
        std::string::npos);
  CHECK(text_has(field, "report", "signing key leaked"));
}

TEST_CASE("what a plan asks of logs is asked at the gate without a registry as at the office") {
  const std::string policy = std::string(source_root) + "/data/delay/rsa-2048.json";
  FieldWorld field("field-demands",
                   {"--heads-every", "7", "--minimum-svn", "2", "--require-precommitments"},
                   {"--delay-policy", policy});
  AuditWorld& world = field.world;
  const cli::OpenedKit kit = must(cli::open_kit_file({field.path("kit"), field.code}));
  CHECK(kit.plan.plan.request.evidence.minimum_svn == 2);
  REQUIRE(kit.content.basis.measures.delay);
  CHECK(kit.content.basis.measures.delay->squarings_per_s > 0);

  const Json offline = world.json(
      field.appraise("evidence", "laptop") + Words{"--report", field.path("offline")}, 4);
  std::set<std::string> found;
  for (const Json& line : offline["lines"]) {
    for (const Json& code : line["findings"]) found.insert(code.get<std::string>());
  }
  CHECK(found.contains("fw.svn_low"));
  CHECK(found.contains("head.gap"));
  CHECK(found.contains("precommit.absent"));
  world.json(Words{"kit", "record", "P1", "--challenges", field.path("all"), "--evidence",
                   field.path("evidence"), "--reference", field.path("reference"), "--delay-policy",
                   policy, "--report", field.path("online")} +
                 FieldWorld::seen() + world.by("inspectorate"),
             4);
  CHECK(field.text("offline") == field.text("online"));
}

TEST_CASE("an enrolment that is disputed is a query, in the register's record and in the kit's") {
  FieldWorld& field = shared_field();
  cli::OpenedKit kit = must(cli::open_kit_file({field.path("kit"), field.code}));
  const auto challenges = cli::kit_challenges(kit.content, must(Hash::from_hex(field.gate)));
  const ChipId& chip = challenges[0].chip;
  for (auto& record : kit.content.basis.provers) {
    if (record.enrolled.contains(chip)) record.enrolled.at(chip).disputed = "key revoked";
  }
  const auto carried = must(cli::parse_kit_basis(cli::kit_basis_json(kit.content.basis)));
  const auto* record = cli::record_of(carried.provers, chip);
  CHECK(record->enrolled.at(chip).entry > 0);
  CHECK_FALSE(record->enrolled.at(chip).by.empty());
  const auto line = must(cli::line_appraisal(
      *record, challenges[0],
      {must(Timestamp::parse("2026-11-02T10:00:00Z")), attestation::Presence::bench, "0.2"},
      must(read_file(field.path("evidence/" + chip.to_string() + ".evidence")))));
  CHECK(std::ranges::find(line.codes, "key.disputed") != line.codes.end());
  CHECK(line.verdict != "consistent");
}

TEST_CASE("wrong input to the verbs of a kit is told before anything is done") {
  FieldWorld& field = shared_field();
  AuditWorld& world = field.world;
  const auto code = [&](const Words& words) { return world.run(words).code; };
  CHECK(code(field.appraise("nowhere", "laptop9")) == 2);
  CHECK(code(field.note(0, "lost", "laptop9")) == 2);
  CHECK(code(field.note(0, "presented", "laptop9")) == 2);
  Words no_gate = field.note(0, "dead", "laptop9");
  no_gate.erase(std::ranges::find(no_gate, "--gate"), std::ranges::find(no_gate, "--gate") + 2);
  CHECK(world.run(no_gate).err.find("--gate: wanted") != std::string::npos);
  Words one_probe = field.appraise("evidence", "laptop9");
  one_probe.resize(one_probe.size() - 2);
  CHECK(code(one_probe) == 2);
  // A file that is no file of answers is not written over.
  must(create_file(field.path("mine"), as_bytes("not yours")));
  CHECK(code(field.note(0, "dead", "mine")) == 2);
  CHECK(field.text("mine") == "not yours");
  world.json(field.note(0, "dead", "laptop9"), 4);
  Words other_gate = field.note(1, "dead", "laptop9");
  *(std::ranges::find(other_gate, "--gate") + 1) = std::string(64, 'e');
  CHECK(world.run(other_gate).err.find("kit.other_gate") != std::string::npos);
  CHECK(code(field.close({"nowhere"}, "result") + Words{"--host-refused", "x"}) == 2);
  must(create_file(field.path("bad reference"), as_bytes("{\"version\":\"1\"}")));
  CHECK(world
            .run(Words{"kit", "record", "P1", "--challenges", field.path("all"), "--evidence",
                       field.path("evidence"), "--reference", field.path("bad reference")} +
                 world.by("inspectorate"))
            .err.find("reference.version") != std::string::npos);
}
