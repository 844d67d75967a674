// Worlds to play in: the file, what it refuses by field, and that the same file is the same world.

#include "cli/scenario/audit_terms.hpp"
#include "cli/scenario/fleet_scenario.hpp"
#include "cli/scenario/prover.hpp"
#include "cli/scenario/scenario_file.hpp"
#include "tests/support/must.hpp"
#include "tests/support/source_root.hpp"

using namespace muster;
using namespace muster::cli::scenario;
using namespace muster::test;

namespace {

/// The standard world's file with one field changed, as its reader answers.
std::string answer_to(const std::string& pointer, const Json& value) {
  Json json = must(parse_json(scenario_text(standard_scenario())));
  json[Json::json_pointer(pointer)] = value;
  const auto parsed = parse_scenario(json.dump());
  return parsed ? "read" : parsed.error().message;
}

bool begins(const std::string& text, std::string_view with) { return text.starts_with(with); }

}  // namespace

TEST_CASE("a world is written and read back, byte for byte") {
  const std::string text = scenario_text(standard_scenario());

  CHECK(scenario_text(must(parse_scenario(text))) == text);
  CHECK(answer_to("/seed", "another") == "read");
  ScenarioFile with_heads = standard_scenario();
  with_heads.announced.heads_every_days = 7;
  CHECK(must(parse_scenario(scenario_text(with_heads))).announced.heads_every_days == 7);
}

TEST_CASE("a world that cannot be is refused, by field") {
  CHECK(begins(answer_to("/version", "v0"), "scenario.version: got v0, want muster/scenario/v1"));
  CHECK(begins(answer_to("/seed", 7), "scenario.seed: got an integer"));
  CHECK(begins(answer_to("/colour", "red"), "scenario.colour"));
  CHECK(begins(answer_to("/announced/target", "1"), "scenario.announced.target"));
  CHECK(begins(answer_to("/announced/target", "0.x"), "scenario.announced.target"));
  CHECK(begins(answer_to("/announced/window_days", 2), "scenario.announced.window_days"));
  CHECK(
      begins(answer_to("/announced/longest_run_days", 91), "scenario.announced.longest_run_days"));
  CHECK(begins(answer_to("/announced/heads_every_days", 0), "scenario.announced.heads_every_days"));
  CHECK(begins(answer_to("/announced/flop_per_s", "1.5"), "scenario.announced.flop_per_s"));
  CHECK(begins(answer_to("/announced/snapshots_per_day", "25"),
               "scenario.announced.snapshots_per_day"));
  CHECK(begins(answer_to("/announced/violation_chips", 101),
               "scenario.announced.violation_chips: got 101, want at most the 100 chips"));
  CHECK(begins(answer_to("/announced/excess_flop", "1e20"),
               "scenario.announced.violation_chips: got excess_flop too, want one of them"));
  CHECK(begins(answer_to("/announced/sites", Json::array()), "scenario.announced.sites: got 0"));
  CHECK(begins(answer_to("/announced/sites/1/site", "aaa"),
               "scenario.announced.sites[1].site: got aaa after alpha"));
  CHECK(begins(answer_to("/announced/sites/0/chips", 10'000'000),
               "scenario.announced.sites: got 10000050 chips"));
  CHECK(begins(answer_to("/announced/queries/mean_days", "0"),
               "scenario.announced.queries.mean_days"));
  CHECK(begins(answer_to("/noise/failures_a_year", "1.1"), "scenario.noise.failures_a_year"));
  CHECK(begins(answer_to("/register/countries/home", "xa"),
               "scenario.register.countries.home: got xa, want two capital letters"));
  CHECK(begins(answer_to("/register/countries/abroad", "XA"),
               "scenario.register.countries.abroad: got XA, which is home"));
  CHECK(begins(answer_to("/register/hops", {"maker"}),
               "scenario.register.hops[0]: got maker, a party of every register"));
  CHECK(begins(answer_to("/register/hops", {"a", "a"}), "scenario.register.hops[1]: got a twice"));
  CHECK(begins(answer_to("/register/hops", {"A b"}), "scenario.register.hops[0]"));
  CHECK(begins(answer_to("/register/licence/max_units", 0), "scenario.register.licence.max_units"));
  CHECK(begins(answer_to("/register/licence/colour", 0), "scenario.register.licence.colour"));
  CHECK(begins(answer_to("/runs/segments", 7), "scenario.runs.segments"));
}

