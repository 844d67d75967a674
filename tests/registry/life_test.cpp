// The life of chips from reservation to destruction, hop by hop.

#include "ledger/base/hex.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/merkle.hpp"
#include "registry/roster.hpp"
#include "tests/registry/support/audit.hpp"
#include "tests/registry/support/correction.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;
using registry::Display;
using registry::Draft;

TEST_CASE("one chip lives from reservation to destruction") {
  World world;
  const auto made = world.packaged(1);
  CHECK(world.display(made[0]) == Display::made);

  const auto chip = world.chips(1);
  CHECK(world.display(chip[0]) == Display::in_stock);
  CHECK(world.chip(chip[0]).assurance == registry::Assurance::bound);

  const Hash release = world.release("maker", "northwind", "S1", chip);
  CHECK(world.display(chip[0]) == Display::released);
  CHECK(world.custodian(chip[0]) == "maker");

  world.record(
      "maker",
      about("leg.handover", chip, {{"shipment", "S1"}, {"taker", "broker"}, {"place", "quay"}}),
      {"broker"});
  world.record("gov",
               about("choke.checkin", chip, {{"shipment", "S1"}, {"declared_count", 1}}, "port"));
  CHECK(world.display(chip[0]) == Display::in_transit);
  world.record("gov", about("choke.hold", chip, {{"hold", "H1"}, {"basis", "section 5"}}));
  CHECK(world.display(chip[0]) == Display::held_at_border);
  world.record("gov", about("choke.clear", chip, {{"holds", {"H1"}}, {"depart", true}}));
  world.record("northwind", about("arrive", chip, {{"shipment", "S1"}}, "northwind-site"));
  CHECK(world.custodian(chip[0]) == "maker");

  world.accept("northwind", "S1", release, chip);
  CHECK(world.custodian(chip[0]) == "northwind");
  CHECK(world.display(chip[0]) == Display::in_stock);

  world.record("northwind", about("install", chip, {{"rack", "R1"}}, "northwind-site"));
  CHECK(world.display(chip[0]) == Display::installed);
  world.record("northwind", about("uninstall", chip, {{"cause", "end of life"}}));
  world.record("northwind", about("retire", chip, {{"cause", "end of life"}}));
  CHECK(world.display(chip[0]) == Display::retired);
  world.record(
      "northwind",
      about("destroy", chip, {{"method", "shredded"}, {"place", "hall 2"}}, "northwind-site"),
      {"witness"});
  CHECK(world.display(chip[0]) == Display::destroyed);
  CHECK(world.custodian(chip[0]) == "nobody");
}

TEST_CASE("chips on boards in a server in a rack in a container are shipped by its root") {
  World world;
  const auto chips = world.chips(8);
  world.record("maker", about("asm.attach", chips, {{"parent", "board-1"}, {"type", "board"}},
                              "maker-site"));
  world.record("maker",
               {.kind = "asm.attach",
                .body = {{"parent", "server-1"}, {"type", "server"}, {"children", {"board-1"}}},
                .site = "maker-site"});
  world.record("maker", {.kind = "pack",
                         .body = {{"container", "crate-1"}, {"children", {"server-1"}}},
                         .site = "maker-site"});
  CHECK(world.rule("maker", about("release", chips,
                                  {{"shipment", "S0"},
                                   {"receiver", "northwind"},
                                   {"destination", "northwind-site"},
                                   {"purpose", "sale"}})) == "custody.child");

  const Hash release = world.record("maker", {.kind = "release",
                                              .body = {{"shipment", "S1"},
                                                       {"receiver", "northwind"},
                                                       {"destination", "northwind-site"},
                                                       {"purpose", "sale"}},
                                              .container = "crate-1"});
  world.record("northwind",
               {.kind = "accept",
                .body = {{"shipment", "S1"}, {"release", release.to_hex()}, {"method", "sealed"}},
                .container = "crate-1",
                .site = "northwind-site"});
  for (const ChipId& chip : chips) CHECK(world.custodian(chip) == "northwind");

  world.record("northwind",
               {.kind = "unpack", .body = {{"seal_state", "intact"}}, .container = "crate-1"});
  world.record("northwind", {.kind = "install", .container = "server-1", .site = "northwind-site"});
  for (const ChipId& chip : chips) CHECK(world.display(chip) == Display::installed);
}

