// Role x resource over a real server: nobody reads what it may not.

#include <array>

#include "ledger/crypto/sha256.hpp"
#include "tests/cli/audit_world.hpp"
#include "tests/cli/cli_world.hpp"
#include "tests/cli/handed_in.hpp"
#include "tests/cli/serve_roles.hpp"
#include "tests/cli/serve_world.hpp"

using namespace muster;
using namespace muster::test;

TEST_CASE("role x resource: each reads what it holds, held, is named in or answers for") {
  CliWorld world("serve-access");
  // Both were made by maker in the US; one went to northwind in SG and is there.
  const auto chips = world.chips(2);
  world.deliver({chips[0]});
  ServeWorld web(world.path("registry"), world.now());
  const std::string sold = "/v1/chips/" + chips[0];
  const std::string kept = "/v1/chips/" + chips[1];
  const Json last = web.json("operator", sold + "/history");
  const std::string acceptance = last["changes"].back()["index"].dump();
  const std::string of_acceptance = last["changes"].back()["statement"].get<std::string>();

  const std::vector<RoleRow> rows{
      //            nobody custodians     parties        verifiers      operator
      //                   wit  mak  nor  wit  mak  nor  FR   SG   *
      {sold, {401, 404, 404, 200, 404, 200, 200, 404, 200, 200, 200}},
      {kept, {401, 404, 200, 404, 404, 200, 404, 404, 404, 200, 200}},
      {sold + "/history", {401, 404, 404, 200, 404, 200, 200, 404, 200, 200, 200}},
      {kept + "/history", {401, 404, 200, 404, 404, 200, 404, 404, 404, 200, 200}},
      {sold + "/history?raw=1", {401, 403, 403, 403, 403, 403, 403, 404, 200, 200, 200}},
      // Before it was sold. Who carries things reads the present.
      {sold + "?at=26", {401, 403, 403, 403, 404, 200, 404, 404, 404, 200, 200}},
      {"/v1/chips", {401, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200}},
      {"/v1/chips?party=northwind", {401, 404, 404, 200, 404, 404, 200, 404, 200, 200, 200}},
      {"/v1/shipments/S1", {401, 404, 404, 404, 404, 200, 200, 404, 200, 200, 200}},
      {"/v1/licences/L1", {401, 403, 403, 403, 404, 200, 200, 404, 200, 200, 200}},
      {"/v1/parties/maker", {401, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200}},
      {"/v1/rosters/maker", {401, 403, 403, 403, 404, 200, 404, 404, 404, 200, 200}},
      {"/v1/rosters/northwind", {401, 403, 403, 403, 404, 404, 200, 404, 200, 200, 200}},
      {"/v1/balances/maker?period=2026-01-01..2026-02-01",
       {401, 403, 403, 403, 404, 200, 404, 404, 404, 200, 200}},
      {"/v1/plans", {401, 403, 403, 403, 200, 200, 200, 200, 200, 200, 200}},
      {"/v1/findings", {401, 403, 403, 403, 200, 200, 200, 200, 200, 200, 200}},
      {"/v1/entries/" + acceptance, {401, 404, 404, 200, 404, 200, 200, 404, 200, 200, 200}},
      {"/v1/receipts/" + of_acceptance, {401, 404, 404, 200, 404, 200, 200, 404, 200, 200, 200}},
      {"/v1/feed", {401, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200}},
      {"/v1/streams/maker/main", {401, 404, 200, 404, 404, 200, 404, 404, 404, 404, 200}},
      {"/v1/uploads", {401, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200}},
      {"/metrics", {401, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200}},
      {"/checkpoint", {200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200}},
      {"/healthz", {200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200}},
      {"/v1/proofs/inclusion?index=1", {200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200}},
      {"/v1/proofs/consistency?from=1", {200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200}},
  };
  for (const RoleRow& row : rows) check_row(web, row);
}

