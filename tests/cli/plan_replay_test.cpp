// Draws made anew by the shell commands of sampler/draw/README.md, from what `plan replay` writes.

#include <cstdlib>

#include "tests/cli/line_answers.hpp"
#include "tests/support/source_root.hpp"

using namespace muster;
using namespace muster::test;

namespace {

Words replaying(const AuditWorld& world, const std::string& plan, const std::string& folder) {
  return Words{"plan", "replay", plan, "--out", world.path(folder)} + world.frame_key();
}

/// The documented commands that begin with this name.
std::string documented(const std::string& script) {
  const std::string text =
      must(read_text_file(std::string(source_root) + "/sampler/draw/README.md", 1U << 20U));
  const std::string begins = "```bash\n# usage: " + script + " ";
  const auto begin = text.find(begins);
  REQUIRE(begin != std::string::npos);
  const auto first = begin + std::string("```bash\n").size();
  return text.substr(first, text.find("```", first) - first);
}

/// What the shell prints in `folder` for the command that the verb named.
std::string printed(const AuditWorld& world, const std::string& command,
                    const std::string& folder) {
  const std::string script = command.substr(0, command.find(' '));
  std::filesystem::remove(world.path(script));
  must(create_file(world.path(script), as_bytes(documented(script))));
  const std::string line =
      "cd '" + world.path(folder) + "' && bash ../" + command + " > ../printed";
  REQUIRE(std::system(line.c_str()) == 0);
  return must(read_text_file(world.path("printed"), 1U << 24U));
}

/// Replays a draw of `plan` by the only command that the verb names.
Json check_replay(AuditWorld& world, const std::string& plan) {
  const std::string folder = "replay of " + plan;
  const Json answer = world.json(replaying(world, plan, folder));
  REQUIRE(answer["commands"].size() == 1);
  const std::string drawn = must(read_text_file(world.path(folder + "/DRAWN"), 1U << 24U));
  CHECK_FALSE(drawn.empty());
  CHECK(printed(world, answer["commands"][0].get<std::string>(), folder) == drawn);
  return answer;
}

}  // namespace

TEST_CASE("a simple draw is replayed by sha256sum from the files of the verb") {
  AuditWorld world("replay-simple", "existence", {"--catch", "50%"});
  world.hold_ceremony();
  world.json(world.draw());
  const Json early = world.json(replaying(world, "P1", "early"), 4);
  CHECK(early["files"].empty());
  CHECK_FALSE(early["not_opened"].empty());
  CHECK_FALSE(std::filesystem::exists(world.path("early")));

  world.json(world.open());
  const Json answer = check_replay(world, "P1");
  CHECK(answer["draw"] == "muster/draw/v1");
  CHECK(world.run(replaying(world, "P1", "replay of P1")).code == 3);
  // Each drawn leaf is a chip of the challenges.
  const std::string drawn = must(read_text_file(world.path("replay of P1/DRAWN")));
  const std::string chips = must(read_text_file(world.path("replay of P1/CHIPS"), 1U << 24U));
  const std::string leaf = drawn.substr(drawn.find('\n') - 64, 64);
  const auto place = chips.find(leaf);
  REQUIRE(place != std::string::npos);
  const std::string chip = chips.substr(place + 65, chips.find('\n', place) - place - 65);
  CHECK(must(read_text_file(world.path("challenges"))).find(chip) != std::string::npos);
}

TEST_CASE("a key that opens other frames than the plan froze makes no files") {
  AuditWorld world("replay-other-key", "existence", {"--catch", "50%"});
  world.hold_ceremony();
  world.json(world.draw());
  world.json(world.open());
  must(create_file(world.path("other.key"), as_bytes(std::string(64, 'a') + "\n")));
  const Words words = {"plan",
                       "replay",
                       "P1",
                       "--out",
                       world.path("other"),
                       "--frame-key",
                       world.prover + "=" + world.path("other.key")};
  const auto answer = world.run(words);
  CHECK(answer.code == 2);
  CHECK(answer.err.find("not the frames that the plan froze: " + world.prover + ": root") !=
        std::string::npos);
  CHECK_FALSE(std::filesystem::exists(world.path("other")));
}

TEST_CASE("draws by site and by class are replayed by their commands") {
  for (const auto& one : {std::pair("stratified", "muster/draw-by-site/v1"),
                          std::pair("weighted", "muster/draw-by-class/v1")}) {
    AuditWorld world(std::string("replay-") + one.first, "existence", {"--design", one.first});
    world.hold_ceremony();
    world.json(world.draw());
    world.json(world.open());
    CHECK(check_replay(world, "P1")["draw"] == one.second);
  }
}

TEST_CASE("a draw from the rest is replayed with the chips that were seen before") {
  AuditWorld world("replay-rest", "existence", {"--catch", "50%"});
  world.hold_ceremony();
  world.json(world.draw());
  world.json(world.open());
  record_lines(world, "challenges");
  world.json({"plan", "rest", "P1", "--id", "P2", "--catch", "20%", "--out", world.path("P2")});
  world.json(Words{"plan", "commit", world.path("P2")} + world.by("inspectorate"));
  const Words stated{"--beacon-value", std::string(64, 'd'), "--beacon-source", "duty office"};
  const auto of_p2 = [&](Words words) {
    std::ranges::replace(words, std::string("P1"), std::string("P2"));
    std::ranges::replace(words, world.path("challenges"), world.path("second"));
    return words;
  };
  world.json(of_p2(world.draw(stated)), 4);
  world.json(of_p2(world.open(stated)));

  const Json answer = check_replay(world, "P2");
  CHECK(answer["draw"] == "muster/draw-of-rest/v1");
  CHECK_FALSE(must(read_text_file(world.path("replay of P2/SEEN"))).empty());
}
