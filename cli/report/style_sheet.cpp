#include "cli/report/style_sheet.hpp"

#include <array>
#include <charconv>

#include "cli/print/utf8.hpp"

namespace muster::report {
namespace {

// Series colours are those of Okabe and Ito, told apart by readers with every common kind of colour
// blindness; lines differ in their dashes too, and verdicts carry a sign and a word.
constexpr std::string_view light_colors = R"(
  color-scheme: light dark;
  --sans: "Source Sans 3", "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif;
  --serif: Charter, "Source Serif 4", "Iowan Old Style", Georgia, "Liberation Serif", serif;
  --mono: "Source Code Pro", ui-monospace, "Cascadia Mono", Menlo, "Liberation Mono", monospace;
  --paper: #ffffff; --panel: #f5f6f8; --ink: #1a1f26; --muted: #59626f; --line: #d3d8df;
  --strong-line: #8b95a3; --accent: #0a4a7d;
  --good: #00614a; --warn: #7d5200; --bad: #a03000; --neutral: #44505e;
  --good-back: #e6f4ef; --warn-back: #fdf3dc; --bad-back: #fcebe3; --neutral-back: #eef1f5;
  --s0: #0072b2; --s1: #d55e00; --s2: #009e73; --s3: #b8558f; --s4: #c98500; --s5: #3a9bd0;
)";

constexpr std::string_view dark_colors = R"(
  --paper: #14181d; --panel: #1c2229; --ink: #e6eaef; --muted: #a3adb9; --line: #343d48;
  --strong-line: #6d7885; --accent: #8cc4f0;
  --good: #5fd3ae; --warn: #f0bf5a; --bad: #ff9a70; --neutral: #b9c3cf;
  --good-back: #10302a; --warn-back: #35290f; --bad-back: #3d2015; --neutral-back: #222a33;
  --s0: #56b4e9; --s1: #f2874b; --s2: #2fc79b; --s3: #e3a0c9; --s4: #f0b93a; --s5: #9bd3f5;
)";

constexpr std::string_view chart_text = R"(
.chart { font-family: var(--sans); font-variant-numeric: tabular-nums; fill: var(--ink); }
.chart text { font-size: 12px; }
.chart .tick, .chart .axis-title { fill: var(--muted); }
.chart .stage { fill: var(--muted); font-weight: 600; }
.chart .value { font-weight: 600; }
.chart .halo { stroke: var(--paper); stroke-width: 3px; stroke-linejoin: round; paint-order: stroke; }
.chart .grid { stroke: var(--line); stroke-width: 1; }
.chart .axis { stroke: var(--strong-line); stroke-width: 1; }
.chart .reference { stroke: var(--ink); stroke-width: 1.2; stroke-dasharray: 2 3; }
.chart .reference-label { font-weight: 600; stroke: var(--paper); stroke-width: 4px;
  stroke-linejoin: round; paint-order: stroke; }
.chart .curve { fill: none; stroke-width: 2.2; stroke-linejoin: round; }
.chart .mark { stroke: var(--paper); stroke-width: 1; }
.chart .band { fill: var(--s0); fill-opacity: 0.28; }
.chart .band.good { fill: var(--s2); }
.chart .band.warn { fill: var(--s4); fill-opacity: 0.5; }
.chart .band.bad { fill: var(--s1); fill-opacity: 0.55; }
.chart .band.neutral { fill: var(--strong-line); fill-opacity: 0.4; }
.chart .node { fill: var(--accent); }
.chart .node.neutral { fill: var(--strong-line); }
.chart .node.good { fill: var(--s2); }
.chart .node.warn { fill: var(--s4); }
.chart .node.bad { fill: var(--s1); }
.chart .value.good { fill: var(--good); }
.chart .value.warn { fill: var(--warn); }
.chart .value.bad { fill: var(--bad); }
.chart .bar.good { fill: var(--s2); }
.chart .bar.warn { fill: var(--s4); }
.chart .bar.bad { fill: var(--s1); }
.chart .bar.neutral { fill: var(--strong-line); }
.chart .curve.s0 { stroke: var(--s0); }
.chart .curve.s1 { stroke: var(--s1); stroke-dasharray: 9 4; }
.chart .curve.s2 { stroke: var(--s2); stroke-dasharray: 3 3; }
.chart .curve.s3 { stroke: var(--s3); stroke-dasharray: 9 3 2 3; }
.chart .curve.s4 { stroke: var(--s4); stroke-dasharray: 14 4; }
.chart .curve.s5 { stroke: var(--s5); stroke-dasharray: 5 2 1 2; }
.chart .curve.again { stroke-width: 1.1; }
.chart .bar.s0, .chart .mark.s0 { fill: var(--s0); }
.chart .bar.s1, .chart .mark.s1 { fill: var(--s1); }
.chart .bar.s2, .chart .mark.s2 { fill: var(--s2); }
.chart .bar.s3, .chart .mark.s3 { fill: var(--s3); }
.chart .bar.s4, .chart .mark.s4 { fill: var(--s4); }
.chart .bar.s5, .chart .mark.s5 { fill: var(--s5); }
.chart .mark.again { fill: var(--paper); stroke: var(--ink); }
)";

