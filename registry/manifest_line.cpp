#include "registry/manifest_line.hpp"

#include <algorithm>
#include <charconv>

#include "ledger/base/hex.hpp"
#include "ledger/base/json.hpp"

namespace muster::registry {
namespace {

bool is_plain(char c) { return c >= 0x20 && c <= 0x7E && c != '"' && c != '\\'; }

/// The values that stand in every line are checked without a general JSON value.
Result<void> check_cell(const Field& field, const Cell& cell) {
  const std::string path = "item." + std::string(field.name);
  if (cell.type == Cell::Type::integer) return check_field(field, Json(cell.integer), path);
  if (cell.type == Cell::Type::boolean) return check_field(field, Json(cell.integer != 0), path);
  if (field.type == FieldType::hash) {
    const bool hex = std::ranges::all_of(
        cell.text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
    if (hex && cell.text.size() == 2 * Hash::size_bytes) return {};
  }
  return check_field(field, Json(std::string(cell.text)), path);
}

}  // namespace

std::size_t first_unplain(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::find_if_not(text, is_plain) - text.begin());
}

ManifestLineReader::ManifestLineReader(std::span<const Field> columns) : columns_(columns) {}

tl::unexpected<Error> ManifestLineReader::wanted(std::string_view what) const {
  return failure(Errc::invalid_input,
                 "byte " + std::to_string(at_ + 1) + ": want " + std::string(what));
}

bool ManifestLineReader::take(std::string_view text) {
  if (line_.substr(at_, text.size()) != text) return false;
  at_ += text.size();
  return true;
}

Result<std::string_view> ManifestLineReader::read_text() {
  if (!take("\"")) return wanted("text in quotes");
  const std::size_t first = at_;
  while (at_ < line_.size() && is_plain(line_[at_])) ++at_;
  const std::string_view text = line_.substr(first, at_ - first);
  if (!take("\"")) return wanted("plain ASCII text and a closing quote");
  return text;
}

Result<Cell> ManifestLineReader::read_number() {
  std::int64_t number = 0;
  const char* const first = line_.data() + at_;
  const char* const last = line_.data() + line_.size();
  const auto [end, problem] = std::from_chars(first, last, number);
  const auto digits = std::string_view(first, static_cast<std::size_t>(end - first));
  const bool canonical = problem == std::errc() && digits == std::to_string(number) &&
                         number <= max_json_integer && number >= -max_json_integer;
  if (!canonical) return wanted("an integer within 2^53 - 1, without leading zeros");
  at_ += digits.size();
  return Cell{Cell::Type::integer, {}, number};
}

Result<Cell> ManifestLineReader::read_value() {
  if (take("true")) return Cell{Cell::Type::boolean, {}, 1};
  if (take("false")) return Cell{Cell::Type::boolean, {}, 0};
  if (at_ < line_.size() && line_[at_] == '"') {
    MUSTER_TRY_ASSIGN(const std::string_view text, read_text());
    return Cell{Cell::Type::text, text, 0};
  }
  return read_number();
}

Result<void> ManifestLineReader::read_field(std::string_view key, Item& item, bool& has_chip,
                                            bool& has_expects) {
  if (key == "chip") {
    MUSTER_TRY_ASSIGN(const std::string_view text, read_text());
    MUSTER_TRY_ASSIGN(item.chip, ChipId::parse(text));
    has_chip = true;
    return {};
  }
  if (key == "expects") {
    has_expects = true;
    if (take("null")) return {};
    MUSTER_TRY_ASSIGN(const std::string_view text, read_text());
    if (!fill_from_lower_hex(text, item.expects.bytes)) return wanted("64 lower-case hex digits");
    item.has_expects = true;
    return {};
  }
  const auto column = std::ranges::find(columns_, key, &Field::name);
  if (column == columns_.end()) return wanted("no unknown column " + std::string(key));
  MUSTER_TRY_ASSIGN(const Cell cell, read_value());
  MUSTER_TRY(check_cell(*column, cell));
  cells_[static_cast<std::size_t>(column - columns_.begin())] = cell;
  return {};
}

Result<void> ManifestLineReader::read_item(ItemTable& table) {
  Item item{ChipId::from_bytes({}), Hash{}, false};
  bool has_chip = false;
  bool has_expects = false;
  std::string_view previous;
  cells_.assign(columns_.size(), Cell{});
  if (!take("{")) return wanted("{");
  do {
    MUSTER_TRY_ASSIGN(const std::string_view key, read_text());
    if (key <= previous) return wanted("keys in order, each once");
    previous = key;
    if (!take(":")) return wanted(":");
    MUSTER_TRY(read_field(key, item, has_chip, has_expects));
  } while (take(","));
  if (!take("}")) return wanted("a comma or }");
  if (!has_chip || !has_expects) return wanted("the columns chip and expects");
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i].required && cells_[i].type == Cell::Type::absent) {
      return wanted("the column " + std::string(columns_[i].name));
    }
  }
  table.items.push_back(item);
  table.cells.insert(table.cells.end(), cells_.begin(), cells_.end());
  return {};
}

Result<void> ManifestLineReader::read(std::string_view line, ItemTable& table) {
  line_ = line;
  at_ = 0;
  if (!take("{\"item\":")) return wanted("{\"item\":");
  const std::size_t first = at_;
  MUSTER_TRY(read_item(table));
  item_ = line_.substr(first, at_ - first);
  if (!take(",\"salt\":")) return wanted(",\"salt\":");
  MUSTER_TRY_ASSIGN(const std::string_view salt, read_text());
  if (!fill_from_lower_hex(salt, salt_)) return wanted("a salt of 32 lower-case hex digits");
  if (!take("}") || at_ != line_.size()) return wanted("} at the end of the line");
  return {};
}

}  // namespace muster::registry
