#include "tests/cli/sample_document.hpp"

#include <cmath>

namespace muster::test {
namespace {

using namespace report;

std::vector<Point> power_points(double violating_at_rule) {
  std::vector<Point> points;
  for (int step = 0; step <= 100; ++step) {
    const double ratio = 1.0 + step * 0.02;
    // Violation chips grow with what the run exceeds the declared half by.
    const double chips = violating_at_rule * (ratio - 0.5) * 2.0;
    points.push_back({ratio * 1e26, 1.0 - std::pow(1.0 - chips / 1e6, 748.0)});
  }
  return points;
}

Table fleet_table() {
  Table table{"Fleets in the register at the freeze",
              {{"Prover"},
               {"Chips", ColumnKind::number},
               {"Sites", ColumnKind::number},
               {"Lines drawn", ColumnKind::number},
               {"Roster root", ColumnKind::code},
               {"Outcome"}}};
  const std::string root = "9b1f0c6a7d2e4458b0c1d2e3f405162738495a6b7c8d9eafb0c1d2e3f4051627";
  table.rows = {
      {"Northwind Compute", "412,000", "9", "309", root, {"no sign of", Verdict::good}},
      {"Saltmarsh AI", "298,500", "6", "223", root, {"finding", Verdict::bad}},
      {"Institute of Large Systems at the University of Östermark",
       "180,250",
       "4",
       "135",
       root,
       {"not concluded", Verdict::warn}},
      {"Tundra Cloud", "109,250", "3", "81", root, {"no sign of", Verdict::good}},
  };
  table.note = "Chips of this table are synthetic. Sizes follow publicly reported fleets.";
  return table;
}

CodeBlock sample_code() {
  return {"Check it yourself",
          "muster ledger verify-tiles tiles/ --key operator.vkey --policy witnesses.txt\n"
          "muster audit P17.bundle\n"
          "  log        ok   1,204,331 entries, root "
          "4c0e51b7a2d8839de0f5c2a1bb1f7c6e5d4c3b2a19080706f5e4d3c2b1a09f8e\n"
          "  frame      ok   equals the books at index 1,204,310"};
}

Section outcome_section() {
  Section section{"What the audit says", {}};
  section.blocks = {
      Sentence{"NO SIGN of 1e26 FLOP or more hidden by Northwind Compute, 1 July to 31 December "
               "2026, runs of at most 180 days. Had there been such a run on chips of this "
               "register, this audit would have drawn one of its chips with probability 0.950 "
               "(309 of 309 lines read, 0 open)."},
      Callout{Verdict::good, "Northwind Compute: no sign of a hidden run",
              "309 of 309 lines read, none open. What it does not cover stands in section 4."},
      Callout{Verdict::bad, "Saltmarsh AI: finding",
              "2 of 223 drawn chips carry snapshots that no declared run explains."},
      Callout{Verdict::warn, "Institute of Large Systems: not concluded", "3 lines are open."},
      Callout{Verdict::neutral, "Device logs here come from Muster's emulator",
              "On today's chips Muster audits existence and custody, not use."},
      fleet_table(),
  };
  return section;
}

}  // namespace

LineChart sample_power_curve() {
  LineChart chart;
  chart.title = "Probability that a chip of the run is drawn, by size of the run";
  chart.description =
      "The curve of this plan rises from 78 % at 1e26 FLOP and passes the promised 95 % at "
      "1.5e26 FLOP.";
  chart.x = {"size of the hidden run, FLOP", ScaleKind::logarithmic, NumberForm::plain, {}, {}};
  chart.y = {"probability", ScaleKind::linear, NumberForm::percent, 0.0, 1.0};
  chart.series = {{"this plan, n = 748", power_points(2000)},
                  {"half of the chips off the register", power_points(700)},
                  {"8-bit formats used", power_points(1200)}};
  chart.references = {{ReferenceLine::Across::horizontal, 0.95, "promised 95 %"},
                      {ReferenceLine::Across::vertical, 1.5e26, "1.5 x rule"}};
  return chart;
}

BarChart sample_bars() {
  BarChart chart;
  chart.title = "Lines by Prover and state";
  chart.description = "Most lines are consistent; Saltmarsh AI has two contradicted lines.";
  chart.value = {"lines", ScaleKind::linear, NumberForm::plain, {}, {}};
  chart.parts = {{"consistent", Verdict::good},
                 {"query", Verdict::warn},
                 {"contradicted", Verdict::bad},
                 {"open", Verdict::neutral}};
  chart.bars = {{"Northwind Compute", {309, 0, 0, 0}, "309", Verdict::none},
                {"Saltmarsh AI", {219, 2, 2, 0}, "223, of these 2 contradicted", Verdict::bad},
                {"Institute of Large Systems at the University of Östermark",
                 {130, 2, 0, 3},
                 "135, of these 3 open",
                 Verdict::warn},
                {"Tundra Cloud", {81}, "", Verdict::none}};
  return chart;
}

FlowChart sample_flow() {
  FlowChart chart;
  chart.title = "Chips of the window from fab to datacentre";
  chart.description = "Of 1,020,000 dies, 1,000,000 chips reach a datacentre of four Provers.";
  chart.stages = {"Fab", "Packaging", "Test", "Assembly", "Chokepoint", "Datacentre"};
  chart.nodes = {{0, "Hillside fab", Verdict::none},
                 {1, "Two Rivers OSAT", Verdict::none},
                 {2, "Final test", Verdict::none},
                 {3, "Board maker A", Verdict::none},
                 {3, "Board maker B", Verdict::none},
                 {3, "Scrapped", Verdict::neutral},
                 {4, "Port of Veldt", Verdict::none},
                 {4, "Air cargo North", Verdict::none},
                 {5, "Northwind Compute", Verdict::none},
                 {5, "Saltmarsh AI", Verdict::none},
                 {5, "Institute of Large Systems", Verdict::none},
                 {5, "Tundra Cloud", Verdict::none},
                 {5, "Lost on the way", Verdict::bad}};
  chart.links = {{0, 1, 1'020'000}, {1, 2, 1'020'000}, {2, 3, 600'000},  {2, 4, 401'000},
                 {2, 5, 19'000},    {3, 6, 600'000},   {4, 7, 401'000},  {6, 8, 412'000},
                 {6, 9, 188'000},   {7, 9, 110'500},   {7, 10, 180'250}, {7, 11, 109'250},
                 {7, 12, 1'000}};
  return chart;
}

Document sample_document() {
  Document document;
  document.title = "Use audit of four Provers";
  document.subtitle = "Jurisdiction of Westmark, 1 July to 31 December 2026";
  document.banner = "SIMULATED: Provers, serial numbers, keys and logs are synthetic";
  document.facts = {"",
                    {{"Plan", "P17, committed at entry 1,204,310"},
                     {"Ledger", "westmark.example, 1,204,331 entries"},
                     {"Root", "4c0e51b7a2d8839de0f5c2a1bb1f7c6e5d4c3b2a19080706f5e4d3c2b1a09f8e"},
                     {"Signatures", {"checked", Verdict::good}},
                     {"Recognition", {"not known", Verdict::warn}}}};
  document.sections = {
      outcome_section(),
      {"Power", {Paragraph{"What the plan promises, and what it does not."}, sample_power_curve()}},
      {"Lines", {sample_bars(), sample_flow()}},
      {"How to check this", {Paragraph{"Anyone can repeat every step."}, sample_code()}}};
  document.footer = "Written by muster 0.1.0. This is not a probability that a Prover is honest.";
  return document;
}

Document hostile_document() {
  const std::string text = hostile_text;
  LineChart line{text,
                 text,
                 {text},
                 {text},
                 {{text, {{0, 0}, {1, 1}}}, {text, {{NAN, 1}}}},
                 {{ReferenceLine::Across::vertical, 0.5, text}}};
  BarChart bars{text, text, {text}, {{text}, {text}}, {{text, {1, INFINITY}, text, Verdict::bad}},
                {}};
  FlowChart flow{text, text, {text, text}, {{0, text, {}}, {1, text, Verdict::bad}}, {{0, 1, 5}}};
  Section section{text, {}};
  section.blocks = {Paragraph{text},
                    Sentence{text},
                    Callout{Verdict::bad, text, text},
                    CodeBlock{text, text},
                    Table{text, {{text}, {text, ColumnKind::code}}, {{text, text}, {text}}, text},
                    KeyValues{text, {{text, text}}},
                    line,
                    bars,
                    flow};
  return {text, text, text, {text, {{text, text}}}, {section, section, section}, text};
}

}  // namespace muster::test
