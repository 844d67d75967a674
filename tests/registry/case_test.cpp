// Seals, discrepancies and reports: what is found to be wrong, and how it is put right.

#include "ledger/crypto/sha256.hpp"
#include "registry/audit.hpp"
#include "tests/registry/support/correction.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::registry;

namespace {

Draft pack(const std::vector<ChipId>& chips, const std::string& carton,
           Json more = Json::object()) {
  Json body{{"container", carton}};
  body.update(more);
  return about("pack", chips, body, "maker-site");
}

Draft unpack(const std::string& carton, Json more = Json::object()) {
  Json body{{"seal_state", "intact"}};
  body.update(more);
  return {.kind = "unpack", .body = body, .container = carton};
}

Json ids(const std::vector<ChipId>& chips) {
  Json list = Json::array();
  for (const ChipId& chip : chips) list.push_back(chip.to_string());
  return list;
}

Draft discrepancy(const std::vector<ChipId>& chips, const std::string& kind,
                  Json more = Json::object(), const std::string& site = {}) {
  Json body{{"case", "C1"}, {"kind", kind}, {"text", "as the count of today says"}};
  body.update(more);
  return about("discrepancy.open", chips, body, site);
}

Draft resolution(const std::vector<std::pair<ChipId, std::string>>& outcomes,
                 const std::string& site = {}) {
  Draft draft{.kind = "discrepancy.resolve", .body = {{"case", "C1"}, {"text", "agreed"}}};
  if (!site.empty()) draft.site = site;
  for (const auto& [chip, outcome] : outcomes)
    draft.chips.push_back({chip, {{"outcome", outcome}}});
  return draft;
}

std::size_t findings(const World& world, const std::string& code) {
  std::size_t count = 0;
  for (const Finding& finding : world.state().tables().findings.rows()) {
    count += finding.code == code;
  }
  return count;
}

const CaseFile& file(const World& world) {
  return world.state().tables().cases[world.state().tables().cases.find("C1")];
}

}  // namespace

TEST_CASE(
    "what was packed and not found is missing, what was found and not packed is quarantined") {
  World world;
  const auto chips = world.chips(4);
  world.record("maker", pack({chips[0], chips[1]}, "c1"));

  CHECK(world.rule("maker", unpack("c1", {{"found", ids({chips[0], chips[2]})}})) ==
        "unpack.no_case");
  world.record("maker", unpack("c1", {{"found", ids({chips[0], chips[2]})}, {"case", "C1"}}));

  CHECK(world.display(chips[0]) == Display::in_stock);
  CHECK(world.display(chips[1]) == Display::missing);
  CHECK(world.display(chips[2]) == Display::quarantine);
  CHECK(world.custodian(chips[1]) == "maker");
  CHECK(file(world).open_lines == 2);
  CHECK(world.rule("maker", about("retire", {chips[1]}, {{"cause", "c"}})) == "chip.missing");
  CHECK(world.rule("gov", about("quarantine.lift", {chips[2]}, {{"reason", "r"}})) == "case.open");
  CHECK(world.rule("maker", unpack("c1")) == "subjects.empty");
}

TEST_CASE("what is found as it was packed needs no case, and others' chips are no surplus") {
  World world;
  const auto chips = world.chips(3);
  world.deliver("maker", "dealer", {chips[2]});
  world.record("maker", pack({chips[0], chips[1]}, "c1"));

  CHECK(world.rule("maker", unpack("c1", {{"found", ids(chips)}, {"case", "C1"}})) ==
        "unpack.over");
  world.record("maker", unpack("c1", {{"found", ids({chips[0], chips[1]})}}));
  CHECK(world.state().tables().cases.size() == 0);
}

TEST_CASE("unpacking that is taken back closes its case and the carton") {
  World world;
  const auto chips = world.chips(2);
  world.record("maker", pack(chips, "c1", {{"seal", "S1"}}));
  const Hash opened =
      world.record("maker", unpack("c1", {{"found", ids({chips[0]})}, {"case", "C1"}}));
  CHECK(world.display(chips[1]) == Display::missing);

  // What it called missing itself is not there again by its own word.
  CHECK(world.rule("maker", void_of(opened)) == "correct.second_party");
  world.record("maker", void_of(opened), {"gov"});

  CHECK(world.display(chips[1]) == Display::in_stock);
  CHECK(world.chip(chips[1]).place == Place::in_container);
  const Holder& carton = world.state().tables().holders[world.state().tables().holders.find("c1")];
  CHECK(carton.closed);
  CHECK(carton.seal == "S1");
  CHECK(world.state().open_lines(world.state().find_chip(chips[1])).empty());
  must(world.registry().rebuild());
  CHECK(must(audit_registry(world.store)).faults.empty());
}

