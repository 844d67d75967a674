#pragma once

#include <string>
#include <vector>

#include "cli/print/printer.hpp"
#include "ledger/evidence.hpp"

namespace muster::cli {

/// The verifier keys that `--key` names. Errors: `invalid_input`.
Result<std::vector<ledger::VerifierKey>> log_keys(const std::vector<std::string>& texts);

/// How two checkpoints stand to each other, in a sentence and a table.
void print_pair(print::Printer& printer, const ledger::PairFacts& facts);

/// What `ledger evidence verify` answers in JSON; `pair`: of two checkpoints, or null.
[[nodiscard]] Json conviction_json(const Result<ledger::Conviction>& conviction,
                                   const ledger::PairFacts* pair);

/// Adds `relation`, `first` and `second` to `json`, or nulls for them.
void add_pair(Json& json, const ledger::PairFacts* facts);

}  // namespace muster::cli
