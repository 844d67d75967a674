// Chips that prove that they are there, and chips that nobody knew.

#include <algorithm>
#include <map>
#include <memory>

#include "ledger/base/hex.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/merkle.hpp"
#include "registry/attest_message.hpp"
#include "registry/audit.hpp"
#include "tests/registry/support/world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;
using registry::Assurance;
using registry::Draft;

namespace {

/// A world with chips whose device keys it holds: one of each curve.
struct Devices {
  Devices() {
    keys.push_back(std::make_unique<crypto::Ed25519Signer>(crypto::sha256("device 0").bytes));
    for (const crypto::Curve curve : {crypto::Curve::p256, crypto::Curve::p384}) {
      keys.push_back(std::make_unique<crypto::EcdsaSigner>(crypto::EcdsaSigner::generate(curve)));
    }
    chips = world.packaged(keys.size());
    Draft enrol{.kind = "chip.enrol"};
    for (std::size_t i = 0; i < chips.size(); ++i) {
      const Bytes key = keys[i]->verifying_key().bytes();
      enrol.chips.push_back({chips[i], {{"key", crypto::sha256(ByteView(key)).to_hex()}}});
    }
    world.record("maker", enrol);
    after = world.state().last_statement(world.state().find_chip(chips[0]));
  }

  /// The answer of device `device` to a challenge for chip `chip`.
  Json answer(std::size_t chip, std::size_t device, const Hash& nonce,
              const std::string& firmware = {}) {
    const std::string message = attest_message({.origin = "test.example/registry",
                                                .chip = chips[chip],
                                                .nonce = nonce,
                                                .after = after,
                                                .firmware = firmware});
    const Bytes signature = must(keys[device]->signature_over(as_bytes(message)));
    Json cells{{"key", keys[device]->verifying_key().text()}, {"signature", to_hex(signature)}};
    if (!firmware.empty()) cells["firmware"] = firmware;
    return cells;
  }
  Draft attestation(const Hash& nonce, const Json& more = Json::object()) {
    Json body{{"nonce", nonce.to_hex()}, {"after", after.to_hex()}};
    body.update(more);
    return {.kind = "attest", .body = body};
  }
  std::string attest(std::size_t chip, std::size_t device, const std::string& nonce) {
    Draft draft = attestation(crypto::sha256(nonce));
    draft.chips.push_back({chips[chip], answer(chip, device, crypto::sha256(nonce))});
    return world.rule("maker", draft);
  }
  Assurance assurance(std::size_t chip) {
    return world.state().assurance(world.state().find_chip(chips[chip]));
  }

  World world;
  std::vector<std::unique_ptr<crypto::Signer>> keys;
  std::vector<ChipId> chips;
  Hash after;
};

Json newcomers(const Json& more = Json::object()) {
  Json body{{"product", "a1"}, {"provenance", "unknown"}, {"presenter", "northwind"}};
  body.update(more);
  return body;
}

/// New ids of a block that gov reserved for itself.
std::vector<ChipId> unknown_ids(World& world, std::size_t count, std::uint64_t block = 800) {
  world.record(
      "gov",
      {.kind = "id.reserve",
       .body = {{"block", block}, {"count", count}, {"product", "a1"}, {"packager", "gov"}}});
  std::vector<ChipId> ids;
  for (std::size_t i = 0; i < count; ++i) {
    ids.push_back(ChipId::from_parts({.block = block, .ordinal = i, .random = 7}));
  }
  return ids;
}

}  // namespace

