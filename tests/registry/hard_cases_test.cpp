// The hard cases, each told as it happens. What belongs to trade (transit countries, repair, caps,
// screening) is told in the tests of those kinds.

#include "ledger/crypto/sha256.hpp"
#include "registry/dispute.hpp"
#include "registry/roster.hpp"
#include "tests/registry/support/correction.hpp"
#include "tests/registry/support/keys.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::registry;

namespace {

Json accepting(const std::string& shipment, const Hash& release, const std::string& method) {
  return {{"shipment", shipment}, {"release", release.to_hex()}, {"method", method}};
}

Draft release_of(const std::string& shipment, const std::string& receiver) {
  return {.kind = "release",
          .body = {{"shipment", shipment},
                   {"receiver", receiver},
                   {"destination", receiver + "-site"},
                   {"purpose", "sale"}}};
}

Draft container_release(const std::string& holder, const std::string& shipment,
                        const std::string& receiver) {
  Draft draft = release_of(shipment, receiver);
  draft.container = holder;
  return draft;
}

const Shipment& shipment(const World& world, const std::string& id) {
  return world.state().tables().shipments[world.state().tables().shipments.find(id)];
}

const Holder& holder(const World& world, const std::string& id) {
  return world.state().tables().holders[world.state().tables().holders.find(id)];
}

Draft on_behalf(Draft draft, const std::string& principal) {
  draft.on_behalf_of = principal;
  return draft;
}

}  // namespace

TEST_CASE("partial receipt: what is not named stays released, and the counts always add up") {
  World world;
  const auto chips = world.chips(5);
  const Hash released = world.release("maker", "northwind", "S1", chips);

  world.accept("northwind", "S1", released, {chips[0], chips[1]});
  world.record("northwind", about("refuse", {chips[2]}, {{"shipment", "S1"}, {"cause", "bent"}},
                                  "northwind-site"));
  world.record(
      "northwind",
      about("discrepancy.open", {chips[3]},
            {{"case", "C1"}, {"kind", "short"}, {"text", "four came"}, {"shipment", "S1"}}));

  CHECK(world.display(chips[4]) == Display::released);
  CHECK(world.custodian(chips[4]) == "maker");
  const Shipment& row = shipment(world, "S1");
  CHECK(row.released == 5);
  CHECK(row.accepted == 2);
  CHECK(row.refused == 1);
  CHECK(row.open() == 3);  // refused and not back yet, short and not resolved, and the fifth
}

TEST_CASE("a sealed carton: its contents are inferred until it is opened, and may have to be") {
  World world;
  const auto chips = world.chips(2);
  world.record("maker",
               about("pack", chips, {{"container", "c1"}, {"seal", "SEAL-1"}}, "maker-site"));
  const Hash released = world.record("maker", container_release("c1", "S1", "northwind"));
  world.record("northwind", {.kind = "accept",
                             .body = accepting("S1", released, "sealed"),
                             .container = "c1",
                             .site = "northwind-site"});
  CHECK(holder(world, "c1").inferred);
  world.record("registrar", {.kind = "policy.change",
                             .body = {{"rules_version", 1},
                                      {"parameters", {{"opened_before_release", true}}},
                                      {"reason", "shrinkage"}}});

  CHECK(world.rule("northwind", container_release("c1", "S2", "dealer")) == "container.inferred");

  Json found = Json::array({chips[0].to_string()});
  world.record("northwind", {.kind = "unpack",
                             .body = {{"seal_state", "intact"}, {"found", found}, {"case", "C1"}},
                             .container = "c1"});
  CHECK(world.display(chips[1]) == Display::missing);
  CHECK(world.custodian(chips[1]) == "northwind");  // the sealed carton was accepted as counted
}

TEST_CASE(
    "over-receipt: extra chips are the receiver's, in quarantine, with a case for the sender") {
  World world;
  const auto chips = world.chips(3);
  const Hash released = world.release("maker", "northwind", "S1", {chips[0], chips[1]});
  world.accept("northwind", "S1", released, {chips[0], chips[1]});
  const Draft over =
      about("discrepancy.open", {chips[2]},
            {{"case", "C1"}, {"kind", "over"}, {"text", "three came"}, {"shipment", "S1"}},
            "northwind-site");

  CHECK(world.rule("dealer", about("discrepancy.open", {chips[2]}, over.body, "dealer-site")) ==
        "case.over");
  world.record("northwind", over);

  CHECK(world.custodian(chips[2]) == "northwind");
  CHECK(world.display(chips[2]) == Display::quarantine);
  const CaseFile& file = world.state().tables().cases[0];
  CHECK(world.state().party_name(file.against) == "maker");
  CHECK(world.rule("northwind", about("retire", {chips[2]}, {{"cause", "c"}})) ==
        "chip.quarantine");
}

