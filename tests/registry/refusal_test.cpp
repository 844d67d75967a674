// Every refusal has a stable code. Each case provokes some and names them.

#include "ledger/crypto/sha256.hpp"
#include "registry/audit.hpp"
#include "tests/registry/support/world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;
using registry::Draft;

namespace {

Json release_body(const std::string& shipment, const std::string& to) {
  return {
      {"shipment", shipment}, {"receiver", to}, {"destination", to + "-site"}, {"purpose", "sale"}};
}

Json accept_body(const std::string& shipment, const Hash& release) {
  return {{"shipment", shipment}, {"release", release.to_hex()}, {"method", "opened"}};
}

Json licence_body(const std::string& id, std::int64_t units) {
  return {{"licence", id},
          {"licensee", "maker"},
          {"consignees", {"southwind"}},
          {"countries", {"SG"}},
          {"products", {"a1"}},
          {"max_units", units},
          {"window", {{"from", "2026-01-01T00:00:00.000Z"}, {"to", "2027-01-01T00:00:00.000Z"}}}};
}

}  // namespace

TEST_CASE("signatures, roles and parties are checked before anything else") {
  World world;
  const auto chips = world.chips(1);

  CHECK(world.rule("gov", {.kind = "licence.grant", .body = licence_body("L1", 5)}, {"stranger"}) ==
        "key.unknown");
  CHECK(world.rule("dealer", {.kind = "licence.grant", .body = licence_body("L1", 5)}) ==
        "role.missing");
  CHECK(world.rule("maker",
                   about("destroy", chips, {{"method", "m"}, {"place", "p"}}, "maker-site"),
                   {"witness"}) == "chip.wrong_life");
  auto forged = world.statement("maker", about("retire", chips, {{"cause", "c"}}));
  forged.envelope.signatures.front().sig[3] ^= 1U;
  CHECK(world.rule(forged) == "signature.invalid");
  auto borrowed = world.statement("maker", about("retire", chips, {{"cause", "c"}}));
  borrowed.envelope.signatures.clear();
  must(ledger::add_signature(borrowed.envelope, world.signer("dealer")));
  CHECK(world.rule(borrowed) == "signature.missing");
  CHECK(world.rule("maker", {.kind = "key.revoke",
                             .body = {{"key_id", "00"}, {"reason", "lost"}}}) == "key.unknown");
}

TEST_CASE("a new key signs too, belongs to one party, and ends when it is revoked") {
  World world;
  const std::string fresh =
      Hash::from_bytes(world.signer("fresh").public_key().bytes()).value().to_hex();
  const std::string gov =
      Hash::from_bytes(world.signer("gov").public_key().bytes()).value().to_hex();

  CHECK(world.rule("maker", {.kind = "key.add", .body = {{"key", fresh}}}) == "key.no_possession");
  CHECK(world.rule("maker", {.kind = "key.add", .body = {{"key", gov}}}, {"gov"}) == "key.taken");
  world.record("maker", {.kind = "key.add", .body = {{"key", fresh}}}, {"fresh"});
  const auto id = crypto::KeyId::of(world.signer("fresh").public_key()).text();
  CHECK(world.rule("dealer", {.kind = "key.revoke", .body = {{"key_id", id}, {"reason", "r"}}}) ==
        "key.not_yours");
  world.record("maker", {.kind = "key.revoke", .body = {{"key_id", id}, {"reason", "r"}}});
  CHECK(world.rule("maker", {.kind = "key.revoke", .body = {{"key_id", id}, {"reason", "r"}}}) ==
        "key.revoked");
  auto late = world.statement("maker", {.kind = "key.add", .body = {{"key", gov}}}, {"fresh"});
  CHECK(world.rule(late) == "key.not_valid");
}

