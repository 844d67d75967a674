#include "cli/chip_list.hpp"

#include <algorithm>

#include "cli/field_value.hpp"
#include "ledger/base/csv.hpp"
#include "ledger/base/file.hpp"

namespace muster::cli {
namespace {

using registry::Field;
using registry::StatementChip;

Result<std::vector<StatementChip>> typed_chips(const std::string& text) {
  std::vector<StatementChip> chips;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    MUSTER_TRY_ASSIGN(const ChipId id, ChipId::parse_typed(text.substr(begin, end - begin)));
    chips.push_back({id});
    begin = end + 1;
  }
  return chips;
}

/// Which field each column of the file holds; null for the column of ids.
Result<std::vector<const Field*>> columns_of(const CsvRecord& header,
                                             std::span<const Field> columns) {
  std::vector<const Field*> fields;
  for (const std::string& title : header.fields) {
    const auto found = std::ranges::find(columns, title, &Field::name);
    if (title != "chip" && found == columns.end()) {
      return failure(Errc::invalid_input, "column \"" + title + "\": this kind has no such column");
    }
    fields.push_back(title == "chip" ? nullptr : &*found);
  }
  if (std::ranges::count(header.fields, "chip") != 1) {
    return failure(Errc::invalid_input, "want exactly one column \"chip\"");
  }
  return fields;
}

Result<StatementChip> chip_of(const CsvRecord& record, const std::vector<const Field*>& columns) {
  std::string id;
  Json values = Json::object();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::string& text = record.fields[i];
    if (columns[i] == nullptr) {
      id = text;
    } else if (!text.empty()) {
      auto value = field_value(*columns[i], text);
      if (!value) {
        return failure(std::move(value.error()).during(std::string(columns[i]->name)));
      }
      values[std::string(columns[i]->name)] = *value;
    }
  }
  MUSTER_TRY_ASSIGN(const ChipId chip, ChipId::parse_typed(id));
  return StatementChip{chip, std::move(values)};
}

Result<std::vector<StatementChip>> chips_of_file(const std::string& path,
                                                 std::span<const Field> fields) {
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(path));
  CsvReader reader(text, path);
  MUSTER_TRY_ASSIGN(const auto header, reader.next());
  if (!header) return failure(reader.error_at(1, "empty file, want a header and records"));
  auto columns = columns_of(*header, fields);
  if (!columns) return failure(reader.error_at(1, columns.error().message));
  std::vector<StatementChip> chips;
  while (true) {
    MUSTER_TRY_ASSIGN(const auto record, reader.next());
    if (!record) return chips;
    auto chip = chip_of(*record, *columns);
    if (!chip) return failure(reader.error_at(record->line, chip.error().message));
    chips.push_back(std::move(*chip));
  }
}

}  // namespace

Result<std::vector<StatementChip>> chip_list(const std::string& text,
                                             std::span<const Field> columns) {
  if (text.starts_with('@')) return chips_of_file(text.substr(1), columns);
  auto chips = typed_chips(text);
  if (!chips) return failure(std::move(chips.error()).during("--chips"));
  return chips;
}

}  // namespace muster::cli
