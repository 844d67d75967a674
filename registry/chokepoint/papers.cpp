#include "registry/chokepoint/papers.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "ledger/base/csv.hpp"
#include "ledger/base/json_fields.hpp"
#include "registry/exchange/resolver.hpp"

namespace muster::choke {
namespace {

/// Control characters of ASCII and Latin-1, and the separators of lines and paragraphs, as UTF-8.
bool has_control(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7F) return true;
    const std::string_view rest = text.substr(i);
    if (byte == 0xC2 && rest.size() > 1 && static_cast<unsigned char>(rest[1]) < 0xA0) return true;
    if (rest.starts_with("\xE2\x80\xA8") || rest.starts_with("\xE2\x80\xA9")) return true;
  }
  return false;
}

tl::unexpected<Error> bad_cell(const std::string& where, std::string_view column,
                               const std::string& got, std::string_view want) {
  const std::string at = where + ": " + std::string(column) + ": ";
  // Not the text itself, which would be printed.
  if (has_control(got)) {
    return failure(Errc::invalid_input, at + "has a control character, want one line of text");
  }
  return failure(Errc::invalid_input, at + "got \"" + got + "\", want " + std::string(want));
}

/// Errors: `invalid_input` for a control character.
Result<void> check_one_line(const std::string& where, std::string_view column,
                            const std::string& text) {
  return has_control(text) ? Result<void>(bad_cell(where, column, text, "")) : Result<void>();
}

Result<void> check_one_line(const std::string& where, std::span<const std::string_view> columns,
                            const std::vector<std::string>& cells) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    MUSTER_TRY(check_one_line(where, columns[i], cells[i]));
  }
  return {};
}

bool are_capitals(std::string_view text, std::size_t length) {
  return text.size() == length &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

Result<stats::Decimal> amount(const std::string& where, std::string_view column,
                              const std::string& text) {
  const bool plain = !text.empty() && text.size() <= 20 &&
                     text.find_first_not_of("0123456789.") == std::string::npos;
  const auto value = plain ? stats::Decimal::parse(text) : failure(Errc::invalid_input, "");
  if (!value) return bad_cell(where, column, text, "a number such as 12.5");
  return *value;
}

Result<stats::Decimal> filed_amount(FieldReader& fields, std::string_view key) {
  MUSTER_TRY_ASSIGN(const std::string text, fields.text(key));
  return amount("filing", key, text);
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const auto end = text.find(' ');
    if (end != 0) words.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return words;
}

}  // namespace

Result<std::vector<Scan>> read_scans(std::string_view csv, const std::string& name) {
  constexpr std::array<std::string_view, 4> columns{"scan", "seal", "seal_state", "identity"};
  MUSTER_TRY_ASSIGN(const CsvTable table, CsvTable::parse(csv, name, columns));
  std::vector<Scan> scans;
  for (const CsvRecord& record : table.records()) {
    std::vector<std::string> cells = record.fields;
    // What a scanner sends of a GS1 symbol may have separators, which are control characters.
    if (cells[0].find('\x1D') != std::string::npos) cells[0] = exchange::one_spelling(cells[0]);
    MUSTER_TRY(check_one_line(table.where(record), columns, cells));
    Scan scan{table.where(record), cells[0], cells[1], cells[2], cells[3]};
    if (scan.scan.empty()) return bad_cell(scan.where, "scan", "", "what was read");
    const std::string& state = scan.seal_state;
    if (!state.empty() && state != "intact" && state != "broken" && state != "missing") {
      return bad_cell(scan.where, "seal_state", state, "intact, broken, missing, or nothing");
    }
    if (!scan.identity.empty() && !Hash::from_hex(scan.identity)) {
      return bad_cell(scan.where, "identity", scan.identity,
                      "64 lower-case hex digits, or nothing");
    }
    scans.push_back(std::move(scan));
  }
  if (scans.empty()) return failure(Errc::invalid_input, name + ": has no scan");
  return scans;
}

