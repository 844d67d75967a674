// What commands say of the register in words: who disputes what, who is suspended, what is wanted.

#include <algorithm>

#include "tests/cli/cli_world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;

namespace {

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// A chip of the maker in assembly board-1; the statement's hash.
std::string attached(CliWorld& world, const std::string& chip) {
  return world.record("maker", {"board", "attach", "--parent", "board-1", "--type", "board", "--at",
                                "maker-site", "--chips", chip});
}

}  // namespace

TEST_CASE("statement disputed tells a party's dispute from a key that was bad") {
  CliWorld world("cli-why-disputed");
  const auto chips = world.chips(1);
  const std::string statement = attached(world, chips[0]);
  const int last_good = world.json({"ledger", "head"})["size"].get<int>() - 1;
  world.record("gov", {"statement", "dispute", "--dispute", "D1", "--statement", statement,
                       "--claim", "never on a board"});

  const Json raised = world.json({"statement", "disputed"})["disputed"];

  REQUIRE(raised.size() == 1);
  CHECK(raised[0]["why"] == Json::array({{{"reason", "dispute"},
                                          {"dispute", "D1"},
                                          {"party", "gov"},
                                          {"claim", "never on a board"},
                                          {"entry", last_good + 1}}}));
  const std::string text = world.run({"statement", "disputed"}).out;
  CHECK(says(text, "D1"));
  CHECK_FALSE(says(text, "key"));
}

TEST_CASE("statement disputed names the key that was revoked, and the entry that did it") {
  CliWorld world("cli-why-revoked");
  const auto chips = world.chips(1);
  world.json({"key", "new", world.key("second")});
  const Json second = world.json({"key", "show", world.key("second")});
  world.record("maker", {"key", "add", "--key", second["public"].get<std::string>(), "--sign",
                         world.key("second")});
  const int last_good = world.json({"ledger", "head"})["size"].get<int>() - 1;
  world.json({"chip", "install", "--chips", chips[0], "--at", "maker-site", "--as", "maker",
              "--sign", world.key("second")});
  world.record("maker", {"key", "revoke", "--key-id", second["key_id"].get<std::string>(),
                         "--reason", "stolen", "--last-good", std::to_string(last_good), "--yes"});

  const Json disputed = world.json({"statement", "disputed"})["disputed"];

  REQUIRE(disputed.size() == 1);
  CHECK(disputed[0]["why"] == Json::array({{{"reason", "key"},
                                            {"key_id", second["key_id"]},
                                            {"party", "maker"},
                                            {"entry", last_good + 2},
                                            {"bad_from", last_good + 1}}}));
}

TEST_CASE("init refuses an origin that cannot name a key, before it writes anything") {
  CliWorld world("cli-origin");
  const auto made = [&](const std::string& origin, const std::vector<std::string>& more = {}) {
    return world.run_alone(
        std::vector<std::string>{"init", world.path("other"), "--origin=" + origin, "--registrar",
                                 "r", "--name", "n", "--country", "CH", "--key", world.key("gov")} +
        more);
  };
  for (const char* bad : {"bad origin", "a+b", "a\nb", "a\tb", "a\x7F", "a\xC2\xA0z", "a\xC3("}) {
    CAPTURE(bad);
    const Ran refused = made(bad);
    CHECK(refused.code == 2);
    CHECK((says(refused.err, "--origin") || says(refused.err, "not UTF-8")));
    CHECK(made(bad, {"--dry-run"}).code == 2);
    CHECK_FALSE(std::filesystem::exists(world.path("other")));
  }
  for (const char* good : {"-x", "\xC3\xA9.example/r"}) {
    CAPTURE(good);
    CHECK(made(good).code == 0);
    CHECK(world.run_alone({"ledger", "head", "--registry", world.path("other")}).code == 0);
    std::filesystem::remove_all(world.path("other"));
  }
}

TEST_CASE("a statement about the wrong subjects is told which it got, and the option to give") {
  CliWorld world("cli-subjects");
  const auto chips = world.chips(1);
  const auto told = [&](std::vector<std::string> arguments) {
    return world.run(std::move(arguments) +
                     std::vector<std::string>{"--as", "maker", "--sign", world.key("maker")});
  };

  const Ran none = told({"chip", "retire", "--cause", "worn"});
  const Ran listed = told({"pack", "empty", "--seal-state", "none", "--at", "maker-site"});

  CHECK(none.code == 1);
  CHECK(says(none.err,
             "subjects.form: retire: got as subjects none, want a list or a manifest of "
             "chips (--chips)"));
  CHECK(listed.code == 1);
  CHECK(says(listed.err, "got as subjects none, want a container or assembly (--in)"));
}