TEST_CASE("a seal is used once, and one that is broken without an authority is a finding") {
  World world;
  const auto chips = world.chips(2);
  world.record("maker", pack({chips[0]}, "c1"));
  const auto apply = [&](const std::string& carton, const std::string& seal) {
    return world.rule("maker",
                      {.kind = "seal.apply", .body = {{"container", carton}, {"seal", seal}}});
  };
  const auto check = [&](const std::string& org, const std::string& state) {
    return world.rule(org, {.kind = "seal.check", .body = {{"seal", "S1"}, {"state", state}}});
  };

  CHECK(apply("c1", "S1") == "recorded");
  CHECK(apply("c1", "S2") == "seal.sealed");
  CHECK(apply("c9", "S2") == "holder.unknown");
  CHECK(world.rule("maker", pack({chips[1]}, "c2", {{"seal", "S1"}})) == "seal.exists");
  CHECK(check("maker", "intact") == "recorded");
  CHECK(check("dealer", "intact") == "seal.not_concerned");
  CHECK(world.rule("maker", {.kind = "seal.check",
                             .body = {{"seal", "S9"}, {"state", "intact"}}}) == "seal.unknown");
  CHECK(findings(world, "seal.broken") == 0);
  CHECK(check("gov", "broken") == "recorded");
  CHECK(findings(world, "seal.broken") == 1);
  CHECK(check("maker", "intact") == "seal.not_intact");
  CHECK(check("maker", "missing") == "recorded");
  CHECK(findings(world, "seal.broken") == 1);
}

TEST_CASE("an authority opens on the way, on record; what was inside goes on by itself") {
  World world;
  const auto chips = world.chips(3);
  world.record("maker", about("asm.attach", {chips[0], chips[1]},
                              {{"parent", "b1"}, {"type", "board"}}, "maker-site"));
  world.record("maker", pack({chips[2]}, "c1", {{"children", {"b1"}}, {"seal", "S1"}}));
  const Hash released = world.record("maker", {.kind = "release",
                                               .body = {{"shipment", "X1"},
                                                        {"receiver", "northwind"},
                                                        {"destination", "northwind-site"},
                                                        {"purpose", "sale"}},
                                               .container = "c1"});
  const auto break_seal = [&](const std::string& org) {
    return world.rule(org, {.kind = "seal.break", .body = {{"seal", "S1"}, {"reason", "look"}}});
  };
  CHECK(break_seal("northwind") == "custody.not_custodian");
  CHECK(world.rule("gov", unpack("c1")) == "custody.not_custodian");
  world.record("maker",
               {.kind = "leg.handover",
                .body = {{"shipment", "X1"}, {"taker", "broker"}, {"place", "quay"}},
                .container = "c1"},
               {"broker"});
  world.record("gov", {.kind = "choke.checkin",
                       .body = {{"shipment", "X1"}, {"declared_count", 3}},
                       .container = "c1",
                       .site = "port"});
  CHECK(break_seal("gov") == "recorded");
  CHECK(break_seal("gov") == "seal.not_intact");
  world.record("gov", unpack("c1", {{"seal_state", "broken"}}));
  CHECK(findings(world, "seal.broken") == 0);
  world.record("gov", about("choke.clear", chips, {{"depart", true}}));
  world.record("northwind",
               {.kind = "accept",
                .body = {{"shipment", "X1"}, {"release", released.to_hex()}, {"method", "opened"}},
                .container = "b1",
                .site = "northwind-site"});
  world.accept("northwind", "X1", released, {chips[2]});
  CHECK(world.chip(chips[0]).place == Place::in_assembly);
  CHECK(world.custodian(chips[0]) == "northwind");
  CHECK(world.state().tables().shipments[0].open() == 0);
}

TEST_CASE("a seal that somebody breaks on the way is a finding against the sender") {
  World world;
  const auto chips = world.chips(1);
  world.record("maker", pack(chips, "c1", {{"seal", "S1"}}));
  world.record("maker", {.kind = "release",
                         .body = {{"shipment", "X1"},
                                  {"receiver", "northwind"},
                                  {"destination", "northwind-site"},
                                  {"purpose", "sale"}},
                         .container = "c1"});
  world.record("maker", {.kind = "seal.break", .body = {{"seal", "S1"}, {"reason", "look"}}});
  CHECK(findings(world, "seal.broken") == 1);
}

