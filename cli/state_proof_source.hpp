#pragma once

#include <optional>
#include <string>

#include "cli/home.hpp"
#include "registry/proof/state_prover.hpp"

namespace muster::cli {

/// Which commitment proofs of state stand on, and under which checkpoint.
struct StateProofOptions {
  std::optional<std::uint64_t> index{};  ///< The newest commitment at or before this entry.
  std::string policy{};                  ///< A file: the newest checkpoint that it accepts.
};

/// Opens the registry's state for proofs: under the newest kept checkpoint that the policy accepts,
/// or without a policy under one of now, where the operator's key is there, or the newest kept.
/// Borrows `home`.
/// Errors: `not_found` without a commitment; `unavailable` without a checkpoint that serves.
Result<registry::StateProver> state_prover(Context& context, Home& home,
                                           const StateProofOptions& options);

}  // namespace muster::cli
