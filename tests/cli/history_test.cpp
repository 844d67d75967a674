// `chip history`: signer, place, proof and correction of every state; and every read as of an
// earlier entry.

#include <numeric>

#include "cli/chip_facts.hpp"
#include "cli/chip_sightings.hpp"
#include "ledger/store/sqlite_store.hpp"
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

/// Of each chip, what the state says names it is what a look at every entry since it was made
/// finds.
void check_nothing_is_missed(const CliWorld& world) {
  FixedClock clock(must(Timestamp::parse(world.now())));
  const auto home = must(
      cli::Home::over(must(ledger::SqliteStore::open(world.path("registry") + "/log.db")), clock));
  const registry::State& state = home->state();
  std::size_t seen = 0;
  for (registry::RowN chip = 0; chip < state.tables().chips.size(); ++chip) {
    const auto states = must(cli::states_of(*home, chip, state.size()));
    std::vector<registry::Index32> every(state.size() - state.tables().identities[chip].made);
    std::iota(every.begin(), every.end(), state.tables().identities[chip].made);
    const auto found = must(cli::sightings_of(*home, chip, states, state.size()));
    CHECK(found == must(cli::sightings_among(*home, chip, states, every)));
    seen += found.size();
  }
  CHECK(seen > 0);
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

TEST_CASE("a history has every entry that saw, read or named the chip, with all that states have") {
  CliWorld world("cli-history-seen");
  const auto chips = world.chips(2);
  const std::string heads =
      world.write("heads.csv", "chip,counter,entry,epoch,head\n" + chips[0] + ",5," +
                                   std::string(64, 'a') + ",1," + std::string(64, 'b') + "\n");
  const std::string read =
      world.record("maker", {"chip", "exit-read", "--cause", "sale", "--chips", "@" + heads});
  world.record("gov", {"finding", "open", "--finding", "F1", "--party", "maker", "--code", "odd",
                       "--severity", "low", "--chips", chips[0]});
  world.record("gov", {"finding", "open", "--finding", "F2", "--party", "maker", "--code", "odd",
                       "--severity", "low", "--chips", chips[1]});
  world.record("gov", {"finding", "close", "--finding", "F1", "--outcome", "explained", "--reason",
                       "r", "--yes"});
  world.record("witness", {"case", "tamper", "--case", "C1", "--evidence", std::string(64, 'c'),
                           "--basis", "screws", "--chips", chips[0]});
  world.record("maker", {"chip", "retire", "--cause", "worn", "--chips", chips[0]});

  const Json history = world.json({"chip", "history", chips[0], "--raw"});
  const Json& seen = history["observations"];
  REQUIRE(seen.size() == 4);
  CHECK(seen[0]["kind"] == "exit.read");
  CHECK(seen[0]["statement"] == read);
  CHECK(seen[0]["how"] == "listed");
  CHECK(seen[0]["says"] == "sale");
  CHECK(seen[0]["signers"][0]["party"] == "maker");
  CHECK(seen[0]["site"] == "maker-site");
  CHECK(seen[0]["proof"]["leaf"].get<std::string>().size() == 64);
  CHECK(seen[0]["payload"]["kind"] == "exit.read");
  CHECK(seen[1]["how"] == "named");
  CHECK(seen[2]["kind"] == "finding.close");
  CHECK(seen[2]["how"] == "of finding F1");
  CHECK(seen[3]["kind"] == "tamper.report");
  CHECK(history["changes"].back()["kind"] == "retire");
  const std::string text = world.run({"chip", "history", chips[0]}).out;
  CHECK(text.find("exit.read, listed: sale") < text.find("tamper.report"));
  CHECK(text.find("tamper.report") < text.find("retire"));
  CHECK(world.json({"chip", "history", chips[0], "--moves-only"})["observations"].empty());
  CHECK(world.json({"chip", "history", chips[1]})["observations"].size() == 1);
  check_nothing_is_missed(world);
}

TEST_CASE("what is seen of a carton is seen of the chips that stood in it then") {
  CliWorld world("cli-history-carton");
  const auto chips = world.chips(3);
  world.record("maker", {"pack", "fill", "--container", "tray-1", "--at", "maker-site", "--chips",
                         chips[0]});
  world.record("maker", {"pack", "fill", "--container", "carton-1", "--children", "tray-1", "--at",
                         "maker-site", "--chips", chips[1]});
  world.record("gov", {"licence", "grant", "--licence", "L1", "--licensee", "maker", "--consignees",
                       "northwind", "--countries", "SG", "--products", "a1", "--max-units", "9",
                       "--window", "2026-01-01..2027-01-01"});
  world.record("maker",
               {"ship", "release", "--shipment", "S1", "--receiver", "northwind", "--destination",
                "northwind-site", "--purpose", "sale", "--licence", "L1", "--in", "carton-1"});
  world.record("maker", {"ship", "hand-over", "--shipment", "S1", "--taker", "witness", "--place",
                         "ramp 4", "--sign", world.key("witness"), "--in", "carton-1"});
  world.record("gov", {"choke", "check-in", "--shipment", "S1", "--declared-count", "2", "--at",
                       "port", "--in", "carton-1"});
  world.record("gov", {"choke", "inspect", "--inspection", "I1", "--method", "scan", "--level",
                       "seal", "--result", "conformant", "--at", "port", "--in", "carton-1"});
  world.record("gov",
               {"pack", "empty", "--seal-state", "none", "--at", "port", "--in", "carton-1"});

  for (const std::size_t inside : {std::size_t{0}, std::size_t{1}}) {
    const Json seen = world.json({"chip", "history", chips[inside]})["observations"];
    REQUIRE(seen.size() == 1);
    CHECK(seen[0]["kind"] == "choke.inspect");
    CHECK(seen[0]["how"] == "in carton-1");
    CHECK(seen[0]["transport"] == "at chokepoint");
  }
  CHECK(world.json({"chip", "history", chips[2]})["observations"].empty());
  check_nothing_is_missed(world);
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
