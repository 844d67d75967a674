#include "registry/mention.hpp"

#include <algorithm>

namespace muster::registry {
namespace {

constexpr std::size_t id_characters = 27;  // of a chip's id as text

bool has_chips(std::span<const Field> fields) {
  return std::ranges::any_of(fields, [](const Field& field) {
    const bool chips = field.type == FieldType::chip || field.type == FieldType::chips ||
                       field.type == FieldType::lines;
    return chips || has_chips(field.inner);
  });
}

bool may_stand_in_an_id(char one) {
  return (one >= '0' && one <= '9') || (one >= 'A' && one <= 'Z');
}

/// The chips whose ids stand in `words`, as parts of longer words, too.
void add_named(const State& state, std::string_view words, std::vector<RowN>& chips) {
  std::size_t length = 0;  // of the word that may be or have an id
  for (std::size_t end = 1; end <= words.size(); ++end) {
    length = may_stand_in_an_id(words[end - 1]) ? length + 1 : 0;
    if (length < id_characters) continue;
    const auto id = ChipId::parse(words.substr(end - id_characters, id_characters));
    const RowN chip = id ? state.find_chip(*id) : no_row;
    if (chip != no_row) chips.push_back(chip);
  }
}

/// Where a query or a finding that the event goes on with was opened, or `no_index`.
Index32 opened_at(const State& state, const Event& event) {
  const auto find = [&](const auto& table, const char* what) {
    const RowN row = table.find(event.body.value(what, ""));
    return row == no_row ? no_index : table[row].opened;
  };
  return event.kind->name == "finding.close" ? find(state.tables().findings, "finding")
                                             : find(state.tables().queries, "query");
}

/// The runs of one statement. They are in order of statements.
RowsView<Mention> runs_of(const Tables& tables, Index32 statement) {
  const auto& rows = tables.mentions.rows();
  const auto begin = std::ranges::lower_bound(rows, statement, {}, &Mention::statement);
  const auto end = std::ranges::upper_bound(begin, rows.end(), statement, {}, &Mention::statement);
  return {rows, static_cast<std::size_t>(begin - rows.begin()),
          static_cast<std::size_t>(end - rows.begin())};
}

std::vector<RowN> named_by(const State& state, const Case& found) {
  const Event& event = found.event;
  std::vector<RowN> chips = found.chips;
  if (found.holder != no_row) {
    const auto inside = state.contents(found.holder);
    chips.insert(chips.end(), inside.begin(), inside.end());
  }
  add_named(state, event_json(event.header, event.body).dump(), chips);
  return chips;
}

}  // namespace

bool goes_on(std::string_view kind) {
  return kind == "query.answer" || kind == "query.close" || kind == "finding.close";
}

bool may_name_chips(const Kind& kind) {
  return kind.observes || kind.reaches || goes_on(kind.name) || has_chips(kind.body);
}

void add_mentions(State& state, const Case& found) {
  const Event& event = found.event;
  if (!may_name_chips(*event.kind)) return;
  Tables& tables = state.tables();
  const Index32 now = state.now_index();
  std::vector<RowN> chips = named_by(state, found);
  if (goes_on(event.kind->name)) {
    for (const Mention& run : runs_of(tables, opened_at(state, event))) {
      for (RowN chip = run.first; chip <= run.last; ++chip) chips.push_back(chip);
    }
  }
  std::erase_if(chips, [&](RowN chip) { return tables.chips[chip].last == now; });
  std::ranges::sort(chips);
  chips.erase(std::unique(chips.begin(), chips.end()), chips.end());
  for (std::size_t i = 0; i < chips.size();) {
    std::size_t end = i + 1;
    while (end < chips.size() && chips[end] == chips[end - 1] + 1) ++end;
    tables.mentions.add({.statement = now, .first = chips[i], .last = chips[end - 1]});
    i = end;
  }
}

std::vector<Index32> mentions_of(const State& state, RowN chip, Index32 size) {
  const Tables& tables = state.tables();
  const auto& rows = tables.mentions.rows();
  std::vector<Index32> list;
  auto run = std::ranges::lower_bound(rows, tables.identities[chip].made, {}, &Mention::statement);
  for (; run != rows.end() && run->statement < size; ++run) {
    if (run->first <= chip && chip <= run->last) list.push_back(run->statement);
  }
  return list;
}

}  // namespace muster::registry