TEST_CASE("a party signs with a P-256 or P-384 key once it has proved that it holds it") {
  World world;
  const auto chips = world.chips(2);
  std::size_t next = 0;
  for (const crypto::Curve curve : {crypto::Curve::p256, crypto::Curve::p384}) {
    const auto key = crypto::EcdsaSigner::generate(curve);
    auto added = world.statement(
        "maker", {.kind = "key.add", .body = {{"key", key.verifying_key().text()}}});
    CHECK(world.rule(added) == "key.no_possession");
    must(ledger::add_signature(added.envelope, key));
    CHECK(world.rule(added) == "recorded");
    auto retired = world.statement("maker", about("retire", {chips[next++]}, {{"cause", "worn"}}));
    retired.envelope.signatures.clear();
    must(ledger::add_signature(retired.envelope, key));
    auto forged = retired;
    forged.envelope.signatures.front().sig[5] ^= 1U;
    CHECK(world.rule(forged) == "signature.invalid");
    CHECK(world.rule(retired) == "recorded");
  }
  const auto report = must(registry::audit_registry(world.store, {}));
  CHECK(report.faults.empty());
}

TEST_CASE("a custodian alone releases, and once") {
  World world;
  const auto chips = world.chips(2);

  CHECK(world.rule("dealer", about("release", chips, release_body("S1", "northwind"))) ==
        "custody.not_custodian");
  CHECK(world.rule("maker", about("release", chips, release_body("S1", "maker"))) ==
        "release.to_self");
  CHECK(world.rule("maker", about("release", chips, release_body("S1", "nobody"))) ==
        "party.unknown");
  world.release("maker", "northwind", "S1", {chips[0]});
  CHECK(world.rule("maker", about("release", {chips[0]}, release_body("S2", "dealer"))) ==
        "release.open");
  CHECK(world.rule("maker", about("release", {chips[1]}, release_body("S1", "dealer"))) ==
        "shipment.exists");
  CHECK(world.rule("maker", about("retire", {chips[0]}, {{"cause", "c"}})) == "release.open");
}

TEST_CASE("an acceptance quotes its release, comes from the receiver, and consumes it once") {
  World world;
  const auto chips = world.chips(2);
  const Hash release = world.release("maker", "northwind", "S1", {chips[0]});
  const Hash other = world.release("maker", "dealer", "S2", {chips[1]});

  CHECK(world.rule("northwind", about("accept", {chips[0]}, accept_body("S1", other),
                                      "northwind-site")) == "release.other_hash");
  CHECK(world.rule("dealer", about("accept", {chips[0]}, accept_body("S1", release),
                                   "dealer-site")) == "release.not_receiver");
  CHECK(world.rule("northwind", about("accept", {chips[1]}, accept_body("S1", release),
                                      "northwind-site")) == "shipment.other_chip");
  CHECK(world.rule("northwind", about("accept", {chips[0]}, accept_body("S1", release),
                                      "dealer-site")) == "site.not_yours");
  world.accept("northwind", "S1", release, {chips[0]});
  CHECK(world.rule("northwind", about("accept", {chips[0]}, accept_body("S1", release),
                                      "northwind-site")) == "release.none");
}

TEST_CASE("of two statements that expect the same one, the first wins") {
  World world;
  const auto chips = world.chips(1);
  const auto one = world.statement("maker", about("release", chips, release_body("S1", "dealer")));
  Draft draft = about("release", chips, release_body("S2", "northwind"));
  draft.event_time = world.clock.now();
  registry::StatementMaker maker(
      {.origin = "test.example/registry", .org = "maker", .stream = "second", .next_number = 1},
      world.signer("maker"), world.random);
  const auto two = must(maker.make(draft, &world.state()));

  CHECK(world.rule(one) == "recorded");
  CHECK(world.rule(two) == "expects.mismatch");
}

