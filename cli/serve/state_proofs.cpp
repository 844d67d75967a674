#include "cli/serve/state_proofs.hpp"

#include <algorithm>
#include <variant>

#include "cli/serve/doorkeeper.hpp"
#include "cli/serve/log_access.hpp"
#include "cli/serve/visibility.hpp"

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

Result<void> check_shows_its_own(const registry::State& state, const Principal& principal,
                                 const registry::ChipProof& proof) {
  const Visibility visibility(state, principal);
  std::vector<const registry::ProvenEntry*> shown{&proof.last};
  if (const auto* const tail = std::get_if<registry::NamedTail>(&proof.tail)) {
    for (const registry::ProvenEntry& one : *tail) shown.push_back(&one);
  }
  const bool all = std::ranges::all_of(shown, [&](const registry::ProvenEntry* one) {
    const auto entry = ledger::parse_entry(one->quoted.entry);
    return entry && may_read_entry(visibility, entry->index, one->quoted.entry);
  });
  if (all) return {};
  return failure(
      Error{Errc::refused,
            "a proof shows statements as they were signed, and one of these is not yours "
            "to read: ask for the chip without proof",
            rule_forbidden});
}

}  // namespace

Result<Json> chip_proof_json(Service& service, cli::Home& home, registry::RowN chip,
                             const ChipProofWish& wish) {
  LiveRegistry& live = service.live();
  QuietContext quiet(live.folder(), live.random(), live.fixed_now());
  MUSTER_TRY_ASSIGN(auto prover, cli::state_prover(quiet.context(), home, wish.source));
  MUSTER_TRY_ASSIGN(const auto proof, prover.chip(chip, wish.tail));
  MUSTER_TRY(check_shows_its_own(home.state(), wish.principal, proof));
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
