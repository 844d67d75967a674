// From the floor to the book by command: planned, committed, drawn by anybody, and judged.

#include <algorithm>

#include "ledger/base/file.hpp"
#include "tests/cli/audit_world.hpp"

using namespace muster;
using namespace muster::test;

namespace {

Words of_floor(Words words) {
  std::ranges::replace(words, std::string("P1"), std::string("F1"));
  return words;
}

/// A world with 60 positions at the Prover's largest site and plan F1 over them.
struct FloorWorld {
  explicit FloorWorld(const std::string& name) : world(name) {
    const Json plan = must(parse_json(must(read_text_file(world.path("plan")))));
    const Json& sites = plan.at("request").at("sites");
    const auto largest = std::ranges::max_element(
        sites, {}, [](const Json& one) { return one.at("chips").get<std::int64_t>(); });
    site = largest->at("site").get<std::string>();
    std::string csv = "rack,slot\n";
    for (int i = 0; i < 60; ++i)
      csv += "r" + std::to_string(i / 8) + "," + std::to_string(i) + "\n";
    positions = world.path("positions.csv");
    must(create_file(positions, as_bytes(csv)));
    document = world.json(Words{"plan", "floor", "new", world.prover, "--id", "F1", "--site", site,
                                "--positions", positions, "--unregistered", "15", "--catch", "90%",
                                "--out", world.path("floor")});
  }
  void commit() {
    world.json(Words{"plan", "floor", "commit", world.path("floor")} + world.by("inspectorate"));
  }
  void hold_ceremony() {
    for (const auto& step : {&AuditWorld::commit, &AuditWorld::reveal}) {
      for (const std::string& party : {world.prover, std::string("inspectorate")}) {
        world.json(of_floor((world.*step)(party)));
      }
    }
  }
  [[nodiscard]] Words draw() const {
    return {"plan", "floor", "draw", "F1", "--positions", positions};
  }
  /// A site of another party.
  std::string site_of_another() {
    const Json listed = world.json({"site", "list"});
    for (const Json& one : listed.at("sites")) {
      if (one.at("party") != world.prover) return one.at("site").get<std::string>();
    }
    return "none";
  }
  /// Ids of chips that the register has at the site, or at any other.
  std::vector<std::string> chips(bool here) {
    const Ran ran = world.run({"chip", "list", "--limit", "100000", "--json"});
    std::vector<std::string> list;
    std::istringstream lines(ran.out);
    for (std::string line; std::getline(lines, line);) {
      const Json chip = must(parse_foreign_json(line));
      const bool there = chip.at("site") == site && chip.at("display") == "installed";
      if (there == here) list.push_back(chip.at("chip").get<std::string>());
    }
    return list;
  }
  /// The answers that name `first` at the position drawn first, and `rest`, one each, at the
  /// others.
  Words evaluate(const Json& drawn, const std::string& first,
                 const std::vector<std::string>& rest) {
    std::string csv = "position,found,name,seen\n";
    std::size_t next = 0;
    for (const Json& line : drawn.at("positions")) {
      const std::string name = next == 0 ? first : next <= rest.size() ? rest[next - 1] : "";
      ++next;
      const auto position = line.at("position").get<std::string>();
      if (name == "-") continue;
      csv += position + (name.empty() ? ",empty,,\n" : ",chip," + name + ",bench\n");
    }
    const std::string file = world.path("answers-" + std::to_string(++files) + ".csv");
    must(create_file(file, as_bytes(csv)));
    return {"plan", "floor", "evaluate", "F1", "--positions", positions, "--answers", file};
  }

  AuditWorld world;
  std::string site;
  std::string positions;
  Json document;
  int files = 0;
};

}  // namespace