TEST_CASE("caps of a licence hold, also when a release is cancelled") {
  World world;
  const auto chips = world.chips(4);
  CHECK(world.rule("maker", about("release", {chips[0]}, release_body("S0", "southwind"))) ==
        "border.no_licence");
  world.record("gov", {.kind = "licence.grant", .body = licence_body("L1", 2)});
  auto body = release_body("S1", "southwind");
  body["licence"] = "L1";

  CHECK(world.rule("maker", about("release", {chips[0], chips[1], chips[2]}, body)) ==
        "licence.cap_units");
  world.record("maker", about("release", {chips[0], chips[1]}, body));
  body["shipment"] = "S2";
  CHECK(world.rule("maker", about("release", {chips[2]}, body)) == "licence.cap_units");
  world.record("maker",
               about("release.cancel", {chips[1]}, {{"shipment", "S1"}, {"cause", "short"}}));
  CHECK(world.state().tables().licences[0].units == 1);
  world.record("maker", about("release", {chips[2]}, body));
  CHECK(world.state().tables().licences[0].units == 2);
  CHECK(world.state().tables().licences[0].tpp == 9600);
}

TEST_CASE("a licence covers its licensee, consignees, countries, products and time") {
  World world;
  const auto chips = world.chips(1);
  auto outside = [&](const std::string& field, const Json& value) {
    static int serial = 0;
    Json licence = licence_body("X" + std::to_string(++serial), 9);
    licence[field] = value;
    world.record("gov", {.kind = "licence.grant", .body = licence});
    auto body = release_body("SX", "southwind");
    body["licence"] = licence["licence"];
    return world.rule("maker", about("release", chips, body));
  };

  CHECK(outside("licensee", "dealer") == "licence.not_covered");
  CHECK(outside("consignees", {"northwind"}) == "licence.not_covered");
  CHECK(outside("countries", {"JP"}) == "licence.not_covered");
  CHECK(outside("products", Json::array()) == "licence.not_covered");
  CHECK(outside("window", {{"from", "2025-01-01T00:00:00.000Z"},
                           {"to", "2025-02-01T00:00:00.000Z"}}) == "licence.not_covered");
  CHECK(outside("max_tpp", 4799) == "licence.cap_tpp");
}

TEST_CASE("destruction takes two parties, and nothing follows it") {
  World world;
  const auto chips = world.chips(1);
  const Json how{{"method", "shredded"}, {"place", "hall"}};
  world.record("maker", about("retire", chips, {{"cause", "c"}}));

  CHECK(world.rule("maker", about("destroy", chips, how, "maker-site")) ==
        "signature.second_party");
  CHECK(world.rule("maker", about("destroy", chips, how, "maker-site"), {"dealer"}) ==
        "signature.second_party");
  world.record("maker", about("destroy", chips, how, "maker-site"), {"witness"});
  CHECK(world.rule("maker", about("retire", chips, {{"cause", "c"}})) == "chip.terminal");
  CHECK(world.rule("gov", about("choke.hold", chips, {{"hold", "H"}, {"basis", "b"}})) ==
        "chip.terminal");
}

TEST_CASE("ids are reserved once, used once, by the packager of their block") {
  World world;
  const auto chips = world.packaged(2);
  const Json block{{"block", 1}, {"count", 5}, {"product", "a1"}, {"packager", "maker"}};
  CHECK(world.rule("maker", {.kind = "id.reserve", .body = block}) == "id.block_taken");
  const auto id = [](std::uint64_t number, std::uint64_t ordinal, std::uint64_t random) {
    return ChipId::from_parts({.block = number, .ordinal = ordinal, .random = random});
  };
  const auto package = [&](const ChipId& chip) {
    return world.rule("maker", about("chip.package", {chip}, {{"product", "a1"}}, "maker-site"));
  };

  CHECK(package(chips[0]) == "id.taken");
  CHECK(package(id(1, 0, 5)) == "id.taken");
  CHECK(package(id(1, 2, 5)) == "id.not_reserved");
  CHECK(package(id(77, 0, 5)) == "id.not_reserved");
  world.record("maker",
               {.kind = "id.reserve",
                .body = {{"block", 50}, {"count", 1}, {"product", "a1"}, {"packager", "dealer"}}});
  CHECK(package(id(50, 0, 5)) == "id.not_yours");
}

