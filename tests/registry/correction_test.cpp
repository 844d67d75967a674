// Corrections: what was said wrongly is taken back or said anew by a further statement, from that
// entry on; what built on it comes first.

#include "tests/registry/support/correction.hpp"

#include "ledger/crypto/sha256.hpp"
#include "registry/audit.hpp"
#include "registry/roster.hpp"
#include "tests/support/folder.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::registry;

namespace {

Draft attach(const std::vector<ChipId>& chips, const std::string& board = "b1") {
  return about("asm.attach", chips, {{"parent", board}, {"type", "board"}}, "maker-site");
}

Json gone() { return {{"method", "shredded"}, {"place", "hall"}}; }

Error refusal_of(World& world, const std::string& org, Draft draft,
                 const std::vector<std::string>& co_signers = {}) {
  const Outcome outcome = world.submit(org, std::move(draft), co_signers);
  REQUIRE(outcome.error);
  return *outcome.error;
}

/// The log alone leads to the same state, and every entry is sound.
void check_replay(World& world) {
  const Hash before = must(world.registry().dump_hash());
  must(world.registry().rebuild());
  CHECK(must(world.registry().dump_hash()) == before);
  CHECK(must(audit_registry(world.store)).faults.empty());
}

}  // namespace

TEST_CASE("a void takes an effect back from its own entry on, and is what the chip follows then") {
  World world;
  const auto chips = world.chips(2);
  const Hash attached = world.record("maker", attach(chips));
  const Hash taken_back = world.record("maker", void_of(attached));

  CHECK(world.chip(chips[0]).place == Place::loose);
  CHECK(world.chip(chips[0]).parent == no_row);
  CHECK(world.state().last_statement(world.state().find_chip(chips[1])) == taken_back);
  const auto index = world.state().statement_index(attached);
  CHECK(world.state().tables().statements[*index].corrected == world.state().size() - 1);
  CHECK(world.state().tables().holders.find("b1") == no_row);
  world.record("maker", attach(chips));
  check_replay(world);
}

TEST_CASE("what builds on a statement is listed newest first, and taken back in that order") {
  World world;
  const auto chips = world.chips(2);
  const Hash attached = world.record("maker", attach({chips[0]}));
  const Hash more = world.record("maker", attach({chips[1]}));
  const Hash detached = world.record(
      "maker", about("asm.detach", {chips[0]}, {{"parent", "b1"}, {"reason", "dead"}}));
  const Hash retired = world.record("maker", about("retire", {chips[0]}, {{"cause", "worn"}}));

  const Error error = refusal_of(world, "maker", void_of(attached));

  CHECK(error.rule == "correct.dependants");
  const auto first = error.message.find(retired.to_hex());
  const auto second = error.message.find(detached.to_hex());
  CHECK(first != std::string::npos);
  CHECK(second != std::string::npos);
  CHECK(first < second);
  CHECK(error.message.find(more.to_hex()) == std::string::npos);
  world.record("maker", void_of(retired));
  CHECK(world.rule("maker", void_of(attached)) == "correct.dependants");
  world.record("maker", void_of(detached));
  CHECK(world.chip(chips[0]).place == Place::in_assembly);
  world.record("maker", void_of(attached));
  CHECK(world.chip(chips[0]).place == Place::loose);
  CHECK(world.chip(chips[1]).place == Place::in_assembly);
  check_replay(world);
}

TEST_CASE("a statement is taken back once, a void never, and neither what no chip is about") {
  World world;
  const auto chips = world.chips(1);
  const Hash attached = world.record("maker", attach(chips));
  const Hash taken_back = world.record("maker", void_of(attached));

  CHECK(world.rule("maker", void_of(attached)) == "correct.corrected");
  CHECK(world.rule("maker", void_of(taken_back)) == "correct.not_correctable");
  CHECK(world.rule("maker", void_of(crypto::sha256("nothing"))) == "correct.unknown");
  const Hash product = world.state().tables().statements[world.state().size() - 1].hash;
  CHECK(world.rule("maker", void_of(product)) == "correct.not_correctable");
}

TEST_CASE("only who said it, its successor or an authority takes a statement back") {
  World world;
  const auto chips = world.chips(1);
  const Hash attached = world.record("maker", attach(chips));

  CHECK(world.rule("dealer", void_of(attached)) == "correct.not_yours");
  world.record("registrar",
               {.kind = "org.succeed",
                .body = {{"party", "maker"},
                         {"successor", "dealer"},
                         {"cause", "merged"},
                         {"reason", "bought"}}},
               {"dealer"});
  world.record("dealer", void_of(attached));
  const Hash again = world.record("maker", attach(chips));
  world.record("gov", void_of(again));
}