constexpr std::string_view screen_text = R"(
* { box-sizing: border-box; }
html { font-size: 17px; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font-family: var(--sans);
  line-height: 1.5; overflow-wrap: break-word; }
.sheet { max-width: 54rem; margin: 0 auto; padding: 0 1.25rem 3rem; }
.banner { position: sticky; top: 0; z-index: 1; margin: 0; padding: 0.4rem 1.25rem;
  background: var(--warn-back); color: var(--warn); border-bottom: 2px solid var(--warn);
  font-weight: 600; font-size: 0.82rem; letter-spacing: 0.03em; text-align: center;
  max-width: none; }
header { border-bottom: 3px solid var(--ink); padding: 2rem 0 1rem; margin-bottom: 1.25rem; }
.kicker { margin: 0 0 0.4rem; color: var(--muted); font-size: 0.8rem; letter-spacing: 0.14em;
  text-transform: uppercase; }
h1, h2 { font-family: var(--serif); line-height: 1.2; font-weight: 600; text-wrap: balance; }
h1 { font-size: 2rem; margin: 0; }
h2 { font-size: 1.35rem; margin: 2.5rem 0 0.75rem; padding-top: 0.6rem;
  border-top: 1px solid var(--line); }
h2 .number { color: var(--muted); margin-right: 0.6rem; font-variant-numeric: tabular-nums; }
.subtitle { margin: 0.4rem 0 0; color: var(--muted); font-size: 1.08rem; }
p { margin: 0.7rem 0; max-width: 44rem; white-space: pre-line; }
a { color: var(--accent); }
nav ol { margin: 0.5rem 0; padding-left: 1.4rem; columns: 2; column-gap: 2.5rem; font-size: 0.92rem; }
nav a { text-decoration: none; }
nav a:hover { text-decoration: underline; }
.sentence { margin: 1.25rem 0; padding: 0.2rem 0 0.2rem 1.2rem; border-left: 4px solid var(--accent);
  font-family: var(--serif); font-size: 1.18rem; line-height: 1.5; max-width: none; }
.callout { margin: 1.25rem 0; padding: 0.7rem 1rem; border: 1px solid; border-left-width: 5px;
  border-radius: 3px; }
.callout p { margin: 0.25rem 0 0; color: var(--ink); max-width: none; }
.callout .what { margin: 0; font-weight: 600; color: inherit; }
.callout.good { color: var(--good); background: var(--good-back); }
.callout.warn { color: var(--warn); background: var(--warn-back); }
.callout.bad { color: var(--bad); background: var(--bad-back); }
.callout.neutral { color: var(--neutral); background: var(--neutral-back); }
.sign { display: inline-block; width: 1.25em; height: 1.25em; margin-right: 0.4em;
  border-radius: 50%; background: currentColor; text-align: center; line-height: 1.25;
  font-size: 0.85em; font-weight: 700; }
.sign span { color: var(--paper); }
.said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap; }
figure { margin: 1.5rem 0; }
figcaption, caption { text-align: left; font-size: 0.88rem; color: var(--ink); font-weight: 600;
  padding: 0 0 0.45rem; }
figcaption .number, caption .number { color: var(--muted); font-weight: 400; margin-right: 0.5em; }
.scroll { overflow-x: auto; }
.scroll:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.chart { display: block; width: 100%; min-width: 36rem; height: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.88rem; line-height: 1.4;
  font-variant-numeric: tabular-nums lining-nums; }
.tablebox { margin: 1.5rem 0; }
thead th { border-bottom: 1.5px solid var(--ink); vertical-align: bottom; color: var(--muted);
  font-weight: 600; }
th, td { padding: 0.36rem 0.8rem 0.36rem 0; text-align: left; vertical-align: top;
  border-bottom: 1px solid var(--line); }
th:last-child, td:last-child { padding-right: 0; }
tbody th { font-weight: 400; min-width: 8.5em; }
tbody tr:last-child > * { border-bottom: 1.5px solid var(--strong-line); }
.num, tbody th.num { text-align: right; white-space: nowrap; min-width: 0; }
.code { font-family: var(--mono); font-size: 0.92em; overflow-wrap: anywhere; min-width: 9em; }
td.good, td.warn, td.bad, td.neutral, th.good, th.warn, th.bad { font-weight: 600;
  min-width: 8.5em; }
