// Elapsed time and allowances by commands: proved, issued, spent by an emulated chip, audited.

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "ledger/base/file.hpp"
#include "tests/cli/cli_world.hpp"
#include "tests/support/must.hpp"
#include "tests/support/source_root.hpp"

using namespace muster;
using namespace muster::test;

namespace {

using Arguments = std::vector<std::string>;

const std::string policy_file = std::string(source_root) + "/data/delay/rsa-2048.json";
const std::string input(64, 'a');

/// A delay policy under the shipped modulus, by which a squaring takes a second.
std::string slow_policy(CliWorld& world) {
  Json policy = must(parse_json(must(read_text_file(policy_file))));
  policy["squarings_per_s"] = 1;
  policy["factor"] = 1;
  return world.write("slow.policy", policy.dump());
}

struct MeteredWorld {
  CliWorld world{"cli-time"};
  std::string chip = world.chips(1).front();
  std::string terms = world.write("terms", "what gov allows");

  Arguments issue(const std::string& out, const Arguments& more) {
    return Arguments{"allowance", "issue",        "--chip",       chip,
                     "--issuer",  "gov",          "--megacycles", "86400000",
                     "--from",    "2026-01-01",   "--to",         "2026-02-01",
                     "--terms",   terms,          "--sign",       world.key("gov"),
                     "--out",     world.path(out)} +
           more;
  }
  std::string issuer_key() {
    return world.json({"key", "show", world.key("gov")})["public"].get<std::string>();
  }
  /// A chip that lives through January at 1,000 MHz, its files in `folder`.
  Arguments emulate(const std::string& folder, const Arguments& more) {
    return Arguments{"device-log",   "emulate",          "--chip", chip,
                     "--from",       "2026-01-01",       "--to",   "2026-01-31",
                     "--nonce",      "0011223344556677", "--out",  world.path(folder),
                     "--issuer-key", issuer_key(),       "--mhz",  "1000"} +
           more;
  }
  Arguments audit(const Json& emulated, const Arguments& more) {
    return Arguments{"allowance",
                     "audit",
                     emulated["log"].get<std::string>(),
                     "--chip",
                     chip,
                     "--head",
                     emulated["head"].get<std::string>(),
                     "--key",
                     emulated["device_key"].get<std::string>(),
                     "--issuer-key",
                     issuer_key()} +
           more;
  }
};

}  // namespace

TEST_CASE("a delay is proved, and verified by another who says how long it took at the least") {
  CliWorld world("cli-delay");
  const Json proved = world.json({"delay", "prove", "--policy", policy_file, "--input", input,
                                  "--squarings", "34000", "--out", world.path("one.delay")});
  CHECK(proved["at_least_ms"] == 2);  // at 1.7 million a second, ten times as fast at the most

  const Arguments verify{"delay", "verify", world.path("one.delay"), "--policy", policy_file};
  CHECK(world.json(verify + Arguments{"--input", input})["valid"] == true);
  const Json other = world.json(verify + Arguments{"--input", std::string(64, 'b')}, 1);
  CHECK(other["valid"] == false);
  CHECK(other["at_least_ms"].is_null());
}

TEST_CASE("a delay proof that was changed proves nothing, and one that is none is bad input") {
  CliWorld world("cli-delay-bad");
  const Arguments prove{"delay", "prove", "--policy", policy_file, "--input", input, "--squarings"};
  world.json(prove + Arguments{"2000", "--out", world.path("one.delay")});
  Json proof = must(parse_json(must(read_text_file(world.path("one.delay")))));
  proof["squarings"] = 2001;
  const std::string changed = world.write("changed.delay", canonical_json(proof));
  CHECK(world.json({"delay", "verify", changed, "--policy", policy_file}, 1)["problem"] ==
        "the proof does not verify");

  proof["squarings"] = 1;
  const std::string none = world.write("none.delay", canonical_json(proof));
  CHECK(world.run_alone({"delay", "verify", none, "--policy", policy_file}).code == 2);
  CHECK(world.run_alone({"delay", "verify", policy_file, "--policy", policy_file}).code == 2);
  for (const char* squarings : {"0", "1023", "9007199254740992"}) {
    const Ran ran = world.run_alone(prove + Arguments{squarings, "--out", world.path("no")});
    CHECK(ran.code == 2);
    CHECK_FALSE(std::filesystem::exists(world.path("no")));
  }
}

