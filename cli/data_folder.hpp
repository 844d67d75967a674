#pragma once

#include <string>

#include "ledger/base/error.hpp"

namespace muster::cli {

/// The folder with chip models, fleets and rules: MUSTER_DATA, or `data` beside the folder of the
/// program, or `share/muster/data` beside it after an installation.
/// Errors: `not_found`, naming the places that were looked at.
Result<std::string> data_folder();

/// The program's own file, for starting it again as another process.
[[nodiscard]] std::string own_program();

}  // namespace muster::cli
