// Rounds with memory, by commands: each visit leaves out what the ones before it drew.

#include "tests/cli/audit_world.hpp"

using namespace muster;
using namespace muster::test;

namespace {

Words visit_plan(AuditWorld& world, const std::string& id) {
  return {"plan",         "new",           world.prover, "--id",     id,           "--as",
          "inspectorate", "--purpose",     "existence",  "--rule",   world.rule(), "--excess",
          world.rule(),   "--longest-run", "90d",        "--catch",  "20%",        "--design",
          "rounds",       "--visit-every", "30d",        "--memory", "--out",      world.path(id)};
}

void visit(AuditWorld& world, const std::string& id, char digit) {
  const auto of = [&](Words words) {
    *std::ranges::find(words, "P1") = id;
    return words;
  };
  world.json(Words{"plan", "commit", world.path(id)} + world.by("inspectorate"));
  world.json(of(world.draw({"--beacon-value", std::string(64, digit), "--beacon-source", "duty"})),
             4);
  Words opening = of(world.open());
  *(std::ranges::find(opening, "--out") + 1) = world.path(id + ".challenges");
  world.json(opening);
}

std::vector<std::string> visited_chips(AuditWorld& world, const std::string& id) {
  std::vector<std::string> chips;
  std::istringstream lines(must(read_text_file(world.path(id + ".challenges"))));
  for (std::string line; std::getline(lines, line);) {
    chips.push_back(must(parse_json(line)).at("chip").get<std::string>());
  }
  std::ranges::sort(chips);
  return chips;
}

}  // namespace

TEST_CASE("a visit with memory draws no chip of the one before, and says what watching gains") {
  AuditWorld world("memory-visits");
  const Json first = world.json(visit_plan(world, "V1"));
  REQUIRE(first["design"]["with_memory"]["visits"] == 2);
  CHECK_FALSE(first["power_if_title_assumptions_false"].is_null());
  const Ran early = world.run(visit_plan(world, "V2") + Words{"--after", "P1"});
  CHECK(early.err.find("plan.rest_not_opened") != std::string::npos);
  visit(world, "V1", 'a');
  world.json(visit_plan(world, "V2") + Words{"--after", "V1"});
  visit(world, "V2", 'b');
  const auto one = visited_chips(world, "V1");
  const auto two = visited_chips(world, "V2");
  std::vector<std::string> both;
  std::ranges::set_intersection(one, two, std::back_inserter(both));
  CHECK(one.size() == two.size());
  CHECK(both.empty());
  // The third leaves out the second's chips alone.
  const Json third = world.json(visit_plan(world, "V3") + Words{"--after", "V2"});
  CHECK(third["request"]["seen_before"]["chips"] == two.size());
  visit(world, "V3", 'c');
  for (const char* id : {"V2", "V3"}) {
    Words words = world.verify();
    *std::ranges::find(words, "P1") = id;
    const Json checked = world.json(words, 4);
    CHECK(checked["failed"] == false);
  }
  Words without = visit_plan(world, "V4") + Words{"--after", "V3"};
  without.erase(std::ranges::find(without, "--memory"));
  CHECK(world.run(without).err.find("--after: is for") != std::string::npos);
}

TEST_CASE("sizes without a plan: hits accepted, keys leaked, logs by chance, and honest queries") {
  CliWorld world("plan-size");
  const auto size = [&](const Words& more, int code = 0) {
    const Ran ran = world.run_alone(
        Words{"plan", "size", "--population", "1000000", "--violation-chips", "4000", "--json"} +
        more);
    INFO(ran.err);
    REQUIRE(ran.code == code);
    return code == 2 ? Json() : must(parse_foreign_json(code == 0 ? ran.out : "{}"));
  };
  CHECK(size({})["sample_size"] == 748);
  CHECK(size({"--leaked", "1000"})["sample_size"] == 997);
  CHECK(size({"--leaked", "2000"})["rules"]["exact"] == 1496);
  size({"--leaked", "4000"}, 1);
  CHECK(size({"--accept", "1"})["sample_size"] > 1100);
  size({"--accept", "1", "--detection", "0.9"}, 2);
  const Json logs = size({"--snapshots-per-day", "0.1", "--covered-days", "30"});
  CHECK(logs["detection"].get<std::string>().starts_with("0.95021"));
  CHECK(logs["sample_size"] > 748);
  // That a chip of the run is drawn is more than that its log shows it, and another number.
  CHECK(size({})["drawn_probability"] == size({})["power"]);
  CHECK(logs["power"].get<std::string>().starts_with("0.950"));
  CHECK(logs["drawn_probability"].get<std::string>() > "0.957");
  size({"--snapshots-per-day", "0.1"}, 2);
  // 0.23 % of chips dead on a day mean an anomaly in more than 8 of 10 honest audits.
  const Json asked = size({"--query-rate", "0.0023", "--close-days", "30"});
  CHECK(asked["queries"]["expected"].get<std::string>().starts_with("1.7204"));
  CHECK(asked["queries"]["any"].get<std::string>().starts_with("0.82"));
  CHECK(asked["queries"]["honest_prover_keeps_a_hit"].get<std::string>().starts_with("0.02"));
  CHECK(size({})["queries"].is_null());
  size({"--query-rate", "0.1", "--mean-close-days", "0"}, 2);
}

TEST_CASE("chips off the books that suffice for the run leave no guarantee, and end in 1") {
  CliWorld world("plan-threshold");
  const Ran ran = world.run_alone({"plan", "threshold", "--excess", "1e26", "--model",
                                   "H100 SXM5 80GB", "--days", "180", "--offbook", "4000"});
  CHECK(ran.code == 1);
  CHECK(ran.out.find("NO GUARANTEE") != std::string::npos);
  const Ran none = world.run_alone(
      {"plan", "paper", "--flop", "1e23", "--population", "1000", "--snapshots-per-day", "0"});
  CHECK(none.out.find("No log holds a snapshot") != std::string::npos);
}
