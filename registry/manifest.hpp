#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/base/random.hpp"
#include "registry/event.hpp"

namespace muster::registry {

/// Chips in one statement that moves or marks them.
inline constexpr std::size_t max_lot = 100'000;
/// Items of any manifest.
inline constexpr std::size_t max_manifest_items = 1'000'000;
inline constexpr std::size_t max_manifest_bytes = std::size_t{1} << 28U;
inline constexpr std::size_t salt_bytes = 16;

/// The hash of one item: SHA-256(0x00 || salt || canonical JSON of the item). The salt keeps an
/// item secret from those who only see the root.
[[nodiscard]] Hash item_leaf(ByteView salt, std::string_view item);

/// Reads a manifest of chips: one line `{"item":{…},"salt":"32 hex"}` per chip, LF after each, the
/// item a flat canonical object with `chip`, `expects` and the kind's columns, ids rising.
/// Checks hash, byte count, item count and root against `ref`. Text is borrowed from `text`.
/// Errors: `invalid_input`, rules `manifest.*`, "line 17: …" where a line is at fault.
/// Cost: one pass, two hashes of the bytes, about 1 µs a line.
Result<ItemTable> parse_manifest(std::string_view text, const ManifestRef& ref,
                                 std::span<const Field> columns);

/// Checks a manifest whose items are not the subjects of the statement (shards and steps of a
/// run): canonical lines with `item` and `salt`, rising in (`chip` or `step`, `shard`), hash, byte
/// count, item count and root as `ref` says. Errors: as above.
Result<void> check_plain_manifest(std::string_view text, const ManifestRef& ref);

/// A manifest ready to be referred to and handed in as a blob.
struct Manifest {
  ManifestRef ref;
  Bytes bytes;
};

/// Writes manifests of chips. Items may come in any order.
class ManifestWriter final {
 public:
  /// `schema` is the kind that the manifest is for, `columns` the names of its further columns.
  /// Requires: columns sorted, none called chip or expects.
  ManifestWriter(std::string schema, std::vector<std::string> columns, Random& random);

  /// Adds a chip. `values` has one canonical JSON text per column; empty leaves the column out.
  void add(const ChipId& chip, const std::optional<Hash>& expects,
           std::span<const std::string> values = {});

  /// The manifest of all that was added.
  /// Errors: `invalid_input` if a chip stands twice or nothing was added.
  Result<Manifest> finish();

 private:
  struct Line {
    ChipId chip;
    std::string item;
  };
  std::string schema_;
  std::vector<std::string> columns_;
  std::size_t chip_at_;     // columns before this sort before "chip"
  std::size_t expects_at_;  // columns before this sort before "expects"
  Random& random_;
  std::vector<Line> lines_;
};

/// A manifest of any items that stand in order already: for shards and steps of runs.
/// Errors: `invalid_input` if `items` are empty or not rising in their keys.
Result<Manifest> plain_manifest(std::string schema, std::span<const Json> items, Random& random);

}  // namespace muster::registry
