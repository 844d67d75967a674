#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "cli/report/bar_chart.hpp"
#include "cli/report/flow_chart.hpp"
#include "cli/report/line_chart.hpp"
#include "cli/report/verdict.hpp"

namespace muster::report {

/// Running text.
struct Paragraph {
  std::string text;
};

/// The sentence an audit ends in, set apart and larger. Kept whole on one printed page.
struct Sentence {
  std::string text;
};

/// A remark that must not be overlooked, with what it means for the reader.
struct Callout {
  Verdict verdict = Verdict::neutral;
  std::string title;
  std::string text{};
};

/// Text in fixed pitch, its lines and spaces kept: commands, hashes, statements.
struct CodeBlock {
  std::string caption{};
  std::string text;
};

/// One field of a table or list.
struct Cell {
  Cell(std::string content) : text(std::move(content)) {}  // NOLINT: a text is a cell
  Cell(const char* content) : text(content) {}             // NOLINT
  Cell(std::string content, Verdict meaning) : text(std::move(content)), verdict(meaning) {}

  std::string text;
  Verdict verdict = Verdict::none;
};

/// How the cells of a column are set.
enum class ColumnKind {
  text,
  number,  ///< At the right, digits in equal widths.
  code,    ///< Fixed pitch, may break anywhere: ids and hashes.
};

struct Column {
  std::string title;
  ColumnKind kind = ColumnKind::text;
};

/// A table with a caption above and an optional note below. The first column heads its row. Rows
/// shorter than the columns are filled.
struct Table {
  std::string caption;
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows{};
  std::string note{};
};

/// Names and their values.
struct KeyValues {
  std::string caption{};
  std::vector<std::pair<std::string, Cell>> rows;
};

using Block = std::variant<Paragraph, Sentence, Callout, CodeBlock, Table, KeyValues, LineChart,
                           BarChart, FlowChart>;

struct Section {
  std::string heading;
  std::vector<Block> blocks{};
};

/// A report. Everything in it is foreign text until it is written: nothing here is markup.
struct Document {
  std::string title;
  std::string subtitle{};
  std::string banner{};  ///< "SIMULATED …": stands on every printed page; empty for none.
  KeyValues facts{};     ///< Under the title: who, when, which ledger.
  std::vector<Section> sections{};
  std::string footer{};
};

}  // namespace muster::report
