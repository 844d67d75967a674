#include "cli/remote/server_tiles.hpp"

#include <algorithm>

#include "ledger/tiles/bundle.hpp"

namespace muster::cli {
namespace {

using ledger::TileId;

ServerRequest tile_request(std::string_view path, std::size_t limit) {
  return {.target = "/" + std::string(path), .most_bytes = limit};
}

Bytes to_octets(const std::string& text) { return {text.begin(), text.end()}; }

}  // namespace

ledger::TileSource ServerTiles::source() {
  return {[this](std::string_view path, std::size_t limit) { return read(path, limit); },
          [](const auto&) -> Result<void> { return {}; }};
}

Result<Bytes> ServerTiles::read(std::string_view path, std::size_t limit) {
  if (const auto found = ahead_.find(path); found != ahead_.end()) {
    if (found->second.size() <= limit) return found->second;
  }
  MUSTER_TRY_ASSIGN(const std::string text, calls_->body(tile_request(path, limit)));
  return to_octets(text);
}

Result<void> ServerTiles::fetch(ledger::LogIndex first, ledger::TreeSize size) {
  ahead_.clear();
  std::vector<std::string> paths;
  const std::uint64_t end = std::min(size.value, first.value + entries_at_once);
  for (std::uint64_t n = first.value / ledger::tile_width; n * ledger::tile_width < end; ++n) {
    const unsigned width = ledger::width_of_tile(0, n, size);
    paths.push_back(ledger::tile_path({TileId::Kind::entries, 0, n, width}));
    paths.push_back(ledger::tile_path({TileId::Kind::hashes, 0, n, width}));
  }
  std::vector<ServerRequest> requests;
  requests.reserve(paths.size());
  for (const std::string& path : paths) {
    requests.push_back(tile_request(path, ledger::max_bundle_bytes));
  }
  MUSTER_TRY_ASSIGN(const auto bodies, calls_->bodies(requests));
  for (std::size_t i = 0; i < paths.size(); ++i) ahead_.emplace(paths[i], to_octets(bodies[i]));
  return {};
}

}  // namespace muster::cli