Result<Filing> parse_filing(std::string_view text) {
  MUSTER_TRY_ASSIGN(const Json json, parse_json(text));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "filing"));
  Filing filing;
  MUSTER_TRY_ASSIGN(filing.filing, fields.text("filing"));
  MUSTER_TRY_ASSIGN(filing.shipment, fields.optional_text("shipment"));
  MUSTER_TRY_ASSIGN(filing.consignee, fields.optional_text("consignee"));
  MUSTER_TRY_ASSIGN(filing.country, fields.text("country"));
  MUSTER_TRY_ASSIGN(filing.goods_code, fields.text("goods_code"));
  MUSTER_TRY_ASSIGN(const std::int64_t count, fields.integer("count", 1, 1'000'000'000));
  MUSTER_TRY_ASSIGN(filing.weight_kg, filed_amount(fields, "weight_kg"));
  MUSTER_TRY_ASSIGN(filing.value, filed_amount(fields, "value"));
  MUSTER_TRY_ASSIGN(filing.currency, fields.text("currency"));
  MUSTER_TRY(fields.finish());
  filing.count = static_cast<std::uint64_t>(count);
  MUSTER_TRY(check_one_line("filing", "filing", filing.filing));
  MUSTER_TRY(check_one_line("filing", "shipment", filing.shipment.value_or("")));
  MUSTER_TRY(check_one_line("filing", "consignee", filing.consignee.value_or("")));
  MUSTER_TRY(check_one_line("filing", "goods_code", filing.goods_code));
  if (filing.filing.empty()) return bad_cell("filing", "filing", "", "its number");
  if (filing.goods_code.empty()) return bad_cell("filing", "goods_code", "", "a code");
  if (!are_capitals(filing.country, 2)) {
    return bad_cell("filing", "country", filing.country, "two capital letters");
  }
  if (!are_capitals(filing.currency, 3)) {
    return bad_cell("filing", "currency", filing.currency, "three capital letters");
  }
  return filing;
}

Result<std::map<std::string, Goods>> read_goods(std::string_view csv, const std::string& name) {
  constexpr std::array<std::string_view, 7> columns{"product",   "codes",     "kg_min",  "kg_max",
                                                    "value_min", "value_max", "currency"};
  MUSTER_TRY_ASSIGN(const CsvTable table, CsvTable::parse(csv, name, columns));
  std::map<std::string, Goods> goods;
  for (const CsvRecord& record : table.records()) {
    const std::string where = table.where(record);
    const std::vector<std::string>& cells = record.fields;
    MUSTER_TRY(check_one_line(where, columns, cells));
    Goods row;
    if (cells[1].find_first_of(";|/") != std::string::npos) {
      return bad_cell(where, columns[1], cells[1],
                      "codes with blanks between, such as 8473.30 8471");
    }
    row.codes = words_of(cells[1]);
    row.currency = cells[6];
    if (row.codes.empty()) return bad_cell(where, columns[1], cells[1], "codes");
    MUSTER_TRY_ASSIGN(row.kg_least, amount(where, columns[2], cells[2]));
    MUSTER_TRY_ASSIGN(row.kg_most, amount(where, columns[3], cells[3]));
    MUSTER_TRY_ASSIGN(row.value_least, amount(where, columns[4], cells[4]));
    MUSTER_TRY_ASSIGN(row.value_most, amount(where, columns[5], cells[5]));
    if (row.kg_most.value() < row.kg_least.value()) {
      return bad_cell(where, columns[3], cells[3], "kg_min or more");
    }
    if (row.value_most.value() < row.value_least.value()) {
      return bad_cell(where, columns[5], cells[5], "value_min or more");
    }
    if (!are_capitals(row.currency, 3)) {
      return bad_cell(where, columns[6], cells[6], "three capital letters");
    }
    if (!goods.emplace(cells[0], std::move(row)).second) {
      return bad_cell(where, columns[0], cells[0], "each product once");
    }
  }
  return goods;
}

}  // namespace muster::choke
