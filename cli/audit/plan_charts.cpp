#include "cli/audit/plan_charts.hpp"

#include "cli/audit/plan_text.hpp"
#include "cli/print/number.hpp"
#include "sampler/plan/evasion.hpp"

namespace muster::cli {
namespace {

using report::LineChart;
using report::ReferenceLine;
using report::Series;
using sampler::Plan;

report::Axis chance_axis() {
  return {.title = "probability that a chip of the run is drawn",
          .form = report::NumberForm::percent,
          .low = 0,
          .high = 1};
}

ReferenceLine promised(const Plan& plan) {
  const double target = 1 - as_double(plan.request.target.complement());
  return {ReferenceLine::Across::horizontal, target, "asked for: " + print::percent(target)};
}

Series size_series(const Plan& plan, std::string name) {
  Series series{std::move(name), {}};
  const double rule = plan.request.run.rule_flop.to_double();
  for (const sampler::PowerPoint& point : plan.over_sizes) {
    if (!point.probability) continue;
    series.points.push_back({point.run_flop.to_double() / rule, as_double(*point.probability)});
  }
  return series;
}

LineChart size_chart(std::string title) {
  return {std::move(title),
          "Probability that a chip of the run is drawn, against the size of the run in multiples "
          "of the rule.",
          {.title = "size of the run, in multiples of the rule"},
          chance_axis(),
          {},
          {}};
}

}  // namespace

LineChart power_chart(const Plan& plan) {
  LineChart chart = size_chart("Power of plan " + plan.request.id.text());
  chart.series.push_back(size_series(plan, plan.request.id.text()));
  chart.references.push_back(promised(plan));
  return chart;
}

LineChart evasion_chart(const Plan& plan) {
  LineChart chart{"Evading plan " + plan.request.id.text() + " by time",
                  "Probability that a chip is drawn of a run of the planned excess that takes "
                  "other lengths of time: with more chips for shorter, with fewer for longer.",
                  {.title = "length of the run, in multiples of the longest planned"},
                  chance_axis(),
                  {{"more chips, shorter", {}}, {"fewer chips, longer", {}}},
                  {promised(plan), {ReferenceLine::Across::vertical, 1, "longest planned"}}};
  const double longest = plan.request.run.longest_days.to_double();
  for (const sampler::PowerPoint& point : sampler::evasion_curve(plan)) {
    if (!point.probability) continue;
    const double length = point.days.to_double() / longest;
    const report::Point drawn{length, as_double(*point.probability)};
    if (length <= 1) chart.series[0].points.push_back(drawn);
    if (length >= 1) chart.series[1].points.push_back(drawn);
  }
  return chart;
}

report::BarChart comparison_chart(const std::vector<ComparedDesign>& designs) {
  report::BarChart chart{"What each design costs",
                         "Expected cost of each design that reaches the target: chips, and "
                         "visits to sites.",
                         {.title = "cost, in the units of the plan"},
                         {{"chips"}, {"visits"}},
                         {},
                         {}};
  for (const ComparedDesign& design : designs) {
    if (!design.plan) continue;
    const sampler::Layout& layout = *design.plan->layout;
    chart.bars.push_back({design.name,
                          {as_double(layout.expected_cost - layout.expected_visit_cost),
                           as_double(layout.expected_visit_cost)},
                          print::grouped(design.plan->sample_size) + " chips"});
  }
  return chart;
}

LineChart compared_power_chart(const std::vector<ComparedDesign>& designs) {
  LineChart chart = size_chart("Power of each design");
  for (const ComparedDesign& design : designs) {
    if (!design.plan) continue;
    chart.series.push_back(size_series(*design.plan, design.name));
    if (chart.references.empty()) chart.references.push_back(promised(*design.plan));
  }
  return chart;
}

LineChart looks_chart(const Plan& plan, const std::vector<sampler::Look>& looks) {
  const auto run = static_cast<double>(plan.run_chips());
  LineChart chart{"What the lines of plan " + plan.request.id.text() + " leave possible",
                  "The most violating chips of the frame that the confidence sequence does not "
                  "reject, after so many lines in the order of their tickets.",
                  {.title = "lines read"},
                  {.title = "violating chips at most", .scale = report::ScaleKind::logarithmic},
                  {{"violating at most", {}}},
                  {{ReferenceLine::Across::horizontal, run, "a run needs so many"}}};
  for (const sampler::Look& look : looks) {
    chart.series.front().points.push_back(
        {static_cast<double>(look.lines), static_cast<double>(look.violating_at_most)});
  }
  return chart;
}

LineChart visit_looks_chart(const Plan& plan, const std::vector<sampler::VisitLook>& looks) {
  LineChart chart{"What the visits of plan " + plan.request.id.text() + " would have drawn",
                  "Probability that the lines read so far would have drawn a chip of the run, "
                  "placed worst, after each site that is done.",
                  {.title = "lines read", .low = 0},
                  chance_axis(),
                  {{"after each site", {{0, 0}}}},
                  {promised(plan)}};
  auto& points = chart.series.front().points;
  for (const sampler::VisitLook& look : looks) {
    // A claim holds from the end of a visit on: a step, and nothing in between.
    const auto lines = static_cast<double>(look.lines);
    points.push_back({lines, points.back().y});
    points.push_back({lines, as_double(look.drawn)});
  }
  return chart;
}

}  // namespace muster::cli
