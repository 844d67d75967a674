#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/home.hpp"
#include "registry/roster.hpp"
#include "sampler/plan/frame.hpp"
#include "sampler/plan/plan_request.hpp"

namespace muster::cli {

/// What a Prover froze, as the ledger has it.
struct Frozen {
  std::string freeze;  ///< Its id.
  PartyId prover;
  Window window;
  Hash statement;
  registry::Index32 index;  ///< Of the freeze in the log.
  Hash frame_root;
  std::uint64_t frame_count;
  Hash heads_root;
  registry::Index32 heads;  ///< Of the quoted heads.commit.
  Hash declarations_root;
};

/// The newest freeze of `prover`. Errors: `not_found`.
Result<Frozen> newest_freeze(const registry::State& state, const PartyId& prover);

/// The freeze whose statement has this hash. Errors: `not_found`.
Result<Frozen> freeze_by_statement(const registry::State& state, const Hash& statement);

/// The frame that the registry computes for a freeze.
Result<registry::Frame> registry_frame(const registry::State& state, const Frozen& frozen);

/// Frame keys by Prover: 32 bytes each, in escrow with the Verifier.
using FrameKeys = std::map<std::string, Bytes>;

/// Reads `PROVER=FILE` options; a file holds 64 hex digits.
/// Errors: `invalid_input` naming the option, `not_found`.
Result<FrameKeys> read_frame_keys(const std::vector<std::string>& options);

}  // namespace muster::cli
