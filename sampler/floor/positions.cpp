#include "sampler/floor/positions.hpp"

#include <algorithm>
#include <array>

#include "ledger/crypto/sha256.hpp"
#include "sampler/draw/field.hpp"
#include "sampler/floor/floor_rows.hpp"

namespace muster::sampler {

Result<std::vector<std::string>> parse_positions(std::string_view text, const std::string& file) {
  constexpr std::array<std::string_view, position_columns> columns{"position", "rack", "slot"};
  MUSTER_TRY_ASSIGN(const auto rows, read_floor_rows(text, file, columns));
  std::vector<std::pair<std::string, std::uint64_t>> found;
  found.reserve(rows.size());
  for (const FloorRow& row : rows) {
    MUSTER_TRY_ASSIGN(auto name, position_of(row, file));
    found.emplace_back(std::move(name), row.line);
  }
  std::sort(found.begin(), found.end());
  std::vector<std::string> positions;
  positions.reserve(found.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (i > 0 && found[i - 1].first == found[i].first) {
      return bad_row(file, found[i].second,
                     "position \"" + found[i].first + "\" stands in line " +
                         std::to_string(found[i - 1].second) + " already");
    }
    positions.push_back(found[i].first);
  }
  return positions;
}

Hash position_leaf(const SiteId& site, std::string_view position) {
  Bytes message = to_bytes(as_bytes("muster/floor/position/v1"));
  draw::append_field(message, as_bytes(site.text()));
  draw::append_field(message, as_bytes(position));
  return crypto::sha256(ByteView(message));
}

std::vector<Hash> position_leaves(const SiteId& site, const std::vector<std::string>& positions) {
  std::vector<Hash> leaves;
  leaves.reserve(positions.size());
  for (const std::string& position : positions) leaves.push_back(position_leaf(site, position));
  return leaves;
}

}  // namespace muster::sampler
