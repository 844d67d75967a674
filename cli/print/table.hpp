#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cli/print/fit.hpp"
#include "cli/print/terminal.hpp"

namespace muster::print {

/// What a column does with text that is wider than the room it gets.
enum class Overflow {
  wrap,   ///< Goes on in the next line: for sentences.
  elide,  ///< Loses its middle: for identifiers and hashes.
  keep,   ///< Is never shortened: for numbers and verdicts.
};

struct Column {
  std::string title;
  Align align = Align::left;
  Overflow overflow = Overflow::wrap;
};

/// A right-aligned column that keeps its digits.
[[nodiscard]] Column number_column(std::string title);

/// An identifier that people copy, such as a chip's: it is kept whole.
[[nodiscard]] Column whole_id_column(std::string title);

/// An identifier that loses its middle where room is short.
[[nodiscard]] Column id_column(std::string title);

struct Cell {
  Cell(std::string content) : text(std::move(content)) {}  // NOLINT: a text is a cell
  Cell(const char* content) : text(content) {}             // NOLINT
  Cell(std::string content, Tone meaning) : text(std::move(content)), tone(meaning) {}

  std::string text;
  Tone tone = Tone::plain;
};

/// A table of text. Rows shorter than the columns are filled with empty cells.
struct Table {
  std::string caption{};
  std::vector<Column> columns{};
  std::vector<std::vector<Cell>> rows{};
};

/// The table in lines of at most `style.width` columns, each ended by a line feed: caption, titles,
/// rule, rows. Columns give way in the order wrap, elide; where even their least does not fit, each
/// row is printed as a block of `title: value` lines. Foreign text is made visible first.
[[nodiscard]] std::string rendered(const Table& table, const Style& style);

/// A list of names and values, the values in one column.
struct Facts {
  std::string caption{};
  std::vector<std::pair<std::string, Cell>> rows{};
};

/// The list in lines of at most `style.width` columns; long values wrap under themselves, but one
/// without spaces, a key say, stays whole.
[[nodiscard]] std::string rendered(const Facts& facts, const Style& style);

/// A paragraph wrapped to the width, ended by a line feed.
[[nodiscard]] std::string rendered_paragraph(std::string_view text, const Style& style);

}  // namespace muster::print
