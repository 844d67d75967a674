#include "cli/audit/plan_text.hpp"

#include "cli/audit/design_text.hpp"
#include "cli/print/number.hpp"
#include "ledger/base/file.hpp"

namespace muster::cli {
namespace {

using sampler::Plan;
using sampler::PowerPoint;

std::string chips_text(const std::optional<std::uint64_t>& count) {
  return count ? print::grouped(*count) : "more than there are";
}

void print_power(print::Printer& printer, const std::string& caption,
                 const std::vector<PowerPoint>& points) {
  print::Table table{
      caption,
      {print::number_column("run, FLOP"), print::number_column("days"),
       print::number_column("chips of the frame"), print::number_column("drawn with")},
      {}};
  for (const PowerPoint& point : points) {
    const std::string drawn =
        point.probability ? print::percent(as_double(*point.probability)) : "out of reach";
    table.rows.push_back({print::compact(point.run_flop.to_double()), point.days.text(),
                          chips_text(point.effective_chips), drawn});
  }
  printer.table(table);
}

}  // namespace

namespace {

void print_rest(print::Printer& printer, const Plan& plan) {
  if (!plan.request.seen) return;
  if (remembers(plan.request)) {
    return printer.note("left out: " + print::counted(plan.request.seen->chips, "chip") +
                        " that the visits before drew, up to plan " +
                        plan.request.seen->plan.text());
  }
  const sampler::SeenBefore& seen = *plan.request.seen;
  print::Facts facts{
      "A draw from what plan " + seen.plan.text() + " and those before it left",
      {{"chips seen before", print::grouped(seen.chips) + ", of them " +
                                 print::grouped(seen.not_consistent) + " hits or open"},
       {"counted as working for the run", print::grouped(plan.threshold.unseen.seen)},
       {"target", seen.target_of == sampler::TargetOf::draw
                      ? "of this draw alone, whatever the earlier ones found"
                      : "of all draws together"}}};
  if (plan.all_draws) {
    const sampler::AllDraws& all = *plan.all_draws;
    facts.rows.push_back({"all draws, as one sample",
                          print::grouped(all.lines) + " of " + print::grouped(all.population)});
    facts.rows.push_back({"meets a chip of the run with",
                          {stats::digits(all.detection_probability), print::Tone::strong}});
  } else {
    facts.rows.push_back({"all draws, as one sample", "no claim"});
  }
  printer.facts(facts);
}

}  // namespace

double as_double(const stats::Real& value) { return value.convert_to<double>(); }

void print_plan(print::Printer& printer, const Plan& plan) {
  const auto& request = plan.request;
  printer.heading("Plan " + request.id.text() + " for " + request.title);
  if (request.emulated) {
    printer.paragraph("SIMULATED: the firmware of these chips is Muster's emulator.",
                      print::Tone::warn);
  }
  printer.paragraph("Time of freeze: " + sampler::freeze_time_text(plan.freeze) + ".",
                    plan.freeze.not_after ? print::Tone::good : print::Tone::faint);
  printer.facts(
      {"",
       {{"inspect",
         {print::counted(plan.sample_size, "chip") + " of " + print::grouped(plan.threshold.chips) +
              ", " + print::counted(request.sites.size(), "site"),
          print::Tone::strong}},
        {"a chip of the run is drawn with", stats::digits(plan.drawn_probability)},
        {"and its log holds a snapshot", stats::digits(plan.detection_probability)},
        {"its false story is refuted with", "not known"},
        {"violation chips k", chips_text(plan.threshold.violation_chips)},
        {"k_eff", chips_text(plan.threshold.effective_chips)},
        {"off the books at most", print::grouped(request.unseen.offbook)},
        {"with replacement / IAEA", chips_text(plan.other_sizes.with_replacement) + " / " +
                                        chips_text(plan.other_sizes.iaea)}}});
  print_design(printer, plan);
  print_rest(printer, plan);
  print_power(printer, "Runs of other sizes, within the longest run", plan.over_sizes);
  print_power(printer, "The same excess over longer runs", plan.over_lengths);
  for (const std::string& assumption : plan.assumptions) printer.note("assumes: " + assumption);
  for (const std::string& gap : plan.not_covered) printer.note("not covered: " + gap);
}

Result<void> give_plan(Context& context, const Plan& plan, const std::string& out) {
  const Json document = sampler::plan_json(plan);
  if (!context.options().dry_run) {
    MUSTER_TRY(create_file(out, as_bytes(canonical_json(document))));
  }
  auto printer = context.printer();
  print_plan(printer, plan);
  printer.json(document);
  return {};
}

}  // namespace muster::cli
