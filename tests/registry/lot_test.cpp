// Lots of dice, memory and interposers, what packaging takes from them, and other grades.

#include "registry/audit.hpp"
#include "registry/roster.hpp"
#include "tests/registry/support/correction.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::registry;

namespace {

Draft lot(const std::string& id, std::int64_t quantity, Json more = Json::object()) {
  Json body{{"lot", id}, {"product", "a1"}, {"quantity", quantity}};
  body.update(more);
  return {.kind = "lot.create", .body = body, .site = "maker-site"};
}

const Lot& row_of(const World& world, const std::string& id) {
  return world.state().tables().lots[world.state().tables().lots.find(id)];
}

/// 7: what came in is what is there, went on, was used or was scrapped.
void check_lots(const World& world) {
  for (const Lot& lot : world.state().tables().lots.rows()) {
    CHECK(lot.in == lot.quantity + lot.out + lot.used + lot.scrapped);
  }
}

/// Packages `count` chips of block `block`, which it reserves, with `body` and dice per chip.
std::string package(World& world, std::uint64_t block, std::size_t count, Json body,
                    const std::vector<std::string>& dice = {}) {
  world.record("maker", {.kind = "id.reserve",
                         .body = {{"block", static_cast<std::int64_t>(block)},
                                  {"count", 100},
                                  {"product", body["product"]},
                                  {"packager", "maker"}}});
  Draft draft{.kind = "chip.package", .body = std::move(body), .site = "maker-site"};
  for (std::size_t i = 0; i < count; ++i) {
    const ChipId id = ChipId::from_parts({.block = block, .ordinal = i, .random = 9});
    draft.chips.push_back({id});
    if (i < dice.size()) draft.chips.back().columns["dice"] = dice[i];
  }
  return world.rule("maker", draft);
}

Json inputs(std::initializer_list<std::pair<const char*, int>> list) {
  Json records = Json::array();
  for (const auto& [id, quantity] : list) records.push_back({{"lot", id}, {"quantity", quantity}});
  return records;
}

}  // namespace

TEST_CASE("7: a lot is split, merged and scrapped, and every unit is accounted for") {
  World world;
  world.record("maker", lot("A", 100, {{"wafers", 2}, {"process", "4nm"}}));
  world.record("maker", {.kind = "lot.split",
                         .body = {{"lot", "A"},
                                  {"quantity", 62},
                                  {"outputs", inputs({{"A1", 40}, {"A2", 20}})},
                                  {"scrap", 2}}});
  CHECK(row_of(world, "A").quantity == 38);
  CHECK(row_of(world, "A1").process == "4nm");
  world.record("maker", {.kind = "lot.merge",
                         .body = {{"lot", "B"},
                                  {"quantity", 55},
                                  {"inputs", inputs({{"A1", 40}, {"A2", 16}})},
                                  {"scrap", 1}}});
  world.record("maker",
               {.kind = "lot.scrap", .body = {{"lot", "B"}, {"quantity", 5}, {"cause", "dust"}}});

  CHECK(row_of(world, "A1").quantity == 0);
  CHECK(row_of(world, "A2").quantity == 4);
  CHECK(row_of(world, "B").quantity == 50);
  CHECK(row_of(world, "B").scrapped == 6);
  check_lots(world);
}

