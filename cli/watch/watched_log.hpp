#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cli/context.hpp"
#include "ledger/evidence.hpp"
#include "ledger/mirror.hpp"

namespace muster::cli {

/// How far a log goes, and what its operator signed for that.
struct SeenHead {
  ledger::TreeHead head;
  std::optional<std::string> note{};  ///< The signed checkpoint of exactly this head, if any.
};

/// A log that somebody looks at again and again.
class WatchedLog {
 public:
  WatchedLog() = default;
  WatchedLog(const WatchedLog&) = delete;
  WatchedLog& operator=(const WatchedLog&) = delete;
  virtual ~WatchedLog() = default;

  /// Looks at the log anew. Errors: those of what lies below; `corrupt` if it contradicts itself.
  virtual Result<SeenHead> look() = 0;
  /// What it has up to the head seen last. Borrows this object.
  virtual ledger::EntryMirror mirror() = 0;
  /// How that head's tree begins. Requires: 0 < size <= the head's.
  virtual Result<ledger::PrefixRoot> prefix(ledger::TreeSize size) = 0;
};

/// A folder of tiles, as it is served or copied: up to its checkpoint, each part checked against
/// it.
[[nodiscard]] std::unique_ptr<WatchedLog> watched_tiles(std::string folder);

/// The log of the registry that the command names: up to its last entry, signed for or not; what is
/// kept as signed must agree. Errors: those of `open_store`.
Result<std::unique_ptr<WatchedLog>> watched_registry(const Context& context);

}  // namespace muster::cli
