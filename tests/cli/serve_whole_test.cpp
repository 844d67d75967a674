// Every operation of the API's description, asked at least once for what it is there for.

#include "ledger/crypto/sha256.hpp"
#include "tests/cli/audit_world.hpp"
#include "tests/cli/cli_world.hpp"
#include "tests/cli/handed_in.hpp"
#include "tests/cli/serve_records.hpp"
#include "tests/cli/serve_world.hpp"

using namespace muster;
using namespace muster::test;

namespace {

/// Asks for each; the test fails unless it is answered with 200.
void get_all(ServeWorld& web, const std::vector<std::string>& targets) {
  for (const std::string& target : targets) {
    INFO(target);
    CHECK(web.get("operator", target).status == 200);
  }
}

void upload_and_record(ServeWorld& web, const std::string& line) {
  const Json wish{
      {"kind", "statements"}, {"bytes", line.size()}, {"sha256", crypto::sha256(line).to_hex()}};
  const std::string id =
      web.post("operator", "/v1/uploads", {.body = wish.dump()}, 201)["upload"].get<std::string>();
  web.call("operator", "PATCH", "/v1/uploads/" + id,
           {.body = line,
            .content_type = "application/octet-stream",
            .headers = {{"Upload-Offset", "0"}}});
  get_all(web, {"/v1/uploads", "/v1/uploads/" + id, "/v1/uploads/" + id + "/content"});
  const Json job = web.post("operator", "/v1/jobs", {.body = Json{{"upload", id}}.dump()}, 202);
  const std::string where = "/v1/jobs/" + job["job"].get<std::string>();
  get_all(web, {where, where + "/errors"});
}

std::set<std::string> seen_of_plans() {
  AuditWorld inspected("serve-whole-plan");
  open_query(inspected);
  const std::string run = inspected.json({"run", "list"})["runs"][0]["run"];
  const std::string freeze = inspected.json({"freeze", "list"})["freezes"][0]["freeze"];
  ServeWorld web(inspected.path("w/registry"), "2027-06-01T00:00:00Z");
  get_all(web, {"/v1/plans/P1", "/v1/plans/P1/draw", "/v1/runs", "/v1/runs/" + run, "/v1/queries",
                "/v1/queries/Q1", "/v1/freezes", "/v1/freezes/" + freeze});
  return web.contract().seen();
}

std::set<std::string> seen_of_records() {
  Records records("serve-whole-records");
  const Promised promised = promise(records.world, envelope(records.world, "later", 1));
  ServeWorld web(records.world.path("registry"), records.world.now());
  get_all(web,
          {"/v1/seals", "/v1/seals/A7", "/v1/cases", "/v1/cases/C1", "/v1/leases", "/v1/leases/R1",
           "/v1/disputes", "/v1/disputes/D1", "/v1/delegations", "/v1/delegations/G1",
           "/v1/returns", "/v1/returns/M1", "/v1/holds", "/v1/holds/H1", "/v1/lots", "/v1/lots/D1",
           "/v1/inventories", "/v1/inventories/northwind", "/v1/promises/" + promised.statement});
  return web.contract().seen();
}

/// An entry that names a list beside the log.
struct NamedList {
  std::uint64_t entry = 0;
  std::string sha256{};
};

NamedList named_list(ServeWorld& web) {
  const Json feed = web.json("operator", "/v1/feed?limit=1000");
  for (const Json& one : feed["entries"]) {
    const Json subjects = one["payload"]["subjects"];
    if (!subjects.contains("manifest")) continue;
    return {one["index"].get<std::uint64_t>(), subjects["manifest"]["sha256"].get<std::string>()};
  }
  return {};
}

}  // namespace

TEST_CASE("every operation of the description answers as it is described") {
  CliWorld world("serve-whole");
  const auto chips = world.chips(70);
  world.deliver({chips[0]});
  world.record("gov", {"finding", "open", "--finding", "F1", "--party", "maker", "--code", "odd",
                       "--severity", "low", "--chips", chips[1]});
  world.record("registrar", {"registry", "commit-state"});
  const std::string document = world.run({"epcis", "export", "--chip", chips[0]}).out;
  ServeWorld web(world.path("registry"), world.now());

  const Json recorded = web.post("operator", "/v1/statements",
                                 {.body = must(read_text_file(envelope(world, "a", 1)))}, 201);
  upload_and_record(web, must(read_text_file(envelope(world, "b", 2))));
  const Json capture = web.post("operator", "/epcis/capture",
                                {.body = document, .content_type = "application/ld+json"}, 202);
  const NamedList list = named_list(web);
  get_all(web, {"/v1/chips?party=maker",
                "/v1/chips/" + chips[0],
                "/v1/chips/" + chips[0] + "/history",
                "/v1/shipments",
                "/v1/shipments/S1",
                "/v1/licences",
                "/v1/licences/L1",
                "/v1/parties",
                "/v1/parties/maker",
                "/v1/rosters/northwind",
                "/v1/balances/northwind?period=2026-01-01..2026-02-01",
                "/v1/findings",
                "/v1/findings/F1",
                "/v1/products",
                "/v1/products/a1",
                "/v1/policies",
                "/v1/missing",
                "/v1/balances?period=2026-01-01..2026-02-01",
                "/v1/promises",
                "/v1/chokepoints/lookups?scan=S1",
                "/v1/plans",
                "/checkpoint",
                "/v1/entries/0",
                "/v1/receipts/" + recorded["statement"].get<std::string>(),
                "/v1/feed",
                "/v1/streams/maker/main",
                "/v1/manifests/" + list.sha256 + "?entry=" + std::to_string(list.entry),
                "/v1/proofs/inclusion?index=0",
                "/v1/proofs/consistency?from=1",
                "/v1/state-proofs/chips/" + chips[0],
                "/v1/state-proofs/rosters/northwind",
                "/tile/0/000.p/20",
                "/tiles/tile/0/000.p/20",
                "/epcis/events",
                "/epcis/capture/" + capture["captureID"].get<std::string>(),
                "/healthz",
                "/metrics",
                "/openapi.json"});
  std::set<std::string> seen = web.contract().seen();
  seen.merge(seen_of_plans());
  seen.merge(seen_of_records());
  CHECK(seen == web.contract().operations());
}
