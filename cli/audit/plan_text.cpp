#include "cli/audit/plan_text.hpp"

#include "cli/audit/design_text.hpp"
#include "cli/print/number.hpp"
#include "sampler/evaluate/evaluation.hpp"

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
    return printer.paragraph("left out: " + print::counted(plan.request.seen->chips, "chip") +
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

void print_extended(print::Printer& printer, const Plan& plan) {
  if (!plan.request.extends) return;
  const sampler::ExtendedPlan& extended = *plan.request.extends;
  printer.paragraph("It extends plan " + extended.plan.text() + ": from the same seeds, with its " +
                    print::counted(extended.lines, "line") + " among those drawn here.");
}

/// They lower what is asked of a run, so that they stand in front, with what holds without them.
void print_title_assumptions(print::Printer& printer, const Plan& plan) {
  for (const std::string& assumption : plan.threshold.lowering) {
    printer.paragraph("ASSUMED: " + assumption + ".", print::Tone::warn);
  }
  if (!plan.probability_if_false) return;
  printer.paragraph("If that is false, a chip of the run is drawn with " +
                        print::percent(as_double(*plan.probability_if_false)) + ".",
                    print::Tone::warn);
}

/// What decides which lines are drawn.
std::string decided_by(const sampler::BeaconSpec& beacon) {
  if (beacon.kind == "ceremony") return "the ceremony in the ledger";
  if (beacon.kind == "value") return "a value that somebody states: UNVERIFIED";
  std::string sources;
  for (const sampler::PublicRound& source : beacon.sources) {
    sources += (sources.empty() ? "" : ", ") + source.kind;
  }
  if (beacon.kind == "gate") return "at each gate the first value after the arrival: " + sources;
  return (sources.empty() ? beacon.kind : sources) + ", not before " +
         beacon.not_before.to_string();
}

void add_unseen(const sampler::UnseenChips& unseen, print::Facts& facts) {
  const auto add = [&](const char* what, std::uint64_t chips) {
    if (chips > 0) facts.rows.push_back({what, print::grouped(chips)});
  };
  facts.rows.push_back({"off the books at most", print::grouped(unseen.offbook)});
  add("exempt at most", unseen.exempt);
  add("of broken generations at most", unseen.broken);
  add("with leaked keys", unseen.leaked);
}

void print_facts(print::Printer& printer, const Plan& plan) {
  const auto& request = plan.request;
  print::Facts facts{
      "",
      {{"inspect",
        {print::counted(plan.sample_size, "chip") + " of " + print::grouped(plan.threshold.chips) +
             ", " + print::counted(request.sites.size(), "site") +
             (has_fixed_size(plan) ? "" : ", expected"),
         print::Tone::strong}},
       {"decided by", decided_by(request.beacon)},
       {"a chip of the run is drawn with", stats::digits(plan.drawn_probability)}}};
  // A plan that reads no logs says nothing of what they hold.
  if (request.purpose == sampler::Purpose::use) {
    facts.rows.push_back(
        {"and its log holds a snapshot", stats::digits(plan.detection_probability)});
  }
  facts.rows.push_back({"its false story is refuted with", "not known"});
  facts.rows.push_back({"violation chips k", chips_text(plan.threshold.violation_chips)});
  if (plan.threshold.violation_chips_sparse) {
    facts.rows.push_back(
        {"k with the makers' sparsity", print::grouped(*plan.threshold.violation_chips_sparse)});
  }
  facts.rows.push_back({"k_eff", chips_text(plan.threshold.effective_chips)});
  add_unseen(request.unseen, facts);
  facts.rows.push_back({"with replacement / IAEA", chips_text(plan.other_sizes.with_replacement) +
                                                       " / " + chips_text(plan.other_sizes.iaea)});
  printer.facts(facts);
}

}  // namespace

void print_abandoned(print::Printer& printer, const CommittedPlan& plan) {
  if (!plan.abandoned) return;
  printer.paragraph("ABANDONED: the Verifier gave plan " + plan.id + " up in entry " +
                        std::to_string(*plan.abandoned) +
                        ". Its lines clear nobody; hits among them stay what they are.",
                    print::Tone::bad);
}

double as_double(const stats::Real& value) { return value.convert_to<double>(); }

void print_plan(print::Printer& printer, const Plan& plan) {
  const auto& request = plan.request;
  printer.heading("Plan " + request.id.text() + " for " + request.title);
  print_title_assumptions(printer, plan);
  if (request.emulated) {
    printer.paragraph("SIMULATED: the firmware of these chips is Muster's emulator.",
                      print::Tone::warn);
  }
  printer.paragraph(sampler::first_line(plan), print::Tone::faint);
  printer.paragraph("Time of freeze: " + sampler::freeze_time_text(plan.freeze) + ".",
                    plan.freeze.not_after ? print::Tone::good : print::Tone::faint);
  print_facts(printer, plan);
  print_design(printer, plan);
  print_extended(printer, plan);
  print_rest(printer, plan);
  print_power(printer, "Runs of other sizes, within the longest run", plan.over_sizes);
  print_power(printer, "The same excess over longer runs", plan.over_lengths);
  for (const std::string& assumption : plan.assumptions) {
    printer.paragraph("assumes: " + assumption);
  }
  for (const std::string& asked : sampler::demand_sentences(request.evidence)) {
    printer.paragraph("asks of logs: " + asked);
  }
  for (const std::string& gap : plan.not_covered) printer.paragraph("not covered: " + gap);
  printer.paragraph(has_fixed_size(plan)
                        ? "If every line is consistent, the result will say:"
                        : "If every line is consistent, and chance draws as many as expected, the "
                          "result will say:");
  printer.paragraph(sampler::promised_sentence(plan), print::Tone::strong);
}

}  // namespace muster::cli
