// Who may act, and for whom: suspension, delegation, succession; sites that close and products that
// get new versions.

#include "registry/audit.hpp"
#include "tests/registry/support/world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::registry;

namespace {

Draft suspension(const std::string& party, Json more = Json::object()) {
  Json body{{"party", party}, {"reason", "fraud"}};
  body.update(more);
  return {.kind = "org.suspend", .body = body};
}

Draft release_to(const std::string& receiver, const std::string& shipment,
                 const std::vector<ChipId>& chips) {
  return about("release", chips,
               {{"shipment", shipment},
                {"receiver", receiver},
                {"destination", receiver == "gov" ? "gov-site" : receiver + "-site"},
                {"purpose", "sale"}});
}

Draft delegation(Json more = Json::object()) {
  Json body{{"delegation", "D1"},
            {"delegate", "broker"},
            {"kinds", {"accept", "retire", "release"}},
            {"window", {{"from", "2026-01-01T00:00:00.000Z"}, {"to", "2026-02-01T00:00:00.000Z"}}}};
  body.update(more);
  return {.kind = "delegate.grant", .body = body};
}

Draft for_party(Draft draft, const std::string& principal) {
  draft.on_behalf_of = principal;
  return draft;
}

}  // namespace

TEST_CASE("a suspended party reports, corrects and releases to an authority, and no more") {
  World world;
  const auto chips = world.chips(3);
  const Hash attached = world.record(
      "maker",
      about("asm.attach", {chips[2]}, {{"parent", "b1"}, {"type", "board"}}, "maker-site"));
  world.record("gov", suspension("maker"));

  CHECK(world.rule("maker", about("retire", {chips[0]}, {{"cause", "c"}})) == "party.suspended");
  CHECK(world.rule("maker", release_to("dealer", "S1", {chips[0]})) == "party.suspended");
  CHECK(world.rule("maker", {.kind = "lot.create",
                             .body = {{"lot", "L"}, {"product", "a1"}, {"quantity", 1}},
                             .site = "maker-site"}) == "party.suspended");
  world.record("maker", about("loss.declare", {chips[1]}, {{"circumstances", "gone"}}));
  world.record("maker", {.kind = "correct.void",
                         .body = {{"target", attached.to_hex()}, {"reason", "wrong"}}});
  world.record("maker", release_to("gov", "S1", {chips[0]}));
  CHECK(world.rule("gov", suspension("maker")) == "suspend.already");
  world.record("gov", {.kind = "org.reinstate", .body = {{"party", "maker"}, {"reason", "r"}}});
  world.record("maker", about("retire", {chips[2]}, {{"cause", "c"}}));
}

TEST_CASE("a suspended Prover files what an audit wants of it, and still moves nothing") {
  World world;
  const auto chips = world.chips(2);
  world.deliver("maker", "northwind", chips);
  world.clock.advance_ms(ms_per_day);
  world.record("gov", suspension("northwind"));

  const Json window{{"from", "2026-01-01T00:00:00.000Z"}, {"to", world.clock.now().to_string()}};
  Draft heads{.kind = "heads.commit", .body = {{"window", window}}};
  for (const ChipId& chip : chips) heads.chips.push_back({chip, {{"none", true}}});
  const Hash filed = world.record("northwind", heads);
  const auto& kept = world.state().tables().heads[0];
  const auto party = must(PartyId::parse("northwind"));
  const Window frozen{must(Timestamp::parse(window["from"].get<std::string>())),
                      must(Timestamp::parse(window["to"].get<std::string>()))};
  CHECK(must(frame(world.state(), party, frozen)).lines.size() == 2);
  world.record(
      "northwind",
      {.kind = "freeze.commit",
       .body = {
           {"freeze", "F1"},
           {"window", window},
           {"frame", {{"root", std::string(64, 'f')}, {"count", 2}, {"salted", true}}},
           {"heads", {{"root", kept.root.to_hex()}, {"count", 2}, {"statement", filed.to_hex()}}},
           {"declarations",
            {{"root",
              declarations_root(world.state(), kept.party, frozen, world.state().size()).to_hex()},
             {"count", 0}}}}});
  CHECK(world.rule("northwind", about("retire", {chips[0]}, {{"cause", "c"}})) ==
        "party.suspended");
  CHECK(must(audit_registry(world.store)).faults.empty());
}

