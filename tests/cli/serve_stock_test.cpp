// Returns, holds, lots and inventories over HTTP: as the commands print them, for those whose they
// are, page by page.

#include "tests/cli/cli_world.hpp"
#include "tests/cli/serve_records.hpp"
#include "tests/cli/serve_roles.hpp"
#include "tests/cli/serve_world.hpp"

using namespace muster;
using namespace muster::test;

namespace {

/// The members of a list that is all on one page.
Json on_one_page(ServeWorld& web, const std::string& who, const std::string& list,
                 const std::string& query = {}) {
  const Json page = web.json(who, "/v1/" + list + query);
  CHECK(page["next"].is_null());
  return page[list];
}

}  // namespace

TEST_CASE("stock reads as the commands print it") {
  Records records("serve-stock");
  CliWorld& world = records.world;
  const Json rma = world.json({"rma", "show", "M1"});
  const Json hold = world.json({"hold", "show", "H1"});
  const Json lot = world.json({"lot", "show", "D1"});
  const Json inventory = world.json({"inventory", "show", "northwind"});
  const std::vector<std::pair<std::string, Json>> lists{
      {"returns", world.json({"rma", "list"})["returns"]},
      {"holds", world.json({"hold", "list"})["holds"]},
      {"lots", world.json({"lot", "list"})["lots"]},
      {"inventories", world.json({"inventory", "list"})["inventories"]}};
  ServeWorld web(world.path("registry"), world.now());

  CHECK(web.json("operator", "/v1/returns/M1") == rma);
  CHECK(web.json("operator", "/v1/holds/H1") == hold);
  CHECK(web.json("operator", "/v1/lots/D1") == lot);
  CHECK(web.json("operator", "/v1/inventories/northwind") == inventory);
  for (const auto& list : lists) {
    INFO(list.first);
    CHECK(list.second.size() == 1);
    CHECK(on_one_page(web, "operator", list.first) == list.second);
  }
  CHECK(rma["chips"][0]["chip"] == records.chips[4]);
  CHECK(hold["chips"] == Json::array({records.chips[0], records.chips[5]}));
  CHECK(hold["held"] == 2);
  CHECK(lot["quantity"] == 9);
  CHECK(inventory["count"] == 1);
}

TEST_CASE("role x stock: each reads what is its own, or lies where it answers for") {
  Records records("serve-stock-access");
  ServeWorld web(records.world.path("registry"), records.world.now());

  //                                  nobody custodians     parties        verifiers      operator
  //                                         wit  mak  nor  wit  mak  nor  FR   SG   *
  for (const char* list : {"returns", "holds", "lots", "inventories"}) {
    check_row(
        web, {"/v1/" + std::string(list), {401, 403, 403, 403, 200, 200, 200, 200, 200, 200, 200}});
  }
  check_row(web, {"/v1/returns/M1", {401, 403, 403, 403, 404, 200, 200, 404, 200, 200, 200}});
  check_row(web, {"/v1/holds/H1", {401, 403, 403, 403, 404, 200, 200, 404, 200, 200, 200}});
  check_row(web, {"/v1/lots/D1", {401, 403, 403, 403, 404, 200, 404, 404, 404, 200, 200}});
  check_row(web,
            {"/v1/inventories/northwind", {401, 403, 403, 403, 404, 404, 200, 404, 200, 200, 200}});
  for (const char* list : {"returns", "holds", "lots", "inventories"}) {
    INFO(list);
    CHECK(on_one_page(web, "party:witness", list).empty());
    CHECK(on_one_page(web, "verifier:FR", list).empty());
    CHECK(on_one_page(web, "operator", list).size() == 1);
  }
}

TEST_CASE("of a hold on goods of several, each reads which of its own are under it") {
  Records records("serve-stock-hold");
  ServeWorld web(records.world.path("registry"), records.world.now());
  const auto chips = [&](const std::string& who) { return web.json(who, "/v1/holds/H1")["chips"]; };

  CHECK(chips("party:northwind") == Json::array({records.chips[0]}));
  CHECK(chips("party:maker") == Json::array({records.chips[5]}));
  CHECK(chips("verifier:SG") == Json::array({records.chips[0]}));
  CHECK(chips("party:gov").size() == 2);
}

