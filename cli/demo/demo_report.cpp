#include "cli/demo/demo_report.hpp"

#include "cli/audit/design_comparison.hpp"
#include "cli/print/number.hpp"

namespace muster::cli::demo {
namespace {

using report::Block;
using report::Cell;
using report::Column;
using report::ColumnKind;
using report::Section;
using report::Verdict;

Column number_column(std::string title) { return {std::move(title), ColumnKind::number}; }

Verdict tone_of(const std::string& verdict) {
  if (verdict == "no-sign-of") return Verdict::good;
  return verdict == "finding" ? Verdict::bad : Verdict::warn;
}

double number_of(const Json& value) {
  if (value.is_string()) return std::strtod(value.get_ref<const std::string&>().c_str(), nullptr);
  return value.is_number() ? value.get<double>() : 0.0;
}

std::string text_of(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

Section what_this_is(const World& world, const Inspection& inspection) {
  Section section{"What this is"};
  section.blocks.push_back(report::Callout{
      Verdict::warn, "Simulated",
      "Every Prover is fictional; each has a fleet the size of a publicly reported one, divided "
      "by " +
          print::grouped(world.options().scale) +
          ". Serial numbers, keys and logs are synthetic, and the firmware of every chip is "
          "Muster's emulator. No chip sold today is known to write such a log: on today's chips "
          "Muster audits existence and custody, not use."});
  section.blocks.push_back(report::Paragraph{
      "Asked for a plan that reads logs of real products, Muster refuses first: " +
      inspection.refusal});
  section.blocks.push_back(report::Paragraph{
      "The rule of 1e26 FLOP is scaled with the fleets to " + world.rule_flop().text() +
      " FLOP, and each plan must catch that much hidden beyond what may go unreported, within " +
      std::to_string(window_days) +
      " days. The inspector runs as a second process that sees the "
      "ledger, the frame keys in escrow, the beacon transcripts and what the drawn chips "
      "present."});
  return section;
}

Block fleet_table(const World& world) {
  report::Table table{"Fleets",
                      {{"Prover"},
                       {"modelled on"},
                       number_column("chips reported"),
                       number_column("chips here"),
                       number_column("models")}};
  for (const Fleet& fleet : world.fleets().fleets) {
    table.rows.push_back({fleet.name, fleet.modelled, print::grouped(fleet.reported()),
                          print::grouped(fleet.units()), std::to_string(fleet.holdings.size())});
  }
  table.note =
      "Fleet sizes: Epoch AI, ai-chip-counts (MIT), medians. Chip figures: Epoch AI, Data "
      "on machine learning hardware (CC BY 4.0), and makers' data sheets; see data/.";
  return table;
}

report::FlowChart flow(const World& world) {
  report::FlowChart chart{"From fab to datacentre",
                          "How many chips went through each hand, as the ledger tells it.",
                          {"fab", "assembly", "chokepoint", "datacentres"},
                          {{0, "North Foundry"}, {1, "Meridian Systems"}, {2, "Border Agency"}},
                          {}};
  std::uint64_t all = 0;
  for (const Fleet& fleet : world.fleets().fleets) {
    chart.nodes.push_back({3, fleet.name});
    chart.links.push_back({2, chart.nodes.size() - 1, fleet.units()});
    all += fleet.units();
  }
  chart.links.push_back({0, 1, all});
  chart.links.push_back({1, 2, all});
  return chart;
}

Section registry_section(const World& world) {
  Section section{"Registry: every hop, signed"};
  section.blocks.push_back(fleet_table(world));
  section.blocks.push_back(flow(world));
  report::Table table{
      "Statements recorded",
      {{"step"}, number_column("statements"), number_column("chips"), number_column("seconds")}};
  for (const StageCount& stage : world.stages()) {
    table.rows.push_back({stage.stage, print::grouped(stage.statements),
                          print::grouped(stage.chips),
                          print::compact(static_cast<double>(stage.ms) / 1000.0)});
  }
  section.blocks.push_back(std::move(table));
  return section;
}

/// The curve of one plan: how likely a chip of a run of each size is drawn.
report::Series power_series(const Audit& audit, double rule) {
  report::Series series{audit.plan, {}};
  for (const Json& point : audit.document.at("power_over_sizes")) {
    const Json& chance = point.at("power");
    if (chance.is_null()) continue;
    series.points.push_back({number_of(point.at("run_flop")) / rule, number_of(chance)});
  }
  return series;
}

/// Of the first plan: how time evades it, and what other designs would have taken.
void add_plan_pictures(const Inspection& inspection, Section& section) {
  if (inspection.audits.empty()) return;
  const auto plan = sampler::parse_plan(canonical_json(inspection.audits.front().document));
  if (!plan) return;
  section.blocks.push_back(evasion_chart(*plan));
  sampler::Design priced;
  priced.costs.visit = sampler::Decimal::from_integer(50);
  section.blocks.push_back(report::Paragraph{
      "The same plan by other designs, a visit taken to cost as much as 50 chips:"});
  const auto designs = compared_designs(priced, plan->request);
  section.blocks.push_back(comparison_chart(designs));
  section.blocks.push_back(compared_power_chart(designs));
}

Section plan_section(const World& world, const Inspection& inspection) {
  Section section{"Plans: how many chips, and what that catches"};
  report::Table table{"One plan for each Prover, and one for the pool of all",
                      {{"plan"},
                       {"whom"},
                       number_column("chips in frame"),
                       number_column("violation chips k"),
                       number_column("inspect"),
                       number_column("drawn with")}};
  report::LineChart chart{
      "Power over the size of the run",
      "Probability that a chip of the run is drawn, against the size of the run "
      "in multiples of the rule.",
      {.title = "size of run, in multiples of the rule"},
      {.title = "probability that one of its chips is drawn",
       .form = report::NumberForm::percent,
       .low = 0,
       .high = 1},
      {},
      {{report::ReferenceLine::Across::horizontal, 0.95, "promised 95 %"}}};
  const double rule = world.rule_flop().to_double();
  for (const Audit& audit : inspection.audits) {
    const Json& result = audit.evaluation;
    table.rows.push_back({audit.plan, audit.title,
                          print::grouped(audit.document.at("population").get<std::uint64_t>()),
                          text_of(audit.document.at("threshold").at("violation_chips")),
                          print::grouped(audit.lines),
                          print::percent(number_of(result.at("drawn_probability")))});
    chart.series.push_back(power_series(audit, rule));
  }
  section.blocks.push_back(std::move(table));
  section.blocks.push_back(std::move(chart));
  add_plan_pictures(inspection, section);
  return section;
}

/// What could be claimed after each site that was done, for plans of several sites.
report::LineChart interim_chart(const Inspection& inspection) {
  report::LineChart chart{
      "What could be claimed on the way",
      "Probability that the lines read so far would have drawn a chip of the run, placed worst "
      "among the sites, after each site that was done; up to the first open line.",
      {.title = "share of the lines read",
       .form = report::NumberForm::percent,
       .low = 0,
       .high = 1},
      {.title = "probability that one of its chips was drawn",
       .form = report::NumberForm::percent,
       .low = 0,
       .high = 1},
      {},
      {}};
  for (const Audit& audit : inspection.audits) {
    report::Series series{audit.plan, {{0, 0}}};
    for (const Json& look : audit.looks.at("visits")) {
      const double share = number_of(look.at("lines")) / static_cast<double>(audit.lines);
      series.points.push_back({share, series.points.back().y});  // a step, when a site is done
      series.points.push_back({share, number_of(look.at("drawn"))});
    }
    if (series.points.size() > 1) chart.series.push_back(std::move(series));
  }
  return chart;
}

Section verdict_section(const Inspection& inspection) {
  Section section{"What the inspection found"};
  report::Table table{"Drawn chips by verdict",
                      {{"plan"},
                       number_column("read"),
                       number_column("consistent"),
                       number_column("query"),
                       number_column("contradicted"),
                       number_column("not presented"),
                       number_column("hits"),
                       {"verdict"}}};
  for (const Audit& audit : inspection.audits) {
    const auto count = [&](const char* verdict) {
      return print::grouped(audit.verdicts.value(verdict, std::uint64_t{0}));
    };
    const std::string verdict = text_of(audit.evaluation.at("verdict"));
    table.rows.push_back({audit.plan,
                          print::grouped(audit.lines),
                          count("consistent"),
                          count("query"),
                          count("contradicted"),
                          count("not-presented"),
                          print::grouped(audit.hits),
                          {verdict, tone_of(verdict)}});
  }
  section.blocks.push_back(std::move(table));
  auto interim = interim_chart(inspection);
  if (!interim.series.empty()) section.blocks.push_back(std::move(interim));
  for (const Audit& audit : inspection.audits) {
    const std::string verdict = text_of(audit.evaluation.at("verdict"));
    section.blocks.push_back(report::Callout{tone_of(verdict), audit.title,
                                             text_of(audit.evaluation.at("first_line")) + "\n" +
                                                 text_of(audit.evaluation.at("sentence"))});
  }
  return section;
}

Section check_section(const Inspection& inspection) {
  Section section{"What anybody can check again"};
  report::Table table{"Each draw made anew from public artefacts",
                      {{"plan"}, {"check"}, {"answer"}}};
  for (const Audit& audit : inspection.audits) {
    for (const Json& check : audit.checks.at("checks")) {
      const std::string status = text_of(check.at("status"));
      const auto tone = status == "ok"       ? Verdict::good
                        : status == "failed" ? Verdict::bad
                                             : Verdict::warn;
      table.rows.push_back({audit.plan, text_of(check.at("check")), {status, tone}});
    }
  }
  section.blocks.push_back(std::move(table));
  section.blocks.push_back(
      report::CodeBlock{"The ledger, verified from its entries alone", inspection.ledger.dump(2)});
  report::Table steps{"The inspector's commands",
                      {{"step"}, number_column("commands"), number_column("seconds")}};
  for (const Step& step : inspection.steps) {
    steps.rows.push_back({step.name, std::to_string(step.commands),
                          print::compact(static_cast<double>(step.ms) / 1000.0)});
  }
  section.blocks.push_back(std::move(steps));
  return section;
}

}  // namespace

report::Document demo_report(const World& world, const Inspection& inspection) {
  std::uint64_t chips = 0;
  for (const Fleet& fleet : world.fleets().fleets) chips += fleet.units();
  report::Document document{
      .title = "An audit of " + std::to_string(world.fleets().fleets.size()) + " fictional fleets",
      .subtitle = "From the fab to the verdict: registry, ledger, plans, draw, appraisal",
      .banner = "SIMULATED: fictional Provers, synthetic chips, keys and logs",
      .facts = {"",
                {{"scale", "1/" + print::grouped(world.options().scale)},
                 {"chips", print::grouped(chips)},
                 {"rule", world.rule_flop().text() + " FLOP"},
                 {"window", world.window().from.to_string().substr(0, 10) + " to " +
                                world.window().to.to_string().substr(0, 10)},
                 {"time of freeze",
                  text_of(inspection.audits.front().evaluation.at("time_of_freeze").at("text"))}}},
      .footer = "Muster 0.1.0. Simulation tests arithmetic, never the honesty of a real Prover."};
  document.sections.push_back(what_this_is(world, inspection));
  document.sections.push_back(registry_section(world));
  document.sections.push_back(plan_section(world, inspection));
  document.sections.push_back(verdict_section(inspection));
  document.sections.push_back(check_section(inspection));
  return document;
}

}  // namespace muster::cli::demo
