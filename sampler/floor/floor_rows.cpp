#include "sampler/floor/floor_rows.hpp"

#include <algorithm>

#include "ledger/base/csv.hpp"
#include "ledger/base/json_fields.hpp"

namespace muster::sampler {
namespace {

constexpr std::size_t most_rows = 10'000'000;
constexpr std::size_t most_name = 120;

using Columns = std::span<const std::string_view>;

std::string wanted_columns(Columns columns) {
  std::string list;
  for (const std::string_view column : columns) {
    list += (list.empty() ? "" : ", ") + std::string(column);
  }
  return list;
}

/// Where each column of the header goes.
Result<std::vector<std::size_t>> places_of(const CsvRecord& header, const std::string& file,
                                           Columns columns) {
  std::vector<std::size_t> places;
  for (const std::string& title : header.fields) {
    const auto found = std::find(columns.begin(), columns.end(), title);
    if (found == columns.end()) {
      return bad_row(file, header.line,
                     "column \"" + title + "\": want some of " + wanted_columns(columns));
    }
    const auto place = static_cast<std::size_t>(found - columns.begin());
    if (std::find(places.begin(), places.end(), place) != places.end()) {
      return bad_row(file, header.line, "column \"" + title + "\" stands twice");
    }
    places.push_back(place);
  }
  return places;
}

Result<std::vector<FloorRow>> csv_rows(std::string_view text, const std::string& file,
                                       Columns columns) {
  CsvLimits limits;
  limits.records = most_rows + 1;
  CsvReader reader(text, file, limits);
  MUSTER_TRY_ASSIGN(const auto header, reader.next());
  if (!header) return bad_row(file, 1, "empty file, want a header and rows");
  MUSTER_TRY_ASSIGN(const auto places, places_of(*header, file, columns));
  std::vector<FloorRow> rows;
  for (;;) {
    MUSTER_TRY_ASSIGN(auto record, reader.next());
    if (!record) return rows;
    FloorRow row{record->line, std::vector<std::string>(columns.size())};
    for (std::size_t i = 0; i < places.size(); ++i) {
      row.fields[places[i]] = std::move(record->fields[i]);
    }
    rows.push_back(std::move(row));
  }
}

Result<FloorRow> json_row(std::string_view line, std::uint64_t number, const std::string& file,
                          Columns columns) {
  const auto json = parse_foreign_json(line);
  if (!json) return bad_row(file, number, json.error().message);
  auto fields = FieldReader::open(*json, "row");
  if (!fields) return bad_row(file, number, fields.error().message);
  FloorRow row{number, {}};
  for (const std::string_view column : columns) {
    auto value = fields->optional_text(column);
    if (!value) return bad_row(file, number, value.error().message);
    row.fields.push_back(std::move(*value).value_or(std::string()));
  }
  const auto rest = fields->finish();
  if (!rest) return bad_row(file, number, rest.error().message);
  return row;
}

Result<std::vector<FloorRow>> json_rows(std::string_view text, const std::string& file,
                                        Columns columns) {
  std::vector<FloorRow> rows;
  for (std::uint64_t number = 1; !text.empty(); ++number) {
    if (rows.size() > most_rows) break;
    const std::size_t end = std::min(text.find('\n'), text.size());
    MUSTER_TRY_ASSIGN(auto row, json_row(text.substr(0, end), number, file, columns));
    rows.push_back(std::move(row));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return rows;
}

}  // namespace

tl::unexpected<Error> bad_row(const std::string& file, std::uint64_t line,
                              const std::string& message) {
  return failure(Errc::invalid_input, file + " line " + std::to_string(line) + ": " + message);
}

Result<std::vector<FloorRow>> read_floor_rows(std::string_view text, const std::string& file,
                                              Columns columns) {
  auto rows =
      text.starts_with('{') ? json_rows(text, file, columns) : csv_rows(text, file, columns);
  if (!rows) return rows;
  if (rows->empty()) return bad_row(file, 1, "no rows below the header");
  if (rows->size() > most_rows) {
    return bad_row(file, rows->back().line, "more than " + std::to_string(most_rows) + " rows");
  }
  return rows;
}

Result<std::string> position_of(const FloorRow& row, const std::string& file) {
  const std::string& whole = row.fields[0];
  const std::string& rack = row.fields[1];
  const std::string& slot = row.fields[2];
  const bool parts = !rack.empty() && !slot.empty();
  const bool any_part = !rack.empty() || !slot.empty();
  if (whole.empty() ? !parts : any_part) {
    return bad_row(file, row.line, "want a position, or a rack and a slot");
  }
  const std::string name = parts ? rack + "/" + slot : whole;
  const bool plain = std::none_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
  if (!plain || name.size() > most_name || name.front() == ' ' || name.back() == ' ') {
    return bad_row(file, row.line,
                   "position: want 1 to " + std::to_string(most_name) +
                       " bytes without control characters, and no blanks at the ends");
  }
  return name;
}

}  // namespace muster::sampler
