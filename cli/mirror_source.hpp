#pragma once

#include <memory>
#include <optional>
#include <string>

#include "ledger/mirror.hpp"
#include "ledger/store/sqlite_store.hpp"

namespace CLI {
class App;
}

namespace muster::cli {

/// Where missing entries come from, as the caller names it: one of the two.
struct MirrorOptions {
  std::string from;   ///< Another copy's log.db, or a backup.
  std::string tiles;  ///< A folder that `ledger export` made.
};

/// Adds `--from` and `--tiles`.
void add_mirror_options(CLI::App& verb, MirrorOptions& options);

/// A mirror that is open.
class MirrorSource final {
 public:
  /// Errors: `invalid_input` unless exactly one is named, and for a folder that is no tiled log;
  /// `not_found`; those of the file.
  static Result<MirrorSource> open(const MirrorOptions& options);

  [[nodiscard]] const ledger::EntryMirror& mirror() const { return mirror_; }
  /// The newest checkpoint that the mirror has, by whomever it is signed, if it can be read.
  [[nodiscard]] const std::optional<std::string>& checkpoint() const { return checkpoint_; }

 private:
  MirrorSource() = default;

  std::unique_ptr<ledger::SqliteStore> copy_;  ///< Of `--from`.
  ledger::EntryMirror mirror_;
  std::optional<std::string> checkpoint_;
};

}  // namespace muster::cli
