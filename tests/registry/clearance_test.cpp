// Who must be cleared before chips cross a border: screening and end-user statements.

#include "ledger/crypto/sha256.hpp"
#include "tests/registry/support/world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;
using registry::Draft;

namespace {

Draft export_of(const ChipId& chip, const std::string& to, const Json& more = Json::object()) {
  static int serial = 0;
  Json body{{"shipment", "X" + std::to_string(++serial)},
            {"receiver", to},
            {"destination", to + "-site"},
            {"purpose", "sale"},
            {"exception", "LVS"}};
  body.update(more);
  return about("release", {chip}, body);
}

/// A party in Singapore that nobody knows anything about yet.
void add_stranger(World& world) {
  const std::string key =
      Hash::from_bytes(world.signer("stranger").public_key().bytes()).value().to_hex();
  world.record("registrar",
               {.kind = "org.register",
                .body = {{"party", "stranger"},
                         {"name", "Stranger"},
                         {"country", "SG"},
                         {"roles", {"distributor"}},
                         {"key", key}}},
               {"stranger"});
  world.record(
      "stranger",
      {.kind = "site.register",
       .body = {
           {"site", "stranger-site"}, {"name", "n"}, {"country", "SG"}, {"kind", "warehouse"}}});
}

Json use_of_chips(const std::string& site) {
  return {{"statement", crypto::sha256("s").to_hex()},
          {"site", site},
          {"use", "computing"},
          {"no_resale", true}};
}

}  // namespace

TEST_CASE("across a border every party is screened and the end user has stated its use") {
  World world;
  const auto chips = world.chips(2);
  add_stranger(world);
  CHECK(world.rule("maker", export_of(chips[0], "stranger")) == "eus.none");
  world.record("stranger", {.kind = "eus.submit", .body = use_of_chips("stranger-site")});
  CHECK(world.rule("maker", export_of(chips[0], "stranger")) == "screen.none");
  world.record("dealer", {.kind = "screen.result", .body = world.screening({"stranger"}, "pass")});
  CHECK(world.rule("maker", export_of(chips[0], "stranger")) == "screen.none");
  world.record("maker", {.kind = "screen.result", .body = world.screening({"stranger"}, "pass")});
  CHECK(world.rule("maker", export_of(chips[0], "southwind", {{"end_user", "stranger"}})) ==
        "recorded");
  CHECK(world.rule("maker", export_of(chips[1], "stranger")) == "recorded");
}

TEST_CASE("an exception is one of the policy's: no word of a sender's own takes goods anywhere") {
  World world({}, {{"screening_days", 3650}, {"exceptions", Json::array({"LVS"})}});
  const auto chips = world.chips(1);
  const registry::Outcome made_up =
      world.submit("maker", export_of(chips[0], "southwind", {{"exception", "MINE"}}));

  REQUIRE(made_up.error);
  CHECK(made_up.error->rule == "release.exception");
  CHECK(made_up.error->message.find("got MINE, the policy has LVS") != std::string::npos);
  CHECK(world.rule("maker", export_of(chips[0], "dealer", {{"exception", "MINE"}})) ==
        "release.exception");
  world.record("registrar", {.kind = "policy.change",
                             .body = {{"rules_version", 1},
                                      {"parameters", {{"screening_days", 3650}}},
                                      {"reason", "repealed"}}});
  CHECK(world.rule("maker", export_of(chips[0], "southwind")) == "release.exception");
}

TEST_CASE("inside a country nobody asks") {
  World world;
  const auto chips = world.chips(1);
  world.record("registrar", {.kind = "screen.result", .body = world.screening({"dealer"}, "hit")});
  Draft release = export_of(chips[0], "dealer");
  release.body.erase("exception");
  CHECK(world.rule("maker", release) == "recorded");
}

TEST_CASE("a pass of screening grows old") {
  World world;
  const auto chips = world.chips(1);
  world.clock.advance_ms(3650 * ms_per_day);
  CHECK(world.rule("maker", export_of(chips[0], "southwind")) == "screen.stale");
  Json old = world.screening({"southwind", "maker"}, "pass");
  old["as_of"] = "2026-01-05T00:00:00.000Z";
  CHECK(world.rule("registrar", {.kind = "screen.result", .body = old}) == "screen.stale");
  old["as_of"] = "2099-01-05T00:00:00.000Z";
  CHECK(world.rule("registrar", {.kind = "screen.result", .body = old}) == "screen.lists_ahead");
  world.record("registrar",
               {.kind = "screen.result", .body = world.screening({"southwind", "maker"}, "pass")});
  CHECK(world.rule("maker", export_of(chips[0], "southwind")) == "recorded");
}