TEST_CASE("a device of each curve proves that it is there, all in one statement") {
  Devices devices;
  for (std::size_t i = 0; i < 3; ++i) CHECK(devices.assurance(i) == Assurance::bound);
  const Hash nonce = crypto::sha256("n");
  Draft draft = devices.attestation(nonce, {{"certificates", "good"}, {"round_trip_us", 900}});
  for (std::size_t i = 0; i < 3; ++i) {
    draft.chips.push_back({devices.chips[i], devices.answer(i, i, nonce, nonce.to_hex())});
  }
  const Hash before = devices.after;
  CHECK(devices.world.rule("maker", draft) == "recorded");
  for (std::size_t i = 0; i < 3; ++i) CHECK(devices.assurance(i) == Assurance::fresh);
  // An observation: the chip's last statement is what it was.
  CHECK(devices.world.state().last_statement(devices.world.state().find_chip(devices.chips[0])) ==
        before);
  CHECK(must(registry::audit_registry(devices.world.store)).faults.empty());
}

TEST_CASE("an answer counts once, and only of the key that was enrolled") {
  Devices devices;
  CHECK(devices.attest(0, 1, "a") == "attest.other_key");
  CHECK(devices.attest(0, 0, "a") == "recorded");
  CHECK(devices.attest(1, 1, "a") == "attest.nonce_used");
  CHECK(devices.attest(1, 1, "b") == "recorded");
  const auto bare = devices.world.packaged(1);
  devices.chips.push_back(bare[0]);
  CHECK(devices.attest(3, 0, "c") == "attest.not_enrolled");
}

TEST_CASE(
    "a key that answers after its chip was declared gone is a finding against its last holder") {
  Devices devices;
  World& world = devices.world;
  const auto& findings = world.state().tables().findings;
  const auto seen_again = [&] {
    return std::ranges::count_if(findings.rows(), [&](const registry::Finding& one) {
      return one.code == "key.seen_again" && world.state().party_name(one.party) == "maker";
    });
  };
  CHECK(devices.attest(0, 0, "a") == "recorded");
  CHECK(seen_again() == 0);

  world.record("maker", about("loss.declare", {devices.chips[0]}, {{"circumstances", "gone"}}));
  CHECK(devices.attest(0, 0, "b") == "recorded");
  CHECK(seen_again() == 1);
  CHECK(world.chip(devices.chips[0]).has(registry::Flag::lost));  // still to be found

  Draft test{.kind = "chip.test"};
  test.chips.push_back({devices.chips[1], {{"pass", false}}});
  world.record("maker", test);
  world.record(
      "maker",
      about("destroy", {devices.chips[1]}, {{"method", "m"}, {"place", "p"}}, "maker-site"),
      {"witness"});
  CHECK(devices.attest(1, 0, "c") == "attest.other_key");  // only its own key is it
  CHECK(devices.attest(1, 1, "d") == "recorded");
  CHECK(seen_again() == 2);
  CHECK(world.chip(devices.chips[1]).life == registry::Life::destroyed);
  CHECK(must(registry::audit_registry(world.store)).faults.empty());
}

TEST_CASE("an audit checks a device's answer itself, with and without the envelopes' signatures") {
  Devices devices;
  const Hash nonce = crypto::sha256("n");
  Json answer = devices.answer(0, 0, nonce);
  std::string signature = answer["signature"];
  signature[7] = signature[7] == '0' ? '1' : '0';
  answer["signature"] = signature;
  Draft draft = devices.attestation(nonce);
  draft.chips.push_back({devices.chips[0], answer});
  const auto statement = devices.world.statement("maker", draft);
  // An operator that writes it down all the same.
  const std::uint64_t size = devices.world.log->size().value;
  must(devices.world.log->append({size}, devices.world.clock.now(),
                                 std::span(&statement.envelope, 1), statement.blobs));

  for (const bool signatures : {true, false}) {
    const auto report =
        must(registry::audit_registry(devices.world.store, {.signatures = signatures}));
    REQUIRE(report.faults.size() == 1);
    CHECK(report.faults[0].index == ledger::LogIndex{size});
    CHECK(report.faults[0].rule == "attest.signature");
  }
}

