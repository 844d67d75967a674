// Products, runs, queries, disputes, seals, cases, leases, promises, freezes, look-ups and the
// books of all: as the commands print them, for those who may read them, page by page.

#include "tests/cli/serve_records.hpp"

#include "ledger/crypto/sha256.hpp"
#include "tests/cli/audit_world.hpp"
#include "tests/cli/cli_world.hpp"
#include "tests/cli/handed_in.hpp"
#include "tests/cli/serve_roles.hpp"
#include "tests/cli/serve_world.hpp"

using namespace muster;
using namespace muster::test;

namespace {

using Statuses = std::vector<unsigned>;

/// Without what a command does not print.
Json without(Json json, const char* member) {
  json.erase(member);
  return json;
}

}  // namespace

TEST_CASE("records read as the commands print them") {
  Records records("serve-records");
  CliWorld& world = records.world;
  const Json products = world.json({"product", "list"});
  const Json product = world.json({"product", "show", "a1", "--on", "2026-05-01"});
  const Json dispute = world.json({"dispute", "show", "D1"});
  const Json seal = world.json({"seal", "show", "A7"});
  const Json lease = world.json({"lease", "show", "R1"});
  const Json file = world.json({"case", "show", "C1"});
  const Json cases = world.json({"case", "list"});
  const Json delegations = world.json({"delegate", "list"});
  const Json policies = world.json({"policy", "show"});
  const Json books = world.json({"balance", "list", "--period", "2026-01-01..2026-12-01"});
  ServeWorld web(world.path("registry"), world.now());
  const auto get = [&](const std::string& target) { return web.json("operator", target); };

  CHECK(without(get("/v1/products"), "next") == products);
  CHECK(get("/v1/products/a1?on=2026-05-01") == product);
  CHECK(get("/v1/disputes/D1") == dispute);
  CHECK(get("/v1/disputes?open=1")["disputes"] == Json::array({dispute}));
  CHECK(get("/v1/seals/A7") == seal);
  CHECK(get("/v1/leases/R1") == lease);
  CHECK(get("/v1/leases")["leases"][0]["chips"].is_null());
  CHECK(get("/v1/cases/C1") == file);
  CHECK(get("/v1/cases")["cases"] == cases["cases"]);
  CHECK(get("/v1/missing")["missing"] == cases["missing"]);
  CHECK(get("/v1/delegations")["delegations"] == delegations["delegations"]);
  CHECK(get("/v1/policies") == policies);
  CHECK(without(get("/v1/balances?period=2026-01-01..2026-12-01"), "next") == books);
  CHECK(web.json("operator", "/v1/products/none", 404)["rule"] == "resource.not_found");
  CHECK(web.json("operator", "/v1/products/a1?rules=../../etc/passwd", 400)["rule"] ==
        "request.parameter");
}

TEST_CASE("role x record: each reads what it signed, is named in or answers for") {
  Records records("serve-records-access");
  const Promised promised = promise(records.world, envelope(records.world, "later", 1));
  ServeWorld web(records.world.path("registry"), records.world.now());
  const Statuses all_known{401, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200};
  const Statuses no_carriers{401, 403, 403, 403, 200, 200, 200, 200, 200, 200, 200};

  //                                  nobody custodians     parties        verifiers      operator
  //                                         wit  mak  nor  wit  mak  nor  FR   SG   *
  check_row(web, {"/v1/products", all_known});
  check_row(web, {"/v1/products/a1", all_known});
  check_row(web, {"/v1/policies", all_known});
  check_row(web, {"/v1/seals", all_known});
  check_row(web, {"/v1/seals/A7", {401, 404, 200, 404, 404, 200, 404, 404, 404, 200, 200}});
  for (const char* list : {"cases", "leases", "disputes", "queries", "delegations", "missing",
                           "runs", "freezes", "promises"}) {
    check_row(web, {"/v1/" + std::string(list), no_carriers});
  }
  check_row(web, {"/v1/balances?period=2026-01-01..2026-12-01", no_carriers});
  check_row(web, {"/v1/cases/C1", {401, 403, 403, 403, 404, 200, 200, 404, 200, 200, 200}});
  check_row(web, {"/v1/leases/R1", {401, 403, 403, 403, 404, 200, 200, 404, 200, 200, 200}});
  check_row(web, {"/v1/disputes/D1", {401, 403, 403, 403, 404, 200, 404, 404, 404, 200, 200}});
  check_row(web, {"/v1/delegations/G1", {401, 403, 403, 403, 200, 404, 200, 404, 200, 200, 200}});
  check_row(web, {"/v1/promises/" + promised.statement,
                  {401, 403, 403, 403, 404, 404, 200, 404, 200, 200, 200}});
  check_row(web, {"/v1/chokepoints/lookups?scan=S1",
                  {401, 403, 403, 403, 403, 403, 403, 200, 200, 200, 200}});
}

