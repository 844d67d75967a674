#include "registry/manifest.hpp"

#include <algorithm>
#include <array>

#include "ledger/base/check.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/merkle.hpp"
#include "registry/manifest_line.hpp"

namespace muster::registry {
namespace {

constexpr std::array<std::uint8_t, 1> leaf_prefix{0};

tl::unexpected<Error> bad_manifest(const std::string& rule, const std::string& message) {
  return tl::unexpected<Error>(Error{Errc::invalid_input, rule + ": " + message, rule});
}

tl::unexpected<Error> at_line(std::size_t line, const Error& error) {
  return tl::unexpected<Error>(Error{Errc::invalid_input,
                                     "line " + std::to_string(line) + ": " + error.message,
                                     error.rule.empty() ? "manifest.line" : error.rule});
}

Result<void> check_size(std::string_view text, const ManifestRef& ref) {
  if (text.size() > max_manifest_bytes || text.size() != ref.bytes) {
    return bad_manifest("manifest.bytes", "got " + std::to_string(text.size()) + " bytes, want " +
                                              std::to_string(ref.bytes));
  }
  if (ref.items > max_manifest_items) {
    return bad_manifest("manifest.items", "got " + std::to_string(ref.items) + ", want at most " +
                                              std::to_string(max_manifest_items));
  }
  const Hash digest = crypto::sha256(text);
  if (digest != ref.sha256) {
    return bad_manifest("manifest.hash",
                        "got " + digest.to_hex() + ", want " + ref.sha256.to_hex());
  }
  return {};
}

/// Splits off the next line. Errors: the last line has no LF.
Result<std::string_view> next_line(std::string_view& rest, std::size_t number) {
  const auto end = rest.find('\n');
  if (end == std::string_view::npos) {
    return bad_manifest("manifest.line",
                        "line " + std::to_string(number) + ": no line feed at its end");
  }
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return line;
}

Result<void> check_totals(const ManifestRef& ref, std::size_t items,
                          const std::vector<Hash>& leaves) {
  if (items != ref.items) {
    return bad_manifest("manifest.items",
                        "got " + std::to_string(items) + ", want " + std::to_string(ref.items));
  }
  const Hash root = ledger::root_hash(leaves);
  if (root != ref.root) {
    return bad_manifest("manifest.root", "got " + root.to_hex() + ", want " + ref.root.to_hex());
  }
  return {};
}

/// What items of a plain manifest are ordered by.
std::pair<Json, Json> plain_key(const Json& item) {
  const Json first = item.contains("step") ? item["step"] : item.value("chip", Json());
  return {first, item.value("shard", Json())};
}

Result<Json> plain_line(std::string_view line) {
  MUSTER_TRY_ASSIGN(Json value, parse_canonical_json(line));
  const bool fits = value.is_object() && value.size() == 2 && value.contains("item") &&
                    value["item"].is_object() && value.contains("salt") &&
                    value["salt"].is_string() &&
                    value["salt"].get_ref<const std::string&>().size() == 2 * salt_bytes;
  if (!fits) return bad_manifest("manifest.line", "want {\"item\":{…},\"salt\":\"32 hex digits\"}");
  return value;
}

Manifest sealed(std::string schema, const std::string& text, const std::vector<Hash>& leaves) {
  Manifest manifest;
  manifest.ref = {.sha256 = crypto::sha256(text),
                  .bytes = text.size(),
                  .items = leaves.size(),
                  .root = ledger::root_hash(leaves),
                  .schema = std::move(schema)};
  manifest.bytes = to_bytes(text);
  return manifest;
}

/// Appends `{"item":…,"salt":…}` and a line feed; returns the item's leaf.
Hash append_line(std::string& text, std::string_view item, Random& random) {
  std::array<std::uint8_t, salt_bytes> salt{};
  random.fill(salt);
  text += "{\"item\":";
  text += item;
  text += ",\"salt\":\"";
  text += to_hex(salt);
  text += "\"}\n";
  return item_leaf(salt, item);
}

}  // namespace

Hash item_leaf(ByteView salt, std::string_view item) {
  return crypto::sha256({leaf_prefix, salt, as_bytes(item)});
}

Result<ItemTable> parse_manifest(std::string_view text, const ManifestRef& ref,
                                 std::span<const Field> columns) {
  MUSTER_TRY(check_size(text, ref));
  ItemTable table;
  table.columns = columns.size();
  table.items.reserve(ref.items);
  table.cells.reserve(ref.items * columns.size());
  std::vector<Hash> leaves;
  leaves.reserve(ref.items);
  ManifestLineReader reader(columns);
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t number = table.items.size() + 1;
    if (number > ref.items) {
      return bad_manifest("manifest.items", "got more lines than " + std::to_string(ref.items));
    }
    MUSTER_TRY_ASSIGN(const std::string_view line, next_line(rest, number));
    auto read = reader.read(line, table);
    if (!read) return at_line(number, read.error());
    if (number > 1 && !(table.items[number - 2].chip < table.items[number - 1].chip)) {
      return bad_manifest("manifest.order", "line " + std::to_string(number) + ": chip " +
                                                table.items[number - 1].chip.to_string() +
                                                " does not follow " +
                                                table.items[number - 2].chip.to_string());
    }
    leaves.push_back(item_leaf(reader.salt(), reader.item()));
  }
  MUSTER_TRY(check_totals(ref, table.items.size(), leaves));
  return table;
}

