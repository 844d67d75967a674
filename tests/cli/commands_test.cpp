// The life of one chip and of its registry, by the command line alone.

#include <algorithm>
#include <fstream>

#include "cli/commands/event_verbs.hpp"
#include "ledger/base/file.hpp"
#include "registry/kind.hpp"
#include "tests/cli/cli_world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;

namespace {

std::string state_of(CliWorld& world, const std::string& chip) {
  return world.json({"chip", "show", chip})["display"].get<std::string>();
}

std::string custodian_of(CliWorld& world, const std::string& chip) {
  const Json custodian = world.json({"chip", "show", chip})["custodian"];
  return custodian.is_null() ? "nobody" : custodian.get<std::string>();
}

/// Grants a licence for `units` chips and releases `chips` to northwind.
std::string shipped(CliWorld& world, const std::vector<std::string>& chips,
                    const std::string& units = "10") {
  world.record("gov", {"licence", "grant", "--licence", "L1", "--licensee", "maker", "--consignees",
                       "northwind", "--countries", "SG", "--products", "a1", "--max-units", units,
                       "--window", "2026-01-01..2027-01-01"});
  return world.record("maker", {"ship", "release", "--shipment", "S1", "--receiver", "northwind",
                                "--destination", "northwind-site", "--purpose", "sale", "--licence",
                                "L1", "--chips", joined(chips)});
}

}  // namespace

TEST_CASE("one chip lives from reservation to destruction by commands") {
  CliWorld world("cli-life");
  const auto chips = world.chips(2);
  const std::string& chip = chips[0];
  CHECK(state_of(world, chip) == "in stock");
  CHECK(world.json({"chip", "show", chip})["assurance"] == "bound");

  world.record("maker", {"board", "attach", "--parent", "board-1", "--type", "board", "--at",
                         "maker-site", "--chips", joined(chips)});
  CHECK(world.json({"chip", "show", chip})["holder"] == "board-1");
  world.record("maker", {"board", "detach", "--parent", "board-1", "--reason", "rework", "--chips",
                         joined(chips)});

  const std::string release = shipped(world, chips);
  CHECK(state_of(world, chip) == "released");
  CHECK(world.json({"ship", "status", "S1"})["open"] == 2);
  CHECK(world.json({"licence", "show", "L1"})["units_left"] == 8);
  world.record("maker", {"ship", "hand-over", "--shipment", "S1", "--taker", "witness", "--place",
                         "ramp 4", "--sign", world.key("witness"), "--chips", joined(chips)});
  world.record("gov", {"choke", "check-in", "--shipment", "S1", "--declared-count", "2", "--at",
                       "port", "--chips", joined(chips)});
  world.record("gov", {"choke", "hold", "--hold", "H1", "--basis", "section 5", "--chips", chip});
  CHECK(state_of(world, chip) == "held at border");
  CHECK(world.json({"chip", "show", chip})["holds"] == Json{"H1"});
  world.record("gov", {"choke", "clear", "--holds", "H1", "--depart", "yes", "--chips", chip});
  world.record("northwind",
               {"ship", "arrive", "--shipment", "S1", "--at", "northwind-site", "--chips", chip});
  world.record("northwind", {"ship", "accept", "--shipment", "S1", "--release", release, "--method",
                             "opened", "--at", "northwind-site", "--chips", chip});
  CHECK(custodian_of(world, chip) == "northwind");

  world.record("northwind",
               {"chip", "install", "--rack", "R1", "--at", "northwind-site", "--chips", chip});
  CHECK(state_of(world, chip) == "installed");
  world.record("northwind", {"chip", "uninstall", "--cause", "end of life", "--chips", chip});
  world.record("northwind", {"chip", "lose", "--circumstances", "gone from the shelf", "--yes",
                             "--chips", chip});
  CHECK(state_of(world, chip) == "lost");
  world.record("northwind",
               {"chip", "recover", "--sign", world.key("gov"), "--place", "hall 3", "--proof",
                std::string(64, 'a'), "--at", "northwind-site", "--chips", chip});
  CHECK(state_of(world, chip) == "quarantine");
  world.record("gov", {"chip", "resolve", "--reason", "seen and read", "--chips", chip});
  world.record("northwind", {"chip", "retire", "--cause", "end of life", "--chips", chip});
  world.record("northwind",
               {"chip", "destroy", "--sign", world.key("witness"), "--method", "shredded",
                "--place", "hall 2", "--at", "northwind-site", "--yes", "--chips", chip});
  CHECK(state_of(world, chip) == "destroyed");
  CHECK(custodian_of(world, chip) == "nobody");

  const Json history = world.json({"chip", "history", chip});
  CHECK(history["changes"].front()["kind"] == "chip.package");
  CHECK(history["changes"].back()["kind"] == "destroy");
  CHECK(history["changes"].size() > 12);
  const Json verified = world.json({"ledger", "verify"});
  CHECK(verified["valid"] == true);
  CHECK(verified["faults"].empty());
  CHECK(verified["statements_verified"].get<int>() > verified["entries"].get<int>());
  CHECK(verified["modes"] == Json{"log", "rules", "projection"});
}

