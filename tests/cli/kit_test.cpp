// An inspection that is cut off between the ledger and its files goes on where it was.

#include <algorithm>

#include "tests/cli/audit_world.hpp"

using namespace muster;
using namespace muster::test;

namespace {

/// A world whose plan of use is drawn.
AuditWorld& drawn(AuditWorld& world) {
  world.hold_ceremony();
  world.json(world.draw());
  return world;
}

std::uint64_t entries(AuditWorld& world) {
  return world.json({"ledger", "head", "--dry-run"})["size"].get<std::uint64_t>();
}

std::vector<std::string> sites_of(AuditWorld& world) {
  std::vector<std::string> sites;
  const Json plan = must(parse_json(must(read_text_file(world.path("plan")))));
  for (const Json& site : plan.at("request").at("sites")) {
    sites.push_back(site.at("site").get<std::string>());
  }
  return sites;
}

std::string text_of(AuditWorld& world, const std::string& name) {
  return must(read_text_file(world.path(name)));
}

Words opening(AuditWorld& world, const std::string& out) {
  Words words = world.open();
  *(std::ranges::find(words, "--out") + 1) = world.path(out);
  return words;
}

Words recording(AuditWorld& world, const std::string& challenges, const std::string& report) {
  return Words{"kit",
               "record",
               "P1",
               "--challenges",
               challenges,
               "--evidence",
               world.path("evidence"),
               "--presence",
               "uplink-cut",
               "--silent-before",
               "2026-11-01T09:50:00.000Z",
               "--silent-after",
               "2026-11-01T09:58:00.000Z",
               "--report",
               world.path(report)} +
         world.by("inspectorate");
}

}  // namespace

TEST_CASE("a file in the way of the challenges is told before a site is opened") {
  AuditWorld fresh("kit-in-the-way");
  AuditWorld& world = drawn(fresh);
  must(create_file(world.path("taken"), as_bytes("x")));
  const std::uint64_t before = entries(world);

  CHECK(world.run(opening(world, "taken")).code == 3);
  CHECK(entries(world) == before);
}

TEST_CASE("sites that are opened give the same challenges again") {
  AuditWorld fresh("kit-again");
  AuditWorld& world = drawn(fresh);
  const auto sites = sites_of(world);
  REQUIRE(sites.size() > 1);
  const std::uint64_t before = entries(world);
  world.json(opening(world, "one") + Words{"--site", sites[0]});
  CHECK(entries(world) == before + 1);

  world.json(opening(world, "all"));
  CHECK(entries(world) == before + sites.size());
  world.json(opening(world, "again"));
  CHECK(entries(world) == before + sites.size());
  CHECK(text_of(world, "again") == text_of(world, "all"));
  CHECK(text_of(world, "all").find(text_of(world, "one")) != std::string::npos);
  CHECK(world.json(world.verify())["valid"] == true);
}

TEST_CASE("results that are recorded in part are recorded to the end by the same command") {
  AuditWorld fresh("kit-record", "use");
  AuditWorld& world = drawn(fresh);
  world.json(opening(world, "all"));
  world.answer("all", "evidence");
  const std::string all = text_of(world, "all");
  const auto lines = static_cast<std::uint64_t>(std::ranges::count(all, '\n'));
  std::size_t half = 0;
  for (std::uint64_t i = 0; i < lines / 2; ++i) half = all.find('\n', half) + 1;
  must(create_file(world.path("half"), as_bytes(all.substr(0, half))));
  const Ran first = world.run(recording(world, world.path("half"), "r1") + Words{"--json"});
  REQUIRE((first.code == 0 || first.code == 4));
  const std::uint64_t before = entries(world);

  must(create_file(world.path("taken"), as_bytes("x")));
  CHECK(world.run(recording(world, world.path("all"), "taken")).code == 3);
  CHECK(entries(world) == before);
  const Ran whole = world.run(recording(world, world.path("all"), "r2") + Words{"--json"});
  REQUIRE((whole.code == 0 || whole.code == 4));
  const std::uint64_t after = entries(world);
  CHECK(after >= before + lines - lines / 2);
  const Ran again = world.run(recording(world, world.path("all"), "r3") + Words{"--json"});
  CHECK(again.code == whole.code);
  CHECK(again.out == whole.out);
  CHECK(entries(world) == after);
  CHECK(text_of(world, "r3").substr(0, 1) == "{");
}

TEST_CASE("evidence that says something else than the ledger is refused, not recorded twice") {
  AuditWorld fresh("kit-other", "use");
  AuditWorld& world = drawn(fresh);
  world.json(opening(world, "all"));
  world.answer("all", "evidence");
  const Ran first = world.run(recording(world, world.path("all"), "r1"));
  REQUIRE((first.code == 0 || first.code == 4));
  const std::uint64_t before = entries(world);

  std::filesystem::rename(world.path("evidence"), world.path("elsewhere"));
  const Ran other = world.run(recording(world, world.path("all"), "r2"));
  CHECK(other.code == 1);
  CHECK(other.err.find("inspect.answered") != std::string::npos);
  CHECK(entries(world) == before);
}
