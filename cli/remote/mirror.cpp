#include "cli/remote/mirror.hpp"

#include <algorithm>
#include <filesystem>

#include "cli/log_place.hpp"
#include "cli/registry_settings.hpp"
#include "cli/remote/mirror_intake.hpp"
#include "cli/remote/server_tiles.hpp"
#include "ledger/base/file.hpp"
#include "ledger/evidence.hpp"
#include "ledger/proofs.hpp"
#include "ledger/store/writer_lock.hpp"
#include "ledger/tiles/tiled_log.hpp"

namespace muster::cli {
namespace {

namespace fs = std::filesystem;

constexpr int follow_wait_ms = 600'000;  // another process may be making the copy

/// One process at a time changes what is kept.
Result<ledger::WriterLock> turn(const CachePlaces& places) {
  return ledger::WriterLock::acquire(places.lock(), follow_wait_ms);
}

/// Bundles are for those who may read every entry in them.
Error reads_not_all(Error error) {
  if (error.code != Errc::not_found) return error;
  return {Errc::refused,
          "remote.partial: your credential does not read every entry of this log, and this command "
          "needs the whole of it; ask the operator for the role operator, or verifier for all "
          "countries",
          rule_partial};
}

/// Tiles that do not belong to a checkpoint that somebody signed are the server's doing.
Error not_of_checkpoint(Error error) {
  if (error.code != Errc::corrupt) return error;
  return {
      Errc::refused,
      "remote.tiles: the server gives what its signed checkpoint does not cover: " + error.message,
      "remote.tiles"};
}

Result<ledger::TiledLog> open_tiles(ServerTiles& tiles, const std::string& note) {
  auto log = ledger::TiledLog::open(tiles.source(), note);
  if (!log) return failure(not_of_checkpoint(std::move(log.error())));
  return log;
}

Result<void> make_folder(const fs::path& folder, const std::string& origin) {
  std::error_code problem;
  if (fs::exists(folder / "muster.json", problem)) return {};
  fs::create_directories(folder, problem);
  if (problem) return failure(Errc::unavailable, folder.string() + ": " + problem.message());
  return write_settings(folder, {{"origin", origin}, {"v", 1}});
}

}  // namespace

Result<std::optional<std::string>> Mirror::newest() const {
  auto note = read_text_file(places_->checkpoint(), ledger::max_checkpoint_bytes);
  if (note) return std::optional(std::move(*note));
  if (note.error().code == Errc::not_found) return std::optional<std::string>();
  return failure(std::move(note.error()));
}

Result<std::string> Mirror::signed_checkpoint() const {
  MUSTER_TRY_ASSIGN(std::string note, calls_->body({.target = "/checkpoint",
                                                    .most_bytes = ledger::max_checkpoint_bytes}));
  auto good = ledger::verify_log_checkpoint(note, trusted_->keys);
  if (good) return note;
  Error error = std::move(good.error()).during(calls_->address());
  if (error.rule == "checkpoint.unknown_key") {
    error.message += "; if the operator has a new key, `muster registry trust` takes it";
  }
  return failure(std::move(error));
}

tl::unexpected<Error> Mirror::fork(const ledger::CheckpointPair& pair) const {
  const fs::path file = places_->evidence() / ledger::evidence_file_name(pair);
  std::error_code problem;
  fs::create_directories(places_->evidence(), problem);
  const auto kept = create_file(file, as_bytes(ledger::encode_evidence(pair) + "\n"));
  const bool is_kept = kept || kept.error().code == Errc::conflict;
  return refusal("remote.fork",
                 calls_->address() +
                     " shows another history than before, signed by the same operator; " +
                     (is_kept ? "the evidence is " + file.string()
                              : "the evidence could not be kept: " + kept.error().message));
}

/// Whether the larger of a pair begins with the smaller, as its prefix tells.
Result<void> Mirror::check_prefix(const ledger::CheckpointPair& pair,
                                  const ledger::Checkpoint& smaller) const {
  if (smaller.size.value == 0) return {};
  if (!pair.prefix) {
    return refusal("remote.tiles", "the server does not show how the log grew from " +
                                       std::to_string(smaller.size.value) + " entries");
  }
  return pair.prefix->root == smaller.root ? Result<void>() : Result<void>(fork(pair));
}

/// Whether `note` goes on from `held`, which was good.
Result<void> Mirror::compare(const std::string& note, const std::string& held,
                             ledger::Store* store) {
  MUSTER_TRY_ASSIGN(auto pair, ledger::pair_of_checkpoints(held, note));
  MUSTER_TRY_ASSIGN(const auto now, ledger::parse_checkpoint(note));
  MUSTER_TRY_ASSIGN(const auto before, ledger::parse_checkpoint(held));
  if (now.head() == before.head()) return {};
  if (now.size == before.size) return fork(pair);
  if (now.size < before.size) {
    if (store != nullptr) {
      MUSTER_TRY_ASSIGN(pair.prefix, ledger::prefix_by_log(*store, pair));
    }
    if (pair.prefix && pair.prefix->root != now.root) return fork(pair);
    return refusal("remote.rollback",
                   calls_->address() + " shows " + std::to_string(now.size.value) +
                       " entries, and signed for " + std::to_string(before.size.value) +
                       " before; that is in " + places_->checkpoint().string());
  }
  ServerTiles tiles(*calls_);
  MUSTER_TRY_ASSIGN(auto log, open_tiles(tiles, note));
  auto prefix = log.prefix(pair);
  if (!prefix) return failure(not_of_checkpoint(std::move(prefix.error())));
  pair.prefix = std::move(*prefix);
  return check_prefix(pair, before);
}

Result<void> Mirror::accept(const std::string& note, ledger::Store* store) {
  MUSTER_TRY_ASSIGN(const auto held, newest());
  if (held == note) return {};
  if (held) MUSTER_TRY(compare(note, *held, store));
  return write_file_atomically(places_->checkpoint(), as_bytes(note), 0600);
}

Result<void> Mirror::connect(const std::string& note) {
  MUSTER_TRY_ASSIGN(const auto lock, turn(*places_));
  MUSTER_TRY_ASSIGN(const auto held, newest());
  if (!held) return accept(note, nullptr);
  MUSTER_TRY_ASSIGN(const auto one, ledger::parse_checkpoint(note));
  MUSTER_TRY_ASSIGN(const auto newer, ledger::parse_checkpoint(*held));
  if (one.size >= newer.size) return accept(note, nullptr);
  ServerTiles tiles(*calls_);
  MUSTER_TRY_ASSIGN(auto log, open_tiles(tiles, *held));
  MUSTER_TRY_ASSIGN(auto pair, ledger::pair_of_checkpoints(note, *held));
  auto prefix = log.prefix(pair);
  if (!prefix) return failure(not_of_checkpoint(std::move(prefix.error())));
  pair.prefix = std::move(*prefix);
  return check_prefix(pair, one);
}

Result<Bytes> Mirror::manifest(const Hash& sha256, std::uint64_t index) const {
  MUSTER_TRY_ASSIGN(const std::string text,
                    calls_->body({.target = "/v1/manifests/" + sha256.to_hex() +
                                            "?entry=" + std::to_string(index),
                                  .most_bytes = ledger::max_blob_bytes}));
  return Bytes(text.begin(), text.end());
}

/// Takes what is missing up to the checkpoint. Each piece is part of its tree before it is kept.
Result<void> Mirror::fetch(ledger::Store& store, registry::Registry& registry,
                           const std::string& note) {
  ServerTiles tiles(*calls_);
  MUSTER_TRY_ASSIGN(auto log, open_tiles(tiles, note));
  const ledger::TreeSize size = log.checkpoint().size;
  MirrorIntake intake(store, registry, [this](const Hash& sha256, std::uint64_t index) {
    return manifest(sha256, index);
  });
  MUSTER_TRY_ASSIGN(ledger::TreeHead head, store.head());
  auto progress = context_->printer().progress(
      {.activity = "fetching", .unit = "entries", .total = size.value});
  for (std::uint64_t ahead = head.size.value; head.size < size;) {
    if (head.size.value >= ahead) {
      auto fetched = tiles.fetch({head.size.value}, size);
      if (!fetched) return failure(reads_not_all(std::move(fetched.error())));
      ahead = head.size.value + ServerTiles::entries_at_once;
    }
    auto entries = log.entries({head.size.value}, ledger::tile_width);
    if (!entries) return failure(reads_not_all(not_of_checkpoint(std::move(entries.error()))));
    MUSTER_TRY(intake.take(*entries));
    head.size.value += entries->size();
    progress.update(head.size.value);
  }
  MUSTER_TRY_ASSIGN(head, store.head());
  if (head == log.checkpoint().head()) return {};
  return failure(Errc::corrupt, places_->registry().string() +
                                    ": is not what was fetched; remove this folder, and it is "
                                    "fetched anew");
}

Result<void> Mirror::follow_locked(ledger::Store& store, registry::Registry& registry,
                                   const std::string& note) {
  MUSTER_TRY(accept(note, &store));
  MUSTER_TRY_ASSIGN(const auto checkpoint, ledger::parse_checkpoint(note));
  MUSTER_TRY_ASSIGN(const ledger::TreeHead head, store.head());
  if (head.size > checkpoint.size) {
    return failure(Errc::corrupt, places_->registry().string() +
                                      ": has more entries than its operator signed for; remove "
                                      "this folder, and it is fetched anew");
  }
  if (head.size < checkpoint.size) MUSTER_TRY(fetch(store, registry, note));
  MUSTER_TRY_ASSIGN(const auto kept, store.newest_checkpoint());
  return kept == note ? Result<void>() : store.put_checkpoint(note);
}

Result<void> Mirror::follow(ledger::Store& store, registry::Registry& registry) {
  MUSTER_TRY_ASSIGN(const auto lock, turn(*places_));
  MUSTER_TRY_ASSIGN(const std::string note, signed_checkpoint());
  return follow_locked(store, registry, note);
}

Result<void> Mirror::follow() {
  MUSTER_TRY_ASSIGN(const auto lock, turn(*places_));
  MUSTER_TRY_ASSIGN(const std::string note, signed_checkpoint());
  MUSTER_TRY(make_folder(places_->registry(), trusted_->origin()));
  MUSTER_TRY_ASSIGN(const auto store, open_or_create_log({places_->registry()}));
  MUSTER_TRY_ASSIGN(const auto kept, store->newest_checkpoint());
  if (kept == note) return {};
  SystemClock clock;  // only who records asks it, and the verb's own may be set back yet
  MUSTER_TRY_ASSIGN(ledger::Log log, ledger::Log::open(*store));
  const registry::RegistryOptions options{.view = places_->registry() / "view.db"};
  MUSTER_TRY_ASSIGN(auto registry, registry::Registry::open(log, clock, options));
  return follow_locked(*store, registry, note);
}

}  // namespace muster::cli
