#include "sampler/floor/floor_answers.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "sampler/floor/floor_rows.hpp"

namespace muster::sampler {
namespace {

constexpr std::array<std::string_view, 7> answer_columns{"position", "rack", "slot", "found",
                                                         "name",     "seen", "note"};
enum Column : std::uint8_t { found_column = 3, name_column, seen_column, note_column };

constexpr std::size_t most_seen_name = 1'000;

Result<SeenChip> chip_of_row(const FloorRow& row, const std::string& file) {
  SeenChip chip{row.fields[name_column]};
  if (chip.name.empty() || chip.name.size() > most_seen_name) {
    return bad_row(file, row.line, "name: want what the chip calls itself, 1 to 1000 bytes");
  }
  if (row.fields[seen_column].empty()) return chip;
  const auto presence = parse_presence(row.fields[seen_column]);
  if (!presence || *presence == Presence::none) {
    return bad_row(
        file, row.line,
        "seen: got \"" + row.fields[seen_column] + "\", want label, network, uplink-cut or bench");
  }
  chip.presence = *presence;
  return chip;
}

/// Whether the row of a sheet is not filled in yet.
bool is_blank(const FloorRow& row) {
  return row.fields[found_column].empty() && row.fields[name_column].empty() &&
         row.fields[seen_column].empty();
}

/// Takes a row about a position that an earlier one may have spoken of.
Result<void> take_row(const FloorRow& row, const std::string& file, bool known,
                      FloorAnswer& answer) {
  const std::string& found = row.fields[found_column];
  const bool chip = found == "chip";
  if (!chip && found != "empty" && found != "unreadable") {
    return bad_row(file, row.line, "found: got \"" + found + "\", want chip, empty or unreadable");
  }
  if (known && (!chip || answer.chips.empty())) {
    return bad_row(file, row.line,
                   "position \"" + answer.position + "\" was answered in line " +
                       std::to_string(answer.line) + "; only several chips have several rows");
  }
  if (answer.note.empty()) answer.note = row.fields[note_column];
  if (!chip) {
    if (!row.fields[name_column].empty() || !row.fields[seen_column].empty()) {
      return bad_row(file, row.line, "name and seen are for what was found as a chip");
    }
    answer.unreadable = found == "unreadable";
    return {};
  }
  MUSTER_TRY_ASSIGN(auto seen, chip_of_row(row, file));
  const auto same = [&](const SeenChip& one) { return one.name == seen.name; };
  if (std::any_of(answer.chips.begin(), answer.chips.end(), same)) {
    return bad_row(file, row.line, "\"" + seen.name + "\" stands twice at this position");
  }
  answer.chips.push_back(std::move(seen));
  return {};
}

}  // namespace

Result<std::vector<FloorAnswer>> parse_floor_answers(std::string_view text,
                                                     const std::string& file) {
  MUSTER_TRY_ASSIGN(const auto rows, read_floor_rows(text, file, answer_columns));
  std::vector<FloorAnswer> answers;
  std::map<std::string, std::size_t> places;
  for (const FloorRow& row : rows) {
    MUSTER_TRY_ASSIGN(const std::string position, position_of(row, file));
    if (is_blank(row)) continue;
    const auto [place, added] = places.emplace(position, answers.size());
    if (added) answers.push_back({position, {}, false, {}, row.line});
    MUSTER_TRY(take_row(row, file, !added, answers[place->second]));
  }
  return answers;
}

}  // namespace muster::sampler