TEST_CASE("a chip's log shows by delay proofs that time passed") {
  CliWorld world("cli-delay-log");
  const std::string chip = world.chips(1).front();
  const std::string policy = slow_policy(world);
  const Json made =
      world.json({"device-log", "emulate", "--chip", chip, "--from", "2026-01-01", "--to",
                  "2026-01-31", "--nonce", "0011223344556677", "--out", world.path("chip"),
                  "--delay-policy", policy, "--delays", "3", "--squarings", "2000"});
  world.set_now("2026-01-31");
  const Json judged = world.json({"attest",
                                  "appraise",
                                  "--chip",
                                  chip,
                                  "--device-key",
                                  made["device_key"].get<std::string>(),
                                  "--log",
                                  made["log"].get<std::string>(),
                                  "--head",
                                  made["head"].get<std::string>(),
                                  "--nonce",
                                  "0011223344556677",
                                  "--rate",
                                  "0.1",
                                  "--window",
                                  "2026-01-01..2026-02-01",
                                  "--presence",
                                  "bench",
                                  "--epochs-unledgered",
                                  "--delay-policy",
                                  policy});

  CHECK(judged["verdict"] == "consistent");
  REQUIRE(judged["delays"].size() == 3);
  CHECK(judged["delays"][0]["at_least_ms"] == 2'000'000);
  CHECK(judged["delays"][0]["claimed_ms"] == 10 * ms_per_day);
  CHECK(judged["elapsed_at_least_ms"] == 6'000'000);
}

TEST_CASE("allowances are issued one after the other, loaded, spent to zero, and audited") {
  MeteredWorld m;
  const Json first = m.world.json(m.issue("a1", {"--first"}));
  CHECK(first["allowance"]["number"] == 1);
  const Json second = m.world.json(m.issue("a2", {"--after", m.world.path("a1")}));
  CHECK(second["allowance"]["number"] == 2);
  CHECK(second["allowance"]["previous"] == 1);
  const Arguments given{"--allowance", m.world.path("a1"), "--terms", m.terms};

  // 86.4 million megacycles are a day at 1,000 MHz: of 30 days the chip works one.
  const Json made = m.world.json(m.emulate("chip", {"--allowance", m.world.path("a1")}));
  const Json audited = m.world.json(m.audit(made, given));
  CHECK(audited["consistent"] == true);
  CHECK(audited["number"] == 1);
  CHECK(audited["remaining_megacycles"] == 0);
  CHECK(audited["spent_megacycles"] == 86'400'000);

  const Json without = m.world.json(m.audit(made, {}), 4);
  CHECK(without["findings"][0]["code"] == "lic.issuer");
}

TEST_CASE("a chip takes no allowance of another issuer, twice, or of another chip") {
  MeteredWorld m;
  m.world.json(m.issue("a1", {"--first"}));
  Arguments foreign = m.issue("foreign", {"--first"});
  *std::ranges::find(foreign, m.world.key("gov")) = m.world.key("maker");
  m.world.json(foreign);
  const auto refused = [&](const Arguments& allowances) {
    const Ran ran = m.world.run_alone(m.emulate("refused", allowances));
    CHECK(ran.code == 1);
    CHECK_FALSE(std::filesystem::exists(m.world.path("refused")));
    return ran.err;
  };
  CHECK(refused({"--allowance", m.world.path("foreign")}).find("lic.issuer") != std::string::npos);
  CHECK(refused({"--allowance", m.world.path("a1"), "--allowance", m.world.path("a1")})
            .find("lic.replay") != std::string::npos);
  m.chip = m.world.chips(1).front();
  CHECK(refused({"--allowance", m.world.path("a1")}).find("lic.device") != std::string::npos);
}

