// `chip history`: signer, place, proof and correction of every state; and every read as of an
// earlier entry.

#include "tests/cli/cli_world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;

namespace {

std::string newest_entry(CliWorld& world) {
  const auto size = world.json({"ledger", "head"})["size"].get<std::uint64_t>();
  return std::to_string(size - 1);
}

std::vector<std::string> kinds_of(const Json& history) {
  std::vector<std::string> kinds;
  for (const Json& change : history["changes"]) kinds.push_back(change["kind"]);
  return kinds;
}

}  // namespace

TEST_CASE("each state of a chip has its signers, its place and what shows it") {
  CliWorld world("cli-history");
  const auto chips = world.chips(1);
  world.record("maker", {"board", "attach", "--parent", "board-1", "--type", "board", "--at",
                         "maker-site", "--chips", chips[0]});
  world.json({"ledger", "checkpoint"});
  world.record("maker", {"board", "detach", "--parent", "board-1", "--reason", "rework", "--chips",
                         chips[0]});
  const std::string maker_key = world.json({"party", "show", "maker"})["keys"][0]["key_id"];

  const Json history = world.json({"chip", "history", chips[0]});

  const Json& attached = history["changes"][history["changes"].size() - 2];
  CHECK(attached["kind"] == "asm.attach");
  CHECK(attached["signers"] == Json::array({{{"key", maker_key}, {"party", "maker"}}}));
  CHECK(attached["holder"] == "board-1");
  CHECK(attached["site"] == "maker-site");
  CHECK(attached["event_site"] == "maker-site");
  CHECK(attached["event_time"].is_string());
  const std::string entry = attached["index"].dump();
  CHECK(attached["proof"]["leaf"] == world.json({"ledger", "entry", entry})["leaf"]);
  CHECK(attached["proof"]["checkpoint_size"].get<std::uint64_t>() >
        attached["index"].get<std::uint64_t>());
  CHECK(history["changes"].back()["proof"]["checkpoint_size"].is_null());
  CHECK(attached["payload"].is_null());
  const std::string text = world.run({"chip", "history", chips[0]}).out;
  CHECK(text.find("maker-site, in board-1") != std::string::npos);
  CHECK(text.find("no checkpoint yet") != std::string::npos);
}

TEST_CASE("the raw history has every statement's own words") {
  CliWorld world("cli-history-raw");
  const auto chips = world.chips(1);

  const Json raw = world.json({"chip", "history", chips[0], "--raw"});

  for (const Json& change : raw["changes"]) {
    CHECK(change["payload"]["kind"] == change["kind"]);
    const std::string index = change["index"].dump();
    CHECK(change["payload"] == world.json({"ledger", "entry", index})["payload"]);
  }
}

TEST_CASE("a correction is shown where it stands, or in the place of what it corrects") {
  CliWorld world("cli-history-corrected");
  const auto chips = world.chips(1);
  const std::string attached =
      world.record("maker", {"board", "attach", "--parent", "board-1", "--type", "board", "--at",
                             "maker-site", "--chips", chips[0]});
  world.record("maker",
               {"statement", "void", "--target", attached, "--reason", "wrong board", "--yes"});
  world.record("maker", {"chip", "retire", "--cause", "worn", "--chips", chips[0]});

  const Json raw = world.json({"chip", "history", chips[0]});
  const auto count = raw["changes"].size();
  const Json& wrong = raw["changes"][count - 3];
  CHECK(wrong["kind"] == "asm.attach");
  CHECK(wrong["corrected_by"] == raw["changes"][count - 2]["index"]);
  CHECK(raw["changes"][count - 2]["corrects"] == wrong["index"]);
  CHECK(world.run({"chip", "history", chips[0]}).out.find("taken back by") != std::string::npos);

  const Json corrected = world.json({"chip", "history", chips[0], "--as-corrected"});
  CHECK(corrected["as_corrected"] == true);
  CHECK(kinds_of(corrected).size() == count - 2);
  CHECK(kinds_of(corrected).back() == "retire");
  for (const std::string& kind : kinds_of(corrected)) CHECK(kind != "asm.attach");
}

TEST_CASE("every read can be made as of an earlier entry, and nothing is recorded there") {
  CliWorld world("cli-as-of");
  const auto chips = world.chips(2);
  const std::string before = newest_entry(world);
  const Json chip = world.json({"chip", "show", chips[0]});
  const Json list = world.json({"party", "show", "maker"});
  world.record("maker", {"chip", "retire", "--cause", "worn", "--chips", chips[0]});
  world.record("gov", {"site", "register", "--site", "pier", "--name", "Pier", "--country", "US",
                       "--kind", "chokepoint"});

  CHECK(world.json({"--as-of", before, "chip", "show", chips[0]}) == chip);
  CHECK(world.json({"chip", "show", chips[0]})["life"] == "retired");
  CHECK(world.json({"--as-of", before, "party", "show", "maker"}) == list);
  CHECK(world.json({"--as-of", before, "chip", "history", chips[0]})["changes"].size() + 1 ==
        world.json({"chip", "history", chips[0]})["changes"].size());
  CHECK(world.run({"--as-of", before, "site", "list"}).out.find("pier") == std::string::npos);
  CHECK(world.code("maker", {"--as-of", before, "chip", "retire", "--cause", "worn", "--chips",
                             chips[1]}) == 2);
  CHECK(world.run({"--as-of", "1000000", "chip", "show", chips[0]}).code == 2);
  CHECK(world.run({"--as-of", "x", "chip", "show", chips[0]}).code == 2);
  CHECK(world.run({"--as-of", before, "ledger", "verify"}).code == 2);
  CHECK(world.json({"ledger", "verify"})["valid"] == true);
}
