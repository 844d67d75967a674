// Books by the command line: what came, what went, what was counted, and what nobody can show.

#include <cmath>

#include "tests/cli/cli_world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;

namespace {

const std::string year = "2026-01-01..2027-01-01";
const std::string january = "2026-01-01..2026-02-01";

void release(CliWorld& world, const std::string& shipment, const std::vector<std::string>& chips) {
  world.list_exception("X");
  world.record("maker", {"ship", "release", "--shipment", shipment, "--receiver", "northwind",
                         "--destination", "northwind-site", "--purpose", "sale", "--exception", "X",
                         "--accept-by", "2026-01-20", "--chips", joined(chips)});
}

/// The maker releases the chips; northwind accepts the first of them by its carton's seal.
void sell(CliWorld& world, const std::string& shipment, const std::vector<std::string>& chips) {
  release(world, shipment, chips);
  const Json head = world.json({"ledger", "head", "--dry-run"});
  const std::string last = std::to_string(head["size"].get<std::uint64_t>() - 1);
  const Json entry = world.json({"ledger", "entry", last});
  world.record("northwind", {"ship", "accept", "--shipment", shipment, "--release",
                             entry["statement"].get<std::string>(), "--method", "sealed", "--at",
                             "northwind-site", "--chips", chips[0]});
}

/// Northwind closes January on the book's own figures, with `counted` of its one chip.
void close_january(CliWorld& world, const std::string& counted, const std::string& shortfall) {
  world.record("northwind",
               {"balance",   "close",       "--period",  january,       "--opening",
                "0",         "--increases", "1",         "--decreases", "0",
                "--closing", "1",           "--counted", counted,       "--surplus",
                "0",         "--shortfall", shortfall,   "--sign",      world.key("gov")});
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a book shows its lines, its error and the entries behind them") {
  CliWorld world("cli-balance");
  const auto chips = world.chips(3);
  sell(world, "S1", {chips[0], chips[1]});
  world.set_now("2026-02-02");
  world.chips(1);  // Time passes by entries.

  const Json shown =
      world.json({"balance", "show", "northwind", "--period", january, "--by", "site,product"});
  CHECK(shown["opening"] == 0);
  CHECK(shown["increases"] == 1);
  CHECK(shown["decreases"] == 0);
  CHECK(shown["closing"] == 1);
  CHECK(shown["closing_tpp"] == 4800);
  CHECK(shown["errors"] == "assumed-2026-11");
  REQUIRE(shown["lines"].size() == 1);
  CHECK(shown["lines"][0]["direction"] == "increase");
  CHECK(shown["lines"][0]["method"] == "accept.sealed");
  CHECK(shown["lines"][0]["counterpart"] == "maker");
  const Json& source = shown["lines"][0]["sources"][0];
  CHECK(source["items"] == 1);
  const Json entry = world.json({"ledger", "entry", std::to_string(source["index"].get<int>())});
  CHECK(entry["statement"] == source["statement"]);
  CHECK(entry["payload"]["kind"] == "accept");
  REQUIRE(shown["parts"].size() == 1);
  CHECK(shown["parts"][0]["product"] == "a1");
  CHECK(shown["parts"][0]["site"] == "northwind-site");
  CHECK(shown["parts"][0]["closing"] == 1);

  const Json sold = world.json({"balance", "show", "maker", "--period", january});
  CHECK(sold["increases"] == 3);
  CHECK(sold["decreases"] == 1);
  CHECK(sold["closing"] == 2);
  const Ran text = world.run({"balance", "show", "northwind", "--period", january, "--sources"});
  CHECK(text.code == 0);
  CHECK(has(text.out, "accept.sealed"));
  CHECK(has(text.out, std::to_string(source["index"].get<int>())));
}

TEST_CASE("where nobody counted nothing is judged, and a count is judged by its error") {
  CliWorld world("cli-balance-count");
  sell(world, "S1", world.chips(2));
  const std::vector<std::string> show{"balance", "show", "northwind", "--period", january};

  const Ran early = world.run(show);
  CHECK(has(early.out, "Nobody counted this book"));
  CHECK(has(early.err, "before the period ends"));
  const Json open = world.json(show);
  CHECK(open["difference"].is_null());
  CHECK(open["judgement"]["power"].is_null());
  // One chip by a seal: 0.002 * 0.998 at random, 0.0005 of the whole count.
  const double sigma = std::sqrt(0.002 * 0.998 + 0.0005 * 0.0005);
  CHECK(open["judgement"]["sigma"].get<double>() == doctest::Approx(sigma));

  world.set_now("2026-02-02");
  close_january(world, "0", "1");
  const Json closed = world.json(show, 1);
  CHECK(closed["counted"]["method"] == "balance.close");
  CHECK(closed["difference"] == -1);
  CHECK(closed["judgement"]["limit"].get<double>() == doctest::Approx(1.6448536 * sigma));
  CHECK(closed["judgement"]["power"].get<double>() > 0.99);
  CHECK(closed["judgement"]["beyond"] == true);
  const Ran text = world.run(show);
  CHECK(text.code == 1);
  CHECK(has(text.out, "a loss of 1 chip would have passed the limit"));
  CHECK_FALSE(has(text.err, "before the period ends"));

  // Counting that may be off by half of everything shows no loss of one.
  const std::string rough = world.write(
      "errors.json", R"({"id":"rough","false_alarm":"0.05","methods":[{"method":"accept",)"
                     R"("random":"0","systematic":"0.9","basis":"a guess"}]})");
  const Json unsure = world.json(
      {"balance", "show", "northwind", "--period", january, "--errors", rough, "--against", "2"});
  CHECK(unsure["errors"] == "rough");
  CHECK(unsure["against"] == 2);
  CHECK(unsure["judgement"]["beyond"] == false);
}

TEST_CASE("a count that agrees with the book ends well") {
  CliWorld world("cli-balance-agrees");
  sell(world, "S1", world.chips(2));
  world.set_now("2026-02-02");
  close_january(world, "1", "0");
  const Json closed = world.json({"balance", "show", "northwind", "--period", january});
  CHECK(closed["difference"] == 0);
  CHECK(closed["judgement"]["beyond"] == false);
  CHECK(world.json({"balance", "unaccounted", "northwind"})["shortfalls"].empty());
}

TEST_CASE("the books of all parties add up to the chips that there are") {
  CliWorld world("cli-balance-list");
  sell(world, "S1", world.chips(3));
  world.set_now("2026-02-02");
  close_january(world, "0", "1");
  const Json list = world.json({"balance", "list", "--period", january}, 1);
  REQUIRE(list["balances"].size() == 2);
  std::uint64_t closing = 0;
  for (const Json& one : list["balances"]) closing += one["closing"].get<std::uint64_t>();
  CHECK(closing == 3);
  CHECK(list["totals"]["closing"] == 3);
  CHECK(list["totals"]["increases"] == 4);
  CHECK(list["totals"]["decreases"] == 1);
  const Ran text = world.run({"balance", "list", "--period", january});
  CHECK(text.code == 1);
  CHECK(has(text.out, "all books"));
  CHECK(world.json({"balance", "list", "--period", "2025-01-01..2025-02-01"})["balances"].empty());
  CHECK(world.json({"balance", "unaccounted", "northwind"})["shortfalls"][0]["chips"] == 1);
}

TEST_CASE("what is short, overdue and unaccounted for is listed, with whose it is") {
  CliWorld world("cli-unaccounted");
  const auto chips = world.chips(3);
  sell(world, "S1", {chips[0], chips[1]});
  CHECK(world.json({"balance", "overdue"})["clocks"].empty());
  CHECK(has(world.run({"balance", "overdue"}).out, "No time has run out"));
  CHECK(world.json({"balance", "overdue", "--all"})["clocks"][0]["party"] == "northwind");
  const Json even = world.json({"balance", "shipments", "--period", year});
  CHECK(even["difference"] == 0);
  CHECK(even["count"] == 1);
  CHECK(even["differing"] == 0);
  CHECK(even["shipments"].empty());
  const Json all = world.json({"balance", "shipments", "--period", year, "--all"});
  CHECK(all["shipments"][0]["sent"] == 2);
  CHECK(all["shipments"][0]["received"] == 1);
  CHECK(all["shipments"][0]["open"] == 1);
  CHECK(world.json({"balance", "unaccounted"})["unaccounted"] == 0);
  world.set_now("2026-02-01");
  world.chips(1);  // Time passes by entries.

  const Json late = world.json({"balance", "overdue", "northwind"}, 1);
  CHECK(late["clocks"][0]["what"] == "acceptance");
  CHECK(late["clocks"][0]["overdue"] == true);
  CHECK(late["clocks"][0]["due"] == "2026-01-20T00:00:00.000Z");
  CHECK(world.json({"balance", "overdue", "maker"})["clocks"].empty());
  const Json differing = world.json({"balance", "shipments", "maker", "--period", year}, 1);
  CHECK(differing["shipments"][0]["difference"] == -1);
  CHECK(differing["shipments"][0]["sources"][0]["kind"] == "release");
  CHECK(world.json({"balance", "shipments", "--period", "2025-01-01..2025-12-31"})["count"] == 0);
  CHECK(world.json({"balance", "shipments", "verifier", "--period", year})["count"] == 0);

  const Json gone = world.json({"balance", "unaccounted", "--chips"});
  CHECK(gone["unaccounted"] == 1);
  CHECK(gone["legacy"] == 0);
  std::vector<std::string> listed;
  for (const Json& one : gone["classes"]) {
    for (const Json& chip : one["chips"]) listed.push_back(chip["chip"].get<std::string>());
  }
  CHECK(listed == std::vector<std::string>{chips[1]});
  CHECK(world.json({"balance", "unaccounted"})["classes"][0]["chips"].is_null());
  const Ran text = world.run({"balance", "unaccounted", "--chips"});
  CHECK(has(text.out, "Unaccounted for: 1 chip."));
  CHECK(has(text.out, chips[1]));
}

TEST_CASE("a shipment with as many short as over is listed, and its column says how many") {
  CliWorld world("cli-short-over");
  sell(world, "S1", world.chips(2));
  const auto open_case = [&](const std::string& id, const std::string& kind) {
    world.record("northwind", {"case", "open", "--case", id, "--kind", kind, "--text", "counted",
                               "--shipment", "S1", "--quantity", "1"});
  };
  open_case("C1", "short");
  open_case("C2", "over");

  const Json differing = world.json({"balance", "shipments", "--period", year}, 1);

  CHECK(differing["differing"] == 1);
  CHECK(differing["difference"] == 0);
  REQUIRE(differing["shipments"].size() == 1);
  CHECK(differing["shipments"][0]["short"] == 1);
  CHECK(differing["shipments"][0]["over"] == 1);
  const Ran text = world.run({"balance", "shipments", "--period", year});
  CHECK(text.code == 1);
  CHECK(has(text.out, "short"));
  CHECK(has(text.out, "in 1 of them sender and receiver differ"));
}

TEST_CASE("a loss is unaccounted for at once, whoever asks") {
  CliWorld world("cli-loss");
  const auto chips = world.chips(2);
  world.record("maker", {"chip", "lose", "--circumstances", "fire", "--yes", "--chips", chips[0]});
  const Json gone = world.json({"balance", "unaccounted", "maker"});
  CHECK(gone["unaccounted"] == 1);
  CHECK(gone["classes"][0]["class"] == "lost");
  CHECK(gone["classes"][0]["tpp"] == 4800);
  CHECK(world.json({"balance", "unaccounted", "northwind"})["unaccounted"] == 0);
  const Json book = world.json({"balance", "show", "maker", "--period", year});
  CHECK(book["closing"] == 2);
  CHECK(book["absent"] == 1);
}

TEST_CASE("packages are held against what went into them") {
  CliWorld world("cli-fab");
  world.record("maker", {"lot", "create", "--lot", "D1", "--product", "a1", "--quantity", "9",
                         "--unit", "die", "--at", "maker-site"});
  const std::vector<std::string> fab{"balance",  "fab", "maker",         "--product", "a1",
                                     "--period", year,  "--per-package", "memory=6"};
  const Json before = world.json(fab);
  CHECK(before["packages"] == 0);
  CHECK(before["inputs"][0]["unit"] == "die");
  CHECK(before["inputs"][0]["created"] == 9);
  CHECK(before["inputs"][0]["in_stock"] == 9);
  CHECK(before["inputs"][1]["per_package"] == 6);
  CHECK(before["inputs"][2]["per_package"].is_null());
  CHECK(before["inputs"][2]["judgement"].is_null());
  CHECK(before["wafers"].is_null());
  // A register that follows no memory shows nothing by having none.
  CHECK(before["inputs"][1]["difference"].is_null());

  world.chips(2);  // Packaged out of nothing that a lot has.
  const Json after = world.json(fab, 1);
  CHECK(after["packages"] == 2);
  CHECK(after["inputs"][0]["used"] == 0);
  CHECK(after["inputs"][0]["difference"] == 2);
  CHECK(after["tests"]["insertions"] == 2);
  CHECK(after["tests"]["untested"] == 0);
  CHECK(after["sources"][0]["kind"] == "chip.package");
  const Ran text = world.run(fab + std::vector<std::string>{"--sources"});
  CHECK(text.code == 1);
  CHECK(has(text.out, "2 test insertions"));
  CHECK(has(text.out, "die created"));
}

TEST_CASE("a wrong question about books is one clear line, and no answer") {
  CliWorld world("cli-balance-wrong");
  struct Wrong {
    std::vector<std::string> words;
    std::string told;
  };
  const std::string junk = world.write("junk.json", "{}");
  const std::vector<std::string> show{"balance", "show", "northwind", "--period", year};
  const std::vector<std::string> fab{"balance", "fab",      "maker", "--product",
                                     "a1",      "--period", year};
  const std::vector<Wrong> list{
      {{"balance", "weigh"}, "weigh"},
      {{"balance", "show", "northwind"}, "--period"},
      {{"balance", "show", "--period", year}, "party"},
      {{"balance", "show", "northwind", "--period", "2026"}, "FROM..TO"},
      {{"balance", "show", "northwind", "--period", "2026-02-30..2026-03-01"}, "--period"},
      {{"balance", "show", "northwind", "--period", "2026-02-01..soon"}, "--period"},
      {{"balance", "show", "northwind", "--period", "2026-02-01..2026-02-01"}, "not after"},
      {{"balance", "show", "nobody", "--period", year}, "nobody"},
      {show + std::vector<std::string>{"--site", "port"}, "gov"},
      {show + std::vector<std::string>{"--site", "moon"}, "moon"},
      {show + std::vector<std::string>{"--product", "b9"}, "b9"},
      {show + std::vector<std::string>{"--by", "colour"}, "colour"},
      {show + std::vector<std::string>{"--by", "sites"}, "sites"},
      {show + std::vector<std::string>{"--against", "0"}, "--against"},
      {show + std::vector<std::string>{"--errors", world.path("none.json")}, "none.json"},
      {show + std::vector<std::string>{"--errors", junk}, "junk.json"},
      {{"balance", "list"}, "--period"},
      {{"balance", "list", "--period", ".."}, "--period"},
      {{"balance", "fab", "maker", "--period", year}, "--product"},
      {{"balance", "fab", "maker", "--product", "b9", "--period", year}, "b9"},
      {{"balance", "fab", "nobody", "--product", "a1", "--period", year}, "nobody"},
      {fab + std::vector<std::string>{"--per-package", "memory=0"}, "--per-package"},
      {fab + std::vector<std::string>{"--per-package", "die=2"}, "--per-package"},
      {fab + std::vector<std::string>{"--per-package", "memory=6,memory=8"}, "twice"},
      {fab + std::vector<std::string>{"--yield", "1.5"}, "--yield"},
      {fab + std::vector<std::string>{"--yield-sigma", "0.1"}, "--yield"},
      {{"balance", "shipments"}, "--period"},
      {{"balance", "shipments", "nobody", "--period", year}, "nobody"},
      {{"balance", "unaccounted", "nobody"}, "nobody"},
      {{"balance", "overdue", "nobody"}, "nobody"},
  };
  for (const Wrong& wrong : list) {
    const std::string said = joined(wrong.words);
    INFO(said);
    const Ran ran = world.run(wrong.words);
    INFO(ran.err);
    CHECK(ran.code == 2);
    CHECK(ran.out.empty());
    CHECK(has(ran.err, wrong.told));
  }
}

TEST_CASE("an inventory is taken from scans, and what it misses stays asked for") {
  CliWorld world("cli-inventory");
  const auto chips = world.chips(3);
  const std::vector<std::string> take{"inventory",        "take",   "--as", "maker", "--sign",
                                      world.key("maker"), "--found"};
  const auto found = [&](const std::string& list) { return take + std::vector{list}; };
  const std::string scans = world.write("scans.csv", "chip\n" + chips[0] + "\n" + chips[2] + "\n");
  const Ran judged = world.run(found("@" + scans) + std::vector<std::string>{"--dry-run"});
  CHECK(judged.code == 0);
  CHECK(has(judged.out, "not found: " + chips[1]));
  CHECK(world.json({"balance", "unaccounted"})["unaccounted"] == 0);

  CHECK(world.run(found("@" + scans)).code == 0);
  const Json gone = world.json({"balance", "unaccounted", "--chips"});
  CHECK(gone["unaccounted"] == 1);
  CHECK(gone["classes"][3]["class"] == "not found by an inventory");
  CHECK(gone["classes"][3]["chips"][0]["chip"] == chips[1]);
  CHECK(gone["classes"][3]["chips"][0]["kind"] == "inventory");
  const Json seen = world.json({"chip", "history", chips[1]})["observations"];
  CHECK(seen.back()["kind"] == "inventory");
  CHECK(seen.back()["how"] == "named");

  // Found again by its own word, and by that of an authority as well.
  CHECK(world.run(found(joined(chips)) + std::vector<std::string>{"--site", "maker-site"}).code ==
        0);
  CHECK(world.json({"balance", "unaccounted"})["unaccounted"] == 1);
  CHECK(
      world.run(found(joined(chips)) + std::vector<std::string>{"--sign", world.key("gov")}).code ==
      0);
  CHECK(world.json({"balance", "unaccounted"})["unaccounted"] == 0);

  CHECK(world.run(found("SN-9")).code == 2);
  CHECK(world.run(found(chips[0]) + std::vector<std::string>{"--site", "port"}).code == 1);
  CHECK(world.run(found("@" + world.path("absent.csv"))).code == 2);
}
