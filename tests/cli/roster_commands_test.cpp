// `roster show`, `blind`, `open`, `check` and `compare`: who has which chips, for those who may see
// them and for those who may not.

#include "ledger/base/file.hpp"
#include "tests/cli/cli_world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;

namespace {

using Words = std::vector<std::string>;

std::string last_entry(CliWorld& world) {
  const auto size = world.json({"ledger", "head"})["size"].get<std::uint64_t>();
  return std::to_string(size - 1);
}

std::string key_file(const CliWorld& world, char digit) {
  return world.write(std::string("roster-") + digit + ".key", std::string(64, digit) + "\n");
}

}  // namespace

TEST_CASE("a roster is asked for by party, owner, site, country and product") {
  CliWorld world("cli-roster");
  const auto chips = world.chips(3);
  world.deliver({chips[0]});

  const auto count = [&](const Words& words) {
    return world.json(Words{"roster", "show"} + words)["count"].get<int>();
  };
  CHECK(count({}) == 3);
  CHECK(count({"maker"}) == 2);
  CHECK(count({"--owner", "maker"}) == 3);  // title did not pass on
  CHECK(count({"northwind", "--owner", "maker"}) == 1);
  CHECK(count({"--site", "northwind-site"}) == 1);
  CHECK(count({"--country", "SG"}) == 1);
  CHECK(count({"--country", "US", "--product", "a1"}) == 2);
  CHECK(world.run({"roster", "show", "--country", "XX"}).code == 2);
  CHECK(world.run({"roster", "show", "--site", "nowhere"}).code == 2);
  const Json shown = world.json({"roster", "show", "--country", "SG", "--chips"});
  CHECK(shown["selection"] == Json{{"country", "SG"}});
  CHECK(shown["chips"][0]["chip"] == chips[0]);
  CHECK(shown["chips"][0]["custodian"] == "northwind");
  CHECK(shown["chips"][0]["owner"] == "maker");
  CHECK(shown["tpp"] == 4800);
}

TEST_CASE("a selection of a party alone has the root that state commitments have") {
  CliWorld world("cli-roster-root");
  world.chips(2);

  const Json party = world.json({"roster", "show", "maker"});
  const Json country = world.json({"roster", "show", "maker", "--country", "US"});

  CHECK(party["root"] == country["root"]);
  CHECK(party["count"] == country["count"]);
}

TEST_CASE("a blinded roster is held to the log by whoever has its key, and opened line by line") {
  CliWorld world("cli-roster-blind");
  const auto chips = world.chips(3);
  world.deliver({chips[0], chips[1]});
  const std::string key = key_file(world, 'a');
  const std::string file = world.path("sg.json");
  const std::string line = world.path("line.json");
  const Json made = world.json({"roster", "blind", "--country", "SG", "--key", key, "--out", file});
  CHECK(made["count"] == 2);
  CHECK(made["tpp"] == 9600);
  const std::string text = must(read_text_file(file, 100'000));
  CHECK(text.find(chips[0]) == std::string::npos);

  world.json({"roster", "open", file, "--chip", chips[0], "--key", key, "--out", line});

  const Json checked = world.json({"roster", "check", file, "--opening", line, "--key", key});
  CHECK(checked["valid"] == true);
  CHECK(checked["line"] == true);
  CHECK(checked["log"] == true);
  // A stranger has neither registry nor key.
  const Ran stranger = world.run_alone({"roster", "check", file, "--opening", line});
  CHECK(stranger.code == 0);
  CHECK(stranger.out.find("not compared with the log") != std::string::npos);
  CHECK(world.run({"roster", "open", file, "--chip", chips[2], "--key", key}).code == 2);
  CHECK(
      world.run({"roster", "open", file, "--chip", chips[0], "--key", key_file(world, 'b')}).code ==
      1);
}

TEST_CASE("a blinded roster that says more or less than the log is found out") {
  CliWorld world("cli-roster-lie");
  world.chips(3);
  const std::string key = key_file(world, 'a');
  const std::string file = world.path("all.json");
  world.json({"roster", "blind", "maker", "--key", key, "--out", file});
  Json roster = must(parse_json(must(read_text_file(file, 100'000))));
  const auto code_of = [&](const Json& changed) {
    const std::string lie = world.write("lie.json", changed.dump() + "\n");
    return world.json({"roster", "check", lie, "--key", key}, 1)["code"].get<std::string>();
  };

  roster["tpp"] = 1;
  CHECK(code_of(roster) == "roster.log");
  roster = must(parse_json(must(read_text_file(file, 100'000))));
  roster["leaves"][0] = std::string(64, '0');
  CHECK(code_of(roster) == "roster.root");
  roster = must(parse_json(must(read_text_file(file, 100'000))));
  roster["origin"] = "another.example/log";
  CHECK(code_of(roster) == "roster.other_log");
  CHECK(world.json({"roster", "check", world.write("no.json", "no\n")}, 1)["code"] ==
        "roster.unreadable");
  CHECK(world.run({"roster", "check", world.path("absent.json")}).code == 2);
}

TEST_CASE("rosters of an earlier entry and of a window say what was so, and are blinded alike") {
  CliWorld world("cli-roster-past");
  const auto chips = world.chips(2);
  const std::string before = last_entry(world);
  world.deliver({chips[0]});

  CHECK(world.json({"roster", "show", "--country", "US", "--index", before})["count"] == 2);
  CHECK(world.json({"roster", "show", "--country", "US"})["count"] == 1);
  CHECK(world.json({"roster", "show", "--country", "US", "--as-of", before})["count"] == 2);
  const Json frame =
      world.json({"roster", "show", "--country", "US", "--window", "2026-01-01..2036-01-01"});
  CHECK(frame["count"] == 2);
  CHECK(frame["held_ms"].get<std::uint64_t>() > 0);
  CHECK(frame["chip_days"].is_string());
  CHECK(frame["left"] == 1);
  CHECK(frame["left_unread"] == 1);
  CHECK(frame["left_chips"].is_null());
  const Json left = world.json({"roster", "show", "--country", "US", "--window",
                                "2026-01-01..2036-01-01", "--left"})["left_chips"];
  REQUIRE(left.size() == 1);
  CHECK(left[0]["chip"] == chips[0]);
  CHECK(left[0]["left_kind"] == "accept");
  CHECK(left[0]["exit_read"] == false);
  const Json maker = world.json(
      {"roster", "show", "maker", "--window", "2026-01-01..2036-01-01", "--left"})["left_chips"];
  CHECK(maker[0]["left_index"] == left[0]["left_index"]);
  CHECK(maker[0]["left_kind"] == "accept");
  CHECK(world.run({"roster", "show", "--country", "US", "--left"}).code == 2);
  const std::string key = key_file(world, 'c');
  const std::string file = world.path("frame.json");
  world.json({"roster", "blind", "--country", "US", "--window", "2026-01-01..2036-01-01", "--key",
              key, "--out", file});
  CHECK(world.json({"roster", "check", file, "--key", key})["valid"] == true);
}

TEST_CASE("rosters, books, chips and a replay are compared by one command") {
  CliWorld world("cli-roster-compare");
  const auto chips = world.chips(3);
  world.deliver({chips[0]});

  const Json compared = world.json({"roster", "compare"});

  CHECK(compared["agrees"] == true);
  REQUIRE(compared["counts"].size() == 2);
  CHECK(compared["counts"][0]["party"] == "maker");
  CHECK(compared["counts"][0]["roster"] == 2);
  CHECK(compared["counts"][0]["replay"] == 2);
  CHECK(world.json({"roster", "compare", "--index", "0"})["counts"].empty());
}