TEST_CASE("a world that says nothing of its register and runs has the standard ones") {
  Json json = must(parse_json(scenario_text(standard_scenario())));
  json.erase("register");
  json.erase("runs");

  CHECK(scenario_text(must(parse_scenario(json.dump()))) == scenario_text(standard_scenario()));
}

TEST_CASE("a wish for more sites than chips is refused") {
  CHECK(begins(must_fail(made_scenario({.chips = 10, .sites = 20})), "sites: got 20 for 10 chips"));
}

TEST_CASE("a world of any size is made from a wish") {
  const auto small = must(made_scenario({.seed = "x", .chips = 10, .sites = 4}));
  CHECK(small.announced.chips() == 10);
  CHECK(small.announced.sites.size() == 4);
  CHECK(small.announced.sites.front().chips == 4);
  CHECK(small.announced.violation_chips == 1);

  const auto large = must(made_scenario({.chips = 10'000'000, .sites = 37}));
  CHECK(large.announced.chips() == 10'000'000);
  CHECK(chip_at(large, 9'999'999) == chip_at(large, 9'999'999));
  CHECK_FALSE(chip_at(large, 9'999'999) == chip_at(large, 9'999'998));
  CHECK(begins(must_fail(made_scenario({.chips = 10'000'001})), "scenario.announced.sites"));
}

TEST_CASE("a public fleet is a world, with every chip as fast as its fastest") {
  ScenarioWish wish{.fleet = "Amazon"};
  wish.data_folder = std::string(source_root) + "/data";

  const auto made = must(made_scenario(wish));

  CHECK(made.announced.chips() > 1'000'000);
  CHECK(made.announced.excess_flop->text() == "1e26");
  CHECK(made.about.find("a fleet the size of Amazon's") != std::string::npos);
  wish.fleet = "Nobody";
  CHECK(begins(must_fail(made_scenario(wish)), "fleet of Nobody: there is "));
}

TEST_CASE("the same seed makes the same chips, heads, declarations and evidence") {
  ScenarioWish wish{.chips = 8, .sites = 2};
  const auto told = [&](const std::string& seed) {
    wish.seed = seed;
    const Prover prover(must(made_scenario(wish)), {attestation::Evasion::hidden_run});
    crypto::SeededRandom random(scenario_secret(prover.scenario(), "noise"));
    const Parts parts = noisy_parts(prover.scenario(), random);
    const Json challenge = {
        {"chip", prover.frame().lines[3].chip}, {"nonce", std::string(64, 'a')}, {"uplink", "cut"}};
    return prover.opening().dump() + prover.filings(parts).dump() +
           prover.evidence(challenge, parts).dump();
  };

  CHECK(told("one") == told("one"));
  CHECK_FALSE(told("one") == told("two"));
}

TEST_CASE("noise is as frequent as the world says") {
  const ScenarioFile scenario = standard_scenario();
  crypto::SeededRandom random("noise");
  std::size_t broken = 0;
  std::size_t drifting = 0;
  constexpr std::size_t worlds = 1'000;
  for (std::size_t i = 0; i < worlds; ++i) {
    for (const ChipPart& part : noisy_parts(scenario, random)) {
      broken += part.broken ? 1U : 0U;
      drifting += part.mishap == attestation::Mishap::drift ? 1U : 0U;
    }
  }
  // 0.075 a year for 11 days: 0.226 % of 100,000 chips, within five standard deviations.
  CHECK(broken > 226 - 75);
  CHECK(broken < 226 + 75);
  CHECK(drifting > 0);
}