TEST_CASE("rma replace takes its chips from --old and --new") {
  CliWorld world("cli-replace");
  const auto chips = world.chips(2);
  world.list_exception("RMA");
  world.deliver({chips[0]});
  world.record("northwind", {"rma", "open", "--rma", "M1", "--vendor", "maker", "--fault", "f",
                             "--sign", world.key("maker"), "--chips", chips[0]});
  const std::string back =
      world.record("northwind", {"ship", "release", "--shipment", "S2", "--receiver", "maker",
                                 "--destination", "maker-site", "--purpose", "rma", "--rma", "M1",
                                 "--exception", "RMA", "--chips", chips[0]});
  world.record("maker", {"ship", "accept", "--shipment", "S2", "--release", back, "--method",
                         "opened", "--at", "maker-site", "--chips", chips[0]});

  world.record("maker", {"rma", "replace", "--rma", "M1", "--custodian", "northwind", "--old",
                         chips[0], "--new", chips[1], "--sign", world.key("northwind")});

  CHECK(world.json({"rma", "show", "M1"})["chips"][0]["replacement"] == chips[1]);
}

TEST_CASE("party show and list tell a suspension and a succession, by whom and since when") {
  CliWorld world("cli-standing");
  const auto entry_of = [&](const std::vector<std::string>& arguments) {
    return world.json(arguments)["index"].get<int>();
  };
  const int suspended = entry_of({"party", "suspend", "--party", "witness", "--reason", "r",
                                  "--yes", "--as", "gov", "--sign", world.key("gov")});
  const int succeeded =
      entry_of({"party", "succeed", "--party", "verifier", "--successor", "northwind", "--cause",
                "merged", "--reason", "r", "--yes", "--as", "registrar", "--sign",
                world.key("registrar"), "--sign", world.key("northwind")});

  const Json witness = world.json({"party", "show", "witness"});
  const Json verifier = world.json({"party", "show", "verifier"});
  const Json maker = world.json({"party", "show", "maker"});

  CHECK(witness["suspended"] == Json{{"from_index", suspended}, {"by", "gov"}, {"in_force", true}});
  CHECK(verifier["successor"] == Json{{"party", "northwind"}, {"index", succeeded}});
  CHECK(maker["suspended"].is_null());
  CHECK(maker["successor"].is_null());
  CHECK(world.json({"party", "list"})["parties"][5]["suspended"] == witness["suspended"]);
  CHECK(says(world.run({"party", "show", "witness"}).out,
             "suspended from entry " + std::to_string(suspended) + " on by gov"));
  CHECK(says(world.run({"party", "show", "verifier"}).out,
             "succeeded by northwind, entry " + std::to_string(succeeded)));
  CHECK(says(world.run({"party", "list"}).out, "suspended"));
}

TEST_CASE("chip show tells flags in words, those by open reports too") {
  CliWorld world("cli-flags");
  const auto chips = world.chips(2);
  world.record("witness", {"case", "tamper", "--case", "C1", "--evidence", std::string(64, 'c'),
                           "--basis", "screws", "--chips", chips[0]});

  const std::string text = world.run({"chip", "show", chips[0]}).out;

  CHECK(says(text.substr(text.find("flags")), "tamper"));
  CHECK_FALSE(says(world.run({"chip", "show", chips[1]}).out, "tamper"));
}

TEST_CASE("chip list refuses a state that no chip can be in, with the words that there are") {
  CliWorld world("cli-states");
  const auto chips = world.chips(1);

  const Ran refused = world.run({"chip", "list", "--state", "nosuch"});

  CHECK(refused.code == 2);
  CHECK(says(refused.err, "\"in stock\", \"rejected\", \"made\""));
  CHECK(says(world.run({"chip", "list", "--state", "in stock"}).out, chips[0]));
}

TEST_CASE("a history says what each statement changed, the product and the receiver among it") {
  CliWorld world("cli-history-changes");
  const auto chips = world.chips(1);
  world.record("maker",
               {"product", "register", "--product", "a2", "--name", "A2", "--tpp", "4000"});
  world.record("maker", {"chip", "regrade", "--from", "a1", "--to", "a2", "--evidence",
                         std::string(64, 'e'), "--chips", chips[0]});
  world.deliver(chips, "a2");

  const Json changes = world.json({"chip", "history", chips[0]})["changes"];

  const auto count = changes.size();
  REQUIRE(count >= 4);
  const Json& regraded = changes[count - 3];
  const Json& released = changes[count - 2];
  CHECK(changes[count - 4]["product"] == "a1");
  CHECK(regraded["product"] == "a2");
  CHECK(regraded["changed"] == Json::array({{{"what", "product"}, {"from", "a1"}, {"to", "a2"}}}));
  CHECK(released["receiver"] == "northwind");
  CHECK(released["display"] == "released");
  CHECK(changes[0]["changed"].empty());
  const std::string text = world.run({"chip", "history", chips[0]}).out;
  CHECK(says(text, "product a1 -> a2"));
  CHECK(says(text, "release to northwind"));
  CHECK(says(text, "display in stock -> released"));
}

