// Plans of other designs by command: made, compared, committed, drawn, opened and verified.

#include <algorithm>
#include <filesystem>

#include "ledger/base/file.hpp"
#include "tests/cli/audit_world.hpp"

using namespace muster;
using namespace muster::test;

namespace {

/// The words of a plan for the world's Prover, as P1's, with others added.
Words design_words(const AuditWorld& world, const Words& verb, const Words& more) {
  const Json first = must(parse_json(must(read_text_file(world.path("plan")))));
  const auto rule = first.at("request").at("run").at("rule_flop").get<std::string>();
  return verb +
         Words{world.prover, "--as", "inspectorate",  "--purpose", "existence", "--rule", rule,
               "--excess",   rule,   "--longest-run", "30d",       "--catch",   "95%"} +
         more;
}

/// Words of a verb on plan P1, said of P2.
Words of_p2(Words words) {
  std::ranges::replace(words, std::string("P1"), std::string("P2"));
  return words;
}

}  // namespace

TEST_CASE("a stratified plan is committed, drawn by site, opened, and holds before a stranger") {
  AuditWorld world("designs");
  const Json plan = world.json(design_words(
      world, {"plan", "new"},
      {"--id", "P2", "--design", "stratified", "--visit-cost", "100", "--out", world.path("plan2"),
       "--svg", world.path("power.svg"), "--evasion-svg", world.path("evasion.svg")}));
  CHECK(plan.at("version") == "muster/plan/v2");
  CHECK(plan.at("draw") == "muster/draw-by-site/v1");
  CHECK(must(read_text_file(world.path("power.svg"))).find("<svg") != std::string::npos);
  CHECK(must(read_text_file(world.path("evasion.svg"))).find("fewer chips, longer") !=
        std::string::npos);

  world.json(Words{"plan", "commit", world.path("plan2")} + world.by("inspectorate"));
  for (const auto& step : {&AuditWorld::commit, &AuditWorld::reveal}) {
    for (const std::string& party : {world.prover, std::string("inspectorate")}) {
      world.json(of_p2((world.*step)(party)));
    }
  }
  const Json drawn = world.json(of_p2(world.draw()));
  CHECK(drawn.at("lines") == plan.at("sample_size"));
  for (std::size_t i = 0; i < drawn.at("sites").size(); ++i) {
    CHECK(drawn.at("sites")[i].at("lines") == plan.at("design").at("sites")[i].at("chips"));
  }
  world.json(of_p2(world.open()));
  CHECK(world.json(of_p2(world.verify())).at("valid") == true);
}

TEST_CASE("designs stand side by side, and one that cannot be says why") {
  AuditWorld world("designs compared");
  const Json answer = world.json(design_words(
      world, {"plan", "compare"},
      {"--visit-cost", "50", "--visit-every", "30d", "--svg", world.path("costs.svg")}));
  const Json& designs = answer.at("designs");
  REQUIRE(designs.size() == 6);
  CHECK(designs[0].at("design") == "simple");
  CHECK(designs[0].at("possible") == true);
  CHECK(designs[0].at("layout").at("expected_cost").is_string());
  // A run of 30 days passes between visits that are 30 days apart.
  CHECK(designs[5].at("design") == "rounds");
  CHECK(designs[5].at("possible") == false);
  CHECK(designs[5].at("problem").get<std::string>().find("between two visits") !=
        std::string::npos);
  CHECK(must(read_text_file(world.path("costs.svg"))).find("stratified") != std::string::npos);
}

TEST_CASE("an option of a design that makes no sense is named") {
  AuditWorld world("designs refused");
  const auto refused = [&](const Words& more, int code) {
    const Ran ran = world.run(design_words(world, {"plan", "new"}, Words{"--id", "P2"} + more));
    CHECK(ran.code == code);
    return ran.err;
  };
  CHECK(refused({"--design", "fancy"}, 2).find("want simple, stratified") != std::string::npos);
  CHECK(refused({"--design", "stratified", "--quota", "x"}, 2).find("SITE=CHIPS") !=
        std::string::npos);
  CHECK(refused({"--site-cost", "x=1"}, 2).find("SITE=VISIT:CHIP") != std::string::npos);
  CHECK(refused({"--visit-cost", "much"}, 2).find("--visit-cost") != std::string::npos);
  CHECK(refused({"--design", "rounds", "--visit-every", "30d"}, 1).find("between two visits") !=
        std::string::npos);
}

