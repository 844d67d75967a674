// Licences and their caps: what may be drawn, what comes back, and who gets the last unit.

#include <map>
#include <memory>

#include "ledger/crypto/sha256.hpp"
#include "registry/draw.hpp"
#include "tests/registry/support/world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;
using registry::Draft;

namespace {

/// A licence of the maker for both customers abroad, wide but for what `more` says.
Json licence_for_all(const std::string& id, const Json& more = Json::object()) {
  Json body{{"licence", id},
            {"licensee", "maker"},
            {"consignees", {"southwind", "broker", "northwind"}},
            {"countries", {"SG", "US"}},
            {"products", {"a1"}},
            {"max_units", 1000},
            {"window", {{"from", "2026-01-01T00:00:00.000Z"}, {"to", "2030-01-01T00:00:00.000Z"}}}};
  body.update(more);
  return body;
}

/// A world with one licence "L" and numbered shipments under it.
struct Trade {
  Trade() : Trade(Json::object()) {}
  explicit Trade(const Json& more) {
    world.record("gov", {.kind = "licence.grant", .body = licence_for_all("L", more)});
  }

  Draft release(const std::string& to, const std::vector<ChipId>& chips,
                const Json& more = Json::object()) {
    shipment = "S" + std::to_string(++serial);
    Json body{{"shipment", shipment},
              {"receiver", to},
              {"destination", to + "-site"},
              {"purpose", "sale"},
              {"licence", "L"}};
    body.update(more);
    return about("release", chips, body);
  }
  std::string rule(const std::string& to, const std::vector<ChipId>& chips,
                   const Json& more = Json::object()) {
    return world.rule("maker", release(to, chips, more));
  }
  /// Released and accepted.
  void deliver(const std::string& to, const std::vector<ChipId>& chips) {
    const Hash hash = world.record("maker", release(to, chips));
    world.accept(to, shipment, hash, chips);
  }
  void cancel(const std::string& id, const std::vector<ChipId>& chips) {
    world.record("maker", about("release.cancel", chips, {{"shipment", id}, {"cause", "c"}}));
  }
  std::uint64_t used(const std::string& cap) {
    const auto& tables = world.state().tables();
    return use_of(world.state(), tables.caps[tables.caps.find("L/" + cap)], world.clock.now())
        .units;
  }
  std::string licence(const std::string& kind, Json body) {
    body["licence"] = "L";
    body["reason"] = "r";
    return world.rule("gov", {.kind = "licence." + kind, .body = body});
  }

  World world;
  std::string shipment;
  int serial = 0;
};

Json cap(const std::string& name, const Json& more) {
  Json body{{"cap", name}};
  body.update(more);
  return body;
}

}  // namespace

TEST_CASE("a cap binds the consignee, end user, country and product that it names") {
  Trade trade(Json{{"caps",
                    {cap("to-broker", {{"consignee", "broker"}, {"max_units", 1}}),
                     cap("for-southwind", {{"end_user", "southwind"}, {"max_units", 2}}),
                     cap("in-us", {{"country", "US"}, {"max_tpp", 4800}}),
                     cap("of-a1", {{"product", "a1"}, {"max_units", 5}})}}});
  const auto chips = trade.world.chips(8);

  CHECK(trade.rule("broker", {chips[0], chips[1]}) == "licence.cap_units");
  CHECK(trade.rule("broker", {chips[0]}) == "recorded");
  CHECK(trade.rule("broker", {chips[1]}, {{"end_user", "southwind"}}) == "licence.cap_units");
  CHECK(trade.rule("southwind", {chips[1], chips[2]}) == "recorded");
  CHECK(trade.rule("southwind", {chips[3]}) == "licence.cap_units");
  CHECK(trade.rule("northwind", {chips[3], chips[4]}) == "licence.cap_tpp");
  CHECK(trade.rule("northwind", {chips[3]}) == "recorded");
  CHECK(trade.used("to-broker") == 1);
  CHECK(trade.used("for-southwind") == 2);
  CHECK(trade.used("in-us") == 1);
  CHECK(trade.used("of-a1") == 4);
}