TEST_CASE("a suspended party says what an audit wants of it, and nothing that takes or closes") {
  const auto of_suspended = [](const char* name) {
    const Kind* kind = find_kind(name);
    REQUIRE_MESSAGE(kind != nullptr, name);
    return kind->suspended;
  };
  for (const char* name : {"freeze.commit", "heads.commit", "run.declare", "run.amend", "exit.read",
                           "query.answer", "draw.ceremony_commit", "draw.ceremony_reveal"}) {
    CHECK_MESSAGE(of_suspended(name) == Suspended::may, name);
  }
  for (const char* name :
       {"accept", "install", "retire", "asm.attach", "title.transfer", "key.add", "inventory",
        "balance.close", "plan.commit", "draw.seal", "inspect.result", "query.close"}) {
    CHECK_MESSAGE(of_suspended(name) == Suspended::stops, name);
  }
}

TEST_CASE("a suspended party signs for nobody else, and gets nothing") {
  World world;
  const auto chips = world.chips(2);
  world.record("maker", about("retire", {chips[0]}, {{"cause", "c"}}));
  world.record("gov", suspension("witness"));
  world.record("gov", suspension("dealer"));

  CHECK(world.rule("maker",
                   about("destroy", {chips[0]}, {{"method", "m"}, {"place", "p"}}, "maker-site"),
                   {"witness"}) == "party.suspended");
  CHECK(world.rule("maker", release_to("dealer", "S1", {chips[1]})) == "party.suspended");
}

TEST_CASE("a suspension begins where it says, and never behind the log") {
  World world;
  const auto chips = world.chips(2);
  const auto size = static_cast<std::int64_t>(world.state().size());

  CHECK(world.rule("gov", suspension("maker", {{"from_index", size - 1}})) == "suspend.index");
  world.record("gov", suspension("maker", {{"from_index", size + 2}}));
  world.record("maker", about("retire", {chips[0]}, {{"cause", "c"}}));
  CHECK(world.rule("maker", about("retire", {chips[1]}, {{"cause", "c"}})) == "party.suspended");
  CHECK(world.rule("dealer", suspension("northwind")) == "role.missing");
  CHECK(world.rule("gov", suspension("registrar")) == "suspend.registrar");
  CHECK(world.rule("gov", suspension("nobody")) == "party.unknown");
  CHECK(world.rule("gov", {.kind = "org.reinstate",
                           .body = {{"party", "dealer"}, {"reason", "r"}}}) == "suspend.none");
  world.record("registrar", suspension("broker"));
  CHECK(world.rule("registrar", {.kind = "org.reinstate",
                                 .body = {{"party", "broker"}, {"reason", "r"}}}) == "recorded");
  CHECK(world.rule("registrar",
                   {.kind = "org.reinstate", .body = {{"party", "maker"}, {"reason", "r"}}}) ==
        "suspend.not_yours");
}

TEST_CASE("a delegate speaks for its principal, in what and where and as long as it may") {
  World world;
  const auto chips = world.chips(4);
  const auto retire = [&](std::size_t n) {
    return for_party(about("retire", {chips[n]}, {{"cause", "c"}}), "maker");
  };

  CHECK(world.rule("broker", retire(0)) == "delegate.none");
  world.record("maker", delegation({{"max_units", 2}}));
  CHECK(world.rule("broker", for_party(about("retire", {chips[0]}, {{"cause", "c"}}), "nobody")) ==
        "party.unknown");
  CHECK(world.rule("dealer", retire(0)) == "delegate.none");
  world.record("broker", retire(0));
  CHECK(world.chip(chips[0]).life == Life::retired);
  CHECK(world.custodian(chips[0]) == "maker");
  const StatementRow& row = world.state().tables().statements[world.state().size() - 1];
  CHECK(world.state().party_name(row.party) == "maker");
  CHECK(world.state().party_name(row.delegate) == "broker");
  CHECK(world.rule("broker", for_party(about("loss.declare", {chips[1]}, {{"circumstances", "c"}}),
                                       "maker")) == "delegate.not_covered");
  world.record("broker", retire(1));
  CHECK(world.rule("broker", retire(2)) == "delegate.not_covered");
  world.record("maker", delegation({{"delegation", "D2"}}));
  world.record("broker", retire(2));
  world.record("maker",
               {.kind = "delegate.revoke", .body = {{"delegation", "D2"}, {"reason", "r"}}});
  CHECK(world.rule("broker", retire(3)) == "delegate.not_covered");
  CHECK(must(audit_registry(world.store)).faults.empty());
}

