#include "cli/report/html_blocks.hpp"

#include "cli/report/chart_data.hpp"

namespace muster::report {
namespace {

void write_sign(Markup& html, Verdict verdict) {
  if (verdict == Verdict::none) return;
  html.open("span", {{"class", "sign"}, {"aria-hidden", "true"}});
  html.element("span", {}, verdict_sign(verdict)).close();
  html.element("span", {{"class", "said"}}, std::string(verdict_word(verdict)) + ": ");
}

std::string joined_classes(std::string_view first, std::string_view second) {
  std::string classes(first);
  if (!first.empty() && !second.empty()) classes += ' ';
  return classes + std::string(second);
}

std::string_view column_class(ColumnKind kind) {
  switch (kind) {
    case ColumnKind::text:
      return "";
    case ColumnKind::number:
      return "num";
    case ColumnKind::code:
      return "code";
  }
  return "";
}

void write_caption(Markup& html, std::string_view element, const std::string& number,
                   const std::string& caption) {
  html.open(element).element("span", {{"class", "number"}}, number).text(caption).close().line();
}

void write_cell(Markup& html, const Cell& cell, ColumnKind kind, bool heads_row) {
  const std::string classes = joined_classes(column_class(kind), verdict_class(cell.verdict));
  html.open(heads_row ? "th" : "td", {{"scope", heads_row ? "row" : ""}, {"class", classes}});
  write_sign(html, cell.verdict);
  html.text(cell.text).close();
}

void write_grid(Markup& html, const Table& table, const std::string& number) {
  // A region that scrolls must be reachable by keyboard and have a name.
  html.open("div", {{"class", "scroll"},
                    {"tabindex", "0"},
                    {"role", "region"},
                    {"aria-label", table.caption.empty() ? "table" : table.caption}});
  html.open("table").line();
  if (!table.caption.empty()) write_caption(html, "caption", number, table.caption);
  html.open("thead").open("tr");
  for (const Column& column : table.columns) {
    const std::string style(column.kind == ColumnKind::number ? "num" : "");
    html.element("th", {{"scope", "col"}, {"class", style}}, column.title);
  }
  html.close().close().line().open("tbody").line();
  for (const auto& row : table.rows) {
    html.open("tr");
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      write_cell(html, i < row.size() ? row[i] : Cell(""), table.columns[i].kind, i == 0);
    }
    html.close().line();
  }
  html.close().close().close().line();
  if (!table.note.empty()) html.element("p", {{"class", "note"}}, table.note).line();
}

template <class Chart>
void write_chart(Markup& html, const Chart& chart, Numbering& numbering) {
  const std::string number = std::to_string(++numbering.figures);
  html.open("figure", {{"id", "figure-" + number}}).line();
  write_caption(html, "figcaption", "Figure " + number, chart.title);
  html.open(
      "div",
      {{"class", "scroll"}, {"tabindex", "0"}, {"role", "region"}, {"aria-label", chart.title}});
  html.trusted(svg_element(chart, "figure-" + number + "-svg")).close().line();
  if (!chart.description.empty()) {
    html.element("p", {{"class", "note"}}, chart.description).line();
  }
  html.open("details").element("summary", {}, "The numbers behind figure " + number).line();
  Table data = data_table(chart);
  write_grid(html, data, "Figure " + number);
  html.close().close().line();
}

/// One writer per kind of block.
struct BlockWriter {
  Markup& html;
  Numbering& numbering;

  void operator()(const Paragraph& block) const { html.element("p", {}, block.text).line(); }

  void operator()(const Sentence& block) const {
    html.element("p", {{"class", "sentence"}}, block.text).line();
  }

  void operator()(const Callout& block) const {
    const Verdict verdict = block.verdict == Verdict::none ? Verdict::neutral : block.verdict;
    html.open("div",
              {{"class", joined_classes("callout", verdict_class(verdict))}, {"role", "note"}});
    html.open("p", {{"class", "what"}});
    write_sign(html, verdict);
    html.text(block.title).close();
    if (!block.text.empty()) html.element("p", {}, block.text);
    html.close().line();
  }

  void operator()(const CodeBlock& block) const {
    html.open("figure").line();
    if (!block.caption.empty()) html.element("figcaption", {}, block.caption).line();
    html.open("pre", {{"tabindex", "0"}}).element("code", {}, block.text).close().close().line();
  }

  void operator()(const Table& block) const {
    const std::string number = std::to_string(++numbering.tables);
    html.open("div", {{"class", "tablebox"}, {"id", "table-" + number}});
    write_grid(html, block, "Table " + number);
    html.close().line();
  }

  void operator()(const KeyValues& block) const { write_facts(html, block); }
  void operator()(const LineChart& block) const { write_chart(html, block, numbering); }
  void operator()(const BarChart& block) const { write_chart(html, block, numbering); }
  void operator()(const FlowChart& block) const { write_chart(html, block, numbering); }
};

}  // namespace

void write_block(Markup& html, const Block& block, Numbering& numbering) {
  std::visit(BlockWriter{html, numbering}, block);
}

void write_facts(Markup& html, const KeyValues& facts) {
  if (facts.rows.empty()) return;
  if (!facts.caption.empty()) html.element("p", {{"class", "listname"}}, facts.caption).line();
  html.open("dl").line();
  for (const auto& [name, value] : facts.rows) {
    html.element("dt", {}, name);
    html.open("dd", {{"class", std::string(verdict_class(value.verdict))}});
    write_sign(html, value.verdict);
    html.text(value.text).close().line();
  }
  html.close().line();
}

}  // namespace muster::report