TEST_CASE("a plan is played against the Prover it was made for and the best one found") {
  AuditWorld world("kit-simulate");
  const Words small{"--plays", "100", "--tickets", "40", "--seed", "7"};
  // Too few plays to show the promise: no answer, whatever they came to.
  const Json played = world.json(Words{"plan", "simulate", "P1"} + small, 4);
  CHECK(played["rows"].size() == 4);
  CHECK(played["simulated"] == true);
  CHECK(played["plays_needed"] > 100);
  for (const Json& row : played["rows"]) CHECK(row["keeps"].is_null());
  CHECK(world.json(Words{"plan", "simulate", world.path("plan")} + small, 4) == played);
  // As many as it takes, which is what is played unasked.
  const Json enough = world.json({"plan", "simulate", "P1", "--tickets", "0", "--seed", "7"});
  CHECK(enough["rows"].size() == 2);
  for (const Json& row : enough["rows"]) {
    CHECK(row["plays"] == enough["plays_needed"]);
    CHECK(row["keeps"] == true);
  }
  CHECK(world.run({"plan", "simulate", "P1", "--tickets", "99999999999999999"}).code == 2);
}

TEST_CASE("a search that found no better evasion says so, and names the planned one") {
  AuditWorld world("kit-simulate-best");
  const Words words{"plan", "simulate", "P1", "--tickets", "0", "--seed", "7"};
  const Json played = world.json(words);
  const Json& best = played["best_evasion"];
  // A simple sample of one site: spread over more chips, the run is only caught more often.
  CHECK(best["found_by"] == "plan");
  CHECK(best["player"] == played["rows"][0]["player"]);
  CHECK(best["searched_is_caught"] != "less");
  CHECK(played["rows"][1]["player"].get<std::string>().starts_with("searched: "));

  const Ran ran = world.run(words);
  CHECK(ran.out.find("The search found no better evasion than the planned one") !=
        std::string::npos);
  CHECK(ran.out.find("best found") == std::string::npos);
}

TEST_CASE("hits accuse nobody without a stated rate, and looks wait for the draw") {
  AuditWorld world("kit-accuse");
  world.hold_ceremony();
  world.json(world.draw());
  world.json(world.open());
  const Ran accused = world.run({"plan", "accuse", "P1"});
  CHECK(accused.code == 1);
  CHECK(accused.err.find("accuse.no_rate") != std::string::npos);
  CHECK(world.run({"plan", "accuse", "P1", "P1"}).code == 2);
  const Ran looks = world.run({"plan", "looks", "P1", "--svg", world.path("looks.svg"), "--json"});
  CHECK(looks.code == 4);  // no site is done, and so there is no picture
  CHECK(must(parse_foreign_json(looks.out))["visits"].empty());
  CHECK_FALSE(std::filesystem::exists(world.path("looks.svg")));
  CHECK(world.run({"plan", "evaluate", "P1", "--prior", "flat"}).code == 2);
  CHECK(world.json({"plan", "evaluate", "P1", "--prior", "uniform"}, 4)["beside"]["prior"]
            .get<std::string>()
            .find("uniform") == 0);
}

TEST_CASE("a plan with a design is played by both engines, and one that cannot go on says so") {
  AuditWorld world("designs played");
  for (const std::string design : {"stratified", "weighted", "colocated"}) {
    const std::string file = world.path("plan-" + design);
    world.json(
        design_words(world, {"plan", "new"},
                     {"--id", "P2", "--design", design, "--visit-cost", "10", "--out", file}));
    const Ran ran =
        world.run({"plan", "simulate", file, "--plays", "2000", "--tickets", "20", "--json"});
    // Too few plays to show a promise below 1, and none against it.
    CHECK((ran.code == 4 || ran.code == 0));
    const Json answer = must(parse_json(ran.out));
    REQUIRE(answer.at("rows").size() == 4);
    CHECK(answer.at("rows")[0].at("player").get<std::string>().find("planned: ") == 0);
    CHECK(answer.at("rows")[3].at("engine") == "tickets");
  }
  world.json(Words{"plan", "commit", world.path("plan-colocated")} + world.by("inspectorate"));
  const Ran refused = world.run(
      {"plan", "extend", "P2", "--id", "P9", "--catch", "99.9%", "--out", world.path("p9")});
  CHECK(refused.code == 1);
  CHECK(refused.err.find("plan.no_extension") != std::string::npos);
}