td.good, th.good, dd.good { color: var(--good); }
td.warn, th.warn, dd.warn { color: var(--warn); }
td.bad, th.bad, dd.bad { color: var(--bad); }
td.neutral, dd.neutral { color: var(--neutral); }
.note { font-size: 0.82rem; color: var(--muted); margin: 0.4rem 0 0; }
dl { display: grid; grid-template-columns: fit-content(40%) minmax(0, 1fr); gap: 0.15rem 1.5rem;
  margin: 0.5rem 0 1rem; font-size: 0.92rem; font-variant-numeric: tabular-nums; }
dt { color: var(--muted); }
dd { margin: 0; overflow-wrap: anywhere; }
.listname { font-size: 0.88rem; font-weight: 600; margin: 1.25rem 0 0.2rem; }
pre { margin: 0; padding: 0.75rem 1rem; background: var(--panel); border: 1px solid var(--line);
  border-radius: 3px; font-family: var(--mono); font-size: 0.8rem; line-height: 1.5;
  overflow-x: auto; }
details { font-size: 0.85rem; color: var(--muted); }
details table { color: var(--ink); width: auto; min-width: 50%; }
details .scroll { max-height: 24rem; overflow-y: auto; }
summary { cursor: pointer; }
footer { margin-top: 3rem; padding-top: 0.75rem; border-top: 1px solid var(--line);
  color: var(--muted); font-size: 0.82rem; }
@media (max-width: 40rem) {
  html { font-size: 16px; }
  h1 { font-size: 1.55rem; }
  nav ol { columns: 1; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: 0.45rem; }
}
)";

constexpr std::string_view print_text = R"(
@page { size: A4; margin: 24mm 18mm 20mm; }
@media print {
  .sheet { max-width: none; padding: 0; }
  html { font-size: 10.5pt; }
  body { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .banner { position: fixed; top: 0; bottom: 0; right: 0; left: auto; padding: 0; border: 0;
    background: none; writing-mode: vertical-rl; font-size: 7.5pt; }
  .banner + .sheet { padding-right: 9mm; }
  header { padding-top: 0; }
  .scroll { overflow: visible; }
  .chart { min-width: 0; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; }
  details, nav { display: none; }
  a { color: inherit; text-decoration: none; }
  h2, figcaption, caption, .listname { break-after: avoid; }
  figure, .callout, .sentence, tr, dl > * { break-inside: avoid; }
  thead { display: table-header-group; }
  footer { break-before: avoid; margin-top: 1rem; }
  p { orphans: 3; widows: 3; }
}
)";

/// The value of a custom property in a list of declarations; empty if it has none there.
std::string_view value_in(std::string_view declarations, std::string_view name) {
  const std::string head = std::string(name) + ": ";
  const std::size_t found = declarations.find(head);
  if (found == std::string_view::npos) return {};
  const std::string_view rest = declarations.substr(found + head.size());
  return rest.substr(0, rest.find(';'));
}

/// Each `var(--name)` of `rules` replaced by its value in `colors`, or else among the light ones.
std::string put_in(std::string_view rules, std::string_view colors) {
  constexpr std::string_view use = "var(";
  std::string text;
  for (std::size_t at = rules.find(use); at != std::string_view::npos; at = rules.find(use)) {
    const std::size_t end = rules.find(')', at);
    const std::string_view name = rules.substr(at + use.size(), end - at - use.size());
    const std::string_view own = value_in(colors, name);
    text += rules.substr(0, at);
    text += own.empty() ? value_in(light_colors, name) : own;
    rules.remove_prefix(end + 1);
  }
  return text + std::string(rules);
}

std::string hex_escape(char32_t value) {
  std::array<char, 8> digits{};
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(),
                                          static_cast<std::uint32_t>(value), 16);
  return error == std::errc{} ? "\\" + std::string(digits.data(), end) + " " : std::string();
}

std::string_view page_text() {
  static const std::string joined = std::string(screen_text) + std::string(print_text);
  return joined;
}

}  // namespace

std::string palette(std::string_view selector) {
  const std::string name(selector);
  return name + " {" + std::string(light_colors) +
         "}\n@media screen and (prefers-color-scheme: dark) { " + name + " {" +
         std::string(dark_colors) + "} }\n";
}

std::string with_values(std::string_view rules) {
  return put_in(rules, light_colors) + "@media screen and (prefers-color-scheme: dark) {" +
         put_in(rules, dark_colors) + "}\n";
}

std::string_view chart_rules() { return chart_text; }

std::string_view page_rules() { return page_text(); }

std::string css_string(std::string_view text) {
  std::string token = "\"";
  const std::string shown = print::visible(text);
  std::string_view rest = shown;
  while (!rest.empty()) {
    const print::CodePoint point = print::first_code_point(rest);
    const bool plain = (point.value >= '0' && point.value <= '9') ||
                       (point.value >= 'A' && point.value <= 'Z') ||
                       (point.value >= 'a' && point.value <= 'z') || point.value == ' ';
    token += plain ? std::string(rest.substr(0, point.size)) : hex_escape(point.value);
    rest.remove_prefix(point.size);
  }
  return token + "\"";
}

}  // namespace muster::report
