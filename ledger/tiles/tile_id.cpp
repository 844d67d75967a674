#include "ledger/tiles/tile_id.hpp"

#include <algorithm>
#include <charconv>

#include "ledger/base/check.hpp"

namespace muster::ledger {
namespace {

constexpr unsigned max_path_level = 63;
constexpr std::uint64_t group_base = 1'000;

tl::unexpected<Error> not_a_tile_path(std::string_view path, const std::string& why) {
  return failure(Errc::invalid_input, "tile path " + std::string(path.substr(0, 100)) + ": " + why);
}

std::string three_digits(std::uint64_t group) {
  const std::string digits = std::to_string(group);
  return std::string(3 - digits.size(), '0') + digits;
}

/// A decimal number without leading zeros, up to `most`.
bool read_plain(std::string_view text, std::uint64_t most, std::uint64_t& value) {
  const char* const end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, value);
  const bool leading_zero = text.size() > 1 && text.front() == '0';
  return problem == std::errc() && stop == end && !leading_zero && value <= most;
}

/// Takes the part of `text` before the next slash, or all of it.
std::string_view take_part(std::string_view& text) {
  const auto slash = std::min(text.find('/'), text.size());
  const auto part = text.substr(0, slash);
  text.remove_prefix(std::min(slash + 1, text.size()));
  return part;
}

/// Appends one group of three digits to `number`. False where that is no group or too much.
bool add_group(std::string_view group, std::uint64_t& number) {
  std::uint64_t value = 0;
  const char* const end = group.data() + group.size();
  const auto [stop, problem] = std::from_chars(group.data(), end, value);
  if (group.size() != 3 || problem != std::errc() || stop != end) return false;
  if (number > (UINT64_MAX - value) / group_base) return false;
  number = number * group_base + value;
  return true;
}

Result<TileId> parse_level(std::string_view path, std::string_view part) {
  TileId tile;
  std::uint64_t level = 0;
  if (part == "entries") {
    tile.kind = TileId::Kind::entries;
  } else if (read_plain(part, max_path_level, level)) {
    tile.level = static_cast<unsigned>(level);
  } else {
    return not_a_tile_path(path, "level: got \"" + std::string(part.substr(0, 20)) +
                                     "\", want \"entries\" or 0 to 63");
  }
  return tile;
}

}  // namespace

std::string tile_path(const TileId& tile) {
  MUSTER_CHECK(tile.level <= max_path_level && tile.width >= 1 && tile.width <= tile_width);
  const bool is_bundle = tile.kind == TileId::Kind::entries;
  MUSTER_CHECK(!is_bundle || tile.level == 0);
  std::string number = three_digits(tile.number % group_base);
  for (std::uint64_t rest = tile.number / group_base; rest != 0; rest /= group_base) {
    number.insert(0, "x" + three_digits(rest % group_base) + "/");
  }
  std::string path = "tile/" + (is_bundle ? "entries" : std::to_string(tile.level)) + "/" + number;
  if (!tile.is_full()) path += ".p/" + std::to_string(tile.width);
  return path;
}

Result<TileId> parse_tile_path(std::string_view path) {
  std::string_view rest = path;
  if (take_part(rest) != "tile") return not_a_tile_path(path, "does not begin with tile/");
  MUSTER_TRY_ASSIGN(TileId tile, parse_level(path, take_part(rest)));
  std::string_view part = take_part(rest);
  for (; part.starts_with('x'); part = take_part(rest)) {
    if (!add_group(part.substr(1), tile.number)) return not_a_tile_path(path, "bad number");
  }
  const bool is_partial = part.ends_with(".p");
  if (is_partial) part.remove_suffix(2);
  if (!add_group(part, tile.number)) return not_a_tile_path(path, "bad number");
  if (is_partial) {
    std::uint64_t width = 0;
    if (!read_plain(take_part(rest), tile_width - 1, width) || width == 0) {
      return not_a_tile_path(path, "width: want 1 to 255");
    }
    tile.width = static_cast<unsigned>(width);
  }
  // One path a tile: this catches a number with empty groups in front, and what stands behind.
  if (tile_path(tile) != path) return not_a_tile_path(path, "want " + tile_path(tile));
  return tile;
}

std::uint64_t hashes_of_level(unsigned level, TreeSize size) {
  return level < tile_levels ? size.value >> (level * tile_height) : 0;
}

std::uint64_t tiles_of_level(unsigned level, TreeSize size) {
  const std::uint64_t hashes = hashes_of_level(level, size);
  return hashes / tile_width + (hashes % tile_width == 0 ? 0 : 1);
}

unsigned width_of_tile(unsigned level, std::uint64_t number, TreeSize size) {
  const std::uint64_t hashes = hashes_of_level(level, size);
  if (number >= tiles_of_level(level, size)) return 0;
  return static_cast<unsigned>(std::min(tile_width, hashes - number * tile_width));
}

}  // namespace muster::ledger