TEST_CASE("over-receipt of a third party's chips wants an authority, which asks that party") {
  World world;
  const auto chips = world.chips(2);
  world.deliver("maker", "dealer", {chips[1]});
  const Hash released = world.release("maker", "northwind", "S1", {chips[0]});
  world.accept("northwind", "S1", released, {chips[0]});
  const Draft over = about("discrepancy.open", {chips[1]},
                           {{"case", "C1"},
                            {"kind", "over"},
                            {"text", "a stranger's chip"},
                            {"shipment", "S1"},
                            {"against", "dealer"}},
                           "northwind-site");

  CHECK(world.rule("northwind", over) == "case.over");
  world.record("northwind", over, {"gov"});
  CHECK(world.custodian(chips[1]) == "northwind");
}

TEST_CASE(
    "goods that another holds are not released, though a delegate may sign for their holder") {
  World world;
  const auto chips = world.chips(2);
  world.deliver("maker", "northwind", chips);
  Draft release = release_of("S1", "dealer");
  release.chips = {{chips[0]}};

  CHECK(world.rule("maker", release) == "custody.not_custodian");
  world.record(
      "northwind",
      {.kind = "delegate.grant",
       .body = {{"delegation", "D1"},
                {"delegate", "maker"},
                {"kinds", {"release"}},
                {"window",
                 {{"from", "2026-01-01T00:00:00.000Z"}, {"to", "2027-01-01T00:00:00.000Z"}}}}});
  world.record("maker", on_behalf(release, "northwind"));
  CHECK(world.state().party_name(shipment(world, "S1").sender) == "northwind");
}

TEST_CASE(
    "of two releases that raced, the first in the log wins; the other is told what is so now") {
  World world;
  const auto chips = world.chips(1);
  Draft one = release_of("S1", "dealer");
  Draft two = release_of("S2", "northwind");
  one.chips = two.chips = {{chips[0]}};
  two.event_time = world.clock.now();
  StatementMaker maker(
      {.origin = "test.example/registry", .org = "maker", .stream = "other", .next_number = 1},
      world.signer("maker"), world.random);
  const auto raced = must(maker.make(two, &world.state()));
  const Hash first = world.record("maker", one);

  const Outcome outcome = must(world.registry().record(raced));

  REQUIRE(outcome.error);
  CHECK(outcome.error->rule == "expects.mismatch");
  CHECK(outcome.error->message.find(first.to_hex()) != std::string::npos);
}

TEST_CASE("a board of eight chips, one of which fails, keeps its id, and its history shows both") {
  World world;
  const auto chips = world.chips(9);
  world.record("maker", about("asm.attach", {chips.begin(), chips.begin() + 8},
                              {{"parent", "board-1"}, {"type", "board"}}, "maker-site"));
  Draft swap{.kind = "asm.swap",
             .body = {{"parent", "board-1"}, {"cause", "memory errors"}},
             .site = "maker-site"};
  swap.chips = {{chips[3], {{"goes", "out"}}}, {chips[8], {{"goes", "in"}}}};
  Draft uneven = swap;
  uneven.chips.pop_back();
  CHECK(world.rule("maker", uneven) == "swap.uneven");
  Draft turned = swap;
  turned.chips = {{chips[3], {{"goes", "in"}}}, {chips[8], {{"goes", "out"}}}};
  CHECK(world.rule("maker", turned) == "holder.not_in");

  const Hash swapped = world.record("maker", swap);

  const RowN board = world.state().tables().holders.find("board-1");
  const auto contents = world.state().contents(board);
  CHECK(contents.size() == 8);
  CHECK(world.chip(chips[3]).place == Place::loose);
  CHECK(world.chip(chips[8]).parent == board);
  CHECK(world.state().last_statement(world.state().find_chip(chips[3])) == swapped);
  CHECK(world.state().last_statement(world.state().find_chip(chips[8])) == swapped);
  world.record("maker", about("retire", {chips[3]}, {{"cause", "memory errors"}}));
}

