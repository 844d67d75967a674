#pragma once

#include <optional>
#include <string>

#include "attestation/appraise/appraise.hpp"
#include "attestation/delay/delay_document.hpp"
#include "attestation/delay/delay_policy.hpp"
#include "cli/print/printer.hpp"

namespace muster::cli {

/// The delay policy in `file`. Errors: those of the file and of `parse_delay_policy`, naming it.
Result<attestation::DelayPolicy> read_delay_policy(const std::string& file);

/// The same; none when no file is named.
Result<std::optional<attestation::DelayPolicy>> read_optional_delay_policy(const std::string& file);

/// The proof in `file`. Errors: those of the file and of `parse_delay_document`, naming it.
Result<attestation::DelayDocument> read_delay_document(const std::string& file);

/// The lower bounds of elapsed time in an appraisal, for people. Prints nothing where there is
/// none.
void print_proven_delays(print::Printer& printer, const attestation::Appraisal& result);

/// "1,680,000 squarings a second, and nobody more than 10 times as fast": what a bound rests on.
[[nodiscard]] std::string delay_basis(const attestation::DelayPolicy& policy);

}  // namespace muster::cli
