#pragma once

#include <string>
#include <vector>

#include "attestation/run/declaration.hpp"
#include "cli/home.hpp"
#include "ledger/base/json.hpp"

namespace muster::cli::audit {

/// A run of the register as its newest amendment has it.
struct RegisteredRun {
  std::string run;
  std::string prover;
  Window window;
  registry::Index32 entry;                           ///< Of the newest statement about it.
  Json body;                                         ///< That of `run.declare`, amended.
  std::vector<attestation::Assignment> assignments;  ///< From its shard map in the ledger.
  std::string no_map{};                              ///< Why there are none.
  std::vector<attestation::StepCommitment> steps{};  ///< Likewise; none where they do not read.
};

/// All runs of the first `size` entries, by their first statement, each with the shard map and
/// the steps that it names. Errors: those of reading the ledger; `corrupt` when it lacks a
/// manifest.
Result<std::vector<RegisteredRun>> registered_runs(Home& home, registry::Index32 size);

}  // namespace muster::cli::audit