TEST_CASE("a rack is shipped whole by one release of its root, and every chip has its own row") {
  World world;
  const auto chips = world.chips(6);
  for (std::size_t board = 0; board < 3; ++board) {
    world.record("maker", about("asm.attach", {chips[2 * board], chips[2 * board + 1]},
                                {{"parent", "board-" + std::to_string(board)}, {"type", "board"}},
                                "maker-site"));
  }
  world.record("maker", {.kind = "asm.attach",
                         .body = {{"parent", "rack-1"},
                                  {"type", "rack"},
                                  {"children", {"board-0", "board-1", "board-2"}}},
                         .site = "maker-site"});
  CHECK(world.rule("maker", container_release("board-0", "S0", "northwind")) == "custody.child");
  const Hash released = world.record("maker", container_release("rack-1", "S1", "northwind"));
  world.record("northwind", {.kind = "accept",
                             .body = accepting("S1", released, "opened"),
                             .container = "rack-1",
                             .site = "northwind-site"});

  CHECK(shipment(world, "S1").accepted == 6);
  for (const ChipId& chip : chips) CHECK(world.custodian(chip) == "northwind");
  CHECK(must(roster(world.state(), PartyId::parse("northwind").value())).lines.size() == 6);
  CHECK(holder(world, "board-1").custodian == holder(world, "rack-1").custodian);
  world.record("northwind", {.kind = "install", .container = "rack-1", .site = "northwind-site"});
  CHECK(world.display(chips[5]) == Display::installed);
}

TEST_CASE(
    "a stolen key: what it signed is disputed with what builds on it, until its party affirms") {
  World world;
  const auto chips = world.chips(1);
  add_key(world, "maker", "second");
  const Index32 good = world.state().size() - 1;
  const Hash released = world.release("maker", "dealer", "S1", chips);  // by the first key
  world.accept("dealer", "S1", released, chips);
  const auto revoke = signed_by(world, "maker",
                                {.kind = "key.revoke",
                                 .body = {{"key_id", key_id(world, "maker")},
                                          {"reason", "laptop stolen"},
                                          {"last_good", static_cast<std::int64_t>(good)}}},
                                {"second"});
  CHECK(world.rule(revoke) == "recorded");

  const auto disputed = disputed_statements(world.state());
  CHECK(disputed == std::vector<Index32>{good + 1});
  CHECK(must(dependants(world.registry().log(), world.state(), disputed)).size() == 1);
  CHECK(world.custodian(chips[0]) == "dealer");  // nothing moves by a dispute

  CHECK(world.rule(signed_by(
            world, "maker",
            {.kind = "correct.affirm",
             .body = {{"statements", {released.to_hex()}}, {"reason", "we did release them"}}},
            {"second"})) == "recorded");
  CHECK(disputed_statements(world.state()).empty());
}

TEST_CASE("a company is sold: its successor moves what it held and corrects what it said") {
  World world;
  const auto chips = world.chips(2);
  const Hash attached = world.record(
      "maker", about("asm.attach", chips, {{"parent", "b1"}, {"type", "board"}}, "maker-site"));
  world.record("registrar",
               {.kind = "org.succeed",
                .body = {{"party", "maker"},
                         {"successor", "broker"},
                         {"cause", "sold"},
                         {"reason", "deed 12"}}},
               {"broker"});

  world.record("broker", void_of(attached));
  Draft release = release_of("S1", "dealer");
  release.chips = {{chips[0]}};
  const Hash released = world.record("broker", on_behalf(release, "maker"));
  world.accept("dealer", "S1", released, {chips[0]});

  CHECK(world.custodian(chips[0]) == "dealer");
  CHECK(world.custodian(chips[1]) == "maker");
}

