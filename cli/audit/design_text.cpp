#include "cli/audit/design_text.hpp"

#include "cli/audit/plan_text.hpp"
#include "cli/print/number.hpp"

namespace muster::cli {
namespace {

using sampler::Layout;
using sampler::Plan;

std::string amount(const stats::Real& value) { return print::compact(as_double(value)); }

void print_sites(print::Printer& printer, const Plan& plan) {
  const Layout& layout = *plan.layout;
  if (layout.sites.empty()) return;
  print::Table table{"What is inspected at each site",
                     {{"site"},
                      print::number_column("chips there"),
                      print::number_column("inspect"),
                      print::number_column("with chance"),
                      print::number_column("otherwise")},
                     {}};
  for (std::size_t i = 0; i < layout.sites.size(); ++i) {
    const sampler::SiteDraw& draw = layout.sites[i];
    const bool sure = draw.low == draw.high;
    table.rows.push_back({draw.site.text(), print::grouped(plan.request.sites[i].chips),
                          print::grouped(draw.high),
                          sure ? "always" : print::percent(as_double(draw.share)),
                          sure ? "" : print::grouped(draw.low)});
  }
  printer.table(table);
}

void print_provers(print::Printer& printer, const Layout& layout) {
  if (!layout.own_plans) return;
  print::Table table{"What each Prover of the pool contributes, with one k for all",
                     {{"Prover"},
                      print::number_column("chips there"),
                      print::number_column("inspect"),
                      print::number_column("a run wholly there is drawn with"),
                      print::number_column("of the run at worst")},
                     {}};
  for (const sampler::ProverDraw& draw : layout.provers) {
    table.rows.push_back({draw.prover.text(), print::grouped(draw.chips),
                          print::grouped(draw.inspected),
                          draw.alone ? print::percent(as_double(*draw.alone)) : "too few chips",
                          print::grouped(draw.worst)});
  }
  printer.table(table);
  printer.paragraph(
      "splitting gains nothing: whoever holds how many of the run, it is drawn with the "
      "chance above or more; a plan for each Prover by itself would take " +
      print::counted(layout.own_plans->chips, "chip") +
      " and draw a run that is split over them with " +
      print::percent(as_double(layout.own_plans->split)));
}

void print_classes(print::Printer& printer, const Layout& layout) {
  if (layout.classes.empty()) return;
  print::Table table{"With what chance each chip is inspected",
                     {{"class"},
                      {"weight"},
                      print::number_column("chips"),
                      print::number_column("each with chance")},
                     {}};
  for (const sampler::ClassDraw& draw : layout.classes) {
    table.rows.push_back({draw.frame_class, draw.frame_weight, print::grouped(draw.chips),
                          print::percent(as_double(draw.rate))});
  }
  printer.table(table);
}

void print_rounds(print::Printer& printer, const Plan& plan) {
  const Layout& layout = *plan.layout;
  if (layout.rounds.empty()) return;
  print::Table table{
      "Runs of these lengths, over all visits that are sure to meet them",
      {print::number_column("run, days"), print::number_column("visits"),
       print::number_column("chips of the frame"), print::number_column("drawn with")},
      {}};
  for (const sampler::RoundPower& power : layout.rounds) {
    table.rows.push_back(
        {power.run_days.text(), print::grouped(power.visits),
         power.effective_chips ? print::grouped(*power.effective_chips) : "more than there are",
         power.probability ? print::percent(as_double(*power.probability)) : "out of reach"});
  }
  printer.table(table);
  if (!layout.rotation) return;
  if (remembers(plan.request)) {
    return printer.paragraph(
        print::counted(layout.rotation->visits, "visit") +
        " in a row are one sample; against a Prover who watches and moves the run to chips already "
        "seen they draw one of it with " +
        print::percent(as_double(watched_power(plan.request, layout))));
  }
  printer.paragraph("a rotation over chips not yet seen would take " +
                    print::grouped(layout.rotation->sample_size) +
                    " at each visit, but a Prover who watches could use chips already seen");
}

void print_family(print::Printer& printer, const Plan& plan) {
  const Layout& layout = *plan.layout;
  if (!layout.family) return;
  const sampler::FamilyAnswer& family = *layout.family;
  printer.facts(
      {"Accusing, among " + print::counted(plan.request.design->family->provers, "Prover"),
       {{"hits of one Prover that may accuse it", family.accuse_from > plan.sample_size
                                                      ? "no number of them"
                                                      : print::grouped(family.accuse_from)},
        {"an honest one would show so many with", stats::digits(family.wrong_accusation)},
        {"level for each (Holm, strictest step)", stats::digits(family.level_per_prover)},
        {"honest ones accused, expected", stats::digits(family.expected_false)}}});
}

}  // namespace

void print_design(print::Printer& printer, const Plan& plan) {
  if (!plan.layout) return;
  const Layout& layout = *plan.layout;
  const bool rounds = !layout.rounds.empty();
  print::Facts facts{"Design: " + std::string(design_name(plan.request.design->kind)),
                     {{"chips inspected", amount(layout.expected_chips) +
                                              (layout.chance_decides ? ", expected" : "") +
                                              (rounds ? ", at each visit" : "")},
                      {"sites visited, expected", amount(layout.expected_visits)},
                      {"cost, expected", {amount(layout.expected_cost), print::Tone::strong}}}};
  if (layout.no_fewer_than) {
    facts.rows.push_back({"no design for any placement takes fewer chips than",
                          print::grouped(*layout.no_fewer_than)});
  }
  if (!layout.worst_is_exact) facts.rows.push_back({"probabilities", "bounds, on the safe side"});
  printer.facts(facts);
  print_sites(printer, plan);
  print_provers(printer, layout);
  print_classes(printer, layout);
  print_rounds(printer, plan);
  print_family(printer, plan);
}

}  // namespace muster::cli
