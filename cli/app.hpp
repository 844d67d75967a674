#pragma once

#include <iosfwd>
#include <span>
#include <string>

#include "ledger/base/random.hpp"

namespace muster::cli {

/// Runs one `muster` command and returns its exit code. Results go to `out`, the rest to `err`.
int run(std::span<const std::string> arguments, std::ostream& out, std::ostream& err,
        Random& random);

}  // namespace muster::cli