TEST_CASE("an acceptance is taken back by both parties, and past custody stays") {
  World world;
  const auto chips = world.chips(2);
  const Hash released = world.release("maker", "northwind", "S1", chips);
  const Hash accepted = world.accept("northwind", "S1", released, {chips[0]});
  const Timestamp held = world.clock.now();

  CHECK(world.rule("northwind", void_of(accepted)) == "correct.second_party");
  world.record("northwind", void_of(accepted), {"maker"});

  CHECK(world.custodian(chips[0]) == "maker");
  CHECK(world.display(chips[0]) == Display::released);
  const Shipment& shipment = world.state().tables().shipments[0];
  CHECK(shipment.accepted == 0);
  CHECK(shipment.open() == 2);
  // Whoever had the chip in the window had it: past judgements stand.
  Timestamp until = held;
  until.ms += 1;
  const auto frame_then =
      must(frame(world.state(), PartyId::parse("northwind").value(), {.from = held, .to = until}));
  CHECK(frame_then.lines.size() == 1);
  world.accept("northwind", "S1", released, chips);
  CHECK(world.custodian(chips[0]) == "northwind");
  check_replay(world);
}

TEST_CASE("a release that never was gives its draw and the shipment's id back") {
  World world;
  const auto chips = world.chips(2);
  const Hash released = world.release("maker", "northwind", "S1", chips);

  world.record("maker", void_of(released));

  CHECK(world.display(chips[0]) == Display::in_stock);
  world.release("maker", "dealer", "S1", chips);
  CHECK(world.state().tables().shipments[world.state().tables().shipments.find("S1")].receiver ==
        world.state().tables().parties.find("dealer"));
  check_replay(world);
}

TEST_CASE("destruction is taken back by those who signed it and an authority") {
  World world;
  const auto chips = world.chips(1);
  world.record("maker", about("retire", chips, {{"cause", "worn"}}));
  const Hash destroyed =
      world.record("maker", about("destroy", chips, gone(), "maker-site"), {"witness"});

  CHECK(world.rule("maker", void_of(destroyed)) == "correct.second_party");
  CHECK(world.rule("maker", void_of(destroyed), {"witness"}) == "correct.second_party");
  CHECK(world.rule("gov", void_of(destroyed)) == "correct.second_party");
  world.record("maker", void_of(destroyed), {"witness", "gov"});
  CHECK(world.chip(chips[0]).life == Life::retired);
  CHECK(world.custodian(chips[0]) == "maker");
  check_replay(world);
}

TEST_CASE("packaging that never was leaves void chips, whose ids are never used again") {
  World world;
  const auto chips = world.packaged(2);
  const Hash packaged = world.state().tables().statements[world.state().size() - 1].hash;
  const Hash reserved = world.state().tables().statements[world.state().size() - 2].hash;

  CHECK(world.rule("maker", void_of(reserved)) == "correct.dependants");
  world.record("maker", void_of(packaged));

  CHECK(world.display(chips[0]) == Display::voided);
  CHECK(world.chip(chips[0]).custodian == no_row);
  CHECK(world.rule("maker", about("chip.package", {chips[0]}, {{"product", "a1"}}, "maker-site")) ==
        "id.taken");
  CHECK(world.rule("gov", about("choke.hold", chips, {{"hold", "H"}, {"basis", "b"}})) ==
        "chip.terminal");
  world.record("maker", void_of(reserved));
  const ChipId other =
      ChipId::from_parts({.block = chips[0].parts().block, .ordinal = 1, .random = 5});
  CHECK(world.rule("maker", about("chip.package", {other}, {{"product", "a1"}}, "maker-site")) ==
        "id.block_void");
  check_replay(world);
}

TEST_CASE("an enrolment that never was frees the device key") {
  World world;
  const auto chips = world.packaged(3);
  const auto enrol = [&](const ChipId& chip, const std::string& key) {
    Draft draft{.kind = "chip.enrol"};
    draft.chips.push_back({chip, {{"key", crypto::sha256(key).to_hex()}}});
    return draft;
  };
  const Hash enrolled = world.record("maker", enrol(chips[0], "k0"));
  world.record("maker", enrol(chips[1], "k1"));

  world.record("maker", void_of(enrolled));

  CHECK(world.chip(chips[0]).assurance == Assurance::none);
  CHECK(world.rule("maker", enrol(chips[2], "k1")) == "device_key.taken");
  world.record("maker", enrol(chips[2], "k0"));
  world.record("maker", enrol(chips[0], "k2"));
  check_replay(world);
}