TEST_CASE("7: no lot gives more than it has, and sums agree") {
  World world;
  world.record("maker", lot("A", 10));
  const auto split = [&](std::int64_t quantity, std::int64_t out, std::int64_t scrap) {
    return world.rule("maker", {.kind = "lot.split",
                                .body = {{"lot", "A"},
                                         {"quantity", quantity},
                                         {"outputs", {{{"lot", "X"}, {"quantity", out}}}},
                                         {"scrap", scrap}}});
  };

  CHECK(split(11, 11, 0) == "lot.too_few");
  CHECK(split(5, 4, 0) == "lot.sum");
  CHECK(split(5, 5, 1) == "lot.sum");
  CHECK(world.rule(
            "maker",
            {.kind = "lot.split",
             .body = {{"lot", "A"}, {"quantity", 4}, {"outputs", inputs({{"X", 2}, {"X", 2}})}}}) ==
        "lot.twice");
  CHECK(world.rule("maker",
                   {.kind = "lot.split",
                    .body = {{"lot", "A"}, {"quantity", 2}, {"outputs", inputs({{"A", 2}})}}}) ==
        "lot.exists");
  CHECK(world.rule("maker", {.kind = "lot.scrap",
                             .body = {{"lot", "A"}, {"quantity", 11}, {"cause", "c"}}}) ==
        "lot.too_few");
  CHECK(world.rule("dealer", {.kind = "lot.scrap",
                              .body = {{"lot", "A"}, {"quantity", 1}, {"cause", "c"}}}) ==
        "lot.not_yours");
  CHECK(world.rule("maker", {.kind = "lot.scrap",
                             .body = {{"lot", "Z"}, {"quantity", 1}, {"cause", "c"}}}) ==
        "lot.unknown");
  CHECK(world.rule("maker", lot("A", 10)) == "lot.exists");
  CHECK(world.rule("maker", lot("C", 1, {{"product", "zz"}})) == "product.unknown");
  CHECK(row_of(world, "A").quantity == 10);
}

TEST_CASE("only like lots are merged, and a lot passes on by its taker's signature") {
  World world;
  world.record("maker", lot("A", 10));
  world.record("maker", lot("M", 10, {{"unit", "memory"}}));
  CHECK(world.rule(
            "maker",
            {.kind = "lot.merge",
             .body = {{"lot", "B"}, {"quantity", 2}, {"inputs", inputs({{"A", 1}, {"M", 1}})}}}) ==
        "lot.unlike");
  const Draft move{.kind = "lot.move", .body = {{"lot", "A"}, {"to", "dealer-site"}}};

  CHECK(world.rule("maker", move) == "signature.second_party");
  CHECK(world.rule("maker", {.kind = "lot.move", .body = {{"lot", "A"}, {"to", "maker-site"}}}) ==
        "lot.at_site");
  world.record("maker", move, {"dealer"});
  CHECK(world.state().party_name(row_of(world, "A").holder) == "dealer");
  CHECK(world.rule("maker", move, {"dealer"}) == "lot.not_yours");
}

TEST_CASE("8: packages take as many dice as their product has, from lots at hand, each die once") {
  World world;
  world.record("maker", {.kind = "product.register",
                         .body = {{"product", "b2"}, {"name", "Two"}, {"tpp", 9000}, {"dies", 2}}});
  world.record("maker", lot("A", 10));
  world.record("maker", lot("H", 40, {{"unit", "memory"}}));
  const auto made_of = [&](Json list) { return Json{{"product", "b2"}, {"inputs", list}}; };

  CHECK(package(world, 101, 2, made_of(inputs({{"A", 3}}))) == "dice.count");
  CHECK(package(world, 102, 2, made_of(inputs({{"A", 5}}))) == "dice.count");
  CHECK(package(world, 103, 6, made_of(inputs({{"A", 12}}))) == "lot.too_few");
  CHECK(package(world, 104, 2, made_of(inputs({{"A", 4}, {"H", 16}})),
                {"A/1/10/10 A/1/10/11", "A/1/10/12"}) == "dice.count");
  CHECK(package(world, 105, 2, made_of(inputs({{"A", 4}})),
                {"A/1/10/10 A/1/10/11", "A/1/10/10 A/1/10/13"}) == "dice.used");
  CHECK(package(world, 106, 1, made_of(inputs({{"A", 2}})), {"A/1/10/10 A/9999/10/11"}) ==
        "dice.form");
  CHECK(package(world, 107, 1, made_of(inputs({{"A", 2}})), {"A/1/10/10 Q/1/10/11"}) ==
        "lot.unknown");
  CHECK(package(world, 108, 1, made_of(inputs({{"A", 2}})), {"A/1/10/10 H/1/10/11"}) ==
        "dice.not_from");
  CHECK(package(world, 109, 2, made_of(inputs({{"A", 4}, {"H", 16}})),
                {"A/1/10/10 A/1/10/11", "A/1/10/12 A/1/10/13"}) == "recorded");
  CHECK(row_of(world, "A").quantity == 6);
  CHECK(row_of(world, "H").used == 16);
  CHECK(package(world, 110, 1, made_of(inputs({{"A", 2}})), {"A/1/10/20 A/1/10/13"}) ==
        "dice.used");
  check_lots(world);
}

