#pragma once

#include <string>
#include <vector>

#include "cli/demo/auditor.hpp"
#include "cli/demo/world.hpp"

namespace muster::cli::demo {

/// What two witnesses made of the frozen head of a world's ledger.
struct Witnessing {
  std::string policy_file;  ///< The inspector's own policy: both must have cosigned.
  Json checkpoint;          ///< The answer of `ledger checkpoint`.
};

/// Makes two witnesses in the world's folder, runs each as a process of its own, and has the
/// ledger's operator collect their cosignatures over the head of the freeze. Both end with this.
///   witnesses/w1, witnesses/w2   their folders
///   registry/witnesses.policy    whom the operator asks, with addresses
///   inspector/witnesses.policy   whom the inspector trusts
/// `program` is the muster command; `ledger_operator` runs it on the world's registry.
/// Errors: those of any command that ends as it should not.
Result<Witnessing> witness_freeze(const World& world, const Auditor& ledger_operator,
                                  const std::string& program);

}  // namespace muster::cli::demo