Result<void> check_plain_manifest(std::string_view text, const ManifestRef& ref) {
  MUSTER_TRY(check_size(text, ref));
  std::vector<Hash> leaves;
  std::optional<std::pair<Json, Json>> previous;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t number = leaves.size() + 1;
    MUSTER_TRY_ASSIGN(const std::string_view line, next_line(rest, number));
    auto value = plain_line(line);
    if (!value) return at_line(number, value.error());
    auto salt = bytes_from_hex((*value)["salt"].get_ref<const std::string&>());
    if (!salt) return at_line(number, salt.error());
    auto key = plain_key((*value)["item"]);
    if (previous && !(*previous < key)) {
      return bad_manifest("manifest.order",
                          "line " + std::to_string(number) + ": not after the line before");
    }
    previous = std::move(key);
    leaves.push_back(item_leaf(*salt, canonical_json((*value)["item"])));
  }
  return check_totals(ref, leaves.size(), leaves);
}

ManifestWriter::ManifestWriter(std::string schema, std::vector<std::string> columns, Random& random)
    : schema_(std::move(schema)), columns_(std::move(columns)), random_(random) {
  MUSTER_CHECK(std::ranges::is_sorted(columns_));
  chip_at_ =
      static_cast<std::size_t>(std::ranges::lower_bound(columns_, "chip") - columns_.begin());
  expects_at_ =
      static_cast<std::size_t>(std::ranges::lower_bound(columns_, "expects") - columns_.begin());
}

void ManifestWriter::add(const ChipId& chip, const std::optional<Hash>& expects,
                         std::span<const std::string> values) {
  MUSTER_CHECK(values.empty() || values.size() == columns_.size());
  std::string item = "{";
  const auto add_field = [&](std::string_view name, std::string_view value) {
    if (item.size() > 1) item += ',';
    item += '"';
    item += name;
    item += "\":";
    item += value;
  };
  for (std::size_t i = 0; i <= columns_.size(); ++i) {
    if (i == chip_at_) add_field("chip", "\"" + chip.to_string() + "\"");
    if (i == expects_at_) {
      add_field("expects", expects ? "\"" + expects->to_hex() + "\"" : std::string("null"));
    }
    if (i < values.size() && !values[i].empty()) add_field(columns_[i], values[i]);
  }
  item += '}';
  lines_.push_back({chip, std::move(item)});
}

Result<Manifest> ManifestWriter::finish() {
  if (lines_.empty()) return bad_manifest("manifest.items", "got none, want at least one");
  std::ranges::sort(lines_, {}, &Line::chip);
  std::string text;
  text.reserve(lines_.size() * (lines_.front().item.size() + 56));
  std::vector<Hash> leaves;
  leaves.reserve(lines_.size());
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    if (i > 0 && lines_[i - 1].chip == lines_[i].chip) {
      return bad_manifest("manifest.order", "chip " + lines_[i].chip.to_string() + " stands twice");
    }
    leaves.push_back(append_line(text, lines_[i].item, random_));
  }
  lines_.clear();
  return sealed(schema_, std::move(text), leaves);
}

Result<Manifest> plain_manifest(std::string schema, std::span<const Json> items, Random& random) {
  if (items.empty()) return bad_manifest("manifest.items", "got none, want at least one");
  std::string text;
  std::vector<Hash> leaves;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0 && !(plain_key(items[i - 1]) < plain_key(items[i]))) {
      return bad_manifest("manifest.order",
                          "item " + std::to_string(i + 1) + " is not after the one before");
    }
    leaves.push_back(append_line(text, canonical_json(items[i]), random));
  }
  return sealed(std::move(schema), std::move(text), leaves);
}

}  // namespace muster::registry