TEST_CASE("what a delegate says is judged and kept as its principal's, not as its own") {
  World world;
  world.record("northwind", delegation({{"kinds", {"eus.submit", "screen.result"}}}));

  CHECK(world.rule("broker", for_party({.kind = "screen.result",
                                        .body = world.screening({"northwind"}, "pass")},
                                       "northwind")) == "screen.self");
  CHECK(world.rule("broker", for_party({.kind = "eus.submit",
                                        .body = {{"statement", std::string(64, 'a')},
                                                 {"site", "northwind-site"},
                                                 {"use", "computing"},
                                                 {"no_resale", true}}},
                                       "northwind")) == "recorded");
  const auto& uses = world.state().tables().end_uses;
  CHECK(uses[uses.find("northwind/")].paper.to_hex() == std::string(64, 'a'));
}

TEST_CASE("a delegation ends with its window, and may be for some sites only") {
  World world;
  const auto chips = world.chips(1);
  world.record(
      "northwind",
      {.kind = "site.register",
       .body = {{"site", "annex"}, {"name", "Annex"}, {"country", "US"}, {"kind", "datacentre"}}});
  world.record("northwind", delegation({{"sites", {"annex"}}}));
  const Hash released = world.release("maker", "northwind", "S1", chips);
  const auto accept = [&](const std::string& site) {
    return for_party(
        about("accept", chips,
              {{"shipment", "S1"}, {"release", released.to_hex()}, {"method", "opened"}}, site),
        "northwind");
  };

  CHECK(world.rule("broker", accept("northwind-site")) == "delegate.not_covered");
  CHECK(world.rule("broker", accept("broker-site")) == "site.not_yours");
  world.record("broker", accept("annex"));
  CHECK(world.custodian(chips[0]) == "northwind");
  world.clock.advance_ms(60 * ms_per_day);
  CHECK(world.rule("broker", for_party(release_to("dealer", "S2", chips), "northwind")) ==
        "delegate.not_covered");
}

TEST_CASE(
    "what a party says with its own hand only is not delegated, and no delegate passes it on") {
  World world;
  CHECK(world.rule("maker", delegation({{"kinds", {"licence.grant"}}})) == "delegate.own_hand");
  CHECK(world.rule("maker", delegation({{"kinds", {"key.add"}}})) == "delegate.own_hand");
  CHECK(world.rule("maker", delegation({{"kinds", {"delegate.grant"}}})) == "delegate.own_hand");
  CHECK(world.rule("maker", delegation({{"kinds", {"no.kind"}}})) == "delegate.kind");
  CHECK(world.rule("maker", delegation({{"kinds", Json::array()}})) == "delegate.kind");
  CHECK(world.rule("maker", delegation({{"delegate", "maker"}})) == "delegate.self");
  CHECK(world.rule("maker", delegation({{"sites", {"dealer-site"}}})) == "site.not_yours");
  world.record("maker", delegation());
  CHECK(world.rule("maker", delegation()) == "delegate.exists");
  CHECK(world.rule("dealer",
                   {.kind = "delegate.revoke", .body = {{"delegation", "D1"}, {"reason", "r"}}}) ==
        "delegate.not_yours");
  CHECK(world.rule("broker", for_party(delegation({{"delegation", "D2"}}), "maker")) ==
        "delegate.own_hand");
  world.record("broker",
               {.kind = "delegate.revoke", .body = {{"delegation", "D1"}, {"reason", "r"}}});
  CHECK(world.rule("maker",
                   {.kind = "delegate.revoke", .body = {{"delegation", "D1"}, {"reason", "r"}}}) ==
        "delegate.revoked");
}