TEST_CASE("proofs of a device key end with it") {
  Devices devices;
  CHECK(devices.attest(0, 0, "a") == "recorded");
  CHECK(devices.assurance(0) == Assurance::fresh);
  World& world = devices.world;
  const std::vector<ChipId> chip{devices.chips[0]};
  Draft passed{.kind = "chip.test"};
  passed.chips.push_back({chip[0], {{"pass", true}}});
  world.record("maker", passed);
  world.deliver("maker", "northwind", chip);
  world.record("northwind",
               about("rma.open", chip, {{"rma", "M1"}, {"vendor", "maker"}, {"fault", "f"}}),
               {"maker"});
  const Hash back =
      world.release("northwind", "maker", "R1", chip, {{"purpose", "rma"}, {"rma", "M1"}});
  world.accept("maker", "R1", back, chip);
  Draft repair{.kind = "repair",
               .body = {{"rma", "M1"}, {"work", "new board"}, {"result", "repaired"}}};
  repair.chips.push_back({chip[0], {{"key", crypto::sha256("another").to_hex()}}});
  CHECK(devices.assurance(0) == Assurance::fresh);
  world.record("maker", repair);
  CHECK(devices.assurance(0) == Assurance::bound);
}

TEST_CASE("a signature over anything else is none") {
  Devices devices;
  const Hash nonce = crypto::sha256("n");
  const auto rule = [&](const Json& cells, const Json& more = Json::object()) {
    Draft draft = devices.attestation(nonce, more);
    draft.chips.push_back({devices.chips[1], cells});
    return devices.world.rule("maker", draft);
  };
  const Json good = devices.answer(1, 1, nonce);
  CHECK(rule(devices.answer(1, 1, crypto::sha256("other"))) == "attest.signature");
  CHECK(rule(devices.answer(0, 1, nonce)) == "attest.signature");
  Json cells = good;
  cells["firmware"] = nonce.to_hex();
  CHECK(rule(cells) == "attest.signature");
  cells = good;
  cells["signature"] = "00ff";
  CHECK(rule(cells) == "attest.signature");
  cells = good;
  cells["key"] = "p256:02" + std::string(64, 'f');
  CHECK(rule(cells) == "attest.signature");
  CHECK(rule(good, {{"certificates", "revoked"}}) == "attest.revoked");
  CHECK(rule(good) == "recorded");
}

TEST_CASE("an answer quotes an entry of the last day, so that it cannot have been made before") {
  Devices devices;
  devices.world.clock.advance_ms(25 * 3'600'000LL);
  CHECK(devices.attest(0, 0, "a") == "attest.stale");
  devices.after = crypto::sha256("no statement");
  CHECK(devices.attest(0, 0, "a") == "attest.unknown_entry");
  devices.after = devices.world.record(
      "registrar", {.kind = "screen.result", .body = devices.world.screening({"dealer"}, "pass")});
  CHECK(devices.attest(0, 0, "a") == "recorded");
}

TEST_CASE(
    "an unknown chip at a chokepoint is registered into quarantine, and never looks fab-born") {
  World world;
  const auto ids = unknown_ids(world, 3);
  Draft draft = about("choke.register", {ids[0]}, newcomers(), "port");
  CHECK(world.rule("northwind", draft) == "role.missing");
  CHECK(world.rule("gov", about("choke.register", {ids[0]}, newcomers(), "gov-site")) ==
        "site.not_chokepoint");
  CHECK(world.rule("gov", about("choke.register", {ids[0]}, newcomers())) == "site.missing");
  CHECK(world.rule("gov", about("choke.register", {ids[0]}, newcomers({{"presenter", "nobody"}}),
                                "port")) == "party.unknown");
  world.record("gov", draft);

  const auto row = world.state().find_chip(ids[0]);
  CHECK(world.custodian(ids[0]) == "northwind");
  CHECK(world.display(ids[0]) == registry::Display::quarantine);
  CHECK(world.chip(ids[0]).transport == registry::Transport::at_chokepoint);
  CHECK(world.state().tables().identities[row].provenance == registry::Provenance::chokepoint);
  CHECK(world.rule("gov", draft) == "id.taken");
  CHECK(world.rule("northwind", about("retire", {ids[0]}, {{"cause", "c"}})) != "recorded");

  world.record("gov", about("quarantine.lift", {ids[0]}, {{"reason", "examined"}}));
  CHECK(world.display(ids[0]) == registry::Display::in_stock);
  CHECK(world.state().tables().identities[row].provenance == registry::Provenance::chokepoint);
}

