// More lines of a draw of which nothing is opened, and a fresh draw from the chips that an opened
// one left, by commands.

#include "tests/cli/line_answers.hpp"

using namespace muster;
using namespace muster::test;

namespace {

Words for_plan(Words words, const std::string& plan) {
  *std::ranges::find(words, "P1") = plan;
  return words;
}

Words writing(Words words, const std::string& file) {
  *(std::ranges::find(words, "--out") + 1) = file;
  return words;
}

Words rest_of(AuditWorld& world, const std::string& before, const std::string& id) {
  return {"plan", "rest", before, "--id", id, "--out", world.path(id)};
}

/// Commits a plan and draws it by a value that somebody reads out.
void commit_and_draw(AuditWorld& world, const std::string& id, char digit) {
  world.json(Words{"plan", "commit", world.path(id)} + world.by("inspectorate"));
  world.json(for_plan(world.draw({"--beacon-value", std::string(64, digit), "--beacon-source",
                                  "duty office"}),
                      id),
             4);
}

std::vector<Json> challenges_in(AuditWorld& world, const std::string& name) {
  std::vector<Json> list;
  std::istringstream lines(must(read_text_file(world.path(name))));
  for (std::string line; std::getline(lines, line);) list.push_back(must(parse_json(line)));
  return list;
}

/// P1 drawn and opened.
void open_first(AuditWorld& world) {
  world.hold_ceremony();
  world.json(world.draw());
  world.json(writing(world.open(), world.path("first")));
}

std::string answer_to(const Json& checked, const std::string& question) {
  for (const Json& check : checked["checks"]) {
    if (check["check"] == question) return check["status"];
  }
  return "not asked";
}

}  // namespace

TEST_CASE("a draw is extended before anything of it is opened, and not after") {
  AuditWorld world("kit-extend", "existence", {"--catch", "20%"});
  world.hold_ceremony();
  world.json(world.draw());
  const auto extend = [&](const std::string& id, const std::string& target) {
    return Words{"plan", "extend", "P1", "--id", id, "--catch", target, "--out", world.path(id)};
  };
  CHECK(world.run(extend("P2", "10%")).err.find("plan.not_longer") != std::string::npos);
  // An id that is taken could never be committed.
  const Ran taken = world.run(extend("P1", "90%"));
  CHECK(taken.code == 1);
  CHECK(taken.err.find("plan.exists") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(world.path("P1")));
  const Ran made = world.run(extend("P2", "90%"));
  CHECK(made.code == 0);
  CHECK(made.out.find("It extends plan P1") != std::string::npos);
  world.json(Words{"plan", "commit", world.path("P2")} + world.by("inspectorate"));
  world.json(extend("P3", "99%"));
  world.json(Words{"plan", "commit", world.path("P3")} + world.by("inspectorate"));
  const Json sealed = world.json(for_plan(world.draw(), "P2"));
  CHECK(sealed["beacon"]["verified"] == true);
  // The value is that of the draw which it extends; its seal is its own.
  const Json first = world.json({"ceremony", "show", "P1"});
  const Json shown = world.json({"ceremony", "show", "P2"});
  CHECK(shown["value"] == first["value"]);
  CHECK(shown["parties"] == first["parties"]);
  CHECK(shown["extends"] == "P1");
  CHECK(shown["extended_sealed"] == first["sealed"]);
  CHECK(shown["sealed"].get<std::uint64_t>() > first["sealed"].get<std::uint64_t>());
  CHECK(world.json({"ceremony", "show", "P3"})["sealed"].is_null());
  // Opened sites of the extension hold the lines of the first plan and more.
  world.json(for_plan(writing(world.open(), world.path("more")), "P2"));
  world.json(writing(world.open(), world.path("few")));
  const auto few = challenges_in(world, "few");
  CHECK(challenges_in(world, "more").size() > few.size());
  const std::string more = must(read_text_file(world.path("more")));
  for (const Json& line : few) {
    CHECK(more.find(line["chip"].get<std::string>()) != std::string::npos);
  }
  CHECK(world.json(for_plan(world.verify(), "P2"))["valid"] == true);

  const Ran late = world.run(for_plan(world.draw(), "P3"));
  CHECK(late.code == 1);
  CHECK(late.err.find("draw.extension_after_opening") != std::string::npos);
  CHECK(world.run(extend("P4", "99.5%")).err.find("draw.extension_after_opening") !=
        std::string::npos);
}