TEST_CASE("a rack comes out by its root as it went in, and may be filled and installed again") {
  World world;
  const auto chips = world.chips(4);
  world.record("maker", about("asm.attach", {chips[0], chips[1]},
                              {{"parent", "board-1"}, {"type", "board"}}, "maker-site"));
  Draft rack =
      about("asm.attach", {chips[2]}, {{"parent", "rack-1"}, {"type", "rack"}}, "maker-site");
  rack.body["children"] = Json::array({"board-1"});
  world.record("maker", rack);
  const Draft in{.kind = "install", .container = "rack-1", .site = "maker-site"};
  const Draft out{.kind = "uninstall", .body = {{"cause", "moved"}}, .container = "rack-1"};
  CHECK(world.rule("maker", out) == "chip.wrong_place");
  world.record("maker", in);
  const auto another =
      about("asm.attach", {chips[3]}, {{"parent", "rack-1"}, {"type", "rack"}}, "maker-site");
  CHECK(world.rule("maker", another) == "holder.installed");
  CHECK(world.rule("maker", {.kind = "uninstall", .body = out.body, .container = "board-1"}) ==
        "custody.child");

  const Hash taken = world.record("maker", out);

  const auto& tables = world.state().tables();
  for (std::size_t i = 0; i < 3; ++i) {
    const registry::ChipState& now = tables.chips[world.state().find_chip(chips[i])];
    CHECK(now.place == registry::Place::in_assembly);
    CHECK(now.parent == tables.holders.find(i == 2 ? "rack-1" : "board-1"));
  }
  CHECK(tables.holders[tables.holders.find("rack-1")].site == registry::no_row);
  // Taken back, it stands where it stood.
  world.record("maker", {.kind = "correct.void",
                         .body = {{"target", taken.to_hex()}, {"reason", "wrong rack"}}});
  CHECK(world.display(chips[0]) == Display::installed);
  CHECK(tables.holders[tables.holders.find("rack-1")].site != registry::no_row);
  world.record("maker", out);
  world.record("maker", another);
  world.record("maker", in);
  for (const ChipId& chip : chips) CHECK(world.display(chip) == Display::installed);
}

TEST_CASE("a part of a shipment is accepted, a part refused and sent back") {
  World world;
  const auto chips = world.chips(3);
  const Hash release = world.release("maker", "dealer", "S1", chips);

  world.accept("dealer", "S1", release, {chips[0]});
  world.record("dealer", about("refuse", {chips[1]}, {{"shipment", "S1"}, {"cause", "wet box"}},
                               "dealer-site"));

  CHECK(world.custodian(chips[0]) == "dealer");
  CHECK(world.custodian(chips[1]) == "maker");
  CHECK(world.display(chips[1]) == Display::quarantine);
  CHECK(world.display(chips[2]) == Display::released);
  const auto& shipment = world.state().tables().shipments[0];
  CHECK(shipment.open() == 2);

  world.record("maker",
               about("accept", {chips[1]},
                     {{"shipment", "S1"}, {"release", release.to_hex()}, {"method", "opened"}},
                     "maker-site"));
  CHECK(world.display(chips[1]) == Display::in_stock);
  CHECK(world.state().tables().shipments[0].returned == 1);
}

TEST_CASE("the frame of a window has what was sold in it, with the time it was held") {
  Audit audit;
  const auto northwind = PartyId::parse("northwind").value();
  const auto frame = must(registry::frame(audit.world.state(), northwind, audit.window));

  REQUIRE(frame.lines.size() == 5);
  for (const auto& line : frame.lines) {
    const bool sold = line.chip == audit.chips[4];
    // The sale takes two entries of a second each after ten days.
    CHECK(line.held_ms == (sold ? 10 * ms_per_day + 2000 : 20 * ms_per_day + 2000));
    CHECK(line.site == "northwind-site");
  }
  CHECK(must(registry::roster(audit.world.state(), northwind)).lines.size() == 4);
  const auto before = static_cast<registry::Index32>(audit.world.state().size() - 3);
  CHECK(must(registry::roster(audit.world.state(), northwind, before)).lines.size() == 5);
}

