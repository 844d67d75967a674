// What stands in cartons, boards and racks, by the command line, and a rack that goes in and comes
// out as one.

#include "tests/cli/cli_world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;

namespace {

/// The maker's rack-1 with one chip, and in it board-1 with two.
struct Rack {
  Rack() : world("cli-holder"), chips(world.chips(4)) {
    world.record("maker", {"board", "attach", "--parent", "board-1", "--type", "board", "--at",
                           "maker-site", "--chips", chips[0] + "," + chips[1]});
    world.record("maker", {"board", "attach", "--parent", "rack-1", "--type", "rack", "--children",
                           "board-1", "--at", "maker-site", "--chips", chips[2]});
  }

  std::vector<std::string> listed(const std::string& holder) {
    const Ran ran = world.run({"chip", "list", "--holder", holder, "--json"});
    REQUIRE(ran.code == 0);
    std::vector<std::string> ids;
    std::size_t begin = 0;
    while (begin < ran.out.size()) {
      const std::size_t end = ran.out.find('\n', begin);
      const Json line = must(parse_foreign_json(ran.out.substr(begin, end - begin)));
      ids.push_back(line["chip"].get<std::string>());
      begin = end + 1;
    }
    return ids;
  }

  CliWorld world;
  std::vector<std::string> chips;
};

}  // namespace

TEST_CASE("the chips in a holder are listed at any depth, and nothing else") {
  Rack rack;
  CHECK(rack.listed("board-1") == std::vector<std::string>{rack.chips[0], rack.chips[1]});
  CHECK(rack.listed("rack-1") ==
        std::vector<std::string>{rack.chips[0], rack.chips[1], rack.chips[2]});
  CHECK(rack.world.run({"chip", "list", "--holder", "rack-9"}).code == 2);
}

TEST_CASE("a holder is shown with what stands in it and the statements that name it") {
  Rack rack;
  CliWorld& world = rack.world;
  const std::string installed =
      world.record("maker", {"chip", "install", "--in", "rack-1", "--at", "maker-site"});
  world.record("maker",
               {"statement", "void", "--target", installed, "--reason", "wrong hall", "--yes"});

  const Json shown = world.json({"holder", "show", "rack-1"});

  CHECK(shown["kind"] == "rack");
  CHECK(shown["custodian"] == "maker");
  CHECK(shown["in"].is_null());
  CHECK(shown["installed_at"].is_null());
  CHECK(shown["chips"] == 3);
  CHECK(shown["chips_directly"] == 1);
  CHECK(shown["inside"] == Json::array({{{"holder", "board-1"}, {"kind", "board"}, {"chips", 2}}}));
  REQUIRE(shown["entries"].size() == 3);
  CHECK(shown["entries"][0]["kind"] == "asm.attach");
  CHECK(shown["entries"][0]["how"] == "parent");
  CHECK(shown["entries"][1]["kind"] == "install");
  CHECK(shown["entries"][1]["how"] == "subject");
  CHECK(shown["entries"][1]["corrected_by"] == shown["entries"][2]["index"]);
  CHECK(shown["entries"][2]["how"] == "corrects");

  const Json board = world.json({"holder", "show", "board-1"});
  CHECK(board["in"] == "rack-1");
  REQUIRE(board["entries"].size() == 2);
  CHECK(board["entries"][1]["how"] == "children");
  CHECK(world.run({"holder", "show", "rack-1"}).out.find("asm.attach") != std::string::npos);
  CHECK(world.run({"holder", "show", "rack-9"}).code == 2);
}

TEST_CASE("a search for a chip says when the name is that of a holder") {
  Rack rack;
  const Ran found = rack.world.run({"chip", "find", "rack-1"});
  CHECK(found.code == 1);
  CHECK(found.out.find("a rack with 3 chips: see holder show") != std::string::npos);
}

TEST_CASE("a rack comes out by its root, as it went in") {
  Rack rack;
  rack.world.record("maker", {"chip", "install", "--in", "rack-1", "--at", "maker-site"});
  CHECK(rack.world.json({"holder", "show", "rack-1"})["installed_at"] == "maker-site");
  CHECK(rack.world.json({"holder", "show", "board-1"})["installed_at"] == "maker-site");

  rack.world.record("maker", {"chip", "uninstall", "--cause", "moved", "--in", "rack-1"});

  CHECK(rack.world.json({"holder", "show", "rack-1"})["installed_at"].is_null());
  CHECK(rack.world.json({"holder", "show", "board-1"})["installed_at"].is_null());
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(rack.world.json({"chip", "show", rack.chips[i]})["place"] == "in assembly");
  }
}