TEST_CASE("a refusal of what a delegate says names the principal") {
  CliWorld world("cli-principal");
  const auto chips = world.chips(1);
  world.record("northwind", {"delegate", "grant", "--delegation", "G1", "--delegate", "witness",
                             "--kinds", "retire", "--window", "2026-01-01..2027-01-01"});

  const Ran refused = world.run({"chip", "retire", "--cause", "worn", "--for", "northwind", "--as",
                                 "witness", "--sign", world.key("witness"), "--chips", chips[0]});

  CHECK(refused.code == 1);
  CHECK(says(refused.err, "got northwind, want maker"));
}

TEST_CASE("a delegate installs for the end user that the licence names") {
  CliWorld world("cli-delegate");
  const auto chips = world.chips(1);
  world.deliver(chips);
  world.record("northwind", {"delegate", "grant", "--delegation", "G1", "--delegate", "witness",
                             "--kinds", "install", "--window", "2026-01-01..2027-01-01"});

  CHECK(world.code("witness", {"chip", "install", "--at", "northwind-site", "--for", "northwind",
                               "--chips", chips[0]}) == 0);

  CHECK(world.json({"chip", "show", chips[0]})["display"] == "installed");
}

TEST_CASE("findings, disputes, seals, delegations and policies are listed and shown") {
  CliWorld world("cli-records");
  const auto chips = world.chips(1);
  const std::string statement = attached(world, chips[0]);
  world.record("gov", {"finding", "open", "--finding", "F1", "--party", "maker", "--code", "odd",
                       "--severity", "low"});
  world.record("gov", {"statement", "dispute", "--dispute", "D1", "--statement", statement,
                       "--claim", "never on a board"});
  world.record("northwind", {"delegate", "grant", "--delegation", "G1", "--delegate", "witness",
                             "--kinds", "retire", "--window", "2026-01-01..2027-01-01"});
  world.list_exception("RMA");

  const Json finding = world.json({"finding", "show", "F1"});
  CHECK(finding["code"] == "odd");
  CHECK(finding["kind"] == "finding.open");
  CHECK(world.json({"finding", "list"})["findings"] == Json::array({finding}));
  CHECK(world.json({"case", "show", "F1"}) == finding);
  CHECK(says(world.run({"case", "show", "F1"}).out, "odd"));
  const Json dispute = world.json({"dispute", "show", "D1"});
  CHECK(dispute["claim"] == "never on a board");
  CHECK(dispute["disputed"] == statement);
  CHECK(world.json({"dispute", "list", "--open"})["disputes"] == Json::array({dispute}));
  CHECK(world.json({"delegate", "list"})["delegations"][0]["delegate"] == "witness");
  CHECK(world.json({"seal", "list"})["seals"].empty());
  const Json policies = world.json({"policy", "show"})["policies"];
  CHECK(policies.back()["parameters"]["exceptions"] == Json::array({"RMA"}));
  CHECK(policies.back()["open"] == true);
  CHECK(world.run({"finding", "show", "F2"}).code == 2);
  CHECK(world.run({"case", "show", "F2"}).code == 2);

  world.record("gov", {"finding", "close", "--finding", "F1", "--outcome", "explained", "--reason",
                       "r", "--yes"});
  CHECK(world.json({"finding", "list", "--open"})["findings"].empty());
  CHECK(world.json({"finding", "show", "F1"})["outcome"] == "explained");
}