TEST_CASE("short: missing, the sender answers, until both agree on what became of each chip") {
  World world;
  const auto chips = world.chips(4);
  const Hash released = world.release("maker", "northwind", "S1", chips);
  world.accept("northwind", "S1", released, {chips[0]});

  CHECK(world.rule("dealer", discrepancy({chips[1]}, "short", {{"shipment", "S1"}})) ==
        "case.not_concerned");
  CHECK(world.rule("northwind", discrepancy({chips[1]}, "short")) == "custody.not_custodian");
  CHECK(world.rule("northwind", discrepancy({chips[0]}, "short", {{"shipment", "S1"}})) ==
        "shipment.other_chip");
  world.record("northwind",
               discrepancy({chips[1], chips[2], chips[3]}, "short", {{"shipment", "S1"}}));
  CHECK(world.custodian(chips[1]) == "maker");
  CHECK(world.display(chips[1]) == Display::missing);
  CHECK(world.rule("northwind",
                   about("accept", {chips[1]},
                         {{"shipment", "S1"}, {"release", released.to_hex()}, {"method", "opened"}},
                         "northwind-site")) == "chip.missing");

  CHECK(world.rule("northwind", resolution({{chips[1], "accepted"}}, "northwind-site")) ==
        "case.not_agreed");
  CHECK(world.rule("northwind", resolution({{chips[1], "accepted"}}, "northwind-site"),
                   {"maker"}) == "case.not_all");
  CHECK(world.rule("northwind",
                   resolution({{chips[1], "held"}, {chips[2], "never_sent"}, {chips[3], "lost"}}),
                   {"maker"}) == "case.outcome");
  world.record("northwind",
               resolution({{chips[1], "accepted"}, {chips[2], "never_sent"}, {chips[3], "lost"}},
                          "northwind-site"),
               {"maker"});

  CHECK(world.custodian(chips[1]) == "northwind");
  CHECK(world.display(chips[2]) == Display::in_stock);
  CHECK(world.display(chips[3]) == Display::lost);
  const Shipment& shipment = world.state().tables().shipments[0];
  CHECK(shipment.accepted == 2);
  CHECK(shipment.cancelled == 1);
  CHECK(shipment.lost == 1);
  CHECK(shipment.open() == 0);
  CHECK(file(world).resolved != no_index);
  CHECK(world.rule("northwind", resolution({{chips[1], "held"}}), {"maker"}) == "case.resolved");
}

TEST_CASE("damaged goods go back in quarantine, and the case ends with their return") {
  World world;
  const auto chips = world.chips(2);
  const Hash released = world.release("maker", "northwind", "S1", chips);
  world.record("northwind", about("arrive", chips, {{"shipment", "S1"}}, "northwind-site"));
  world.record("northwind", discrepancy({chips[0]}, "damaged", {{"shipment", "S1"}}));
  CHECK(world.rule("northwind",
                   about("accept", {chips[0]},
                         {{"shipment", "S1"}, {"release", released.to_hex()}, {"method", "opened"}},
                         "northwind-site")) == "chip.quarantine");
  CHECK(world.rule("northwind",
                   discrepancy({chips[0]}, "damaged", {{"shipment", "S1"}, {"case", "C2"}})) ==
        "chip.quarantine");
  world.record("northwind", resolution({{chips[0], "returned"}}), {"maker"});
  CHECK(world.chip(chips[0]).transport == Transport::returning);
  CHECK(world.display(chips[0]) == Display::quarantine);

  world.accept("maker", "S1", released, {chips[0]});

  CHECK(world.display(chips[0]) == Display::in_stock);
  CHECK(world.state().tables().shipments[0].returned == 1);
}

TEST_CASE("a case of one party alone is closed by an authority") {
  World world;
  const auto chips = world.chips(1);
  world.record("maker", discrepancy(chips, "damaged"));
  CHECK(world.rule("maker", resolution({{chips[0], "held"}})) == "case.not_agreed");
  CHECK(world.rule("maker", discrepancy(chips, "damaged", {{"case", "C1"}})) == "chip.quarantine");
  CHECK(world.rule("gov", resolution({{chips[0], "accepted"}})) == "case.outcome");
  CHECK(world.rule("gov", resolution({{chips[0], "returned"}})) == "case.outcome");
  CHECK(world.rule("gov", resolution({{chips[0], "never_sent"}})) == "case.outcome");
  CHECK(world.rule("gov", resolution({{chips[0], "moot"}})) == "case.outcome");
  CHECK(world.rule("gov", resolution({{chips[0], "cleared"}})) == "case.outcome");
  world.record("gov", resolution({{chips[0], "held"}}));
  CHECK(world.display(chips[0]) == Display::in_stock);
}

TEST_CASE("a case may be about things without an id, and must be about something") {
  World world;
  CHECK(world.rule("maker", discrepancy({}, "over")) == "subjects.empty");
  world.record("maker", discrepancy({}, "over", {{"quantity", 3}, {"against", "dealer"}}));
  CHECK(file(world).quantity == 3);
  CHECK(world.rule("maker", discrepancy({}, "over", {{"quantity", 3}})) == "case.exists");
  world.record("maker", resolution({}), {"dealer"});
  CHECK(file(world).resolved == world.state().size() - 1);
}

