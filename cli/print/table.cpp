#include "cli/print/table.hpp"

#include <algorithm>
#include <numeric>

namespace muster::print {
namespace {

constexpr std::size_t gap = 2;                 // spaces between columns
constexpr std::size_t least_elided = 9;        // "abcd…wxyz"
constexpr std::size_t least_wrapped = 12;      // narrower columns of prose cannot be read
constexpr std::size_t longest_kept_word = 24;  // longer words are broken rather than kept whole

/// The table with foreign text made visible and rows of full length.
Table prepared(const Table& table) {
  Table clean = table;
  clean.caption = visible(clean.caption);
  for (Column& column : clean.columns) column.title = visible(column.title);
  for (auto& row : clean.rows) {
    row.resize(clean.columns.size(), Cell(""));
    for (Cell& cell : row) cell.text = visible(cell.text, true);
  }
  return clean;
}

/// What a column would like, and what it can live with.
struct Demand {
  std::size_t natural = 0;
  std::size_t least = 0;
};

std::size_t natural_width(std::string_view text) {
  std::size_t widest = 0;
  while (true) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    widest = std::max(widest, display_width(text.substr(0, end)));
    if (end == text.size()) return widest;
    text.remove_prefix(end + 1);
  }
}

Demand demand_of(const Table& table, std::size_t index) {
  const Column& column = table.columns[index];
  Demand demand{display_width(column.title), longest_word_width(column.title)};
  std::size_t longest_word = 0;
  for (const auto& row : table.rows) {
    demand.natural = std::max(demand.natural, natural_width(row[index].text));
    longest_word = std::max(longest_word, longest_word_width(row[index].text));
  }
  if (column.overflow == Overflow::keep) {
    // Only the title of such a column may wrap.
    for (const auto& row : table.rows) {
      demand.least = std::max(demand.least, natural_width(row[index].text));
    }
    return demand;
  }
  const std::size_t floor =
      column.overflow == Overflow::elide
          ? least_elided
          : std::max(least_wrapped, std::min(longest_word, longest_kept_word));
  demand.least = std::min(demand.natural, std::max(demand.least, floor));
  return demand;
}

/// Takes `excess` columns from the widest of the columns that `may_give` names.
void shrink(std::vector<std::size_t>& widths, const std::vector<Demand>& demands,
            const std::vector<bool>& may_give, std::size_t& excess) {
  while (excess > 0) {
    std::size_t widest = widths.size();
    for (std::size_t i = 0; i < widths.size(); ++i) {
      const bool can = may_give[i] && widths[i] > demands[i].least;
      if (can && (widest == widths.size() || widths[i] > widths[widest])) widest = i;
    }
    if (widest == widths.size()) return;
    --widths[widest];
    --excess;
  }
}

/// The width of each column, or nothing when the least does not fit.
std::vector<std::size_t> column_widths(const Table& table, std::size_t room) {
  std::vector<Demand> demands;
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    demands.push_back(demand_of(table, i));
    widths.push_back(demands.back().natural);
  }
  const std::size_t gaps = table.columns.empty() ? 0 : gap * (table.columns.size() - 1);
  const std::size_t wanted = std::accumulate(widths.begin(), widths.end(), gaps);
  std::size_t excess = wanted > room ? wanted - room : 0;
  for (const Overflow kind : {Overflow::wrap, Overflow::elide, Overflow::keep}) {
    std::vector<bool> may_give;
    for (const Column& column : table.columns) may_give.push_back(column.overflow == kind);
    shrink(widths, demands, may_give, excess);
  }
  if (excess > 0) widths.clear();
  return widths;
}

std::vector<std::string> cell_lines(const Cell& cell, Overflow overflow, std::size_t width) {
  if (width == 0) return {""};
  if (overflow == Overflow::elide) return {elided(cell.text, width)};
  return wrapped(cell.text, width);
}