TEST_CASE("a container goes from maker to Prover as one") {
  CliWorld world("cli-container");
  const auto chips = world.chips(3);
  world.record("maker", {"pack", "fill", "--container", "crate-1", "--seal", "A7", "--at",
                         "maker-site", "--chips", joined(chips)});
  world.record("gov", {"licence", "grant", "--licence", "L1", "--licensee", "maker", "--consignees",
                       "northwind", "--countries", "SG", "--products", "a1", "--max-units", "3",
                       "--window", "2026-01-01..2027-01-01"});
  const std::string release = world.record(
      "maker", {"ship", "release", "--shipment", "S1", "--receiver", "northwind", "--destination",
                "northwind-site", "--purpose", "sale", "--licence", "L1", "--in", "crate-1"});
  world.record("northwind", {"ship", "accept", "--shipment", "S1", "--release", release, "--method",
                             "sealed", "--at", "northwind-site", "--in", "crate-1"});
  world.record("northwind", {"pack", "empty", "--seal-state", "intact", "--in", "crate-1"});

  const Json roster = world.json({"roster", "show", "northwind", "--chips"});
  CHECK(roster["count"] == 3);
  CHECK(roster["tpp"] == 3 * 4800);
  CHECK(roster["chips"].size() == 3);
  CHECK(roster["root"] != world.json({"roster", "show", "maker"})["root"]);
  const Json frame =
      world.json({"roster", "show", "maker", "--window", "2026-01-01..2026-02-01", "--chips"});
  CHECK(frame["count"] == 3);
  CHECK(world.json({"roster", "show", "maker"})["count"] == 0);
  CHECK(world.json({"roster", "show", "northwind", "--index", "3"})["count"] == 0);
}

TEST_CASE("every row of the table of verbs names a kind of event") {
  for (const cli::EventVerb& row : cli::event_verbs()) {
    INFO(row.noun << " " << row.verb);
    CHECK(registry::find_kind(row.kind) != nullptr);
  }
}

TEST_CASE("lists and single records say what was registered") {
  CliWorld world("cli-lists");
  const auto chips = world.chips(3);
  CHECK(world.json({"party", "list"})["parties"].size() == 6);
  CHECK(world.json({"party", "show", "maker"})["chips"] == 3);
  CHECK(world.json({"party", "show", "maker"})["keys"].size() == 1);
  CHECK(world.json({"site", "list", "--party", "gov"})["sites"].size() == 2);
  CHECK(world.json({"product", "list"})["products"].size() == 1);
  CHECK(world.json({"licence", "list"})["licences"].empty());
  CHECK(world.json({"ship", "status"})["shipments"].empty());
  CHECK(world.json({"run", "list"})["runs"].empty());
  CHECK(world.json({"plan", "list"})["plans"].empty());
  CHECK(world.json({"query", "list"})["queries"].empty());

  const Ran listed = world.run({"chip", "list", "--party", "maker", "--limit", "2", "--json"});
  CHECK(listed.code == 0);
  CHECK(std::ranges::count(listed.out, '\n') == 2);
  const Ran rest = world.run({"chip", "list", "--after", chips[1], "--json"});
  CHECK(must(parse_json(rest.out))["chip"] == chips[2]);

  for (const auto& arguments : std::vector<std::vector<std::string>>{{"party", "show", "nobody"},
                                                                     {"product", "show", "nothing"},
                                                                     {"licence", "show", "L9"},
                                                                     {"ship", "status", "S9"},
                                                                     {"run", "show", "r9"},
                                                                     {"plan", "show", "p9"},
                                                                     {"roster", "show", "nobody"},
                                                                     {"chip", "show", "zz"},
                                                                     {"ledger", "entry", "999"}}) {
    const Ran ran = world.run(arguments);
    INFO(joined(arguments));
    CHECK(ran.code == 2);
    CHECK(std::ranges::count(ran.err, '\n') == 1);
    CHECK(ran.out.empty());
  }
}