TEST_CASE("the delegate's hand is not that of the second party which a kind asks for") {
  World world;
  const auto chips = world.chips(1);
  world.record("maker", about("retire", chips, {{"cause", "c"}}));
  world.record("maker", delegation({{"delegate", "witness"}, {"kinds", {"destroy"}}}));
  Draft destroy = about("destroy", chips, {{"method", "m"}, {"place", "p"}}, "maker-site");

  CHECK(world.rule("witness", for_party(destroy, "maker")) == "signature.second_party");
  world.record("witness", for_party(destroy, "maker"), {"gov"});
}

TEST_CASE("a successor acts for the party whose place it took") {
  World world;
  const auto chips = world.chips(2);
  const Draft merger{.kind = "org.succeed",
                     .body = {{"party", "maker"},
                              {"successor", "dealer"},
                              {"cause", "vanished"},
                              {"reason", "wound up"}}};
  CHECK(world.rule("registrar", merger) == "signature.second_party");
  CHECK(world.rule("registrar", merger, {"broker"}) == "signature.second_party");
  CHECK(world.rule("dealer", merger) == "role.missing");
  world.record("registrar", merger, {"dealer"});

  const Hash released =
      world.record("dealer", for_party(release_to("dealer", "S1", chips), "maker"));
  world.accept("dealer", "S1", released, chips);
  CHECK(world.custodian(chips[0]) == "dealer");
  CHECK(world.rule("registrar", merger, {"dealer"}) == "successor.already");
  Draft back = merger;
  back.body["party"] = "dealer";
  back.body["successor"] = "maker";
  CHECK(world.rule("registrar", back, {"maker"}) == "successor.cycle");
}

TEST_CASE("a site closes once nothing is on its book and nothing comes, and stays closed") {
  World world;
  const auto chips = world.chips(1);
  const auto close = [&](const std::string& org, const std::string& site) {
    return world.rule(org, {.kind = "site.close", .body = {{"site", site}, {"reason", "sold"}}});
  };
  CHECK(close("maker", "maker-site") == "site.in_use");
  CHECK(close("maker", "dealer-site") == "site.not_yours");
  CHECK(close("maker", "nowhere") == "site.unknown");
  const Hash released = world.release("maker", "dealer", "S1", chips);
  CHECK(close("dealer", "dealer-site") == "site.in_use");
  world.accept("dealer", "S1", released, chips);
  world.record("maker", {.kind = "lot.create",
                         .body = {{"lot", "L1"}, {"product", "a1"}, {"quantity", 2}},
                         .site = "maker-site"});
  CHECK(close("maker", "maker-site") == "site.in_use");
  world.record("maker",
               {.kind = "lot.scrap", .body = {{"lot", "L1"}, {"quantity", 2}, {"cause", "c"}}});
  CHECK(close("maker", "maker-site") == "recorded");
  CHECK(close("maker", "maker-site") == "site.closed");
  CHECK(world.rule("dealer", release_to("maker", "S2", chips)) == "site.closed");
  CHECK(world.rule("maker", {.kind = "lot.create",
                             .body = {{"lot", "L2"}, {"product", "a1"}, {"quantity", 2}},
                             .site = "maker-site"}) == "site.closed");
}

TEST_CASE("a product with other figures is a new version, and old chips keep theirs") {
  World world;
  const auto chips = world.chips(1);
  const Draft amendment{
      .kind = "product.amend",
      .body = {
          {"product", "a1"}, {"version", "a1-r2"}, {"tpp", 2400}, {"reason", "measured anew"}}};

  CHECK(world.rule("dealer", amendment) == "role.missing");
  world.record("maker", amendment);

  const auto& products = world.state().tables().products;
  const RowN old = products.find("a1");
  const RowN version = products.find("a1-r2");
  CHECK(products[old].tpp == 4800);
  CHECK(products[version].tpp == 2400);
  CHECK(products[version].name == products[old].name);
  CHECK(products[version].base == old);
  CHECK(world.state().tables().identities[world.state().find_chip(chips[0])].product == old);
  CHECK(world.rule("maker", amendment) == "product.exists");
}