TEST_CASE("a wrong serial is mended; once the chip is another's, that party signs as well") {
  World world;
  world.record("maker",
               {.kind = "id.reserve",
                .body = {{"block", 90}, {"count", 1}, {"product", "a1"}, {"packager", "maker"}}});
  const ChipId chip = ChipId::from_parts({.block = 90, .ordinal = 0, .random = 7});
  Draft package{.kind = "chip.package", .body = {{"product", "a1"}}, .site = "maker-site"};
  package.chips = {{chip, {{"serial", "SN-1O"}}}};
  const Hash packaged = world.record("maker", package);
  Draft test{.kind = "chip.test"};
  test.chips = {{chip, {{"pass", true}}}};
  world.record("maker", test);
  world.deliver("maker", "dealer", {chip});
  Json event = text_of(world, packaged);
  event["body"]["items"][0]["serial"] = "SN-10";

  CHECK(world.rule("maker", replacement(world, packaged, event)) == "correct.second_party");
  world.record("maker", replacement(world, packaged, event), {"dealer"});
  CHECK(world.custodian(chip) == "dealer");
}

TEST_CASE(
    "a wrong event altogether is undone newest first, each step as the refusal before named it") {
  World world;
  const auto chips = world.chips(1);
  const Hash released = world.release("maker", "dealer", "S1", chips);
  const Hash accepted = world.accept("dealer", "S1", released, chips);
  const Hash retired = world.record("dealer", about("retire", chips, {{"cause", "c"}}));

  const Outcome refused = world.submit("maker", void_of(released));
  REQUIRE(refused.error);
  CHECK(refused.error->message.find(retired.to_hex()) <
        refused.error->message.find(accepted.to_hex()));
  world.record("dealer", void_of(retired));
  world.record("dealer", void_of(accepted), {"maker"});
  world.record("maker", void_of(released));
  CHECK(world.display(chips[0]) == Display::in_stock);
  CHECK(world.custodian(chips[0]) == "maker");
}

TEST_CASE("two parties disagree on a fact: both versions stay, and the ruling picks the effect") {
  World world;
  const auto chips = world.chips(2);
  const Hash released = world.release("maker", "northwind", "S1", chips);
  const Hash accepted = world.accept("northwind", "S1", released, {chips[0]});
  world.record(
      "maker",
      {.kind = "dispute.raise",
       .body = {{"dispute", "D1"}, {"statement", accepted.to_hex()}, {"claim", "both came"}}});
  world.record(
      "northwind",
      about("discrepancy.open", {chips[1]},
            {{"case", "C1"}, {"kind", "short"}, {"text", "one came"}, {"shipment", "S1"}}));
  CHECK(world.custodian(chips[1]) == "maker");

  Draft resolve{.kind = "discrepancy.resolve",
                .body = {{"case", "C1"}, {"text", "the tape shows two"}},
                .site = "northwind-site"};
  resolve.chips = {{chips[1], {{"outcome", "accepted"}}}};
  CHECK(world.rule("maker", resolve) == "case.not_agreed");
  world.record("gov", resolve);
  world.record("gov", {.kind = "dispute.settle",
                       .body = {{"dispute", "D1"}, {"ruling", "stands"}, {"reason", "tape"}}});

  CHECK(world.custodian(chips[1]) == "northwind");
  CHECK(shipment(world, "S1").open() == 0);
}

TEST_CASE("a carton does not go back to its sender out of another carton that it was put into") {
  World world;
  const auto chips = world.chips(1);
  world.record("maker", about("pack", chips, {{"container", "c1"}}, "maker-site"));
  const Hash released = world.record("maker", {.kind = "release",
                                               .body = {{"shipment", "S1"},
                                                        {"receiver", "northwind"},
                                                        {"destination", "northwind-site"},
                                                        {"purpose", "sale"}},
                                               .container = "c1"});
  const Hash accepted = world.record(
      "northwind",
      {.kind = "accept",
       .body = {{"shipment", "S1"}, {"release", released.to_hex()}, {"method", "opened"}},
       .container = "c1",
       .site = "northwind-site"});
  const Hash packed =
      world.record("northwind", {.kind = "pack",
                                 .body = {{"container", "c2"}, {"children", {"c1"}}},
                                 .site = "northwind-site"});

  const Outcome refused = world.submit("northwind", void_of(accepted), {"maker"});

  REQUIRE(refused.error);
  CHECK(refused.error->rule == "correct.dependants");
  CHECK(refused.error->message.find(packed.to_hex()) != std::string::npos);
  world.record("northwind", void_of(packed));
  world.record("northwind", void_of(accepted), {"maker"});
  CHECK(world.custodian(chips[0]) == "maker");
}