TEST_CASE("the catalogue explains a control class without a registry") {
  CliWorld world("cli-catalogue");
  const Ran ran = world.run_alone({"product", "show", "h100-sxm5-80gb", "--json"});
  REQUIRE(ran.code == 0);
  const Json shown = must(parse_json(ran.out));
  CHECK(shown["product"].is_null());
  CHECK(shown["model"]["control"]["class"] == "3A090.a.1");
  CHECK(shown["model"]["control"]["checks"].size() == 4);
  const Ran listed = world.run_alone({"product", "list", "--json"});
  CHECK(must(parse_json(listed.out))["models"].size() > 20);
}

TEST_CASE("statements are made, signed, judged and handed in") {
  CliWorld world("cli-statements");
  world.json({"key", "new", world.path("second.key")});
  const Json party = {{"party", "second"},
                      {"name", "Second"},
                      {"country", "SG"},
                      {"roles", {"witness"}},
                      {"key", world.json({"key", "show", world.path("second.key")})["public"]}};
  const std::string file = world.path("party.json");
  const std::string body = "@" + world.write("body.json", party.dump());
  const std::vector<std::string> make{"statement", "make",      "--kind", "org.register",
                                      "--as",      "registrar", "--sign", world.key("registrar"),
                                      "--body",    body,        "--out",  file};
  const std::string before = world.head();
  auto dry = make;
  dry.emplace_back("--dry-run");
  CHECK(world.json(dry)["file"].is_null());
  CHECK_FALSE(std::filesystem::exists(file));
  CHECK(world.json(make)["file"] == file);
  CHECK(world.run(make).code == 3);  // never over a file

  const Ran unsigned_by_new_key = world.run({"statement", "check", file, "--json"});
  CHECK(unsigned_by_new_key.code == 1);
  CHECK(must(parse_json(unsigned_by_new_key.out))["rule"] == "key.no_possession");
  CHECK(world.json({"statement", "sign", file, "--sign", world.path("second.key")})["key_ids"]
            .size() == 2);
  CHECK(world.json({"statement", "check", file})["status"] == "would-be-accepted");
  CHECK(world.head() == before);
  CHECK(world.json({"statement", "submit", file, "--dry-run"})["status"] == "would-be-accepted");
  CHECK(world.head() == before);

  CHECK(world.json({"statement", "submit", file})["status"] == "recorded");
  const Json again = world.json({"statement", "submit", file});
  CHECK(again["status"] == "duplicate");
  CHECK(again["index"].is_number());
  CHECK(world.json({"party", "list"})["parties"].size() == 7);
}

TEST_CASE("manifests travel beside their statement") {
  CliWorld world("cli-manifest");
  const auto chips = world.chips(70);
  const std::string ids = "chip\n" + [&] {
    std::string lines;
    for (const std::string& chip : chips) lines += chip + "\n";
    return lines;
  }();
  const std::string file = world.path("retire.json");
  const Json made = world.json({"statement", "make", "--kind", "retire", "--as", "maker", "--sign",
                                world.key("maker"), "--body", "{\"cause\":\"test lot\"}", "--chips",
                                "@" + world.write("all.csv", ids), "--out", file});
  REQUIRE(made["blob_files"].size() == 1);
  const std::string blob = made["blob_files"][0];
  std::filesystem::rename(blob, world.path("elsewhere"));
  const Ran without = world.run({"statement", "submit", file});
  CHECK(without.code == 2);
  CHECK(without.err.find("--blob") != std::string::npos);
  CHECK(world.json({"statement", "check", file, "--blob", world.path("elsewhere")})["status"] ==
        "would-be-accepted");
  std::filesystem::rename(world.path("elsewhere"), blob);
  CHECK(world.json({"statement", "submit", file})["status"] == "recorded");
  CHECK(state_of(world, chips[69]) == "retired");
  CHECK(world.json({"ledger", "verify"})["manifests"].get<int>() >= 4);
}

