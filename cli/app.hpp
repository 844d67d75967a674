#pragma once

#include <iosfwd>
#include <span>
#include <string>

#include "ledger/base/random.hpp"

namespace muster::cli {

/// What this program calls itself, as `--version` prints it.
inline constexpr const char* version_text = "muster 0.1.0";

/// Runs one `muster` command and returns its exit code. Results go to `out`, the rest to `err`.
int run(std::span<const std::string> arguments, std::ostream& out, std::ostream& err,
        Random& random);

}  // namespace muster::cli
