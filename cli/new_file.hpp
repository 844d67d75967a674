#pragma once

#include <functional>
#include <iosfwd>
#include <string>

#include "cli/context.hpp"

namespace muster::cli {

/// Writes a new file through `write`, aside first, so that no half of it ever has the name. Writes
/// nothing, but runs `write`, with `--dry-run`.
/// Errors: `conflict` if `path` exists; `unavailable`; those of `write`.
Result<void> write_aside(const Context& context, const std::string& path,
                         const std::function<Result<void>(std::ostream&)>& write);

}  // namespace muster::cli