/// One row of the table, as many lines as its tallest cell.
std::string row_lines(const std::vector<Cell>& row, const std::vector<Column>& columns,
                      const std::vector<std::size_t>& widths, bool color) {
  std::vector<std::vector<std::string>> cells;
  std::size_t height = 1;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    cells.push_back(cell_lines(row[i], columns[i].overflow, widths[i]));
    height = std::max(height, cells.back().size());
  }
  std::string lines;
  for (std::size_t line = 0; line < height; ++line) {
    std::string text;
    std::string spaces;  // held back, so that no line ends in spaces
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const std::string content = line < cells[i].size() ? cells[i][line] : std::string();
      const std::string filling(widths[i] - std::min(widths[i], display_width(content)), ' ');
      if (columns[i].align == Align::right) spaces += filling;
      if (!content.empty()) {
        text += spaces + toned(content, row[i].tone, color);
        spaces.clear();
      }
      if (columns[i].align == Align::left) spaces += filling;
      spaces += std::string(gap, ' ');
    }
    lines += text + "\n";
  }
  return lines;
}

std::string caption_lines(const std::string& caption, const Style& style) {
  std::string lines;
  if (caption.empty()) return lines;
  for (const std::string& line : wrapped(caption, style.width)) {
    lines += toned(line, Tone::strong, style.color) + "\n";
  }
  return lines;
}

std::string as_blocks(const Table& table, const Style& style) {
  std::string text = caption_lines(table.caption, style);
  for (const auto& row : table.rows) {
    Facts block;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      block.rows.emplace_back(table.columns[i].title, row[i]);
    }
    text += rendered(block, style) + "\n";
  }
  return text;
}

std::string rule_line(const std::vector<std::size_t>& widths, bool color) {
  std::string line;
  for (std::size_t i = 0; i < widths.size(); ++i) {
    if (i > 0) line += std::string(gap, ' ');
    for (std::size_t column = 0; column < widths[i]; ++column) line += "─";
  }
  return toned(line, Tone::faint, color) + "\n";
}

}  // namespace

Column number_column(std::string title) { return {std::move(title), Align::right, Overflow::keep}; }

Column whole_id_column(std::string title) {
  return {std::move(title), Align::left, Overflow::keep};
}

Column id_column(std::string title) { return {std::move(title), Align::left, Overflow::elide}; }

std::string rendered(const Table& table, const Style& style) {
  const Table clean = prepared(table);
  const std::vector<std::size_t> widths = column_widths(clean, style.width);
  if (widths.size() != clean.columns.size()) return as_blocks(clean, style);
  std::vector<Cell> titles;
  std::vector<Column> title_columns = clean.columns;
  for (Column& column : title_columns) {
    titles.emplace_back(column.title, Tone::strong);
    column.overflow = Overflow::wrap;
  }
  std::string text = caption_lines(clean.caption, style);
  text += row_lines(titles, title_columns, widths, style.color);
  text += rule_line(widths, style.color);
  for (const auto& row : clean.rows) {
    text += row_lines(row, clean.columns, widths, style.color);
  }
  return text;
}

std::string rendered(const Facts& facts, const Style& style) {
  std::size_t name_width = 0;
  for (const auto& [name, value] : facts.rows) {
    name_width = std::max(name_width, display_width(visible(name)));
  }
  name_width = std::min(name_width, style.width / 2);
  const std::size_t value_width = style.width - name_width - gap;
  const std::vector<Column> columns(2);
  std::string text = caption_lines(visible(facts.caption), style);
  for (const auto& [name, value] : facts.rows) {
    const Cell shown(visible(value.text, true), value.tone);
    // A key or hash is copied: it stays whole where the line ends.
    const bool one_word = shown.text.find_first_of(" \n") == std::string::npos;
    const std::vector<std::size_t> widths = {
        name_width, one_word ? std::max(value_width, display_width(shown.text)) : value_width};
    text += row_lines({Cell(visible(name), Tone::faint), shown}, columns, widths, style.color);
  }
  return text;
}

std::string rendered_paragraph(std::string_view text, const Style& style) {
  std::string lines;
  for (const std::string& line : wrapped(visible(text, true), style.width)) lines += line + "\n";
  return lines;
}

}  // namespace muster::print
