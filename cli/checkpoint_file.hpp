#pragma once

#include <string>

#include "ledger/checkpoint.hpp"

namespace muster::cli {

/// The signed checkpoint in a file that the caller brings along, as it stands there: whether it can
/// be read is the caller's affair and no finding about a log. No signature is checked.
/// Errors: those of reading; `invalid_input`, naming the file, for what is no signed checkpoint.
Result<std::string> read_checkpoint_file(const std::string& file);

}  // namespace muster::cli