TEST_CASE("a device key belongs to one chip, a chip has one device key") {
  World world;
  const auto chips = world.packaged(3);
  const auto enrol = [&](const ChipId& chip, const std::string& key) {
    Draft draft{.kind = "chip.enrol"};
    draft.chips.push_back({chip, {{"key", crypto::sha256(key).to_hex()}}});
    return world.rule("maker", draft);
  };

  CHECK(enrol(chips[0], "k0") == "recorded");
  CHECK(enrol(chips[0], "k1") == "device_key.already");
  CHECK(enrol(chips[1], "k0") == "device_key.taken");
  CHECK(enrol(chips[1], "k1") == "recorded");
}

TEST_CASE("containment is a forest of limited depth with one custodian") {
  World world;
  const auto chips = world.chips(2);
  const auto attach = [&](const std::string& parent, const Json& children) {
    return world.rule("maker",
                      {.kind = "asm.attach",
                       .body = {{"parent", parent}, {"type", "rack"}, {"children", children}},
                       .site = "maker-site"});
  };
  world.record("maker",
               about("asm.attach", {chips[0]}, {{"parent", "r1"}, {"type", "rack"}}, "maker-site"));

  CHECK(attach("r2", {"r1"}) == "recorded");
  CHECK(attach("r1", {"r2"}) == "holder.cycle");
  CHECK(attach("r3", {"r1"}) == "holder.has_parent");
  for (int depth = 3; depth <= 8; ++depth) {
    CHECK(attach("r" + std::to_string(depth), {"r" + std::to_string(depth - 1)}) == "recorded");
  }
  CHECK(attach("r9", {"r8"}) == "holder.depth");
  CHECK(world.rule("maker", about("install", {chips[0]}, Json::object(), "northwind-site")) ==
        "site.not_yours");
  world.record("maker", about("pack", {chips[1]}, {{"container", "c1"}}, "maker-site"));
  const auto more = world.chips(1);
  CHECK(world.rule("maker", about("pack", more, {{"container", "c1"}}, "maker-site")) ==
        "container.closed");
  CHECK(world.rule("maker", about("retire", {chips[1]}, {{"cause", "c"}})) == "custody.child");
}

TEST_CASE("a lost chip stays with its custodian until it is recovered into quarantine") {
  World world;
  const auto chips = world.chips(2);
  world.record("maker", about("loss.declare", {chips[0]}, {{"circumstances", "gone"}}));
  world.record("maker", about("theft.declare", {chips[1]},
                              {{"circumstances", "gone"}, {"police", "17/26"}}));
  CHECK(world.custodian(chips[0]) == "maker");
  CHECK(world.rule("maker", about("retire", {chips[0]}, {{"cause", "c"}})) == "chip.lost");
  CHECK(world.rule("maker", about("retire", {chips[1]}, {{"cause", "c"}})) == "chip.stolen");

  const Json found{{"place", "quay"}, {"proof", crypto::sha256("p").to_hex()}};
  CHECK(world.rule("dealer", about("recover", {chips[0]}, found, "dealer-site")) ==
        "signature.second_party");
  world.record("dealer", about("recover", {chips[0]}, found, "dealer-site"), {"gov"});
  CHECK(world.custodian(chips[0]) == "dealer");
  CHECK(world.rule("dealer", about("retire", {chips[0]}, {{"cause", "c"}})) == "chip.quarantine");
  world.record("gov", about("quarantine.lift", {chips[0]}, {{"reason", "examined"}}));
  world.record("dealer", about("retire", {chips[0]}, {{"cause", "c"}}));
}