TEST_CASE("a cap by quarter begins anew with the quarter, and a return goes back to its own") {
  Trade trade(Json{{"caps", {cap("q", {{"period", "quarter"}, {"max_units", 2}})}}});
  const auto chips = trade.world.chips(4);
  CHECK(trade.rule("southwind", {chips[0], chips[1]}) == "recorded");
  CHECK(trade.rule("southwind", {chips[2]}) == "licence.cap_units");

  trade.world.clock.advance_ms(90 * ms_per_day);
  CHECK(trade.rule("southwind", {chips[2], chips[3]}) == "recorded");
  trade.cancel("S1", {chips[0]});
  CHECK(trade.used("q") == 2);
  CHECK(trade.rule("southwind", {chips[0]}) == "licence.cap_units");
  const auto& uses = trade.world.state().tables().cap_uses;
  CHECK(uses[uses.find("L/q/2026-Q1")].units == 1);
  CHECK(trade.world.state().tables().licences[0].units == 3);
}

TEST_CASE("at most half of what goes to one country may go to another") {
  Trade trade(Json{
      {"caps",
       {cap("half",
            {{"country", "SG"}, {"of_country", "US"}, {"percent", 50}, {"measure", "units"}})}}});
  const auto chips = trade.world.chips(8);
  CHECK(trade.rule("southwind", {chips[0]}) == "licence.cap_ratio");
  // A release alone counts for nothing: only what northwind has accepted does.
  const Hash hash = trade.world.record("maker", trade.release("northwind", {chips[1], chips[2]}));
  CHECK(trade.rule("southwind", {chips[0]}) == "licence.cap_ratio");
  trade.world.accept("northwind", "S2", hash, {chips[1], chips[2]});
  CHECK(trade.rule("southwind", {chips[0], chips[3]}) == "licence.cap_ratio");
  CHECK(trade.rule("southwind", {chips[0]}) == "recorded");
  CHECK(trade.rule("southwind", {chips[3]}) == "licence.cap_ratio");
}

TEST_CASE("a chip that goes round in a circle counts once for a ratio") {
  Trade trade(Json{
      {"caps",
       {cap("half",
            {{"country", "SG"}, {"of_country", "US"}, {"percent", 100}, {"measure", "tpp"}})}}});
  const auto chips = trade.world.chips(3);
  trade.deliver("northwind", {chips[0]});
  trade.world.deliver("northwind", "maker", {chips[0]});
  trade.deliver("northwind", {chips[0]});
  trade.world.deliver("northwind", "maker", {chips[0]});
  CHECK(trade.world.state().tables().caps[0].base_units == 1);

  // Sent to the country that is capped, it no longer counts for the other.
  CHECK(trade.rule("southwind", {chips[0]}) == "licence.cap_ratio");
  CHECK(trade.rule("southwind", {chips[1]}) == "recorded");
  CHECK(trade.rule("southwind", {chips[2]}) == "licence.cap_ratio");
}

TEST_CASE("what came back is drawn again, and each draw comes back once") {
  Trade trade(Json{{"max_units", 2}, {"caps", {cap("all", {{"max_units", 2}})}}});
  const auto chips = trade.world.chips(3);
  CHECK(trade.rule("southwind", {chips[0], chips[1]}) == "recorded");
  const Hash release = trade.world.state().tables().statements[trade.world.state().size() - 1].hash;
  trade.world.record("southwind", about("refuse", {chips[0]},
                                        {{"shipment", "S1"}, {"cause", "wet"}}, "southwind-site"));
  CHECK(trade.used("all") == 2);

  const Json body{{"shipment", "S1"}, {"release", release.to_hex()}, {"method", "opened"}};
  trade.world.record("maker", about("accept", {chips[0]}, body, "maker-site"));
  CHECK(trade.used("all") == 1);
  CHECK(trade.world.state().tables().draws[0].restored == 1);
  CHECK(trade.rule("southwind", {chips[2]}) == "recorded");
  CHECK(trade.rule("southwind", {chips[0]}) == "licence.cap_units");
}