TEST_CASE("what an issuer cannot mean is refused, with one line and nothing written") {
  MeteredWorld m;
  m.world.json(m.issue("a1", {"--first"}));
  const std::string other = m.world.chips(1).front();
  const auto bad = [&](Arguments arguments, const std::string& what) {
    const Ran ran = m.world.run_alone(std::move(arguments));
    INFO(ran.err);
    CHECK(ran.code == 2);
    CHECK(ran.err.find(what) != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(m.world.path("no")));
  };
  const auto with = [&](const std::string& value, const std::string& by) {
    Arguments arguments = m.issue("no", {"--first"});
    *std::ranges::find(arguments, value) = by;
    return arguments;
  };
  bad(m.issue("no", {}), "--after");
  bad(m.issue("no", {"--first", "--after", m.world.path("a1")}), "--after");
  bad(m.issue("no", {"--after", m.terms}), m.terms);
  bad(with("86400000", "0"), "--megacycles");
  bad(with("2026-02-01", "2026-01-01"), "--to");
  bad(with("2026-01-01", "tomorrow"), "--from");
  bad(with("gov", "g o v"), "--issuer");
  bad(with(m.chip, "chip"), "--chip");
  Arguments of_other = m.issue("no", {"--after", m.world.path("a1")});
  *std::ranges::find(of_other, m.chip) = other;
  bad(of_other, "an allowance of chip");
  Arguments by_other = m.issue("no", {"--after", m.world.path("a1")});
  *std::ranges::find(by_other, m.world.key("gov")) = m.world.key("maker");
  bad(by_other, "not signed by the key");
  bad({"allowance", "audit", m.terms, "--chip", m.chip}, "--issuer-key");
  bad({"allowance", "audit", m.terms, "--chip", m.chip, "--issuer-key", m.issuer_key(),
       "--allowance", m.terms},
      m.terms);
}

TEST_CASE("a log that is none is evidence that cannot be judged, not bad input") {
  MeteredWorld m;
  const Json audited = m.world.json({"allowance", "audit", m.terms, "--chip", m.chip,
                                     "--issuer-key", m.issuer_key(), "--head", m.terms},
                                    4);
  CHECK(audited["consistent"] == false);
}

TEST_CASE("a Prover's check judges delays and allowances of all its chips by what it is given") {
  CliWorld world("cli-time-prover");
  const std::string key =
      world.json({"key", "show", world.key("gov")})["public"].get<std::string>();
  const std::string policy = slow_policy(world);
  const std::string terms = world.write("terms", "what gov allows");
  std::vector<std::string> issued;
  Json made;
  const auto emulated = [&](const std::string& chip) {
    issued.push_back(world.path(chip + ".allowance"));
    world.json({"allowance", "issue", "--chip", chip, "--issuer", "gov", "--megacycles", "1000",
                "--from", "2027-01-20", "--to", "2027-04-01", "--terms", terms, "--first", "--sign",
                world.key("gov"), "--out", issued.back()});
    made = world.json({"device-log",     "emulate",
                       "--chip",         chip,
                       "--from",         "2027-01-20",
                       "--to",           "2027-03-02",
                       "--nonce",        std::string(32, '5'),
                       "--out",          world.path("chips"),
                       "--issuer-key",   key,
                       "--allowance",    issued.back(),
                       "--delay-policy", policy,
                       "--squarings",    "2000"});
    return made["device_key_sha256"].get<std::string>();
  };
  const std::vector<std::string> chips = world.chips(1, "a1", emulated);
  world.deliver(chips);
  world.set_now("2027-03-10T00:00:00Z");
  std::filesystem::create_directories(world.path("evidence"));
  const auto file = [&](const char* name) { return made[name].get<std::string>(); };
  world.json({"device-log", "pack", "--chip", chips.front(), "--log", file("log"), "--head",
              file("head"), "--openings", file("openings"), "--device-key", file("device_key"),
              "--first-head", file("enrolment"), "--out", world.path("evidence")});
  const Arguments check{"prover",
                        "check",
                        "northwind",
                        "--window",
                        "2027-01-20..2027-03-03",
                        "--rate",
                        "0.1",
                        "--evidence",
                        world.path("evidence"),
                        "--delay-policy",
                        policy,
                        "--issuer-key",
                        key};
  const auto codes = [&](const Json& checked) {
    std::set<std::string> names;
    for (const Json& found : checked["findings"]) names.insert(found["code"].get<std::string>());
    return names;
  };

  // No head of the chip is in this ledger, whatever else is given.
  const Json whole = world.json(check + Arguments{"--allowance", issued.front()}, 1);
  CHECK(codes(whole) == std::set<std::string>{"epoch.unledgered", "head.unreported"});
  CHECK(codes(world.json(check, 1)) ==
        std::set<std::string>{"epoch.unledgered", "head.unreported", "lic.issuer"});
}
