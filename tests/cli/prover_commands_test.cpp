// `device-log pack`, `prover check` and `prover due`: a Prover looks at itself before others do.

#include "ledger/base/chip_id.hpp"
#include "tests/cli/audit_world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;

namespace {

/// Northwind has two emulated chips, both at work in February 2027; it declares the first one's
/// run.
struct ProverWorld {
  CliWorld world;
  std::vector<Json> emulated;
  std::vector<std::string> chips;

  explicit ProverWorld(const std::string& name) : world(name) {
    std::filesystem::create_directories(world.path("evidence"));
    chips = world.chips(2, "a1", [&](const std::string& chip) {
      std::vector<std::string> words{"device-log", "emulate",
                                     "--chip",     chip,
                                     "--from",     "2027-01-20",
                                     "--to",       "2027-03-02",
                                     "--rate",     "2",
                                     "--nonce",    std::string(32, '5'),
                                     "--run",      "r" + std::to_string(emulated.size()),
                                     "--out",      world.path("chips")};
      if (!emulated.empty()) words.emplace_back("--hide");
      emulated.push_back(world.json(words));
      return emulated.back()["device_key_sha256"].get<std::string>();
    });
    world.deliver(chips);
    world.set_now("2027-03-10T00:00:00Z");
  }

  std::vector<std::string> pack_words(std::size_t i) {
    const Json& one = emulated[i];
    const auto file = [&](const char* name) { return one[name].get<std::string>(); };
    return {"device-log",   "pack",
            "--chip",       chips[i],
            "--log",        file("log"),
            "--head",       file("head"),
            "--openings",   file("openings"),
            "--device-key", file("device_key"),
            "--first-head", file("enrolment"),
            "--out",        world.path("evidence")};
  }

  Json check(int code, const std::vector<std::string>& more = {}) {
    std::vector<std::string> words{"prover",
                                   "check",
                                   "northwind",
                                   "--window",
                                   "2027-02-01..2027-03-01",
                                   "--rate",
                                   "2",
                                   "--evidence",
                                   world.path("evidence")};
    words.insert(words.end(), more.begin(), more.end());
    return world.json(words, code);
  }
};

/// Another Prover of the country of the one that is inspected.
std::string other_prover(AuditWorld& world) {
  const Json country = world.json({"party", "show", world.prover})["country"];
  for (const auto& file : std::filesystem::directory_iterator(world.path("w/provers"))) {
    std::string name = file.path().stem().string();
    if (file.path().extension() != ".key" || name == world.prover) continue;
    if (world.json({"party", "show", name})["country"] == country) return name;
  }
  FAIL("no other Prover in the country of " << world.prover);
  return {};
}

/// The chips with a finding, or null.
Json chips_with(const Json& checked, const std::string& code) {
  for (const Json& found : checked["findings"]) {
    if (found["code"] == code) return found["chips"];
  }
  return nullptr;
}

}  // namespace

TEST_CASE("a Prover sees before it files which chip will be asked about, and what would help") {
  ProverWorld one("cli-prover-check");
  one.world.json(one.pack_words(0));
  one.world.json(one.pack_words(1));

  const Json checked =
      one.check(1, {"--declaration", one.emulated[0]["declaration"].get<std::string>()});

  CHECK(checked["chips"] == 2);
  CHECK(chips_with(checked, "snap.unexplained") == Json::array({one.chips[1]}));
  // No head of either chip is in the ledger.
  CHECK(chips_with(checked, "epoch.unledgered").size() == 2);
  for (const Json& found : checked["findings"]) CHECK(!found["remedy"].get<std::string>().empty());
  // Nonce, presence and the time of reading are not what this can check.
  for (const char* code : {"head.stale", "presence.weak", "clock.offset"}) {
    CHECK(chips_with(checked, code).is_null());
  }
  // Without the declaration the first chip is not explained either.
  CHECK(chips_with(one.check(1), "snap.unexplained").size() == 2);
}

TEST_CASE("a Prover sees what a plan that asks more of logs would ask about") {
  ProverWorld one("cli-prover-demand");
  one.world.json(one.pack_words(0));
  const Json plain = one.check(1);
  CHECK(chips_with(plain, "head.gap").is_null());
  const Json checked = one.check(
      1, {"--heads-every", "5", "--minimum-svn", "9", "--memory-bytes", "a1=9000000000000"});
  for (const char* code : {"head.gap", "fw.svn_low", "memory.partial"}) {
    CHECK_MESSAGE(chips_with(checked, code) == Json::array({one.chips[0]}), code);
  }
  CHECK(one.world
            .run({"prover", "check", "northwind", "--window", "2027-02-01..2027-03-01",
                  "--evidence", one.world.path("evidence"), "--memory-bytes", "a1"})
            .err.find("want PRODUCT=BYTES") != std::string::npos);
}

