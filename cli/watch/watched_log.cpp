#include "cli/watch/watched_log.hpp"

#include "cli/home.hpp"
#include "cli/remote/follow_again.hpp"
#include "ledger/base/check.hpp"
#include "ledger/proofs.hpp"
#include "ledger/tiles/tiled_log.hpp"

namespace muster::cli {
namespace {

class WatchedTiles final : public WatchedLog {
 public:
  explicit WatchedTiles(std::string folder) : folder_(std::move(folder)) {}

  Result<SeenHead> look() override {
    auto log = ledger::TiledLog::open(ledger::folder_source(folder_));
    if (!log) return failure(std::move(log).error().during(folder_));
    log_.emplace(std::move(*log));
    return SeenHead{log_->checkpoint().head(), log_->note()};
  }

  ledger::EntryMirror mirror() override {
    MUSTER_CHECK(log_.has_value());
    return ledger::mirror_of(*log_);
  }

  Result<ledger::PrefixRoot> prefix(ledger::TreeSize size) override {
    MUSTER_CHECK(log_.has_value());
    ledger::PrefixRoot prefix;
    MUSTER_TRY_ASSIGN(prefix.root, log_->root_at(size));
    MUSTER_TRY_ASSIGN(prefix.proof, log_->consistency(size, log_->checkpoint().size));
    return prefix;
  }

 private:
  std::string folder_;
  std::optional<ledger::TiledLog> log_;
};

class WatchedStore final : public WatchedLog {
 public:
  /// `remote`: where the log is served whose copy the store is; null for a log that is here.
  WatchedStore(std::unique_ptr<ledger::Store> store, const RemoteRegistry* remote)
      : store_(std::move(store)), remote_(remote) {}

  Result<SeenHead> look() override {
    if (remote_ != nullptr) MUSTER_TRY(follow_again(*remote_));
    MUSTER_TRY_ASSIGN(head_, store_->head());
    MUSTER_TRY_ASSIGN(auto note, store_->newest_checkpoint());
    if (!note) return SeenHead{head_};
    MUSTER_TRY_ASSIGN(const auto checkpoint, ledger::parse_checkpoint(*note));
    if (checkpoint.size > head_.size) return SeenHead{head_};  // signed just now, or cut off
    MUSTER_TRY_ASSIGN(const Hash root, ledger::root_at(*store_, checkpoint.size));
    if (root != checkpoint.root) {
      return failure(Errc::corrupt, "the log at " + std::to_string(checkpoint.size.value) +
                                        " entries has root " + root.to_hex() +
                                        ", its checkpoint says " + checkpoint.root.to_hex());
    }
    return checkpoint.size == head_.size ? SeenHead{head_, std::move(note)} : SeenHead{head_};
  }

  ledger::EntryMirror mirror() override { return ledger::mirror_of(*store_); }

  Result<ledger::PrefixRoot> prefix(ledger::TreeSize size) override {
    ledger::PrefixRoot prefix;
    MUSTER_TRY_ASSIGN(prefix.root, ledger::root_at(*store_, size));
    MUSTER_TRY_ASSIGN(prefix.proof, ledger::prove_consistency(*store_, size, head_.size));
    return prefix;
  }

 private:
  std::unique_ptr<ledger::Store> store_;
  const RemoteRegistry* remote_;
  ledger::TreeHead head_{};
};

}  // namespace

std::unique_ptr<WatchedLog> watched_tiles(std::string folder) {
  return std::make_unique<WatchedTiles>(std::move(folder));
}

Result<std::unique_ptr<WatchedLog>> watched_registry(const Context& context) {
  MUSTER_TRY_ASSIGN(auto store, open_store(context));
  MUSTER_TRY_ASSIGN(const RemoteRegistry* const remote, context.remote());
  return std::unique_ptr<WatchedLog>(std::make_unique<WatchedStore>(std::move(store), remote));
}

}  // namespace muster::cli