TEST_CASE("a tenant's roster tells the pools that leases of capacity let it use") {
  CliWorld world("cli-pool");
  const auto chips = world.chips(3);
  world.record("maker", {"lease", "start", "--lease", "R1", "--lessee", "northwind", "--country",
                         "SG", "--window", "2026-01-01..2027-01-01", "--sign",
                         world.key("northwind"), "--chips", chips[0]});
  CHECK(world.json({"roster", "show", "--tenant", "northwind"})["capacity_leases"].empty());
  world.record("maker", {"lease", "start", "--lease", "R2", "--lessee", "northwind", "--country",
                         "SG", "--window", "2026-01-01..2027-01-01", "--capacity", "2", "--sign",
                         world.key("northwind")});

  const Json shown = world.json({"roster", "show", "--tenant", "northwind"});

  CHECK(shown["count"] == 1);
  REQUIRE(shown["capacity_leases"].size() == 1);
  CHECK(shown["capacity_leases"][0]["lease"] == "R2");
  CHECK(shown["capacity_leases"][0]["chips"] == 3);
  CHECK(world.json({"roster", "show", "maker"})["capacity_leases"].is_null());
  const std::string text = world.run({"roster", "show", "--tenant", "northwind", "--chips"}).out;
  CHECK(says(text, "and 3 chips of maker's pool by capacity lease R2"));
  CHECK(says(text, "tenant     custodian"));
  const std::vector<std::string> frame{"roster", "show", "northwind", "--window",
                                       "2026-01-01..2026-02-01"};
  CHECK(world.json(frame)["count"] == 3);
  CHECK(says(world.run(frame).out, "custodian or tenant northwind"));
  CHECK(world.json({"roster", "show", "--tenant", "northwind", "--window",
                    "2026-01-01..2026-02-01"})["capacity_leases"][0]["chips"] == 3);
}

TEST_CASE("party register says which roles there are, what a country is, and checks LEI and GLN") {
  CliWorld world("cli-register");
  world.json({"key", "new", world.key("new")});
  const std::string key = world.json({"key", "show", world.key("new")})["public"];
  const auto ran = [&](const std::vector<std::string>& more) {
    return world.run(std::vector<std::string>{"party", "register", "--party", "new", "--name", "N",
                                              "--key", key, "--as", "registrar", "--sign",
                                              world.key("registrar"), "--sign", world.key("new")} +
                     more);
  };
  const std::vector<std::string> good{"--country", "US", "--roles", "fab"};
  const std::string head = world.head();

  CHECK(says(ran({"--country", "US", "--roles", "foo"}).err,
             "got \"foo\", want 1 to 13 distinct roles of registrar, authority, designer"));
  CHECK(says(ran({"--country", "xb", "--roles", "fab"}).err,
             "got \"xb\", want a country by its "
             "ISO 3166-1 code"));
  CHECK(says(world.run({"party", "register", "--help"}).out, "registrar, authority"));
  for (const char* lei : {"abc", "HWUPKR0MPOU8FGXBT395", "HWUPKR0MPOU8FGXBT39"}) {
    const Ran refused = ran(good + std::vector<std::string>{"--lei", lei});
    CHECK(refused.code == 2);
    CHECK(says(refused.err, "--lei: got"));
  }
  for (const char* gln : {"123", "4012345000055", "401234500005X"}) {
    const Ran refused = ran(good + std::vector<std::string>{"--gln", gln});
    CHECK(refused.code == 2);
    CHECK(says(refused.err, "--gln: got"));
  }
  CHECK(world.head() == head);
  CHECK(ran(good +
            std::vector<std::string>{"--lei", "HWUPKR0MPOU8FGXBT394", "--gln", "4012345000054"})
            .code == 0);
}

TEST_CASE("a number that has to be above 0 is refused without the limits of the machine") {
  CliWorld world("cli-above-zero");

  const Ran refused = world.run({"choke", "check", "--extract", "x", "--key", "k", "--scans", "s",
                                 "--filing", "f", "--bad", "0"});

  CHECK(refused.code == 2);
  CHECK(says(refused.err, "--bad: got \"0\", want a number above 0"));
}

TEST_CASE("a container is called --in or --container when it is filled, and when it is emptied") {
  CliWorld world("cli-container");
  const auto chips = world.chips(1);

  world.record("maker",
               {"pack", "fill", "--in", "box-1", "--at", "maker-site", "--chips", chips[0]});
  CHECK(world.json({"chip", "show", chips[0]})["holder"] == "box-1");
  world.record("maker", {"pack", "empty", "--container", "box-1", "--seal-state", "none", "--at",
                         "maker-site"});
  CHECK(world.json({"chip", "show", chips[0]})["holder"].is_null());
}

TEST_CASE("an extract that is only tried says that nothing was written") {
  CliWorld world("cli-dry-extract");
  const std::vector<std::string> extract{"choke", "extract", "--out", world.path("x.extract"),
                                         "--dry-run"};

  CHECK(world.json(extract)["file"].is_null());
  CHECK(says(world.run(extract).out, "nothing was written"));
  CHECK_FALSE(std::filesystem::exists(world.path("x.extract")));
}