TEST_CASE("a freeze has the count of the registry's frame and a head for each chip") {
  Audit audit;
  const auto rule = [&](const Json& body) {
    return audit.world.rule("northwind", {.kind = "freeze.commit", .body = body});
  };
  Json body = audit.freeze_body();
  body["frame"]["count"] = 4;
  CHECK(rule(body) == "freeze.frame_count");
  body = audit.freeze_body();
  body["heads"]["statement"] = crypto::sha256("x").to_hex();
  CHECK(rule(body) == "freeze.heads_unknown");
  body = audit.freeze_body();
  body["heads"]["count"] = 4;
  CHECK(rule(body) == "freeze.heads_differ");
  body = audit.freeze_body();
  body["declarations"]["count"] = 1;
  CHECK(rule(body) == "freeze.declarations");
  body = audit.freeze_body();
  body["window"]["to"] = "2027-01-01T00:00:00.000Z";
  CHECK(rule(body) == "freeze.window_open");
  CHECK(rule(audit.freeze_body()) == "recorded");
  CHECK(rule(audit.freeze_body()) == "freeze.exists");
  Draft foreign = audit.heads_draft(5);
  CHECK(audit.world.rule("southwind", foreign) == "heads.not_held");
}

TEST_CASE("a plan quotes a freeze of each prover, and its draw is sealed before it is opened") {
  Audit audit;
  World& world = audit.world;
  const auto plan = [&](const Json& freezes) {
    return world.rule("verifier", {.kind = "plan.commit", .body = Audit::plan_body(freezes)});
  };
  CHECK(plan(Json::array()) == "plan.no_vrf");
  audit.commit_plan();
  CHECK(plan(Json::array()) == "plan.exists");

  CHECK(world.rule("verifier", audit.opening()) == "draw.not_sealed");
  audit.seal();
  const Hash opening = world.record("verifier", audit.opening());
  CHECK(world.rule("verifier", audit.opening()) == "draw.opened");

  Json result{{"plan", "P1"},
              {"opening", opening.to_hex()},
              {"line", 0},
              {"chip", audit.chips[1].to_string()},
              {"presence", "uplink-cut"},
              {"verdict", "consistent"},
              {"appraisal", crypto::sha256("a").to_hex()},
              {"findings", Json::array()}};
  const auto answer = [&] {
    return world.rule("verifier", {.kind = "inspect.result", .body = result});
  };
  CHECK(answer() == "inspect.no_silence");
  result["silence"] = {{"before", audit.window.to.to_string()},
                       {"after", audit.window.to.to_string()}};
  CHECK(answer() == "inspect.silence_order");
  result["silence"]["before"] = audit.window.from.to_string();
  CHECK(answer() == "inspect.other_chip");
  result["chip"] = audit.chips[3].to_string();
  CHECK(answer() == "recorded");
  CHECK(answer() == "inspect.answered");
  const auto assurance = [&](std::size_t n) {
    return world.state().assurance(world.state().find_chip(audit.chips[n]));
  };
  CHECK(assurance(3) == registry::Assurance::verified);
  result["line"] = 2;
  CHECK(answer() == "inspect.no_line");
}

TEST_CASE("the answer to a line is corrected in its place, and its query goes on") {
  Audit audit;
  World& world = audit.world;
  audit.commit_plan();
  audit.seal();
  const Hash opening = world.record("verifier", audit.opening());
  const std::string chip = audit.chips[3].to_string();
  const Json said{
      {"plan", "P1"},
      {"opening", opening.to_hex()},
      {"line", 0},
      {"chip", chip},
      {"presence", "bench"},
      {"verdict", "consistent"},
      {"appraisal", crypto::sha256("a").to_hex()},
      {"findings", Json::array()},
      {"silence",
       {{"before", audit.window.from.to_string()}, {"after", audit.window.to.to_string()}}}};
  const Hash answered = world.record("verifier", {.kind = "inspect.result", .body = said});
  const auto assurance = [&] {
    return world.state().assurance(world.state().find_chip(audit.chips[3]));
  };
  REQUIRE(assurance() == registry::Assurance::verified);
  Json event = text_of(world, answered);
  event["body"]["verdict"] = "not-presented";
  event["body"]["findings"] = Json::array({"absent"});

  CHECK(world.rule("northwind", replacement(world, answered, event)) == "correct.not_yours");
  const Hash anew = world.record("verifier", replacement(world, answered, event));
  const auto line = [&] { return world.state().tables().lines[0]; };
  CHECK(line().verdict == "not-presented");
  CHECK(line().answered == world.state().statement_index(anew));
  CHECK(assurance() == registry::Assurance::bound);
  // Answered once: another result is none, and a correction is of what stands.
  CHECK(world.rule("verifier", {.kind = "inspect.result", .body = said}) == "inspect.answered");
  CHECK(world.rule("verifier", replacement(world, answered, event)) == "correct.corrected");
  world.record("verifier", void_of(anew));
  CHECK(line().answered == registry::no_index);
  CHECK(line().verdict.empty());
}

