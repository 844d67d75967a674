#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "ledger/store.hpp"

namespace muster::cli {

/// Where the log of a registry is: in `log.db` of its folder, or on a server of PostgreSQL.
struct LogPlace {
  std::filesystem::path folder;
  std::string url{};  ///< Empty: the file.

  [[nodiscard]] bool is_file() const { return url.empty(); }
  [[nodiscard]] std::filesystem::path file() const { return folder / "log.db"; }
  /// For people: with *** for a password.
  [[nodiscard]] std::string text() const;
};

/// What "log" in the folder's `muster.json` says. Errors: `invalid_input` for settings that cannot
/// be used; those of the file, but that a folder without settings has its log in the file.
Result<LogPlace> log_place(const std::filesystem::path& folder);

/// Refuses what works on the file alone. Errors: `invalid_input`, naming `verb`.
Result<void> check_log_is_file(const std::filesystem::path& folder, const char* verb);

/// Errors: those of the stores, with "opening registry".
Result<std::unique_ptr<ledger::Store>> open_log(const LogPlace& place);

/// A new, empty log, or one there that is empty still. Errors: `conflict` for one with entries;
/// those of the stores.
Result<std::unique_ptr<ledger::Store>> create_log(const LogPlace& place);

/// The log there, made if there is none. Errors: those of the stores.
Result<std::unique_ptr<ledger::Store>> open_or_create_log(const LogPlace& place);

}  // namespace muster::cli