TEST_CASE("a remark is worded anew by its author alone, at any time") {
  World world;
  const auto chips = world.chips(2);
  world.record("maker", attach({chips[0]}));
  Draft swap{
      .kind = "asm.swap", .body = {{"parent", "b1"}, {"cause", "deat"}}, .site = "maker-site"};
  swap.chips = {{chips[0], {{"goes", "out"}}}, {chips[1], {{"goes", "in"}}}};
  const Hash swapped = world.record("maker", swap);
  world.record("maker", about("retire", {chips[0]}, {{"cause", "dead"}}));

  world.record("maker", with_field(world, swapped, "cause", "dead"));

  const auto index = world.state().statement_index(swapped);
  const StatementRow& row = world.state().tables().statements[*index];
  CHECK(row.restated == world.state().size() - 1);
  CHECK(row.corrected == no_index);
  CHECK(world.rule("maker", with_field(world, swapped, "cause", "deat")) == "correct.no_change");
  check_replay(world);
}

TEST_CASE("a wrong serial is mended by the maker alone, until another party has the chip") {
  World world;
  const std::vector<ChipId> chips = world.packaged(1);
  const ChipId chip =
      ChipId::from_parts({.block = chips[0].parts().block, .ordinal = 0, .random = 7});
  CHECK(chip != chips[0]);
  world.record("maker",
               {.kind = "id.reserve",
                .body = {{"block", 90}, {"count", 4}, {"product", "a1"}, {"packager", "maker"}}});
  const ChipId fresh = ChipId::from_parts({.block = 90, .ordinal = 0, .random = 7});
  Draft package{.kind = "chip.package", .body = {{"product", "a1"}}, .site = "maker-site"};
  package.chips = {{fresh, {{"serial", "SN-1O"}}}};
  const Hash packaged = world.record("maker", package);
  Draft test{.kind = "chip.test"};
  test.chips = {{fresh, {{"pass", true}}}};
  world.record("maker", test);
  Json event = text_of(world, packaged);
  event["body"]["items"][0]["serial"] = "SN-10";
  world.record("maker", replacement(world, packaged, event));
  world.deliver("maker", "northwind", {fresh});
  event["body"]["items"][0]["serial"] = "SN-11";

  CHECK(world.rule("maker", replacement(world, packaged, event)) == "correct.second_party");
  world.record("maker", replacement(world, packaged, event), {"northwind"});
  check_replay(world);
}

TEST_CASE("an effect is replaced by another, judged as if the first had never been") {
  World world;
  const auto chips = world.chips(2);
  const Hash released = world.release("maker", "northwind", "S1", chips);
  Json event = text_of(world, released);
  event["body"]["receiver"] = "dealer";

  CHECK(world.rule("maker", replacement(world, released, event)) == "site.not_receivers");
  CHECK(world.display(chips[0]) == Display::released);
  event["body"]["destination"] = "dealer-site";
  const Hash replaced = world.record("maker", replacement(world, released, event));

  const auto& shipments = world.state().tables().shipments;
  CHECK(world.state().party_name(shipments[shipments.find("S1")].receiver) == "dealer");
  CHECK(world.rule("northwind",
                   about("accept", chips,
                         {{"shipment", "S1"}, {"release", released.to_hex()}, {"method", "opened"}},
                         "northwind-site")) == "release.other_hash");
  world.accept("dealer", "S1", replaced, {chips[0]});
  CHECK(world.rule("maker", void_of(replaced)) == "correct.dependants");
  check_replay(world);
}

TEST_CASE("an acceptance of too many is replaced by one of fewer, with the sender's signature") {
  World world;
  const auto chips = world.chips(3);
  const Hash released = world.release("maker", "northwind", "S1", chips);
  const Hash accepted = world.accept("northwind", "S1", released, chips);
  Json event = text_of(world, accepted);
  event["subjects"]["chips"].erase(2);
  event["expects"].erase(2);

  CHECK(world.rule("northwind", replacement(world, accepted, event)) == "correct.second_party");
  const Hash replaced = world.record("northwind", replacement(world, accepted, event), {"maker"});

  CHECK(world.custodian(chips[1]) == "northwind");
  CHECK(world.custodian(chips[2]) == "maker");
  CHECK(world.display(chips[2]) == Display::released);
  // A replacement is replaced in its turn, and then taken back for good.
  Json twice = text_of(world, accepted);
  twice["expects"][2] = replaced.to_hex();  // the chip was left alone by that one
  const Hash restored = world.record("northwind", replacement(world, replaced, twice), {"maker"});
  CHECK(world.custodian(chips[2]) == "northwind");
  world.record("northwind", void_of(restored), {"maker"});
  CHECK(world.custodian(chips[0]) == "maker");
  CHECK(world.state().tables().shipments[0].open() == 3);
  check_replay(world);
}