TEST_CASE("a licence says whether a re-export gives its draw back") {
  for (const bool gives_back : {false, true}) {
    CAPTURE(gives_back);
    Trade trade(Json{{"restore_on", gives_back ? Json{"re_export"} : Json::array()}});
    const auto chips = trade.world.chips(1);
    trade.deliver("southwind", chips);
    trade.world.deliver("southwind", "northwind", chips);
    CHECK(trade.world.state().tables().licences[0].units == (gives_back ? 0 : 1));
  }
}

TEST_CASE("the right stays with a chip that changes hands inside the country") {
  Trade trade;
  const auto chips = trade.world.chips(2);
  trade.deliver("southwind", chips);
  const auto& tables = trade.world.state().tables();
  CHECK(registry::licence_of(tables, trade.world.chip(chips[0])) == 0);
  trade.world.record("southwind", about("release", {chips[0]},
                                        {{"shipment", "T1"},
                                         {"receiver", "broker"},
                                         {"destination", "broker-site"},
                                         {"purpose", "sale"}}));
  const Hash hash = tables.statements[trade.world.state().size() - 1].hash;
  trade.world.accept("broker", "T1", hash, {chips[0]});
  CHECK(registry::licence_of(tables, trade.world.chip(chips[0])) == 0);
}

TEST_CASE("a cap limits something, and something that the licence names") {
  World world;
  const auto rule = [&](const Json& more) {
    static int serial = 0;
    Json body = licence_for_all("L" + std::to_string(++serial));
    body["caps"] = Json::array({cap("c", more)});
    return world.rule("gov", {.kind = "licence.grant", .body = body});
  };
  CHECK(rule(Json::object()) == "licence.cap_form");
  CHECK(rule({{"max_units", 1}, {"percent", 5}}) == "licence.cap_form");
  CHECK(rule({{"percent", 5}}) == "licence.cap_form");
  const Json ratio{{"country", "SG"}, {"of_country", "US"}, {"percent", 5}, {"measure", "tpp"}};
  const auto with = [&](const char* field, const Json& value) {
    Json body = ratio;
    body[field] = value;
    return rule(body);
  };
  CHECK(with("percent", 1001) == "licence.cap_form");
  CHECK(with("country", "US") == "licence.cap_form");
  CHECK(with("period", "year") == "licence.cap_form");
  CHECK(rule({{"max_units", 1}, {"country", "JP"}}) == "licence.cap_form");
  CHECK(rule({{"max_units", 1}, {"consignee", "dealer"}}) == "licence.cap_form");
  CHECK(rule({{"max_units", 1}, {"product", "b7"}}) == "licence.cap_form");
  CHECK(rule(ratio) == "recorded");
  Json twice = licence_for_all("LT");
  twice["caps"] = {cap("c", {{"max_units", 1}}), cap("c", {{"max_units", 2}})};
  CHECK(world.rule("gov", {.kind = "licence.grant", .body = twice}) == "licence.cap_form");
}

TEST_CASE("an amended licence counts what was drawn before under its new caps") {
  Trade trade;
  const auto chips = trade.world.chips(5);
  CHECK(trade.rule("southwind", {chips[0], chips[1], chips[2]}) == "recorded");
  trade.cancel("S1", {chips[2]});

  CHECK(trade.licence("amend", {{"caps", {cap("sg", {{"country", "SG"}, {"max_units", 3}})}}}) ==
        "recorded");
  CHECK(trade.used("sg") == 2);
  CHECK(trade.rule("southwind", {chips[2], chips[3]}) == "licence.cap_units");
  CHECK(trade.rule("southwind", {chips[3]}) == "recorded");
  CHECK(trade.licence("amend", {{"caps", {cap("sg", {{"max_units", 9}})}}}) ==
        "licence.cap_exists");
  CHECK(trade.licence("amend", {{"end_caps", {"us"}}}) == "licence.cap_unknown");
  CHECK(trade.licence("amend", {{"end_caps", {"sg"}}}) == "recorded");
  CHECK(trade.rule("southwind", {chips[2], chips[4]}) == "recorded");
}

