#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "registry/chokepoint/extract.hpp"

namespace muster::cli {

/// The extract in `file`, signed by one of the log's verifier keys that an officer was given, and
/// too old after `max_age_days` (0: never).
/// Errors: `invalid_input` for a key that is none; those of `Extract::open_file`.
Result<choke::Extract> open_extract(const std::string& file, const std::vector<std::string>& keys,
                                    std::int64_t max_age_days);

}  // namespace muster::cli
