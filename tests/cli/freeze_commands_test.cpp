// A Prover freezes its frame by command: what the demo freezes, and what a plan then draws from.

#include "tests/cli/audit_world.hpp"

using namespace muster;
using namespace muster::test;

namespace {

/// The request of plan P1, which quotes the freeze that the world was made with.
Json request_of(const AuditWorld& world) {
  return must(parse_json(must(read_text_file(world.path("plan"))))).at("request");
}

Words freezing(const AuditWorld& world, const std::string& id, const std::string& key_file) {
  const Json window = request_of(world).at("window");
  return Words{"roster",
               "freeze",
               world.prover,
               "--window",
               window.at("from").get<std::string>() + ".." + window.at("to").get<std::string>(),
               "--freeze",
               id,
               "--frame-key",
               key_file} +
         world.by(world.prover);
}

std::uint64_t entries(AuditWorld& world) {
  return world.json({"ledger", "head", "--dry-run"})["size"].get<std::uint64_t>();
}

}  // namespace

TEST_CASE("a freeze under a key that is there has the roots of the one before") {
  AuditWorld world("freeze-again");
  const Json frame = request_of(world).at("frames").at(0);
  const std::string key = world.path("w/inspector/frame-" + world.prover + ".key");

  const Json made = world.json(freezing(world, "again", key) + Words{"--existing"});
  CHECK(made["frame_root"] == frame.at("frame_root"));
  CHECK(made["count"] == frame.at("frame_count"));
  CHECK(made["heads"]["root"] == frame.at("heads_root"));
  CHECK(made["declarations"]["root"] == frame.at("declarations_root"));
  CHECK(made["statement"].is_string());
  std::uint64_t chips = 0;
  for (const Json& site : made["sites"]) chips += site["chips"].get<std::uint64_t>();
  CHECK(chips == made["count"].get<std::uint64_t>());
  // An id is used once, and a refused freeze leaves no key behind.
  const Ran twice = world.run(freezing(world, "again", world.path("second.key")));
  CHECK(twice.code == 1);
  CHECK(twice.err.find("freeze.exists") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(world.path("second.key")));
}

TEST_CASE("a freeze under a new key is drawn from and checked with that key") {
  AuditWorld world("freeze-new");
  const std::string key = world.path("frame.key");
  const std::uint64_t before = entries(world);
  world.json(freezing(world, "new", key) + Words{"--dry-run"});
  CHECK(entries(world) == before);
  CHECK_FALSE(std::filesystem::exists(key));

  const Json made = world.json(freezing(world, "new", key));
  CHECK(entries(world) == before + 1);
  CHECK(made["frame_root"] != request_of(world).at("frames").at(0).at("frame_root"));
  CHECK(must(read_text_file(key)).size() == 65);
  using std::filesystem::perms;
  CHECK(std::filesystem::status(key).permissions() == (perms::owner_read | perms::owner_write));
  CHECK(world.run(freezing(world, "other", key)).code == 3);

  world.json(Words{"plan", "new", world.prover, "--id", "P2", "--as", "inspectorate", "--purpose",
                   "existence", "--rule", AuditWorld::rule(), "--excess", AuditWorld::rule(),
                   "--longest-run", "30d", "--out", world.path("P2")});
  world.json(Words{"plan", "commit", world.path("P2")} + world.by("inspectorate"));
  const Words stated{"--beacon-value", std::string(64, 'a'), "--beacon-source", "duty office"};
  const Words frame_key{"--frame-key", world.prover + "=" + key};
  world.json(Words{"plan", "draw", "P2", "--vrf-key", world.path("w/inspector/vrf.key")} +
                 frame_key + world.by("inspectorate") + stated,
             4);
  CHECK(world.json(Words{"plan", "verify", "P2"} + frame_key, 4)["failed"] == false);
  CHECK(world.run(Words{"plan", "verify", "P2"} + world.frame_key()).code == 1);
}

TEST_CASE("chips without a line in a heads.commit of the window are told, and nothing is frozen") {
  AuditWorld world("freeze-lacking");
  Words words = freezing(world, "early", world.path("frame.key"));
  const Json window = request_of(world).at("window");
  const auto day = must(Timestamp::parse(window.at("from").get<std::string>())).ms + 86'400'000;
  *(std::ranges::find(words, "--window") + 1) =
      window.at("from").get<std::string>() + ".." + Timestamp{day}.to_string();
  const std::uint64_t before = entries(world);

  const Json made = world.json(words, 1);
  CHECK(made["count"].get<std::uint64_t>() > 0);
  CHECK(made["lacking"].size() == made["count"].get<std::uint64_t>());
  CHECK(made["lacking"][0]["lacks"] == "head");
  CHECK(made["statement"].is_null());
  CHECK(world.run(words).out.find("Who lacks what") != std::string::npos);
  CHECK(entries(world) == before);
  CHECK_FALSE(std::filesystem::exists(world.path("frame.key")));
}

TEST_CASE("a frame is frozen by its own Prover") {
  AuditWorld world("freeze-other");
  Words words = freezing(world, "x", world.path("frame.key"));
  *(std::ranges::find(words, "--as") + 1) = "inspectorate";
  CHECK(world.run(words).code == 2);
  words = freezing(world, "x", world.path("frame.key"));
  *(std::ranges::find(words, "--window") + 1) = "tomorrow";
  CHECK(world.run(words).code == 2);
}
