#pragma once

#include <string>

#include "attestation/run/declaration.hpp"

namespace muster::cli {

/// Reads a declaration from STEM.json, STEM.assignments.ndjson and STEM.steps.ndjson.
/// Errors: `invalid_input`, naming the stem, document and line; those of reading files.
Result<attestation::Declaration> read_declaration(const std::string& stem);

}  // namespace muster::cli