TEST_CASE("positions are drawn for anybody after the ceremony, and judged against the register") {
  FloorWorld floor("floor");
  AuditWorld& world = floor.world;
  CHECK(floor.document.at("version") == "muster/floor-plan/v1");
  CHECK(world.run(floor.draw()).code == 2);  // not in the ledger yet
  floor.commit();
  CHECK(world.run(floor.draw()).err.find("no ceremony of plan F1") != std::string::npos);
  CHECK(world.json({"ceremony", "show", "F1"}, 4).at("complete") == false);
  floor.hold_ceremony();
  CHECK(world.json({"ceremony", "show", "F1"}).at("complete") == true);
  const std::string sheet = world.path("sheet.csv");
  const Json drawn = world.json(floor.draw() + Words{"--sheet", sheet});
  CHECK(drawn.at("positions").size() == floor.document.at("sample_size"));
  CHECK(drawn.at("beacon").at("later_than_plan") == true);
  CHECK(world.json(floor.draw()) == drawn);
  CHECK(must(read_text_file(sheet)).find("position,found,name,seen,note\n") == 0);
  CHECK(world.run(floor.draw() + Words{"--sheet", sheet}).code == 3);
  // Nothing is filled in yet: every position is open.
  const Json unread = world.json(
      {"plan", "floor", "evaluate", "F1", "--positions", floor.positions, "--answers", sheet}, 4);
  CHECK(unread.at("open") == drawn.at("positions").size());
  CHECK(unread.at("answered") == 0);

  const auto here = floor.chips(true);
  const auto elsewhere = floor.chips(false);
  REQUIRE(here.size() > 3);
  REQUIRE_FALSE(elsewhere.empty());
  const Json clean = world.json(floor.evaluate(drawn, here[0], {here[1], here[2]}));
  CHECK(clean.at("verdict") == "no-sign-of");
  CHECK(clean.at("hits") == 0);
  CHECK(clean.at("chips") == 3);
  for (const std::string& stranger : {std::string("SN-UNKNOWN"), elsewhere.front()}) {
    const Json found = world.json(floor.evaluate(drawn, stranger, {here[1]}), 1);
    CHECK(found.at("verdict") == "finding");
    CHECK(found.at("judged")[0].at("outcome") == "hit");
  }
  CHECK(world.json(floor.evaluate(drawn, here[0], {here[0]}), 1).at("hits") == 2);
  CHECK(world.json(floor.evaluate(drawn, "-", {}), 4).at("open") == 1);

  world.json(Words{"plan", "abandon", "--plan", "F1", "--reason", "other positions"} +
             world.by("inspectorate"));
  const Json given_up = world.json(floor.evaluate(drawn, here[0], {here[1], here[2]}), 4);
  CHECK(given_up.at("abandoned") == true);
  CHECK(given_up.at("verdict") == "not-concluded");
}

TEST_CASE("a floor draw is refused with other positions, and open with a value nobody verified") {
  FloorWorld floor("floor refused");
  AuditWorld& world = floor.world;
  floor.commit();
  const Words stated{"--beacon-value", std::string(64, 'a'), "--beacon-source", "read out"};
  CHECK(world.json(floor.draw() + stated, 4).at("beacon").at("verified") == false);
  const std::string other = world.path("other.csv");
  must(create_file(other, as_bytes("position\nx\n")));
  Words words = floor.draw() + stated;
  std::ranges::replace(words, floor.positions, other);
  const Ran refused = world.run(words);
  CHECK(refused.code == 1);
  CHECK(refused.err.find("floor.positions") != std::string::npos);
  CHECK(world.run({"plan", "evaluate", "F1"}).err.find("`muster plan floor`") != std::string::npos);
  CHECK(world.run({"plan", "floor", "draw", "P1", "--positions", floor.positions})
            .err.find("draws chips of the register") != std::string::npos);
  const Ran many = world.run({"plan", "floor", "new", world.prover, "--id", "F2", "--site",
                              floor.site, "--positions", floor.positions, "--unregistered", "61"});
  CHECK(many.code == 2);
  CHECK(many.err.find("want 1 to the 60 positions") != std::string::npos);
  const Ran elsewhere =
      world.run({"plan", "floor", "new", world.prover, "--id", "F2", "--site",
                 floor.site_of_another(), "--positions", floor.positions, "--unregistered", "15"});
  CHECK(elsewhere.code == 2);
  CHECK(elsewhere.err.find(", not of " + world.prover) != std::string::npos);
  const Ran unlisted =
      world.run({"plan", "new", world.prover, "--id", "P9", "--as", "inspectorate", "--purpose",
                 "unlisted", "--rule", "1e26", "--longest-run", "30d"});
  CHECK(unlisted.code == 2);
  CHECK(unlisted.err.find("`muster plan floor new`") != std::string::npos);
}
