#include "cli/serve/state_proofs.hpp"

namespace muster::serve {
namespace {

/// As `chip prove` and `roster prove` print it.
Json proof_as_printed(const registry::StateProof& proof, const registry::StateProver& prover,
                      Json about) {
  about["commit"] = prover.commit().index;
  about["file"] = nullptr;
  about["proof"] = parse_json(registry::encode_state_proof(proof)).value_or(Json());
  return about;
}

}  // namespace

Result<Json> chip_proof_json(Service& service, cli::Home& home, registry::RowN chip,
                             const cli::StateProofOptions& source, registry::TailForm tail) {
  LiveRegistry& live = service.live();
  QuietContext quiet(live.folder(), live.random(), live.fixed_now());
  MUSTER_TRY_ASSIGN(auto prover, cli::state_prover(quiet.context(), home, source));
  MUSTER_TRY_ASSIGN(const auto proof, prover.chip(chip, tail));
  return proof_as_printed(proof, prover, {{"chip", home.state().chip_id(chip).to_string()}});
}

Result<Json> roster_proof_json(Service& service, cli::Home& home, registry::RowN party,
                               const RosterProofWish& wish) {
  LiveRegistry& live = service.live();
  QuietContext quiet(live.folder(), live.random(), live.fixed_now());
  MUSTER_TRY_ASSIGN(auto prover, cli::state_prover(quiet.context(), home, wish.source));
  MUSTER_TRY_ASSIGN(const auto proof, prover.roster(party, wish.roster));
  const registry::CustodianRecord& custodian = proof.custodian;
  return proof_as_printed(proof, prover,
                          {{"party", custodian.party},
                           {"count", custodian.count},
                           {"tpp", custodian.tpp},
                           {"root", custodian.root.to_hex()}});
}

Result<bool> wants_proof(const Asked& asked, const std::string& name) {
  const auto proof = asked.given("proof");
  if (!proof) return false;
  if (*proof != name) return failure(bad_parameter("proof", "want " + name));
  if (!asked.given("at")) return true;
  return failure(bad_parameter("proof", "is of what is committed now: ask without at"));
}

}  // namespace muster::serve