TEST_CASE("what a plan assumes of a run stands in its title, with the power if it is false") {
  AuditWorld world("designs titled");
  const auto plan = [&](const Words& more) {
    return design_words(world, {"plan", "new"}, Words{"--id", "P2", "--catch", "50%"} + more);
  };
  Words words = plan({"--utilization", "0.5", "--longest-run", "60d"});
  for (const char* twice : {"--catch", "--longest-run"}) {
    const auto first = std::ranges::find(words, std::string(twice));
    words.erase(first, first + 2);
  }
  const Json document = world.json(words);
  CHECK(document.at("title_assumptions").size() == 1);
  CHECK_FALSE(document.at("power_if_title_assumptions_false").is_null());
  std::string said = world.run(words).out;
  std::ranges::replace(said, '\n', ' ');
  const auto has = [&](const char* text) { return said.find(text) != std::string::npos; };
  CHECK(has("ASSUMED: the hidden run reaches no more than 0.5 of the peak rate."));
  CHECK(has("If that is false, a chip of the run is drawn with"));
  CHECK(has("the result will say: ASSUMED: the hidden run reaches no more than 0.5"));
  CHECK(has("NO SIGN of"));
  CHECK_FALSE(has("its log holds a snapshot"));  // it reads none
  // One chip does it, so that one whose key leaked leaves nothing to draw.
  CHECK(world.run(words + Words{"--leaked", "1"}).err.find("plan.no_guarantee") !=
        std::string::npos);
  words.push_back("--format");
  words.push_back("fp3");
  const Ran refused = world.run(words);
  CHECK(refused.code == 1);
  CHECK(refused.err.find("model.no_format") != std::string::npos);
  words = plan({});
  words.erase(std::ranges::find(words, std::string("--catch")),
              std::ranges::find(words, std::string("--catch")) + 2);
  CHECK(world.run(words + Words{"--utilization", "1.5"}).err.find("utili") != std::string::npos);
}

TEST_CASE("a weighted draw is extended before anything of it is opened, and not after") {
  AuditWorld world("designs longer");
  Words words = design_words(world, {"plan", "new"},
                             {"--id", "P2", "--design", "weighted", "--out", world.path("plan2")});
  *(std::ranges::find(words, std::string("--catch")) + 1) = "30%";
  world.json(words);
  world.json(Words{"plan", "commit", world.path("plan2")} + world.by("inspectorate"));
  for (const auto& step : {&AuditWorld::commit, &AuditWorld::reveal}) {
    for (const std::string& party : {world.prover, std::string("inspectorate")}) {
      world.json(of_p2((world.*step)(party)));
    }
  }
  const auto of_p3 = [](Words more) {
    std::ranges::replace(more, std::string("P1"), std::string("P3"));
    return more;
  };
  const auto extend = [&](const char* id) {
    return Words{"plan", "extend", "P2", "--id", id, "--catch", "90%", "--out", world.path(id)};
  };
  const Json longer = world.json(extend("P3"));
  CHECK(longer.at("draw") == "muster/draw-by-class/v1");
  world.json(Words{"plan", "commit", world.path("P3")} + world.by("inspectorate"));
  const Json few = world.json(of_p2(world.draw()));
  const Json many = world.json(of_p3(world.draw()));
  CHECK(many.at("lines") > few.at("lines"));
  Words opening = of_p3(world.open());
  world.json(opening);
  CHECK(world.json(of_p3(world.verify())).at("valid") == true);
  opening = of_p2(world.open());
  *(std::ranges::find(opening, std::string("--out")) + 1) = world.path("few");
  world.json(opening);
  const std::string all = must(read_text_file(world.path("challenges")));
  std::istringstream lines(must(read_text_file(world.path("few"))));
  for (std::string line; std::getline(lines, line);) {
    const Json challenge = must(parse_json(line));
    CHECK(all.find(challenge.at("chip").get<std::string>()) != std::string::npos);
  }
  CHECK(world.run(extend("P4")).err.find("draw.extension_after_opening") != std::string::npos);
}