TEST_CASE("7, 8: packaging that is taken back gives dice and quantities back") {
  World world;
  world.record("maker", lot("A", 3));
  CHECK(package(world, 101, 2, {{"product", "a1"}, {"inputs", inputs({{"A", 2}})}},
                {"A/1/1/1", "A/1/1/2"}) == "recorded");
  const Hash packaged = world.state().tables().statements[world.state().size() - 1].hash;
  const Hash made = world.state().tables().statements[world.state().size() - 3].hash;

  CHECK(world.rule("maker", void_of(made)) == "correct.dependants");
  world.record("maker", void_of(packaged));

  CHECK(row_of(world, "A").quantity == 3);
  check_lots(world);
  CHECK(package(world, 102, 1, {{"product", "a1"}, {"inputs", inputs({{"A", 1}})}}, {"A/1/1/1"}) ==
        "recorded");
  must(world.registry().rebuild());
  CHECK(must(audit_registry(world.store)).faults.empty());
}

TEST_CASE("the policy may ask for the lots that chips are made of") {
  World world;
  CHECK(package(world, 101, 1, {{"product", "a1"}}) == "recorded");
  world.record("registrar", {.kind = "policy.change",
                             .body = {{"rules_version", 1},
                                      {"parameters", {{"lots_required", true}}},
                                      {"reason", "books"}}});
  CHECK(package(world, 102, 1, {{"product", "a1"}}) == "lot.required");
}

TEST_CASE(
    "a policy holds from the next entry on, is known to the program, and judges nothing anew") {
  World world;
  const auto change = [&](Json body) {
    body["reason"] = "r";
    if (!body.contains("rules_version")) body["rules_version"] = 1;
    if (!body.contains("parameters")) body["parameters"] = Json::object();
    return world.rule("registrar", {.kind = "policy.change", .body = body});
  };
  const auto size = static_cast<std::int64_t>(world.state().size());

  CHECK(change({{"rules_version", 2}}) == "log.rules_version");
  CHECK(change({{"parameters", {{"lots_requierd", true}}}}) == "policy.parameter");
  CHECK(change({{"from_index", size}}) == "policy.index");
  CHECK(change({{"from_index", size + 50}, {"parameters", {{"lots_required", true}}}}) ==
        "recorded");
  CHECK(change({}) == "policy.index");
  CHECK(package(world, 101, 1, {{"product", "a1"}}) == "recorded");
}

TEST_CASE("chips become another product of their maker, of less TPP unless an authority agrees") {
  World world;
  const auto chips = world.chips(2);
  for (const auto& [id, tpp] : {std::pair{"small", 2400}, {"large", 9600}}) {
    world.record("maker", {.kind = "product.register",
                           .body = {{"product", id}, {"name", id}, {"tpp", tpp}}});
  }
  const auto regrade = [&](const std::string& from, const std::string& to) {
    return about("chip.regrade", {chips[0]},
                 {{"from", from}, {"to", to}, {"evidence", std::string(64, 'a')}});
  };
  const Index32 before = world.state().size();

  CHECK(world.rule("maker", regrade("small", "a1")) == "regrade.other_product");
  CHECK(world.rule("maker", regrade("a1", "a1")) == "regrade.product");
  CHECK(world.rule("maker", regrade("a1", "large")) == "regrade.tpp_rises");
  const Hash down = world.record("maker", regrade("a1", "small"));
  const auto maker = PartyId::parse("maker").value();
  CHECK(must(roster(world.state(), maker)).tpp == 2400 + 4800);
  CHECK(must(roster(world.state(), maker, before)).tpp == 2 * 4800);
  world.record("maker", void_of(down));
  CHECK(must(roster(world.state(), maker)).tpp == 2 * 4800);
  world.record("maker", regrade("a1", "large"), {"gov"});
  CHECK(must(roster(world.state(), maker)).tpp == 9600 + 4800);
  CHECK(must(roster(world.state(), maker, before)).tpp == 2 * 4800);
}