TEST_CASE("a replacement quotes the text that it replaces, and stays that statement") {
  World world;
  const auto chips = world.chips(2);
  const Hash released = world.release("maker", "northwind", "S1", chips);
  Json event = text_of(world, released);
  event["body"]["purpose"] = "loan";
  Draft draft = replacement(world, released, event);
  draft.body["was"]["body"]["purpose"] = "move";
  CHECK(world.rule("maker", draft) == "correct.other_text");

  event["number"] = event["number"].get<std::int64_t>() + 1;
  CHECK(world.rule("maker", replacement(world, released, event)) == "correct.other_event");
  CHECK(world.rule("maker", replacement(world, released, text_of(world, released))) ==
        "correct.no_change");
}

TEST_CASE("a slot that was taken since stands in the way of taking its vacation back") {
  World world;
  const auto chips = world.chips(2);
  world.deliver("maker", "northwind", chips);
  Draft install{.kind = "install", .body = {{"rack", "r1"}}, .site = "northwind-site"};
  install.chips = {{chips[0], {{"slot", "u1"}}}};
  world.record("northwind", install);
  const Hash out = world.record("northwind", about("uninstall", {chips[0]}, {{"cause", "dead"}}));
  install.chips = {{chips[1], {{"slot", "u1"}}}};
  const Hash other = world.record("northwind", install);

  CHECK(refusal_of(world, "northwind", void_of(out)).message.find(other.to_hex()) !=
        std::string::npos);
  world.record("northwind", void_of(other));
  world.record("northwind", void_of(out));
  CHECK(world.chip(chips[0]).place == Place::installed);
  CHECK(world.state().tables().slots[world.chip(chips[0]).slot].chip ==
        world.state().find_chip(chips[0]));
  check_replay(world);
}

TEST_CASE("a chip does not go back into a carton that has gone on since") {
  World world;
  const auto chips = world.chips(2);
  world.record("maker", about("pack", chips, {{"container", "c1"}}, "maker-site"));
  Draft release{.kind = "release",
                .body = {{"shipment", "S1"},
                         {"receiver", "northwind"},
                         {"destination", "northwind-site"},
                         {"purpose", "sale"}},
                .container = "c1"};
  const Hash released = world.record("maker", release);
  const Hash one = world.accept("northwind", "S1", released, {chips[0]});
  const Hash rest = world.record(
      "northwind",
      {.kind = "accept",
       .body = {{"shipment", "S1"}, {"release", released.to_hex()}, {"method", "sealed"}},
       .container = "c1",
       .site = "northwind-site"});

  CHECK(refusal_of(world, "northwind", void_of(one), {"maker"}).message.find(rest.to_hex()) !=
        std::string::npos);
  world.record("northwind", void_of(rest), {"maker"});
  world.record("northwind", void_of(one), {"maker"});
  CHECK(world.state().contents(world.state().tables().holders.find("c1")).size() == 2);
  check_replay(world);
}

TEST_CASE("corrections are the same after rebuilding and reloading the view") {
  const Folder folder("corrections");
  const RegistryOptions options{.view = folder.path() / "view.db"};
  World world(options);
  const auto chips = world.chips(3);
  const Hash attached = world.record("maker", attach(chips));
  const Hash detached = world.record(
      "maker", about("asm.detach", {chips[0]}, {{"parent", "b1"}, {"reason", "dead"}}));
  world.record("maker", void_of(detached));
  const Hash recorded = must(world.registry().dump_hash());

  world.reopen(options);
  REQUIRE(world.registry().view_was_loaded());
  CHECK(must(world.registry().dump_hash()) == recorded);
  world.record("maker", void_of(attached));
  CHECK(world.chip(chips[0]).place == Place::loose);
  const Hash later = must(world.registry().dump_hash());
  must(world.registry().rebuild());
  CHECK(must(world.registry().dump_hash()) == later);
}
