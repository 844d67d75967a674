#include <algorithm>

#include "cli/scenario/registry_attempts.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/sha256.hpp"
#include "registry/attest_message.hpp"
#include "registry/balance/unaccounted.hpp"

// V3: chips that are declared gone and used on, as far as their keys are seen again.

namespace muster::cli::scenario {
namespace {

using registry::Draft;

crypto::Ed25519Signer device_signer(const ChipId& chip) {
  return crypto::Ed25519Signer(crypto::sha256("device key of " + chip.to_string()).bytes);
}

std::string device_key_hash(const ChipId& chip) {
  return crypto::sha256(ByteView(device_signer(chip).verifying_key().bytes())).to_hex();
}

/// A chip of the maker whose device key answers.
Result<ChipId> answering_chip(RegistryWorld& world) {
  MUSTER_TRY_ASSIGN(const auto ids, world.packaged(1));
  Draft enrol{.kind = "chip.enrol"};
  enrol.chips.push_back({ids[0], {{"key", device_key_hash(ids[0])}}});
  MUSTER_TRY(world.record("maker", std::move(enrol)));
  Draft test{.kind = "chip.test"};
  test.chips.push_back({ids[0], {{"pass", true}}});
  MUSTER_TRY(world.record("maker", std::move(test)));
  return ids[0];
}

/// An authority meets a device that has the chip's key, and records its answer.
Result<void> met_again(RegistryWorld& world, const ChipId& chip) {
  const auto& last = world.state().tables().statements;
  const Hash after = last[last.size() - 1].hash;
  const Hash nonce = crypto::sha256("met again, " + world.next_shipment());
  const std::string message =
      registry::attest_message({std::string(register_origin), chip, nonce, after, {}});
  const auto device = device_signer(chip);
  MUSTER_TRY_ASSIGN(const Bytes signature, device.signature_over(as_bytes(message)));
  Draft draft{.kind = "attest", .body = {{"nonce", nonce.to_hex()}, {"after", after.to_hex()}}};
  draft.chips.push_back(
      {chip, {{"key", device.verifying_key().text()}, {"signature", to_hex(signature)}}});
  MUSTER_TRY(world.record("gov", std::move(draft)));
  return {};
}

std::int64_t seen_again(const RegistryWorld& world) {
  return std::ranges::count_if(
      world.state().tables().findings.rows(), [&](const registry::Finding& one) {
        return one.code == "key.seen_again" && world.state().party_name(one.party) == "maker";
      });
}

/// Whether meeting the device opens a finding against the maker, and takes nothing off U.
Result<AttemptEnd> found_out(RegistryWorld& world, const ChipId& chip) {
  const std::int64_t before = seen_again(world);
  const std::uint64_t missing = registry::unaccounted(world.state(), registry::no_row).total();
  MUSTER_TRY(met_again(world, chip));
  const bool stays = registry::unaccounted(world.state(), registry::no_row).total() == missing;
  const bool caught = seen_again(world) == before + 1 && stays;
  return AttemptEnd{caught, caught ? "key.seen_again" : "nobody is told"};
}

Result<AttemptEnd> after_a_loss(RegistryWorld& world) {
  MUSTER_TRY_ASSIGN(const ChipId chip, answering_chip(world));
  MUSTER_TRY(
      world.record("maker", about("loss.declare", {chip}, {{"circumstances", "overboard"}})));
  return found_out(world, chip);
}

/// A carcass was shown to a witness, and it was another chip's.
Result<ChipId> destroyed_on_paper(RegistryWorld& world) {
  MUSTER_TRY_ASSIGN(const ChipId chip, answering_chip(world));
  MUSTER_TRY(world.record("maker", about("retire", {chip}, {{"cause", "worn"}})));
  MUSTER_TRY(world.record(
      "maker", about("destroy", {chip}, {{"method", "shredded"}, {"place", "hall"}}, "maker-site"),
      {"witness"}));
  return chip;
}

Result<AttemptEnd> after_destruction(RegistryWorld& world) {
  MUSTER_TRY_ASSIGN(const ChipId chip, destroyed_on_paper(world));
  return found_out(world, chip);
}

/// The device comes back as a new chip.
Result<AttemptEnd> under_another_id(RegistryWorld& world) {
  MUSTER_TRY_ASSIGN(const ChipId chip, destroyed_on_paper(world));
  MUSTER_TRY_ASSIGN(const auto other, world.packaged(1));
  Draft enrol{.kind = "chip.enrol"};
  enrol.chips.push_back({other[0], {{"key", device_key_hash(chip)}}});
  return refused(world, "maker", std::move(enrol));
}

}  // namespace

std::vector<RegistryAttempt> seen_again_attempts() {
  return {{"met after a declared loss", after_a_loss},
          {"met after its destruction", after_destruction},
          {"enrolled under another id", under_another_id}};
}

}  // namespace muster::cli::scenario