TEST_CASE("a plan without the freeze of its prover is refused") {
  Audit audit;
  audit.world.record("verifier", {.kind = "vrf.register",
                                  .body = {{"vrf_key", crypto::sha256("vrf").to_hex()},
                                           {"suite", "ECVRF-EDWARDS25519-SHA512-TAI"}}});
  const auto plan = [&](Json body) {
    return audit.world.rule("verifier", {.kind = "plan.commit", .body = std::move(body)});
  };
  CHECK(plan(Audit::plan_body(Json::array())) == "plan.freeze_missing");
  CHECK(plan(Audit::plan_body({audit.heads.to_hex()})) == "plan.freeze_unknown");
  Json other = Audit::plan_body(Json::array());
  other["plan_hash"] = crypto::sha256("other").to_hex();
  CHECK(plan(other) == "plan.hash");
}

namespace {

/// A plan on the freeze that the first one quotes.
void another_plan(Audit& audit, const std::string& id) {
  const auto& tables = audit.world.state().tables();
  const Hash frozen = tables.statements[tables.freezes[0].index].hash;
  Json body = Audit::plan_body(Json::array({frozen.to_hex()}));
  body["plan"] = id;
  audit.world.record("verifier", {.kind = "plan.commit", .body = body});
}

}  // namespace

TEST_CASE("a chip that an inspector does not find has lost what was proven of it") {
  Audit audit;
  World& world = audit.world;
  const auto assurance = [&] {
    return world.state().assurance(world.state().find_chip(audit.chips[3]));
  };
  const auto drawn = [&](const std::string& plan) {
    Draft seal = Audit::seal_draft();
    Draft opening = audit.opening();
    seal.body["plan"] = opening.body["plan"] = plan;
    world.record("verifier", seal);
    return world.record("verifier", opening);
  };
  const auto answered = [&](const std::string& plan, const std::string& presence,
                            const std::string& verdict) {
    Json result{{"plan", plan},
                {"opening", drawn(plan).to_hex()},
                {"line", 0},
                {"chip", audit.chips[3].to_string()},
                {"presence", presence},
                {"verdict", verdict},
                {"appraisal", crypto::sha256("a").to_hex()},
                {"findings", Json::array()}};
    if (presence == "bench") {
      result["silence"] = {{"before", audit.window.from.to_string()},
                           {"after", audit.window.to.to_string()}};
    }
    return world.rule("verifier", {.kind = "inspect.result", .body = result});
  };
  audit.commit_plan();
  another_plan(audit, "P2");

  CHECK(answered("P1", "bench", "consistent") == "recorded");
  CHECK(assurance() == registry::Assurance::verified);
  CHECK(answered("P2", "label", "not-presented") == "recorded");
  CHECK(assurance() == registry::Assurance::bound);
}

TEST_CASE("goods that a draw chose are inspected with the opening of its own plan") {
  Audit audit;
  World& world = audit.world;
  audit.commit_plan();
  another_plan(audit, "P2");
  audit.seal();
  const Hash opening = world.record("verifier", audit.opening());
  const auto chips = world.chips(1);
  world.release("maker", "northwind", "X1", chips);
  world.record(
      "maker",
      about("leg.handover", chips, {{"shipment", "X1"}, {"taker", "broker"}, {"place", "quay"}}),
      {"broker"});
  world.record("gov",
               about("choke.checkin", chips, {{"shipment", "X1"}, {"declared_count", 1}}, "port"));
  const auto inspected = [&](const std::string& plan) {
    return world.rule("gov", about("choke.inspect", chips,
                                   {{"inspection", "I-" + plan},
                                    {"method", "scan"},
                                    {"level", "mark"},
                                    {"result", "conformant"},
                                    {"plan", plan},
                                    {"opening", opening.to_hex()}},
                                   "port"));
  };
  CHECK(inspected("P2") == "choke.draw");
  CHECK(inspected("P1") == "recorded");
}