TEST_CASE("lists hold what their reader may read one by one, and nothing else") {
  CliWorld world("serve-lists");
  const auto chips = world.chips(2);
  world.deliver({chips[0]});
  ServeWorld web(world.path("registry"), world.now());
  const auto count = [&](const std::string& who, const std::string& target,
                         const std::string& list) { return web.json(who, target)[list].size(); };

  CHECK(count("party:maker", "/v1/shipments", "shipments") == 1);
  CHECK(count("party:witness", "/v1/shipments", "shipments") == 0);
  CHECK(count("verifier:FR", "/v1/licences", "licences") == 0);
  CHECK(count("verifier:SG", "/v1/licences", "licences") == 1);
  CHECK(count("party:northwind", "/v1/chips", "chips") == 1);
  const Json parties = web.json("party:northwind", "/v1/parties")["parties"];
  for (const Json& party : parties) {
    CHECK(party["chips"].is_null() == (party["party"] != "northwind"));
  }
  const Json feed = web.json("party:northwind", "/v1/feed?limit=1000")["entries"];
  for (const Json& entry : feed) {
    CHECK(entry["payload"].dump().find("northwind") != std::string::npos);
  }
  CHECK(feed.size() < count("operator", "/v1/feed?limit=1000", "entries"));
}

TEST_CASE("a site called like something of others' opens nothing of theirs") {
  CliWorld world("serve-namesakes");
  const auto chips = world.chips(1);
  for (const std::string& name : {std::string("maker"), std::string("site.register"), chips[0]}) {
    world.record("witness", {"site", "register", "--site", name, "--name", "N", "--country", "FR",
                             "--kind", "office"});
  }
  ServeWorld web(world.path("registry"), world.now());

  const Json feed = web.json("party:witness", "/v1/feed?limit=1000")["entries"];
  for (const Json& entry : feed) {
    const Json& payload = entry["payload"];
    const bool names_it = payload["body"].dump().find("\"witness\"") != std::string::npos;
    CAPTURE(payload.dump());
    CHECK((payload["org"] == "witness" || names_it));
  }
  CHECK(feed.size() > 3);
}

TEST_CASE("a proof of a chip shows no statement that its reader may not read") {
  CliWorld world("serve-proof-words");
  const auto chips = world.chips(2);
  world.deliver({chips[0]});
  world.record("northwind", {"chip", "retire", "--chips", chips[0], "--cause", "old"});
  world.record("registrar", {"registry", "commit-state"});
  ServeWorld web(world.path("registry"), world.now());
  const std::string sold = "/v1/chips/" + chips[0];

  CHECK(web.json("party:northwind", sold + "?proof=state")["proof"].is_object());
  CHECK(web.json("party:maker", sold)["custodian"] == "northwind");
  web.json("party:maker", sold + "?proof=state", 403);
  web.json("party:maker", "/v1/state-proofs/chips/" + chips[0], 403);
  CHECK(web.json("party:maker", "/v1/chips/" + chips[1] + "?proof=state")["proof"].is_object());
}

TEST_CASE("what is another's and what is not there are told apart by nothing") {
  CliWorld world("serve-same");
  const auto chips = world.chips(2);
  world.deliver({chips[0]});
  ServeWorld web(world.path("registry"), world.now());
  std::string other = chips[1];
  other.back() = other.back() == 'A' ? 'B' : 'A';
  const Json entry = web.json("operator", "/v1/entries/24");
  const std::string statement = entry["statement"].get<std::string>();
  const std::string none(64, 'a');
  const std::vector<std::array<std::string, 3>> pairs{
      {"/v1/chips/", chips[1], other},
      {"/v1/chips?after=", chips[1], other},
      {"/v1/receipts/", statement, none},
      {"/v1/shipments/", "S1", "S2"},
      {"/v1/shipments?after=", "S1", "S2"},
      {"/v1/licences/", "L1", "L2"},
      {"/v1/state-proofs/chips/", chips[1], other},
      {"/epcis/events?shipment=", "S1", "S2"},
      {"/epcis/events?MATCH_epc=", chips[1], other}};

  for (const auto& [target, there, missing] : pairs) {
    const auto hidden = web.get("party:witness", target + there);
    const auto absent = web.get("party:witness", target + missing);
    std::string said = absent.body;
    if (const auto at = said.find(missing); at != std::string::npos) {
      said.replace(at, missing.size(), there);
    }
    CHECK(hidden.status == absent.status);
    CHECK(hidden.status >= 400);
    CHECK(hidden.body == said);
  }
}