TEST_CASE("a report of tampering or diversion touches no chip, and an authority rules on it") {
  World world;
  const auto chips = world.chips(2);
  const RowN n = world.state().find_chip(chips[0]);
  const Hash before = world.state().last_statement(n);
  const Json body{
      {"case", "C1"}, {"evidence", crypto::sha256("photo").to_hex()}, {"basis", "cut seal"}};
  world.record("southwind", about("tamper.report", chips, body));

  CHECK(world.state().last_statement(n) == before);
  CHECK((world.state().flags(n) & static_cast<unsigned>(Flag::tamper)) != 0);
  CHECK(world.rule("southwind", about("divert.report", chips, body)) == "case.exists");
  world.record("maker",
               about("asm.attach", chips, {{"parent", "b1"}, {"type", "board"}}, "maker-site"));
  CHECK(world.rule("southwind", resolution({{chips[0], "cleared"}, {chips[1], "confirmed"}}),
                   {"maker"}) == "case.outcome");
  world.record("gov", resolution({{chips[0], "cleared"}, {chips[1], "confirmed"}}));
  CHECK(world.state().flags(n) == 0);
  CHECK(findings(world, "chip.tamper") == 1);
}

TEST_CASE("a lost chip is recovered out of its holds and its case, into quarantine") {
  World world;
  const auto chips = world.chips(1);
  const Hash released = world.release("maker", "northwind", "S1", chips);
  world.record("northwind", discrepancy(chips, "short", {{"shipment", "S1"}}));
  world.record(
      "northwind",
      about("recover", chips, {{"place", "quay"}, {"proof", released.to_hex()}}, "northwind-site"),
      {"gov"});

  CHECK(world.custodian(chips[0]) == "northwind");
  CHECK(world.display(chips[0]) == Display::quarantine);
  CHECK(file(world).open_lines == 0);
  CHECK(world.state().tables().shipments[0].open() == 0);
  world.record("gov", about("quarantine.lift", chips, {{"reason", "examined"}}));
  CHECK(world.display(chips[0]) == Display::in_stock);
}

TEST_CASE("an authority puts chips out of its scope and back: nobody counts them meanwhile") {
  World world;
  const auto chips = world.chips(2);
  const auto exit = [&](Json more = Json::object()) {
    Json body{{"basis", "act 12"}};
    body.update(more);
    return about("scope.exit", {chips[0]}, body);
  };
  CHECK(world.rule("maker", exit()) == "role.missing");
  CHECK(world.rule("gov", exit({{"product", "zz"}})) == "product.unknown");
  world.record("gov", exit({{"product", "a1"}}));

  CHECK(world.display(chips[0]) == Display::out);
  CHECK(world.custodian(chips[0]) == "maker");
  CHECK(world.rule("maker", about("retire", {chips[0]}, {{"cause", "c"}})) == "chip.wrong_life");
  CHECK(world.rule("gov", about("choke.hold", {chips[0]}, {{"hold", "H"}, {"basis", "b"}})) ==
        "chip.wrong_life");
  CHECK(world.rule("gov", about("scope.reenter", {chips[1]}, {{"basis", "b"}})) ==
        "chip.wrong_life");
  world.record("gov", about("scope.reenter", {chips[0]}, {{"basis", "act 13"}}));
  CHECK(world.display(chips[0]) == Display::in_stock);
  world.record("maker", about("retire", {chips[0]}, {{"cause", "c"}}));
}

TEST_CASE("a foreign document is handed in once by each party") {
  World world;
  std::vector<Json> events;
  for (int i = 0; i < 3; ++i) {
    events.push_back({{"step", i}, {"event", crypto::sha256(std::to_string(i)).to_hex()}});
  }
  const Manifest manifest = must(plain_manifest("import.epcis", events, world.random));
  const auto import = [&](const std::string& org) {
    Draft draft{.kind = "import.epcis",
                .body = {{"document", crypto::sha256("document").to_hex()},
                         {"format", "epcis-2.0-jsonld"},
                         {"mapping", "1"},
                         {"events", manifest_json(manifest.ref)}}};
    auto submission = world.statement(org, draft);
    submission.blobs.push_back({manifest.ref.sha256, manifest.bytes});
    return world.rule(submission);
  };

  CHECK(import("maker") == "recorded");
  CHECK(import("maker") == "import.duplicate");
  CHECK(import("dealer") == "recorded");
  CHECK(world.state().tables().imports[0].events == 3);
}