TEST_CASE("after an opening the rest is drawn anew, and both draws are one sample") {
  AuditWorld world("rest-whole", "existence", {"--catch", "50%"});
  world.hold_ceremony();
  world.json(world.draw());
  const Ran early = world.run(rest_of(world, "P1", "P2"));
  CHECK(early.code == 1);
  CHECK(early.err.find("plan.rest_not_opened") != std::string::npos);
  world.json(writing(world.open(), world.path("first")));

  // The way on that the refusal of an extension names.
  const Ran extended = world.run(
      {"plan", "extend", "P1", "--id", "P2", "--catch", "90%", "--out", world.path("none")});
  CHECK(extended.err.find("muster plan rest P1") != std::string::npos);

  record_lines(world, "first");
  const auto first = challenges_in(world, "first");
  const Json plan = world.json(rest_of(world, "P1", "P2") + Words{"--catch", "90%", "--together"});
  CHECK(plan["all_draws"]["lines"] == first.size() + plan["sample_size"].get<std::uint64_t>());
  CHECK(plan["population"].get<std::uint64_t>() + first.size() ==
        plan["all_draws"]["population"].get<std::uint64_t>());
  CHECK(plan["version"] == "muster/plan/v3");
  CHECK(world.run(rest_of(world, "P1", "P2")).code == 3);  // the file is in the way

  world.json(Words{"plan", "commit", world.path("P2")} + world.by("inspectorate"));
  for (const char* step : {"commit", "reveal"}) {
    for (const std::string& party : {world.prover, std::string("inspectorate")}) {
      world.json(Words{"ceremony", step, "P2", "--nonce", world.path(party + ".2")} +
                 world.by(party));
    }
  }
  world.json(for_plan(world.draw(), "P2"));
  world.json(for_plan(writing(world.open(), world.path("second")), "P2"));
  std::vector<std::string> chips;
  for (const auto& list : {first, challenges_in(world, "second")}) {
    for (const Json& line : list) chips.push_back(line["chip"]);
  }
  std::ranges::sort(chips);
  CHECK(std::ranges::adjacent_find(chips) == chips.end());
  const Json verified = world.json(for_plan(world.verify(), "P2"));
  CHECK(verified["valid"] == true);
  CHECK(answer_to(verified, "chips left out were opened before the plan") == "ok");

  record_lines(world, "second");
  const Json result = world.json({"plan", "evaluate", "P2"});
  CHECK(result["all_draws_lines"] == chips.size());
  CHECK(result["sentence"].get<std::string>().find("one sample without replacement") !=
        std::string::npos);
  CHECK(world.json(Words{"audit", "P2", "--skip-log"} + world.frame_key(), 4)["failed"] == false);
}

TEST_CASE("after a hit the rest is cleared by itself, and a third draw leaves out both") {
  AuditWorld world("rest-hit", "existence", {"--catch", "50%", "--longest-run", "1d"});
  open_first(world);
  record_lines(world, "first", 1);
  const Json found = world.json({"plan", "evaluate", "P1"}, 1);
  const auto escalated = found["beside"]["escalated_lines"].get<std::uint64_t>();
  std::string said = world.run({"plan", "evaluate", "P1"}).out;
  std::ranges::replace(said, '\n', ' ');
  CHECK(said.find("muster plan rest P1") != std::string::npos);

  CHECK(
      world.run(rest_of(world, "P1", "P2") + Words{"--together"}).err.find("plan.not_one_sample") !=
      std::string::npos);
  CHECK(world.run(rest_of(world, "P1", "P2") + Words{"--lines", "1", "--catch", "90%"})
            .err.find("plan.too_few_lines") != std::string::npos);
  CHECK(world.run(rest_of(world, "P1", "P2") + Words{"--lines", "0"}).code == 2);
  CHECK(world.run(rest_of(world, "P0", "P2")).code == 2);
  // More than the rest has is refused; here that is what the escalation asks for.
  const Words asked = rest_of(world, "P1", "P2") + Words{"--lines", std::to_string(escalated)};
  CHECK(world.run(asked).err.find("chips of the rest") != std::string::npos);
  const Json plan = world.json(rest_of(world, "P1", "P2") + Words{"--lines", "6"});
  CHECK(plan["sample_size"] == 6);
  CHECK(plan["all_draws"].is_null());
  commit_and_draw(world, "P2", 'a');
  world.json(for_plan(writing(world.open(), world.path("second")), "P2"));
  CHECK(world.json(for_plan(world.verify(), "P2"), 4)["failed"] == false);

  record_lines(world, "second");
  world.json(rest_of(world, "P2", "P3"));
  commit_and_draw(world, "P3", 'b');
  world.json(for_plan(writing(world.open(), world.path("third")), "P3"));
  std::vector<std::string> chips;
  for (const char* name : {"first", "second", "third"}) {
    for (const Json& line : challenges_in(world, name)) chips.push_back(line["chip"]);
  }
  std::ranges::sort(chips);
  CHECK(std::ranges::adjacent_find(chips) == chips.end());
  CHECK(world.json(for_plan(world.verify(), "P3"), 4)["failed"] == false);
}

TEST_CASE("lines without an answer count against the rest, and a later hit fails its check") {
  AuditWorld world("rest-late", "existence", {"--catch", "20%"});
  open_first(world);
  const auto lines = challenges_in(world, "first").size();
  const Ran open = world.run(rest_of(world, "P1", "P2") + Words{"--json"});
  if (open.code == 0) {
    CHECK(must(parse_foreign_json(open.out))["request"]["seen_before"]["not_consistent"] == lines);
  } else {
    CHECK(open.err.find("plan.no_guarantee") != std::string::npos);
  }
  record_lines(world, "first");
  world.json(rest_of(world, "P1", "P3"));
  world.json(Words{"plan", "commit", world.path("P3")} + world.by("inspectorate"));
  const std::string question = "chips seen before are as consistent as the plan counts";
  CHECK(answer_to(world.json(for_plan(world.verify(), "P3"), 4), question) == "ok");
  // A query that is not closed makes a line of the first draw open again.
  world.force("inspectorate", {.kind = "query.open",
                               .body = {{"query", "late"},
                                        {"plan", "P1"},
                                        {"chip", challenges_in(world, "first")[0]["chip"]},
                                        {"code", "chip.dead"},
                                        {"owner", world.prover},
                                        {"due", "2026-12-01T00:00:00.000Z"}}});
  const Json checked = world.json(for_plan(world.verify(), "P3"), 1);
  CHECK(answer_to(checked, question) == "failed");
}
