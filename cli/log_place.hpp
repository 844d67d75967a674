#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "ledger/store.hpp"
#include "registry/view/place.hpp"

namespace muster::cli {

/// Where the log of a registry is: in `log.db` of its folder, or on a server of PostgreSQL.
struct LogPlace {
  std::filesystem::path folder;
  std::string url{};       ///< Empty: the file.
  bool only_read = false;  ///< On a server: read, from a standby if there is one, never written.

  [[nodiscard]] bool is_file() const { return url.empty(); }
  [[nodiscard]] std::filesystem::path file() const { return folder / "log.db"; }
  /// For people: with *** for a password.
  [[nodiscard]] std::string text() const;
};

/// What "log" and "replica" in the folder's `muster.json` says. Errors: `invalid_input` for
/// settings that cannot be used; those of the file, but that a folder without settings has its log
/// in the file.
Result<LogPlace> log_place(const std::filesystem::path& folder);

/// Where the view of that log is: beside the file, or in the log's database, so that a front end
/// keeps nothing. `only_read`: the log's store only reads.
[[nodiscard]] registry::ViewPlace view_place(const LogPlace& place, bool only_read);

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