TEST_CASE("an official hit outweighs a sender's own pass, a rival's hit does not") {
  World world;
  const auto chips = world.chips(3);
  world.record("dealer", {.kind = "screen.result", .body = world.screening({"southwind"}, "hit")});
  CHECK(world.rule("maker", export_of(chips[0], "southwind")) == "recorded");
  world.record("gov", {.kind = "screen.result", .body = world.screening({"southwind"}, "review")});
  world.record("maker", {.kind = "screen.result", .body = world.screening({"southwind"}, "pass")});
  CHECK(world.rule("maker", export_of(chips[1], "southwind")) == "screen.hit");
  world.record("gov", {.kind = "screen.result", .body = world.screening({"southwind"}, "pass")});
  CHECK(world.rule("maker", export_of(chips[1], "southwind")) == "recorded");
  // The sender is a party of its shipments as well.
  world.record("gov", {.kind = "screen.result", .body = world.screening({"maker"}, "hit")});
  CHECK(world.rule("maker", export_of(chips[2], "southwind")) == "screen.hit");
}

TEST_CASE("a late hit opens findings and rewrites nothing") {
  World world;
  const auto chips = world.chips(2);
  const Hash release = world.record("maker", export_of(chips[0], "southwind"));
  const std::string shipment = world.state().tables().shipments[0].id;
  world.record("registrar",
               {.kind = "screen.result", .body = world.screening({"southwind"}, "hit")});

  const auto& findings = world.state().tables().findings;
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].code == "screen.hit");
  CHECK(world.state().party_name(findings[0].party) == "southwind");
  CHECK(world.rule("maker", export_of(chips[1], "southwind")) == "screen.hit");
  // What was released before stands, and may be accepted or taken back.
  world.accept("southwind", shipment, release, {chips[0]});
  CHECK(world.custodian(chips[0]) == "southwind");
  world.record("gov", {.kind = "finding.close",
                       .body = {{"finding", findings[0].id}, {"outcome", "o"}, {"reason", "r"}}});
  CHECK(world.rule("verifier", {.kind = "finding.open",
                                .body = {{"finding", "auto.x"},
                                         {"party", "maker"},
                                         {"code", "c"},
                                         {"severity", "low"}}}) == "finding.reserved");
}

TEST_CASE("screening names known parties, and never oneself") {
  World world;
  const auto rule = [&](const std::vector<std::string>& parties) {
    return world.rule("gov", {.kind = "screen.result", .body = world.screening(parties, "pass")});
  };
  CHECK(rule({"maker", "nobody"}) == "party.unknown");
  CHECK(rule({"maker", "gov"}) == "screen.self");
  CHECK(rule({}) == "screen.nobody");
}

TEST_CASE("an end user speaks for its own site, and promises not to sell on") {
  World world;
  const auto submit = [&](const Json& body) {
    return world.rule("southwind", {.kind = "eus.submit", .body = body});
  };
  CHECK(submit(use_of_chips("maker-site")) == "site.not_yours");
  CHECK(submit(use_of_chips("nowhere")) == "site.unknown");
  Json body = use_of_chips("southwind-site");
  body["no_resale"] = false;
  CHECK(submit(body) == "eus.resale");
  body = use_of_chips("southwind-site");
  body["valid_to"] = "2026-01-01T00:00:00.000Z";
  CHECK(submit(body) == "eus.expired");
  body.erase("valid_to");
  body["licence"] = "L1";
  CHECK(submit(body) == "licence.unknown");
  world.record(
      "gov",
      {.kind = "licence.grant",
       .body = {{"licence", "L1"},
                {"licensee", "maker"},
                {"consignees", {"broker"}},
                {"countries", {"SG"}},
                {"products", {"a1"}},
                {"max_units", 5},
                {"window",
                 {{"from", "2026-01-01T00:00:00.000Z"}, {"to", "2027-01-01T00:00:00.000Z"}}}}});
  CHECK(submit(body) == "eus.not_end_user");
}

TEST_CASE("a statement of use ends, and holds for its country") {
  World world;
  const auto chips = world.chips(1);
  Json body = use_of_chips("southwind-site");
  Timestamp end = world.clock.now();
  end.ms += ms_per_day;
  body["valid_to"] = end.to_string();
  world.record("southwind", {.kind = "eus.submit", .body = body});
  world.clock.advance_ms(2 * ms_per_day);
  CHECK(world.rule("maker", export_of(chips[0], "southwind")) == "eus.expired");

  world.record(
      "southwind",
      {.kind = "site.register",
       .body = {
           {"site", "southwind-jp"}, {"name", "n"}, {"country", "JP"}, {"kind", "datacentre"}}});
  world.record("southwind", {.kind = "eus.submit", .body = use_of_chips("southwind-jp")});
  CHECK(world.rule("maker", export_of(chips[0], "southwind")) == "eus.other_country");
  CHECK(world.rule("maker", export_of(chips[0], "southwind", {{"destination", "southwind-jp"}})) ==
        "recorded");
}