TEST_CASE("a cap falls below what is drawn only beside an open finding") {
  Trade trade;
  const auto chips = trade.world.chips(3);
  CHECK(trade.rule("southwind", {chips[0], chips[1]}) == "recorded");

  CHECK(trade.licence("amend", Json::object()) == "licence.no_change");
  CHECK(trade.licence("amend", {{"max_units", 2}}) == "recorded");
  CHECK(trade.licence("amend", {{"max_units", 1}}) == "licence.below_drawn");
  CHECK(trade.licence("amend", {{"max_tpp", 9599}}) == "licence.below_drawn");
  CHECK(trade.licence("amend", {{"max_units", 1}, {"finding", "F1"}}) == "finding.unknown");
  const Json low = cap("low", {{"country", "SG"}, {"period", "year"}, {"max_units", 1}});
  CHECK(trade.licence("amend", {{"caps", Json::array({low})}}) == "licence.below_drawn");
  const Json half =
      cap("half", {{"country", "SG"}, {"of_country", "US"}, {"percent", 50}, {"measure", "units"}});
  CHECK(trade.licence("amend", {{"caps", Json::array({half})}}) == "licence.below_drawn");
  trade.world.record(
      "gov",
      {.kind = "finding.open",
       .body = {{"finding", "F1"}, {"party", "maker"}, {"code", "over"}, {"severity", "low"}}});
  CHECK(trade.licence("amend", {{"max_units", 1}, {"finding", "F1"}}) == "recorded");
  CHECK(trade.rule("southwind", {chips[2]}) == "licence.cap_units");
  trade.world.record("gov", {.kind = "finding.close",
                             .body = {{"finding", "F1"}, {"outcome", "o"}, {"reason", "r"}}});
  CHECK(trade.licence("amend", {{"max_units", 1}, {"finding", "F1"}}) == "finding.closed");
}

TEST_CASE("a finding about another party answers for no overdrawn cap") {
  Trade trade;
  const auto chips = trade.world.chips(2);
  CHECK(trade.rule("southwind", {chips[0], chips[1]}) == "recorded");
  trade.world.add_party("stranger", "SG", {"prover"});
  const auto open = [&](const char* id, const char* party) {
    trade.world.record(
        "gov",
        {.kind = "finding.open",
         .body = {{"finding", id}, {"party", party}, {"code", "over"}, {"severity", "low"}}});
  };
  open("F1", "stranger");
  open("F2", "southwind");

  CHECK(trade.licence("amend", {{"max_units", 1}, {"finding", "F1"}}) == "finding.other_party");
  CHECK(trade.licence("amend", {{"max_units", 1}, {"finding", "F2"}}) == "recorded");
}

TEST_CASE("a suspended licence waits, a revoked one is over, and what was released stands") {
  Trade trade;
  const auto chips = trade.world.chips(4);
  CHECK(trade.rule("southwind", {chips[0]}) == "recorded");
  const Hash release = trade.world.state().tables().statements[trade.world.state().size() - 1].hash;

  CHECK(trade.licence("resume", Json::object()) == "licence.not_suspended");
  CHECK(trade.licence("suspend", {{"effective", "2026-01-01T00:00:00.000Z"}}) ==
        "licence.effective");
  CHECK(trade.licence("suspend", Json::object()) == "recorded");
  CHECK(trade.licence("suspend", Json::object()) == "licence.suspended");
  CHECK(trade.rule("southwind", {chips[1]}) == "licence.suspended");
  CHECK(trade.licence("resume", Json::object()) == "recorded");
  CHECK(trade.rule("southwind", {chips[1]}) == "recorded");

  Timestamp later = trade.world.clock.now();
  later.ms += ms_per_day;
  CHECK(trade.licence("revoke", {{"effective", later.to_string()}}) == "recorded");
  CHECK(trade.rule("southwind", {chips[2]}) == "recorded");
  trade.world.clock.advance_ms(ms_per_day);
  CHECK(trade.rule("southwind", {chips[3]}) == "licence.revoked");
  CHECK(trade.licence("amend", {{"max_units", 5}}) == "licence.revoked");
  trade.world.accept("southwind", "S1", release, {chips[0]});
}