TEST_CASE("chips come as NDJSON, too") {
  CliWorld world("cli-ndjson");
  const auto chips = world.chips(2);
  const std::string lines = "{\"chip\":\"" + chips[0] + "\"}\n{\"chip\":\"" + chips[1] + "\"}\n";

  CHECK(world
            .run({"chip", "retire", "--as", "maker", "--sign", world.key("maker"), "--cause", "old",
                  "--chips", "@" + world.write("old.ndjson", lines)})
            .code == 0);

  CHECK(state_of(world, chips[0]) == "retired");
  CHECK(state_of(world, chips[1]) == "retired");
}

TEST_CASE("a stream is handed in line by line, or as a whole") {
  CliWorld world("cli-stream");
  const auto site = [&](const std::string& id, const std::string& number,
                        const std::string& country) {
    const Ran made =
        world.run({"statement", "make", "--kind", "site.register", "--as", "maker", "--sign",
                   world.key("maker"), "--stream", "sites", "--number", number, "--body",
                   "{\"site\":\"" + id + "\",\"name\":\"n\",\"country\":\"" + country +
                       "\",\"kind\":\"warehouse\"}"});
    REQUIRE(made.code == 0);
    return made.out;
  };
  // The middle one registers a site that is there already: refused by a rule, exit 1.
  const std::string mixed =
      world.write("mixed.ndjson",
                  site("x1", "1", "US") + site("maker-site", "2", "US") + site("x2", "5", "US"));
  const std::string before = world.head();
  CHECK(world.run({"statement", "submit", mixed, "--all-or-nothing"}).code == 1);
  CHECK(world.head() == before);

  const Ran ran = world.run({"statement", "submit", mixed, "--json"});
  CHECK(ran.code == 1);
  CHECK(std::ranges::count(ran.out, '\n') == 3);
  CHECK(ran.err.find("mixed.ndjson line 2: site.exists") != std::string::npos);
  CHECK(ran.out.find("\"line\":2") != std::string::npos);
  CHECK(world.json({"site", "list", "--party", "maker"})["sites"].size() == 3);

  const Json gaps = world.json({"statement", "gaps", "--as", "maker"})["gaps"];
  REQUIRE(gaps.size() == 1);
  CHECK(gaps[0]["stream"] == "maker/sites");
  CHECK(gaps[0]["from"] == 2);
  CHECK(gaps[0]["to"] == 4);
}

TEST_CASE("a receipt proves an entry to whoever has the log's key") {
  CliWorld world("cli-proof");
  const std::string key = world.json({"ledger", "head"})["verifier_key"];
  const std::string file = world.path("receipt.json");
  world.json({"ledger", "prove", "3", "--out", file});
  const Json good = world.json({"ledger", "check-proof", file, "--key", key});
  CHECK(good["valid"] == true);
  CHECK(good["entry"]["index"] == 3);
  CHECK(good["entry"]["leaf"] == world.json({"ledger", "entry", "3"})["leaf"]);

  std::string text = must(read_text_file(file));
  text[text.size() / 2] = text[text.size() / 2] == 'A' ? 'B' : 'A';
  const Json bad =
      world.json({"ledger", "check-proof", world.write("bad.json", text), "--key", key}, 1);
  CHECK(bad["valid"] == false);
  CHECK(bad["code"].is_string());
  CHECK(world.json({"ledger", "check-proof", world.write("none.json", ""), "--key", key},
                   1)["valid"] == false);
  CHECK(world.run({"ledger", "check-proof", world.path("absent"), "--key", key}).code == 2);
  CHECK(world.run({"ledger", "check-proof", file, "--key", "nonsense"}).code == 2);
  CHECK(world.run({"ledger", "prove", "999"}).code == 2);
}

