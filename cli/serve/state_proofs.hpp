#pragma once

#include "cli/serve/service.hpp"
#include "cli/state_proof_source.hpp"

namespace muster::serve {

/// What a roster's proof is asked to show, and by which commitment of the state.
struct RosterProofWish {
  registry::RosterWish roster{};
  cli::StateProofOptions source{};
};

/// Which proof of a chip is wanted, and by whom.
struct ChipProofWish {
  const Principal& principal;
  cli::StateProofOptions source{};
  registry::TailForm tail = registry::TailForm::named;
};

/// A proof of a chip's state, as `chip prove` prints it. It shows statements as they were signed.
/// Errors: those of the prover; `refused` with `access.forbidden` where the caller may not read one
/// of them, since others' chips may stand there. Cost: builds the committed tree.
Result<Json> chip_proof_json(Service& service, cli::Home& home, registry::RowN chip,
                             const ChipProofWish& wish);

/// A proof of a roster, or of a chip in it, as `roster prove` prints it. Errors and cost: as above.
Result<Json> roster_proof_json(Service& service, cli::Home& home, registry::RowN party,
                               const RosterProofWish& wish);

/// Whether `proof` asks for that one beside the value. Errors: `invalid_input` for another, and for
/// one of the past: a proof is of what is committed now.
Result<bool> wants_proof(const Asked& asked, const std::string& name);

}  // namespace muster::serve