TEST_CASE("a hold that is lifted is no longer open, and no longer its goods' holder's to read") {
  Records records("serve-stock-lifted");
  records.world.record(
      "gov", {"choke", "clear", "--holds", "H1", "--depart", "no", "--chips", records.chips[5]});
  ServeWorld web(records.world.path("registry"), records.world.now());

  const Json one = web.json("operator", "/v1/holds/H1");
  CHECK(one["held"] == 1);
  CHECK(one["lifted"] == 1);
  CHECK(one["open"] == true);
  web.json("party:maker", "/v1/holds/H1", 404);
  CHECK(on_one_page(web, "operator", "holds", "?open=1").size() == 1);
}

TEST_CASE("an inventory tells what it did not find, of all sites or of one") {
  CliWorld world("serve-stock-missed");
  const auto chips = world.chips(2);
  world.record("maker", {"inventory", "take", "--found", chips[0]});
  world.record("maker", {"inventory", "take", "--site", "maker-site", "--found", joined(chips)});
  const Json shown = world.json({"inventory", "show", "maker", "--site", "maker-site"});
  const auto none = world.run({"inventory", "show", "maker", "--site", "port"});
  CHECK(none.code == 2);
  CHECK(none.err.find("no inventory of maker at port was filed") != std::string::npos);
  ServeWorld web(world.path("registry"), world.now());

  const Json whole = web.json("party:maker", "/v1/inventories/maker");
  CHECK(whole["missing"] == 1);
  CHECK(whole["not_found"][0]["chip"] == chips[1]);
  CHECK(web.json("party:maker", "/v1/inventories/maker?site=maker-site") == shown);
  CHECK(shown["missing"] == 0);
  const Json first = web.json("party:maker", "/v1/inventories?limit=1");
  CHECK(first["next"] == "maker/");
  const Json second = web.json("party:maker", "/v1/inventories?limit=1&after=maker/");
  CHECK(second["inventories"][0]["site"] == "maker-site");
  CHECK(second["next"].is_null());
}

TEST_CASE("lists of stock are asked for by whose they are, and for what is open") {
  Records records("serve-stock-filters");
  ServeWorld web(records.world.path("registry"), records.world.now());
  const auto count = [&](const std::string& list, const std::string& query) {
    return on_one_page(web, "operator", list, query).size();
  };

  CHECK(count("returns", "?party=maker&open=1") == 1);
  CHECK(count("returns", "?party=northwind") == 0);
  CHECK(count("lots", "?party=maker&open=1") == 1);
  CHECK(count("lots", "?party=nobody") == 0);
  CHECK(count("inventories", "?party=northwind") == 1);
  CHECK(count("inventories", "?party=maker") == 0);
  CHECK(web.json("operator", "/v1/holds?party=gov", 400)["rule"] == "request.parameter");
}

TEST_CASE("stock that was read is not sent again, and reads as it was in the past") {
  Records records("serve-stock-past");
  ServeWorld web(records.world.path("registry"), records.world.now());
  for (const char* target : {"/v1/returns/M1", "/v1/holds", "/v1/lots/D1", "/v1/inventories"}) {
    INFO(target);
    const auto first = web.get("operator", target);
    const auto again =
        web.get("operator", target, {.headers = {{"If-None-Match", header_of(first, "ETag")}}});
    CHECK(again.status == 304);
  }
  const std::string before = std::to_string(CliWorld::entries);
  CHECK(web.json("operator", "/v1/lots?at=" + before)["lots"].empty());
  web.json("operator", "/v1/holds/H1?at=" + before, 404);
}

TEST_CASE("hidden stock and missing stock are told apart by nothing") {
  Records records("serve-stock-same");
  ServeWorld web(records.world.path("registry"), records.world.now());
  const std::vector<std::array<std::string, 3>> pairs{
      {"/v1/returns/", "M1", "M2"},
      {"/v1/returns?after=", "M1", "M2"},
      {"/v1/holds/", "H1", "H2"},
      {"/v1/holds?after=", "H1", "H2"},
      {"/v1/lots/", "D1", "D2"},
      {"/v1/lots?after=", "D1", "D2"},
      {"/v1/inventories/", "northwind", "nobody"},
      {"/v1/inventories?after=", "northwind/", "nobody/"}};

  for (const auto& pair : pairs) {
    const auto hidden = web.get("party:witness", pair[0] + pair[1]);
    const auto absent = web.get("party:witness", pair[0] + pair[2]);
    std::string said = absent.body;
    if (const auto at = said.find(pair[2]); at != std::string::npos) {
      said.replace(at, pair[2].size(), pair[1]);
    }
    INFO(pair[0]);
    CHECK(hidden.status == absent.status);
    CHECK(hidden.status >= 400);
    CHECK(hidden.body == said);
  }
}