TEST_CASE("the view can be dumped, lost, rebuilt, and a changed row is named") {
  CliWorld world("cli-view");
  const auto chips = world.chips(2);
  const std::string hash = world.json({"registry", "dump-hash"})["sha256"];
  const std::string file = world.path("dump.ndjson");
  CHECK(world.json({"registry", "dump", "--out", file})["sha256"] == hash);
  CHECK(world.run({"registry", "dump", "--out", file}).code == 3);
  const Ran printed = world.run({"registry", "dump"});
  CHECK(printed.out == must(read_text_file(file)));
  CHECK(world.json({"registry", "check"})["valid"] == true);

  std::filesystem::remove(world.path("registry/view.db"));
  const Json missing = world.json({"registry", "check"}, 1);
  CHECK(missing["faults"][0]["code"] == "projection.unreadable");
  CHECK(world.json({"registry", "rebuild"})["sha256"] == hash);
  CHECK(world.json({"registry", "check"})["kept"] == hash);
}

TEST_CASE("a value changed in a file is found and named") {
  CliWorld world("cli-flip");
  const auto changed = [&](const std::string& file, const std::string& what,
                           const std::string& by) {
    std::string bytes = must(read_text_file(world.path(file)));
    const auto at = bytes.find(what);
    REQUIRE(at != std::string::npos);
    world.write(file, bytes.replace(at, by.size(), by));
  };
  CHECK(world.json({"ledger", "verify"})["valid"] == true);

  changed("registry/view.db", "Site of maker", "Sitf of maker");
  const Json view = world.json({"registry", "check"}, 1);
  REQUIRE(view["faults"].size() == 1);
  CHECK(view["faults"][0]["code"] == "projection.row");
  CHECK(view["faults"][0]["expected"].get<std::string>().find("Site of maker") !=
        std::string::npos);
  CHECK(view["faults"][0]["found"].get<std::string>().find("Sitf of maker") != std::string::npos);
  CHECK(world.json({"ledger", "verify", "--log"})["valid"] == true);
  CHECK(world.json({"ledger", "verify"}, 1)["faults"][0]["code"] == "projection.row");
  world.json({"registry", "rebuild"});
  CHECK(world.json({"ledger", "verify"})["valid"] == true);

  changed("registry/log.db", "2026-01-05T08:00:1", "2026-01-05T08:00:2");
  const Json log = world.json({"ledger", "verify"}, 1);
  CHECK(log["valid"] == false);
  CHECK(log["faults"][0]["index"].is_number());
}

TEST_CASE("exit codes: done, refused, unusable, not possible") {
  CliWorld world("cli-codes");
  const auto chips = world.chips(1);
  const std::string before = world.head();
  const std::vector<std::string> retire{"chip", "retire", "--cause", "old", "--chips", chips[0]};
  CHECK(world.code("northwind", retire) == 1);                               // not the custodian
  CHECK(world.code("nobody", retire) == 2);                                  // no such key file
  CHECK(world.code("maker", {"chip", "retire", "--chips", chips[0]}) == 2);  // no --cause
  CHECK(world.code("maker", {"chip", "retire", "--cause", "old", "--chips", "0000"}) == 2);
  CHECK(world.code("maker", {"chip", "destroy", "--method", "m", "--place", "p", "--chips",
                             chips[0]}) == 2);  // no --yes
  CHECK(world.run({"chip", "vanish"}).code == 2);
  CHECK(world.run({"party", "list", "--at-noon"}).code == 2);
  CHECK(world.run_alone({"party", "list"}).code == 2);
  CHECK(world.run_alone({"party", "list", "--registry", world.path("absent")}).code == 2);
  CHECK(world
            .run({"init", world.path("registry"), "--origin", "x", "--registrar", "r", "--name",
                  "n", "--country", "CH", "--key", world.key("gov")})
            .code == 3);
  auto dry = retire;
  dry.emplace_back("--dry-run");
  CHECK(world.code("maker", dry) == 0);
  CHECK(world.head() == before);
  CHECK(world.code("maker", retire) == 0);
  CHECK(world.head() != before);
}