TEST_CASE("a plan is read by who committed it, whom it inspects, and who answers for them") {
  AuditWorld world("serve-plan");
  serve::Settings settings;
  const std::string registry = world.path("w/registry");
  settings.tokens.push_back({crypto::sha256(std::string("token-of-prover")),
                             {serve::Role::party, world.prover, {}, "prover"},
                             {}});
  ServeWorld web(registry, "2027-06-01T00:00:00Z", settings);

  CHECK(web.json("party:inspectorate", "/v1/plans")["plans"].size() == 1);
  CHECK(web.json("prover", "/v1/plans/P1")["stage"] == "committed");
  CHECK(web.json("prover", "/v1/plans/P1/draw")["lines"].empty());
  web.json("party:maker", "/v1/plans/P1", 404);
  web.json("verifier:FR", "/v1/plans/P1", 404);
  CHECK(web.json("operator", "/v1/plans/P1")["plan"] == "P1");
}

TEST_CASE("a token that is not known, or not any more, opens nothing, public things included") {
  CliWorld world("serve-tokens");
  serve::Settings settings;
  settings.tokens.push_back({crypto::sha256(std::string("token-of-late")),
                             {serve::Role::operator_, "registrar", {}, "late"},
                             must(Timestamp::parse("2026-01-01T00:00:00Z"))});
  ServeWorld web(world.path("registry"), world.now(), settings);
  const auto with = [&](const std::string& header) {
    return web.get("", "/checkpoint", {.headers = {{"Authorization", header}}}).status;
  };

  CHECK(web.get("stranger", "/v1/parties").status == 401);
  CHECK(web.get("late", "/v1/parties").status == 401);
  CHECK(with("Basic dG9rZW4tb2Ytb3BlcmF0b3I=") == 401);
  CHECK(with("Bearer ") == 401);
  CHECK(with("Bearer " + std::string(600, 'x')) == 401);
  CHECK(with("bearer token-of-operator") == 200);
}

TEST_CASE("a certificate is known by the fingerprint that the server saw, and by no header") {
  CliWorld world("serve-certificates");
  serve::Settings settings;
  const Hash fingerprint = crypto::sha256(std::string("a certificate"));
  settings.certificates.push_back({fingerprint, {serve::Role::party, "maker", {}, "c"}, {}});
  ServeWorld web(world.path("registry"), world.now(), settings);
  http::Request request{.method = "GET", .path = "/v1/parties/maker"};

  CHECK(web.service().answer(request).status == 401);
  request.headers.push_back({"peer_certificate", fingerprint.to_hex()});
  CHECK(web.service().answer(request).status == 401);
  request.peer_certificate = fingerprint.to_hex();
  CHECK(web.service().answer(request).status == 200);
}

TEST_CASE("a list beside the log is for who may read an entry that names it") {
  CliWorld world("serve-manifests");
  world.chips(70);  // more than stand in a statement itself
  ServeWorld web(world.path("registry"), world.now());
  Json named;
  const Json feed = web.json("operator", "/v1/feed?limit=1000");
  for (const Json& one : feed["entries"]) {
    if (one["payload"]["subjects"].contains("manifest")) named = one;
  }
  REQUIRE(named.is_object());
  const Json manifest = named["payload"]["subjects"]["manifest"];
  const std::string hash = manifest["sha256"].get<std::string>();
  const std::string target = "/v1/manifests/" + hash + "?entry=" + named["index"].dump();

  check_row(web, {target, {401, 404, 200, 404, 404, 200, 404, 404, 404, 200, 200}});
  const http::Response answer = web.get("party:maker", target);
  CHECK(crypto::sha256(answer.body).to_hex() == hash);
  CHECK(web.get("operator", "/v1/manifests/" + hash + "?entry=0").status == 404);
  CHECK(web.get("operator", "/v1/manifests/" + hash).status == 400);
  CHECK(web.get("operator", "/v1/manifests/xyz?entry=0").status == 400);
  const std::string none(64, 'a');
  CHECK(web.get("operator", "/v1/manifests/" + none + "?entry=" + named["index"].dump()).status ==
        404);
}