TEST_CASE("a chip is installed in its country and its licence's, in a free slot") {
  World world;
  const auto chips = world.chips(2);
  world.deliver("maker", "northwind", chips);
  Draft install{.kind = "install", .body = {{"rack", "r1"}}, .site = "northwind-site"};
  install.chips.push_back({chips[0], {{"slot", "u1"}}});
  world.record("northwind", install);
  install.chips = {{chips[1], {{"slot", "u1"}}}};
  CHECK(world.rule("northwind", install) == "slot.taken");
  world.record(
      "northwind",
      {.kind = "site.register",
       .body = {{"site", "abroad"}, {"name", "n"}, {"country", "SG"}, {"kind", "datacentre"}}});
  install.chips = {{chips[1], {{"slot", "u2"}}}};
  install.site = "abroad";
  CHECK(world.rule("northwind", install) == "border.needs_release");
}

TEST_CASE("a statement for another log, from the future or without its site is refused") {
  World world;
  const auto chips = world.chips(1);
  Draft draft = about("retire", chips, {{"cause", "c"}});
  draft.event_time = world.clock.now();
  registry::StatementMaker elsewhere(
      {.origin = "other.example/registry", .org = "maker", .stream = "main", .next_number = 1000},
      world.signer("maker"), world.random);
  CHECK(world.rule(must(elsewhere.make(draft, &world.state()))) == "origin.other_log");

  draft.event_time.ms += registry::max_event_ahead_ms + 1;
  registry::StatementMaker early(
      {.origin = "test.example/registry", .org = "maker", .stream = "main", .next_number = 1000},
      world.signer("maker"), world.random);
  CHECK(world.rule(must(early.make(draft, &world.state()))) == "time.ahead");
  CHECK(world.rule("maker", about("chip.package", chips, {{"product", "a1"}})) == "site.missing");
}

TEST_CASE("queries are answered by their owner and closed by their opener, with evidence") {
  World world;
  const auto chips = world.chips(1);
  const Json document{{"n", 1}};
  world.record("verifier", {.kind = "vrf.register",
                            .body = {{"vrf_key", crypto::sha256("vrf").to_hex()},
                                     {"suite", "ECVRF-EDWARDS25519-SHA512-TAI"}}});
  world.record("verifier",
               {.kind = "plan.commit",
                .body = {{"plan", "P1"},
                         {"pool", Json::array()},
                         {"freezes", Json::array()},
                         {"document", document},
                         {"plan_hash", crypto::sha256(canonical_json(document)).to_hex()}}});
  Timestamp due = world.clock.now();
  due.ms += ms_per_day;
  world.record("verifier", {.kind = "query.open",
                            .body = {{"query", "Q1"},
                                     {"plan", "P1"},
                                     {"chip", chips[0].to_string()},
                                     {"code", "chip.dead"},
                                     {"owner", "maker"},
                                     {"due", due.to_string()}}});
  const Json answer{{"query", "Q1"}, {"evidence", crypto::sha256("x").to_hex()}, {"text", "t"}};
  const Json hit{{"query", "Q1"}, {"outcome", "hit"}, {"reason", "r"}};
  const Json fine{{"query", "Q1"}, {"outcome", "consistent"}, {"reason", "r"}};

  CHECK(world.rule("dealer", {.kind = "query.answer", .body = answer}) == "query.not_yours");
  CHECK(world.rule("verifier", {.kind = "query.close", .body = hit}) == "query.not_due");
  CHECK(world.rule("verifier", {.kind = "query.close", .body = fine}) == "query.no_evidence");
  world.record("maker", {.kind = "query.answer", .body = answer});
  world.record("verifier", {.kind = "query.close", .body = hit});
  CHECK(world.rule("maker", {.kind = "query.answer", .body = answer}) == "query.closed");
  world.record(
      "verifier",
      {.kind = "finding.open",
       .body = {{"finding", "F1"}, {"party", "maker"}, {"code", "c"}, {"severity", "high"}}});
  CHECK(world.rule("verifier", {.kind = "finding.close",
                                .body = {{"finding", "F1"}, {"outcome", "o"}, {"reason", "r"}}}) ==
        "role.missing");
  world.record("gov", {.kind = "finding.close",
                       .body = {{"finding", "F1"}, {"outcome", "o"}, {"reason", "r"}}});
}