TEST_CASE("lists of records hold what their reader may read one by one") {
  Records records("serve-records-lists");
  ServeWorld web(records.world.path("registry"), records.world.now());
  const auto count = [&](const std::string& who, const std::string& name) {
    return web.json(who, "/v1/" + name)[name].size();
  };

  CHECK(count("party:maker", "seals") == 1);
  CHECK(count("party:northwind", "seals") == 0);
  CHECK(count("party:witness", "delegations") == 1);
  CHECK(count("party:maker", "delegations") == 0);
  CHECK(count("party:maker", "missing") == 1);
  CHECK(count("party:northwind", "missing") == 0);
  CHECK(count("verifier:SG", "missing") == 0);
  const auto books = [&](const std::string& who) {
    std::set<std::string> parties;
    const Json list = web.json(who, "/v1/balances?period=2026-01-01..2026-12-01")["balances"];
    for (const Json& book : list) parties.insert(book["party"].get<std::string>());
    return parties;
  };
  CHECK(books("party:northwind") == std::set<std::string>{"northwind"});
  CHECK(books("verifier:SG") == std::set<std::string>{"northwind"});
  CHECK(books("verifier:FR").empty());
  CHECK(books("operator") == std::set<std::string>{"maker", "northwind"});
}

TEST_CASE("hidden records and missing ones are told apart by nothing") {
  Records records("serve-records-same");
  const Promised promised = promise(records.world, envelope(records.world, "later", 1));
  ServeWorld web(records.world.path("registry"), records.world.now());
  const std::vector<std::array<std::string, 3>> pairs{
      {"/v1/seals/", "A7", "A8"},
      {"/v1/seals?after=", "A7", "A8"},
      {"/v1/cases/", "C1", "C2"},
      {"/v1/cases?after=", "C1", "C2"},
      {"/v1/leases/", "R1", "R2"},
      {"/v1/disputes/", "D1", "D2"},
      {"/v1/missing?after=", records.chips[3], records.chips[0]},
      {"/v1/balances?period=2026-01-01..2026-12-01&after=", "maker", "nobody"},
      {"/v1/promises/", promised.statement, std::string(64, 'a')}};

  for (const auto& pair : pairs) {
    const std::string& target = pair[0];
    const std::string& there = pair[1];
    const std::string& missing = pair[2];
    const auto hidden = web.get("party:witness", target + there);
    const auto absent = web.get("party:witness", target + missing);
    std::string said = absent.body;
    if (const auto at = said.find(missing); at != std::string::npos) {
      said.replace(at, missing.size(), there);
    }
    INFO(target);
    CHECK(hidden.status == absent.status);
    CHECK(hidden.status >= 400);
    CHECK(hidden.body == said);
  }
}

TEST_CASE("pages of records and books go on behind the last, also when it was settled meanwhile") {
  CliWorld world("serve-records-pages");
  const auto chips = world.chips(3);
  for (const std::string id : {"F1", "F2", "F3"}) {
    world.record("gov", {"finding", "open", "--finding", id, "--party", "maker", "--code", "odd",
                         "--severity", "low"});
  }
  world.deliver({chips[0]});
  ServeWorld web(world.path("registry"), world.now());
  const Json first = web.json("party:maker", "/v1/findings?open=1&limit=1");
  world.record("gov", {"finding", "close", "--finding", "F1", "--outcome", "explained", "--reason",
                       "r", "--yes"});
  record_something(world, "another");
  web.restart();

  const Json second = web.json("party:maker", "/v1/findings?open=1&limit=1&after=F1");

  CHECK(first["next"] == "F1");
  CHECK(second["findings"][0]["finding"] == "F2");
  const Json book = web.json("operator", "/v1/balances?period=2026-01-01..2026-12-01&limit=1");
  CHECK(book["balances"].size() == 1);
  CHECK(book["next"] == "maker");
  const Json rest =
      web.json("operator", "/v1/balances?period=2026-01-01..2026-12-01&limit=1&after=maker");
  CHECK(rest["balances"][0]["party"] == "northwind");
  CHECK(rest["next"].is_null());
}

TEST_CASE("a promise reads with the note that the operator signed, until it is kept") {
  CliWorld world("serve-promise");
  const std::string file = envelope(world, "later", 1);
  const Promised promised = promise(world, file);
  ServeWorld web(world.path("registry"), world.now());

  const Json one = web.json("party:northwind", "/v1/promises/" + promised.statement);
  CHECK(one["promise"] == must(read_text_file(promised.file)));
  CHECK(one["deadline"] == promised.deadline);
  CHECK(one["overdue"] == false);
  CHECK(web.json("operator", "/v1/promises")["waiting"].size() == 1);
  CHECK(web.json("party:maker", "/v1/promises")["waiting"].empty());
}

