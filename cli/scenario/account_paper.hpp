#pragma once

#include <optional>
#include <string>
#include <vector>

#include "attestation/run/declaration.hpp"
#include "cli/scenario/held_fleet.hpp"
#include "cli/scenario/paper_bundle.hpp"
#include "ledger/base/json_fields.hpp"
#include "sampler/stats/decimal.hpp"

namespace muster::cli::scenario {

// What is filed of declared runs whose account does not add up: the log in which their Prover
// declared them, and what `attest account` finds in it.

/// A run as its Prover declares it.
struct RunStatement {
  std::string run;
  attestation::RunUse use = attestation::RunUse::training;
  Window window{};
  stats::Decimal flop{};
  std::uint64_t parameters = 1;
  std::uint64_t bytes_per_parameter = 2;
  std::optional<std::string> format{};
  std::optional<std::uint64_t> tokens{};
  std::vector<std::size_t> chips{};                  ///< Places in the fleet, one for each shard.
  std::vector<attestation::StepCommitment> steps{};  ///< None: something of its own.
  std::vector<std::string> parents{};
  std::vector<std::string> outside_parents{};
  std::optional<stats::Decimal> amended_flop{};  ///< Declared later, in the other's place.
};

/// The document for such runs on chips of `fleet`: they are declared there as by `run declare` and
/// `run amend`. Empty where the account of `window` finds nothing.
/// Errors: a refusal; those of the catalogue.
Result<std::string> account_paper(HeldFleet& fleet, const std::vector<RunStatement>& runs,
                                  const Window& window);

/// Judges the kind `account`: makes the account anew, of all chips of the Prover, by the bundled
/// rules of compute. Errors: `invalid_input` by field; those of the catalogue.
Result<PaperReview> review_account(FieldReader& fields, const FindingKeys& keys);

}  // namespace muster::cli::scenario
