#pragma once

#include <string>
#include <string_view>

#include "ledger/base/hash.hpp"

namespace muster::ledger {

/// `blob/<first 2 hex digits>/<64 hex digits>`: where a blob lies beside the tiles.
[[nodiscard]] std::string blob_path(const Hash& sha256);

/// Reads exactly what `blob_path` writes. Errors: `invalid_input`.
Result<Hash> parse_blob_path(std::string_view path);

}  // namespace muster::ledger
