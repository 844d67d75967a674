#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/note.hpp"

namespace muster::cli {

/// Whose word counts for what an address serves: said once by the user, who has the key from
/// elsewhere, and never taken from the server.
struct TrustedLog {
  std::string url;                        ///< As `Url::origin` and path.
  std::vector<ledger::VerifierKey> keys;  ///< Of one origin; not empty.

  [[nodiscard]] const std::string& origin() const { return keys.front().name(); }
};

/// Canonical JSON: `keys`, `url`, `v`.
[[nodiscard]] std::string encode_trusted_log(const TrustedLog& log);
/// Errors: `invalid_input`, also for keys of several logs.
Result<TrustedLog> parse_trusted_log(std::string_view text);

/// Errors: `not_found`, with what to do, where nothing is pinned; `invalid_input`, naming the file.
Result<TrustedLog> read_trusted_log(const std::filesystem::path& file, const std::string& url);

}  // namespace muster::cli
