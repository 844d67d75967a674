// What a person is told who asks for something that there is not.

#include <algorithm>

#include "cli/unknown_word.hpp"
#include "tests/cli/audit_world.hpp"

using namespace muster;
using namespace muster::test;

namespace {

/// What a command line that is refused says.
std::string told(CliWorld& world, const Words& words) {
  const Ran ran = world.run_alone(words);
  CHECK(ran.code == 2);
  CHECK(ran.out.empty());
  CHECK(std::ranges::count(ran.err, '\n') == 1);
  CHECK(ran.err.starts_with("muster: "));
  return ran.err;
}

bool says(const std::string& text, const std::string& part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the nearest word begins alike, or is the fewest edits away") {
  CHECK(cli::nearest_word("verfy", {"draw", "new", "verify"}) == "verify");
  CHECK(cli::nearest_word("nwe", {"draw", "new", "verify"}) == "new");  // one swap
  CHECK(cli::nearest_word("ver", {"draw", "new", "verify"}) == "verify");
  CHECK(cli::nearest_word("", {"kit", "plan"}) == "kit");
  CHECK(cli::nearest_word(std::string(100'000, 'x'), {"kit", "plan"}) == "kit");
  CHECK(cli::nearest_word("plan", {}).empty());
}

TEST_CASE("an unknown noun is named, with the nearest") {
  CliWorld world("cli-unknown-noun");
  CHECK(told(world, {"paln"}) ==
        "muster: no command \"paln\"; the nearest is `muster plan`, `muster --help` lists them\n");
  CHECK(says(told(world, {"foo"}), "no command \"foo\""));
  CHECK(says(told(world, {"--registry", "plan", "--json", "regsitry"}), "\"regsitry\""));
  CHECK(says(told(world, {"regsitry", "dump"}), "nearest is `muster registry`"));
  CHECK(says(told(world, {"two\nlines"}), "\"two\\nlines\""));
  CHECK(says(told(world, {}), "got no command, want one"));
}

TEST_CASE("an unknown verb is named, with the nearest of its noun") {
  CliWorld world("cli-unknown-verb");
  CHECK(told(world, {"plan", "verfy"}) ==
        "muster: plan: no verb \"verfy\"; the nearest is `muster plan verify`, "
        "`muster plan --help` lists them\n");
  CHECK(says(told(world, {"plan", "--json", "foo", "P1"}), "no verb \"foo\""));
  CHECK(says(told(world, {"plan"}), "plan: got no verb, want one"));
}

TEST_CASE("a command that exists and lacks something is told what it lacks") {
  CliWorld world("cli-lacks");
  CHECK(says(told(world, {"plan", "show"}), "id is required"));
  CHECK(says(told(world, {"demo", "--sclae", "3"}), "--sclae"));
}

TEST_CASE("a whole number is decimal digits, and nothing that means another number") {
  CliWorld world("cli-numbers");
  for (const std::string text : {"-5", "1e3", "010", "0x10", "+5", " 5", "5 ", "1.0", "", "\u0665",
                                 "18446744073709551616", "99999999999999999999"}) {
    CAPTURE(text);
    const auto said = told(world, {"plan", "paper", "--flop", "3.14e23", "--population", text});
    CHECK(says(said, "--population"));
  }
  CHECK(told(world, {"plan", "paper", "--flop", "3.14e23", "--population", "-5"}) ==
        "muster: --population: got \"-5\", want a whole number in decimal digits; "
        "`muster --help` lists the commands\n");
  CHECK(world.run_alone({"plan", "paper", "--flop", "3.14e23", "--population", "1000"}).code == 0);
}

TEST_CASE("a plan that no statement could commit is refused before its file is written") {
  AuditWorld world("plan-too-large");
  const auto plan_with = [&](std::size_t texts) {
    Words words{"plan",
                "new",
                world.prover,
                "--id",
                "P2",
                "--as",
                "inspectorate",
                "--rule",
                "1e21",
                "--excess",
                "1e21",
                "--purpose",
                "existence",
                "--longest-run",
                "30d",
                "--catch",
                "95%",
                "--out",
                world.path("large")};
    for (std::size_t i = 0; i < texts; ++i) {
      words = words + Words{"--not-covered", std::to_string(i) + std::string(390, 'x')};
    }
    return words;
  };

  const Ran ran = world.run(plan_with(60));
  CHECK(ran.code == 1);
  CHECK(says(ran.err, "plan.too_large: the statement that commits it would have "));
  CHECK(says(ran.err, "want at most 48,000"));
  CHECK_FALSE(std::filesystem::exists(world.path("large")));
  CHECK(world.run(plan_with(50)).code == 0);
  CHECK(world.run(Words{"plan", "commit", world.path("large")} + world.by("inspectorate")).code ==
        0);
}

TEST_CASE("a longer or a later draw that no statement could commit is refused by the same door") {
  AuditWorld world("usage-large-later");
  const auto plan_of = [&](std::size_t padding) {
    Words words{"plan",       "new",          world.prover, "--id",          "P2",
                "--as",       "inspectorate", "--purpose",  "existence",     "--rule",
                world.rule(), "--excess",     world.rule(), "--longest-run", "30d",
                "--catch",    "20%",          "--out",      world.path("P2")};
    for (; padding > 400; padding -= 400) {
      words = words + Words{"--not-covered", std::string(400 - 3, 'x')};
    }
    return words + Words{"--not-covered", std::string(padding, 'y')};
  };
  // The statement has what is left out twice, with quotes and a comma.
  const Ran over = world.run(plan_of(25'000));
  REQUIRE(over.code == 1);
  const std::string would = "would have ";
  std::string bytes = over.err.substr(over.err.find(would) + would.size());
  bytes = bytes.substr(0, bytes.find(' '));
  std::erase(bytes, ',');
  const std::size_t too_many = std::stoul(bytes) - 48'000;
  world.json(plan_of(25'000 - (too_many + 1) / 2 - 5));
  world.json(Words{"plan", "commit", world.path("P2")} + world.by("inspectorate"));
  const Ran longer = world.run(
      {"plan", "extend", "P2", "--id", "P3", "--catch", "90%", "--out", world.path("P3")});
  CHECK(longer.code == 1);
  CHECK(says(longer.err, "plan.too_large"));
  CHECK_FALSE(std::filesystem::exists(world.path("P3")));
}
