#include "cli/chip_list.hpp"

#include <algorithm>
#include <map>

#include "cli/field_value.hpp"
#include "ledger/base/csv.hpp"
#include "ledger/base/file.hpp"
#include "registry/manifest_line.hpp"

namespace muster::cli {
namespace {

using registry::Field;
using registry::StatementChip;

Result<std::vector<StatementChip>> typed_chips(const std::string& text, const ChipReader& reader) {
  std::vector<StatementChip> chips;
  std::map<ChipId, std::string> names;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string name = text.substr(begin, end - begin);
    MUSTER_TRY_ASSIGN(const ChipId id, reader(name));
    const auto [known, is_new] = names.emplace(id, name);
    if (!is_new) {
      return failure(Errc::invalid_input,
                     id.to_string() + " is named twice, as " + known->second + " and as " + name);
    }
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
    if (std::ranges::count(header.fields, title) > 1) {
      return failure(Errc::invalid_input, "column \"" + title + "\" stands twice, want it once");
    }
    fields.push_back(title == "chip" ? nullptr : &*found);
  }
  if (std::ranges::find(header.fields, "chip") == header.fields.end()) {
    return failure(Errc::invalid_input, "want exactly one column \"chip\"");
  }
  return fields;
}

Result<StatementChip> chip_of(const CsvRecord& record, const std::vector<const Field*>& columns,
                              const ChipReader& reader) {
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
  MUSTER_TRY_ASSIGN(const ChipId chip, reader(id));
  return StatementChip{chip, std::move(values)};
}

/// Long lists go into a manifest, short ones into the statement. What one cannot hold the other
/// does not take either: the number of chips is no reason to refuse a text.
Result<void> check_texts(const Json& columns) {
  for (const auto& [name, value] : columns.items()) {
    if (!value.is_string()) continue;
    const auto& text = value.get_ref<const std::string&>();
    const std::size_t at = registry::first_unplain(text);
    if (at == text.size()) continue;
    return failure(Errc::invalid_input, name + ": byte " + std::to_string(at + 1) + " of \"" +
                                            text +
                                            "\": want characters 0x20 to 0x7E without \" and \\");
  }
  return {};
}

/// Chips of a file as they are read, each judged where its line is known.
class ChipTable final {
 public:
  explicit ChipTable(std::span<const Field> fields) : fields_(fields) {}

  /// Errors: `invalid_input`, without the line.
  Result<void> add(StatementChip chip, std::uint64_t line) {
    MUSTER_TRY(registry::check_fields(fields_, chip.columns, "chip"));
    MUSTER_TRY(check_texts(chip.columns));
    const auto [known, is_new] = lines_.emplace(chip.chip, line);
    if (!is_new) {
      return failure(Errc::invalid_input, chip.chip.to_string() + " stands in line " +
                                              std::to_string(known->second) + " already");
    }
    chips_.push_back(std::move(chip));
    return {};
  }
  std::vector<StatementChip> take() && { return std::move(chips_); }

 private:
  std::span<const Field> fields_;
  std::vector<StatementChip> chips_;
  std::map<ChipId, std::uint64_t> lines_;
};

Result<std::vector<StatementChip>> chips_of_csv(std::string_view text, const std::string& path,
                                                std::span<const Field> fields,
                                                const ChipReader& chip_reader) {
  CsvReader reader(text, path);
  MUSTER_TRY_ASSIGN(const auto header, reader.next());
  if (!header) return failure(reader.error_at(1, "empty file, want a header and records"));
  auto columns = columns_of(*header, fields);
  if (!columns) return failure(reader.error_at(1, columns.error().message));
  ChipTable table(fields);
  while (true) {
    MUSTER_TRY_ASSIGN(const auto record, reader.next());
    if (!record) return std::move(table).take();
    auto chip = chip_of(*record, *columns, chip_reader);
    if (!chip) return failure(reader.error_at(record->line, chip.error().message));
    const auto added = table.add(std::move(*chip), record->line);
    if (!added) return failure(reader.error_at(record->line, added.error().message));
  }
}

/// A line of NDJSON: an object with the id in `chip` and the kind's columns beside it.
Result<StatementChip> chip_of(std::string_view line, const ChipReader& reader) {
  MUSTER_TRY_ASSIGN(Json values, parse_json(line));
  const auto id = values.find("chip");  // The end of what is no object.
  if (id == values.end() || !id->is_string()) {
    return failure(Errc::invalid_input, "want an object with a text \"chip\"");
  }
  MUSTER_TRY_ASSIGN(const ChipId chip, reader(id->get<std::string>()));
  values.erase("chip");
  return StatementChip{chip, std::move(values)};
}

Result<std::vector<StatementChip>> chips_of_lines(std::string_view text, const std::string& path,
                                                  std::span<const Field> fields,
                                                  const ChipReader& reader) {
  ChipTable table(fields);
  for (std::uint64_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string where = path + " line " + std::to_string(number);
    auto chip = chip_of(text.substr(0, end), reader);
    if (!chip) return failure(std::move(chip.error()).during(where));
    auto added = table.add(std::move(*chip), number);
    if (!added) return failure(std::move(added.error()).during(where));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return std::move(table).take();
}

/// Whether a text is a JSON array, which other tools write where a list is meant.
bool is_json_array(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && text[first] == '[';
}

}  // namespace

Result<std::vector<StatementChip>> chips_of_table(std::string_view text, const std::string& name,
                                                  std::span<const Field> columns,
                                                  const ChipReader& reader) {
  if (is_json_array(text)) {
    return failure(Errc::invalid_input,
                   name +
                       ": got a JSON array, want CSV with a column \"chip\", or NDJSON, an "
                       "object on each line: {\"chip\":\"…\"}");
  }
  return text.starts_with('{') ? chips_of_lines(text, name, columns, reader)
                               : chips_of_csv(text, name, columns, reader);
}

Result<std::vector<StatementChip>> chip_list(const std::string& text,
                                             std::span<const Field> columns,
                                             const ChipReader& reader, const std::string& option,
                                             EmptyTable empty) {
  if (text.starts_with('@')) {
    const std::string path = text.substr(1);
    MUSTER_TRY_ASSIGN(const std::string table, read_text_file(path));
    MUSTER_TRY_ASSIGN(auto chips, chips_of_table(table, path, columns, reader));
    if (!chips.empty() || empty == EmptyTable::taken) return chips;
    return failure(Errc::invalid_input, path + ": got a header alone, want one chip or more");
  }
  if (is_json_array(text)) {
    return failure(Errc::invalid_input, option +
                                            ": got a JSON array, want ids with commas between, or "
                                            "@FILE of a CSV table or NDJSON");
  }
  auto chips = typed_chips(text, reader);
  if (!chips) return failure(std::move(chips.error()).during(option));
  return chips;
}

}  // namespace muster::cli