TEST_CASE("a chip without evidence is told, and evidence of a chip that is not held is noted") {
  ProverWorld one("cli-prover-absent");
  one.world.json(one.pack_words(0));
  std::filesystem::copy_file(
      one.world.path("evidence") + "/" + one.chips[0] + ".evidence",
      one.world.path("evidence") + "/" + ChipId::from_bytes({}).to_string() + ".evidence");

  const Json checked = one.check(1);

  CHECK(checked["verdicts"]["not-presented"] == 1);
  CHECK(chips_with(checked, "not.presented") == Json::array({one.chips[1]}));
  CHECK(checked["not_held"] == 1);
}

TEST_CASE("a Prover that held no chip in the window gets no clean bill") {
  ProverWorld one("cli-prover-none");
  CHECK(one.world.json({"prover", "check", "northwind", "--window", "2025-02-01..2025-03-01",
                        "--evidence", one.world.path("evidence")},
                       4)["chips"] == 0);
}

TEST_CASE("an evidence file is packed once, from a head that can be read") {
  ProverWorld one("cli-prover-pack");
  const auto words = one.pack_words(0);
  CHECK(one.world.run(words).code == 0);
  CHECK(one.world.run(words).code == 3);  // in the way
  auto wrong = one.pack_words(1);
  wrong[7] = wrong[5];  // the log in place of the head
  const Ran refused = one.world.run(wrong);
  CHECK(refused.code == 2);
  CHECK(refused.err.find(wrong[5]) != std::string::npos);
  wrong = one.pack_words(1);
  wrong[11] = "ab";
  CHECK(one.world.run(wrong).err.find("--device-key: public key: got") != std::string::npos);
}

TEST_CASE("a Prover is told what it owes by when, and what it has to keep") {
  ProverWorld one("cli-prover-due");
  const Json due = one.world.json({"prover", "due", "northwind"});
  CHECK(due["clocks"].empty());
  CHECK(due["frozen_until"].is_null());
  CHECK(due["preimages"]["chips"] == 2);
  CHECK(due["preimages"]["chips_without_memory"] == 2);  // a1 names no model of the catalogue

  CHECK(one.world.run({"prover", "due", "nobody"}).code == 2);
  CHECK(one.world.run({"prover", "due", "northwind", "--rate", "-1"}).code == 2);
}

TEST_CASE("a clock that has run out is owed by the Prover, and ends in 1") {
  CliWorld world("cli-prover-late");
  const auto chips = world.chips(1);
  world.grant_licence("a1");
  world.record("maker", {"ship", "release", "--shipment", "S1", "--receiver", "northwind",
                         "--destination", "northwind-site", "--purpose", "sale", "--licence", "L1",
                         "--accept-by", "2026-12-31", "--chips", joined(chips)});

  const Json due = world.json({"prover", "due", "northwind"});
  REQUIRE(due["clocks"].size() == 1);
  CHECK(due["clocks"][0]["what"] == "acceptance");
  CHECK(due["clocks"][0]["overdue"] == false);
  world.set_now("2027-01-02T00:00:00Z");
  CHECK(world.json({"prover", "due", "northwind"}, 1)["clocks"][0]["overdue"] == true);
  CHECK(world.json({"prover", "due", "maker"})["clocks"].empty());
}

TEST_CASE("lines that wait are told to whoever has the chips, and to whoever leases them") {
  AuditWorld world("cli-prover-lines");
  world.hold_ceremony();
  world.json(world.draw());
  world.json(world.open());
  std::istringstream challenges(must(read_text_file(world.path("challenges"))));
  std::string first;
  REQUIRE(std::getline(challenges, first));
  const ChipId chip = must(ChipId::parse(must(parse_json(first))["chip"].get<std::string>()));
  const auto lines_of = [&](const std::string& party, int code = 0) {
    std::uint64_t lines = 0;
    const Json due = world.json({"prover", "due", party}, code);
    for (const Json& site : due["open_lines"]) {
      lines += site["lines"].get<std::uint64_t>();
    }
    return lines;
  };
  const std::uint64_t drawn = lines_of(world.prover);
  REQUIRE(drawn > 1);
  CHECK(lines_of("inspectorate") == 0);

  const std::string tenant = other_prover(world);
  CHECK(lines_of(tenant) == 0);
  const std::string country = world.json({"party", "show", tenant})["country"];
  world.json(Words{"screen", "record", "--parties", tenant, "--lists", std::string(64, 'a'),
                   "--as-of", "2026-11-01", "--verdict", "pass"} +
             world.by(world.prover));
  world.json(Words{"lease", "start", "--lease", "T1", "--lessee", tenant, "--country", country,
                   "--window", "2026-11-01..2026-12-01", "--chips", chip.to_string()} +
             world.by(world.prover) + Words{"--sign", world.key(tenant)});
  CHECK(lines_of(tenant) == 1);
  CHECK(lines_of(world.prover) == drawn);
  world.at("2026-12-02T00:00:00Z");  // the lease is over
  CHECK(lines_of(tenant, 1) == 0);   // which has a clock that ran out
}
