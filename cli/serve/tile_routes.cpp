// /tile and /tiles: the log as C2SP tlog-tiles. Hash tiles for everyone; bundles of entries for
// whom each entry in them may be read by.

#include "cli/serve/log_access.hpp"
#include "cli/serve/reading.hpp"
#include "cli/serve/routes.hpp"
#include "ledger/checkpoint.hpp"
#include "ledger/tiles/bundle.hpp"
#include "ledger/tiles/tile_id.hpp"

namespace muster::serve {
namespace {

using ledger::TileId;

Answer tile_answer(const Bytes& bytes, const char* caching) {
  Answer answer;
  answer.raw = http::Response{.status = 200,
                              .body = std::string(bytes.begin(), bytes.end()),
                              .content_type = "application/octet-stream"};
  answer.headers.push_back({"Cache-Control", caching});
  return answer;
}

Result<Bytes> hash_tile(ledger::Store& store, const TileId& tile) {
  const std::uint64_t first = tile.number * ledger::tile_width;
  if (tile.level == 0) {
    MUSTER_TRY_ASSIGN(const auto hashes, store.leaf_hashes({first}, tile.width));
    return ledger::encode_hashes(hashes);
  }
  MUSTER_TRY_ASSIGN(const auto hashes, store.subtree_hashes(tile.level, first, tile.width));
  return ledger::encode_hashes(hashes);
}

/// Errors: `not_found` unless the caller may read every entry of the bundle.
Result<Bytes> bundle(Service& service, const Principal& principal, ledger::Store& store,
                     const TileId& tile) {
  const std::uint64_t first = tile.number * ledger::tile_width;
  MUSTER_TRY_ASSIGN(const auto entries, store.read({first}, tile.width));
  MUSTER_TRY_ASSIGN(const bool may,
                    service.live().with_state([&](const cli::Home& home) -> Result<bool> {
                      const Visibility visibility(home.state(), principal);
                      for (std::size_t i = 0; i < entries.size(); ++i) {
                        if (!may_read_entry(visibility, {first + i}, entries[i])) return false;
                      }
                      return true;
                    }));
  if (!may) return failure(nothing_here("tile", ledger::tile_path(tile)));
  return ledger::encode_bundle(entries);
}

Result<Answer> get_tile(Service& service, const Asked& asked, const std::string& path) {
  const auto tile = ledger::parse_tile_path(path);
  if (!tile) return failure(nothing_here("tile", path));
  const bool of_entries = tile->kind == TileId::Kind::entries;
  if (of_entries && !asked.principal.is_known()) {
    return failure(
        Error{Errc::refused, "bundles of entries want a credential", rule_no_credential});
  }
  MUSTER_TRY_ASSIGN(const StoreLease store, service.live().store());
  MUSTER_TRY_ASSIGN(const std::string note, newest_checkpoint(*store));
  MUSTER_TRY_ASSIGN(const auto checkpoint, ledger::parse_checkpoint(note));
  const unsigned there = tile->level >= ledger::tile_levels
                             ? 0
                             : ledger::width_of_tile(tile->level, tile->number, checkpoint.size);
  if (tile->width > there) return failure(nothing_here("tile", path));
  if (!of_entries) {
    MUSTER_TRY_ASSIGN(const Bytes bytes, hash_tile(*store, *tile));
    return tile_answer(bytes, "public, max-age=31536000, immutable");
  }
  MUSTER_TRY_ASSIGN(const Bytes bytes, bundle(service, asked.principal, *store, *tile));
  return tile_answer(bytes, "private, max-age=31536000, immutable");
}

}  // namespace

void add_tile_routes(Router& router, Service& service) {
  router.add({"GET", "/tile/{path*}", Role::everyone, {}, [&service](const Asked& asked) {
                return get_tile(service, asked, "tile/" + asked.part("path"));
              }});
  router.add({"GET", "/tiles/{path*}", Role::everyone, {}, [&service](const Asked& asked) {
                return get_tile(service, asked, asked.part("path"));
              }});
}

}  // namespace muster::serve