TEST_CASE("only the authority that granted a licence changes it") {
  Trade trade;
  trade.world.add_party("other-gov", "SG", {"authority"});
  for (const char* kind :
       {"licence.amend", "licence.suspend", "licence.resume", "licence.revoke"}) {
    CHECK(trade.world.rule("other-gov",
                           {.kind = kind, .body = {{"licence", "L"}, {"reason", "r"}}}) ==
          "licence.not_yours");
    CHECK(trade.world.rule("gov", {.kind = kind, .body = {{"licence", "M"}, {"reason", "r"}}}) ==
          "licence.unknown");
  }
}

TEST_CASE("an end user that the licence names may be reached through a consignee") {
  Trade trade(Json{{"consignees", {"broker"}}, {"end_users", {"southwind"}}});
  const auto chips = trade.world.chips(2);
  CHECK(trade.rule("broker", {chips[0]}) == "licence.not_covered");
  CHECK(trade.rule("southwind", {chips[0]}) == "licence.not_covered");
  CHECK(trade.rule("broker", chips, {{"end_user", "nobody"}}) == "party.unknown");
  CHECK(trade.rule("broker", chips, {{"end_user", "southwind"}, {"exception", "X"}}) ==
        "release.two_rights");
  const Hash hash =
      trade.world.record("maker", trade.release("broker", chips, {{"end_user", "southwind"}}));
  trade.world.accept("broker", trade.shipment, hash, chips);

  // The broker may hold the chips, and not use them.
  CHECK(trade.world.rule("broker", about("install", {chips[0]}, Json::object(), "broker-site")) ==
        "install.outside_licence");
  trade.world.deliver("broker", "southwind", {chips[0]});
  CHECK(trade.world.rule("southwind", about("install", {chips[0]}, Json::object(),
                                            "southwind-site")) == "recorded");
}

TEST_CASE("of many writers on one log none takes more than the cap leaves") {
  Trade trade(Json{{"caps", {cap("sg", {{"country", "SG"}, {"max_units", 7}})}}});
  const auto chips = trade.world.chips(24);
  std::vector<registry::Submission> submissions;
  for (std::size_t i = 0; i < chips.size(); ++i) {
    Draft draft = trade.release(i % 2 == 0 ? "southwind" : "broker", {chips[i]});
    draft.event_time = trade.world.clock.now();
    registry::StatementMaker maker({.origin = "test.example/registry",
                                    .org = "maker",
                                    .stream = "writer" + std::to_string(i),
                                    .next_number = 1},
                                   trade.world.signer("maker"), trade.world.random);
    submissions.push_back(must(maker.make(draft, &trade.world.state())));
  }

  // Six registries over one store, each with its own idea of the state: whoever writes second is
  // told so by the store, catches up and judges again.
  struct Writer {
    explicit Writer(World& world)
        : log(must(ledger::Log::open(world.store))),
          clock(world.clock.now()),
          registry(must(registry::Registry::open(log, clock))) {}

    ledger::Log log;
    FixedClock clock;
    registry::Registry registry;
  };
  std::vector<std::unique_ptr<Writer>> writers;
  for (int w = 0; w < 6; ++w) writers.push_back(std::make_unique<Writer>(trade.world));
  std::map<std::string, int> outcomes;
  for (std::size_t i = 0; i < submissions.size(); ++i) {
    const auto outcome = must(writers[(i * 5) % 6]->registry.record(submissions[i]));
    ++outcomes[outcome.error ? outcome.error->rule : "recorded"];
  }

  CHECK(outcomes["recorded"] == 7);
  CHECK(outcomes["licence.cap_units"] == 17);
  must(trade.world.registry().catch_up());
  CHECK(trade.used("sg") == 7);
  CHECK(trade.world.state().tables().licences[0].units == 7);
}
