#pragma once

#include <filesystem>

#include "cli/http/url.hpp"

namespace muster::cli {

/// What this machine keeps of one served registry.
struct CachePlaces {
  std::filesystem::path folder;

  [[nodiscard]] std::filesystem::path trust() const { return folder / "trust.json"; }
  [[nodiscard]] std::filesystem::path registry() const { return folder / "registry"; }
  [[nodiscard]] std::filesystem::path checkpoint() const { return folder / "newest.checkpoint"; }
  [[nodiscard]] std::filesystem::path outbox() const { return folder / "outbox"; }
  [[nodiscard]] std::filesystem::path evidence() const { return folder / "evidence"; }
  /// Locked by whoever changes any of it.
  [[nodiscard]] std::filesystem::path lock() const { return folder / "sync"; }
};

/// The folder for one address, below $MUSTER_CACHE, $XDG_CACHE_HOME/muster or ~/.cache/muster; made
/// for its owner alone when it is not there.
/// Errors: `invalid_input` where no place is named, or for a folder that others may change or read;
/// `unavailable`.
Result<CachePlaces> cache_places(const http::Url& url);

}  // namespace muster::cli
