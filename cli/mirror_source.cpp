#include "cli/mirror_source.hpp"

#include <CLI/CLI.hpp>

#include "ledger/checkpoint.hpp"
#include "ledger/tiles/tile_mirror.hpp"

namespace muster::cli {
namespace {

namespace fs = std::filesystem;

/// Errors: `not_found` and `invalid_input` for what is no folder of tiles at all.
Result<void> check_is_tiled_log(const fs::path& folder) {
  std::error_code problem;
  if (!fs::exists(folder, problem)) {
    return failure(Errc::not_found, folder.string() + ": no such folder");
  }
  if (fs::is_directory(folder / "tile" / "entries", problem)) return {};
  const bool has_hashes = fs::is_directory(folder / "tile", problem);
  return failure(Errc::invalid_input,
                 folder.string() + (has_hashes ? ": has no entries, only their hashes"
                                               : ": no folder that `muster ledger export` made"));
}

}  // namespace

void add_mirror_options(CLI::App& verb, MirrorOptions& options) {
  verb.add_option("--from", options.from, "another copy's log.db, or a backup");
  verb.add_option("--tiles", options.tiles, "a folder that `ledger export` made");
}

Result<MirrorSource> MirrorSource::open(const MirrorOptions& options) {
  if (options.from.empty() == options.tiles.empty()) {
    return failure(Errc::invalid_input,
                   "want a mirror: --from LOG or --tiles FOLDER, one of the two");
  }
  MirrorSource source;
  if (options.tiles.empty()) {
    MUSTER_TRY_ASSIGN(source.copy_,
                      ledger::SqliteStore::open(options.from, {.access = sql::Access::read_only}));
    source.mirror_ = ledger::mirror_of(*source.copy_);
    // One that cannot be read may still have entries.
    if (auto newest = source.copy_->newest_checkpoint()) source.checkpoint_ = std::move(*newest);
    return source;
  }
  MUSTER_TRY(check_is_tiled_log(options.tiles));
  const ledger::TileSource folder = ledger::folder_source(options.tiles);
  MUSTER_TRY_ASSIGN(source.mirror_, ledger::mirror_of_tiles(folder));
  const auto note = folder.read("checkpoint", ledger::max_checkpoint_bytes);
  if (note) source.checkpoint_ = std::string(as_text(*note));
  return source;
}

}  // namespace muster::cli