TEST_CASE("a look-up answers from the register as an extract of it does") {
  Records records("serve-lookup");
  CliWorld& world = records.world;
  const std::string extract = world.path("extract");
  world.json({"choke", "extract", "--out", extract});
  const auto printed = [&](const std::string& scan, int code) {
    return one_line(world,
                    {"choke", "lookup", scan, "--extract", extract, "--key", world.verifier_key()},
                    code);
  };
  const Json lost = printed(records.chips[3], 1);
  ServeWorld web(world.path("registry"), world.now());
  const auto looked_up = [&](const std::string& scan) {
    return web.json("verifier:FR", "/v1/chokepoints/lookups?scan=" + scan);
  };

  const Json answer = looked_up(records.chips[3]);
  CHECK(answer["verdict"] == "hold");
  CHECK(answer["reasons"] == lost["reasons"]);
  CHECK(answer["chip"] == lost["chip"]);
  CHECK(answer["extract"]["root"] == lost["extract"]["root"]);
  CHECK(looked_up("nothing")["verdict"] == "unknown");
  CHECK(web.get("verifier:FR", "/v1/chokepoints/lookups").status == 400);
  CHECK(web.get("verifier:FR", "/v1/chokepoints/lookups?scan=" + std::string(1'001, 'x')).status ==
        400);
}

TEST_CASE("without the operator's key nobody can answer a look-up") {
  CliWorld world("serve-lookup-no-key");
  std::filesystem::remove(world.path("registry/operator.key"));
  ServeWorld web(world.path("registry"), world.now());
  CHECK(web.get("operator", "/v1/chokepoints/lookups?scan=S1").status == 503);
}

TEST_CASE("runs and freezes are read by the Prover and by who answers for it") {
  AuditWorld world("serve-runs");
  serve::Settings settings;
  settings.tokens.push_back({crypto::sha256(std::string("token-of-prover")),
                             {serve::Role::party, world.prover, {}, "prover"},
                             {}});
  const Json runs = world.json({"run", "list", "--party", world.prover});
  REQUIRE(!runs["runs"].empty());
  const std::string run = runs["runs"][0]["run"].get<std::string>();
  const Json shown = world.json({"run", "show", run});
  const Json freezes = world.json({"freeze", "list"});
  REQUIRE(!freezes["freezes"].empty());
  ServeWorld web(world.path("w/registry"), "2027-06-01T00:00:00Z", settings);

  CHECK(web.json("prover", "/v1/runs")["runs"] == runs["runs"]);
  CHECK(web.json("operator", "/v1/runs?party=" + world.prover)["runs"] == runs["runs"]);
  CHECK(web.json("prover", "/v1/runs/" + run) == shown);
  web.json("party:maker", "/v1/runs/" + run, 404);
  CHECK(web.json("party:maker", "/v1/runs")["runs"].empty());
  CHECK(web.json("operator", "/v1/freezes")["freezes"] == freezes["freezes"]);
  const std::string freeze = freezes["freezes"][0]["freeze"].get<std::string>();
  CHECK(web.json("operator", "/v1/freezes/" + freeze) == world.json({"freeze", "show", freeze}));
  web.json("party:maker", "/v1/freezes/" + freeze, 404);
}

TEST_CASE("a query is read by whom it is put to, by who put it, and by who answers for them") {
  AuditWorld world("serve-queries");
  serve::Settings settings;
  settings.tokens.push_back({crypto::sha256(std::string("token-of-prover")),
                             {serve::Role::party, world.prover, {}, "prover"},
                             {}});
  open_query(world);
  const Json queries = world.json({"query", "list"})["queries"];
  ServeWorld web(world.path("w/registry"), "2027-06-01T00:00:00Z", settings);

  for (const char* who : {"prover", "party:inspectorate", "verifier:*", "operator"}) {
    CHECK(web.json(who, "/v1/queries")["queries"] == queries);
    CHECK(web.json(who, "/v1/queries/Q1") == queries[0]);
  }
  CHECK(web.json("prover", "/v1/queries?plan=P1&open=1")["queries"] == queries);
  CHECK(web.json("prover", "/v1/queries?plan=P2")["queries"].empty());
  CHECK(web.json("party:maker", "/v1/queries")["queries"].empty());
  CHECK(web.get("custodian:maker", "/v1/queries").status == 403);
  const Json hidden = web.json("party:maker", "/v1/queries/Q1", 404);
  const Json missing = web.json("party:maker", "/v1/queries/Q2", 404);
  CHECK(hidden["detail"] == "query Q1: not found");
  CHECK(missing["detail"] == "query Q2: not found");
}
