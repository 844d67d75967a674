#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/remote/server_calls.hpp"
#include "ledger/tiles/source.hpp"

namespace muster::cli {

/// The tiles of a served log, fetched ahead in numbers, since each is a call. Borrows the calls.
class ServerTiles final {
 public:
  explicit ServerTiles(const ServerCalls& calls) : calls_(&calls) {}

  /// The source that a `TiledLog` reads. What it gives is checked there. Borrows this object.
  [[nodiscard]] ledger::TileSource source();

  /// Fetches the bundles from that of entry `first` on, and their hashes, of a log of `size`
  /// entries; forgets what was fetched before. Errors: those of the calls.
  Result<void> fetch(ledger::LogIndex first, ledger::TreeSize size);
  /// How many entries one `fetch` brings at most.
  static constexpr std::uint64_t entries_at_once = 4 * ledger::tile_width;

 private:
  [[nodiscard]] Result<Bytes> read(std::string_view path, std::size_t limit);

  const ServerCalls* calls_;
  std::map<std::string, Bytes, std::less<>> ahead_;
};

}  // namespace muster::cli