TEST_CASE("a chip that shows the key of another is no newcomer") {
  World world;
  const auto known = world.chips(1);
  const auto ids = unknown_ids(world, 2);
  const auto with_key = [&](std::size_t n, const Hash& key) {
    Draft draft{.kind = "choke.register", .body = newcomers(), .site = "port"};
    draft.chips.push_back({ids[n], {{"key", key.to_hex()}, {"marks", "laser, worn"}}});
    return world.rule("gov", draft);
  };
  const Hash cloned = crypto::sha256("device " + known[0].to_string());
  CHECK(with_key(0, cloned) == "device_key.taken");
  CHECK(with_key(0, crypto::sha256("own")) == "recorded");
  CHECK(with_key(1, crypto::sha256("own")) == "device_key.taken");
  CHECK(world.state().assurance(world.state().find_chip(ids[0])) == Assurance::bound);
}

TEST_CASE("a fleet that is older than the registry is declared, where it stands") {
  World world;
  const auto ids = unknown_ids(world, 3);
  const Json body = newcomers({{"provenance", "declared-legacy"}, {"basis", "amnesty of 2026"}});
  CHECK(world.rule("gov", about("choke.register", ids, body, "port")) == "site.not_yours");
  world.record("gov", about("choke.register", ids, body, "northwind-site"));
  for (const ChipId& id : ids) {
    CHECK(world.custodian(id) == "northwind");
    CHECK(world.chip(id).transport == registry::Transport::at_site);
  }
  world.record("gov", about("quarantine.lift", ids, {{"reason", "counted"}}));
  world.record("northwind", about("install", ids, Json::object(), "northwind-site"));
  const auto row = world.state().find_chip(ids[0]);
  CHECK(world.state().tables().identities[row].provenance == registry::Provenance::declared);
  CHECK(registry::name_of(registry::Provenance::declared) == "declared-legacy");
}

TEST_CASE("ids of unknown chips come from a block that their authority reserved") {
  World world;
  const auto ids = unknown_ids(world, 1);
  world.add_party("other-gov", "SG", {"authority"});
  world.record(
      "other-gov",
      {.kind = "site.register",
       .body = {{"site", "changi"}, {"name", "n"}, {"country", "SG"}, {"kind", "chokepoint"}}});
  CHECK(world.rule("other-gov", about("choke.register", ids, newcomers(), "changi")) ==
        "id.not_yours");
  const ChipId outside = ChipId::from_parts({.block = 801, .ordinal = 0, .random = 1});
  CHECK(world.rule("gov", about("choke.register", {outside}, newcomers(), "port")) ==
        "id.not_reserved");
}

TEST_CASE("a device that answers shows a chip that its custodian did not find") {
  Devices devices;
  World& world = devices.world;
  std::vector<ChipId> there{devices.chips[1], devices.chips[2]};
  std::ranges::sort(there);
  std::vector<Hash> leaves;
  for (const ChipId& chip : there) leaves.push_back(ledger::leaf_hash(chip.bytes()));
  world.record("maker", {.kind = "inventory",
                         .body = {{"entries", world.state().size()},
                                  {"count", 2},
                                  {"tpp", 9600},
                                  {"root", ledger::root_hash(leaves).to_hex()},
                                  {"added", 3},
                                  {"removed", 0},
                                  {"missing", {devices.chips[0].to_string()}}}});
  const registry::RowN chip = world.state().find_chip(devices.chips[0]);
  CHECK(world.state().sought(chip).size() == 1);
  CHECK(devices.attest(1, 1, "a") == "recorded");
  CHECK(world.state().sought(chip).size() == 1);
  CHECK(devices.attest(0, 0, "b") == "recorded");
  CHECK(world.state().sought(chip).empty());
}
