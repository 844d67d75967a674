#pragma once

#include <string>
#include <vector>

#include "cli/context.hpp"

namespace muster::cli {

/// Judges evidence of the kind "number-reused", two statements of one party under one number, in
/// words and JSON. `party_keys`: the keys that the caller knows to be the party's.
/// Errors: `invalid_input` for a key that cannot be read.
Result<ExitCode> judged_number_reuse(Context& context, const std::string& text,
                                     const std::vector<std::string>& party_keys);

}  // namespace muster::cli
