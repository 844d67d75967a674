#pragma once

#include <optional>
#include <string>
#include <vector>

#include "registry/proof/state_prover.hpp"
#include "registry/state_root.hpp"
#include "tests/registry/support/world.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/must.hpp"

namespace muster::test {

inline constexpr const char* world_origin = "test.example/registry";

/// A world with a view, whose operator commits to states and signs checkpoints.
struct CommittedWorld {
  Folder folder;
  World world;

  explicit CommittedWorld(const std::string& name)
      : folder(name), world({.view = folder.path() / "view.db"}) {}

  [[nodiscard]] const registry::State& state() const { return world.state(); }
  registry::RowN row(const ChipId& chip) { return state().find_chip(chip); }
  registry::RowN party(const std::string& id) { return state().tables().parties.find(id); }

  /// Commits to the present state. The entry's index.
  registry::Index32 commit() {
    const Json body = registry::commit_body(registry::state_roots(state()));
    world.record("registrar", {.kind = "state.commit", .body = body});
    return state().size() - 1;
  }

  /// A checkpoint of now.
  std::string checkpoint() {
    return must(ledger::publish_checkpoint(world.store, {world_origin, &world.signer("operator")}));
  }
  ledger::VerifierKey key() {
    return ledger::VerifierKey(world_origin, world.signer("operator").public_key());
  }

  registry::StateProver prover(std::optional<registry::Index32> at = std::nullopt) {
    must(world.registry().flush());
    return must(registry::StateProver::open(
        {&state(), world.registry().view(), &world.store, checkpoint()}, at));
  }

  registry::ChipProof proof(const ChipId& chip,
                            registry::TailForm form = registry::TailForm::named) {
    return must(prover().chip(row(chip), form));
  }
  registry::RosterProof roster(const std::string& id, const registry::RosterWish& wish = {}) {
    return must(prover().roster(party(id), wish));
  }
};

/// The rule by which a proof is refused; "good" if it is not.
inline std::string proof_rule(const registry::ChipProof& proof, const ledger::VerifierKey& key) {
  const auto facts = registry::verify_chip_proof(proof, key);
  return facts ? "good" : facts.error().rule;
}
inline std::string proof_rule(const registry::RosterProof& proof, const ledger::VerifierKey& key) {
  const auto facts = registry::verify_roster_proof(proof, key);
  return facts ? "good" : facts.error().rule;
}

}  // namespace muster::test
