// `plan compare`: what each design takes and promises, side by side, before one is chosen.

#include "cli/audit/design_comparison.hpp"
#include "cli/audit/plan_request.hpp"
#include "cli/audit/plan_text.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/new_folder.hpp"
#include "cli/print/number.hpp"
#include "cli/report/svg_file.hpp"
#include "ledger/base/file.hpp"

namespace muster::cli {
namespace {

using sampler::DesignKind;

struct DesignComparisonOptions {
  PlanWish wish;
  std::string svg;
  std::string power_svg;
};

const char* covers(DesignKind kind) {
  switch (kind) {
    case DesignKind::colocated:
      return "runs at one site only";
    case DesignKind::rounds:
      return "runs over several visits";
    case DesignKind::simple:
    case DesignKind::stratified:
    case DesignKind::weighted:
      break;
  }
  return "runs anywhere";
}

void print_compared(print::Printer& printer, const std::vector<ComparedDesign>& designs) {
  print::Table table{"Designs for the same run and target; the plan of each says what it assumes",
                     {{"design"},
                      print::number_column("chips"),
                      print::number_column("visits"),
                      print::number_column("cost"),
                      print::number_column("drawn with"),
                      print::number_column("at 1.5x"),
                      {"covers"}},
                     {}};
  for (const ComparedDesign& design : designs) {
    if (!design.plan) {
      table.rows.push_back({design.name, "", "", "", "", "", "not possible: " + design.problem});
      continue;
    }
    const sampler::Layout& layout = *design.plan->layout;
    const auto& larger = design.plan->over_sizes.at(5).probability;
    table.rows.push_back({design.name, print::grouped(design.plan->sample_size),
                          print::compact(as_double(layout.expected_visits)),
                          print::compact(as_double(layout.expected_cost)),
                          print::percent(as_double(design.plan->detection_probability)),
                          larger ? print::percent(as_double(*larger)) : "out of reach",
                          covers(design.plan->request.design->kind)});
  }
  printer.table(table);
  printer.note("\"at 1.5x\": against a run of one and a half times the rule");
  printer.note("rounds: chips, visits and cost are those of one round of visits");
}

Json compared_json(const std::vector<ComparedDesign>& designs) {
  Json list = Json::array();
  for (const ComparedDesign& design : designs) {
    Json item{{"design", design.name},
              {"possible", design.plan.has_value()},
              {"problem", design.plan ? Json() : Json(design.problem)}};
    if (design.plan) {
      const Json document = sampler::plan_json(*design.plan);
      for (const char* field :
           {"sample_size", "drawn_probability", "drawn_and_logged_probability", "title_assumptions",
            "assumptions", "not_covered", "power_over_sizes", "power_over_lengths"}) {
        item[field] = document.at(field);
      }
      item["layout"] = document.at("design");
    }
    list.push_back(std::move(item));
  }
  return list;
}

Result<ExitCode> plan_compare(Context& context, const DesignComparisonOptions& options) {
  MUSTER_TRY(check_new({options.svg, options.power_svg}));
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(const auto design, design_of(options.wish.design));
  PlanWish wish = options.wish;
  wish.design = {};
  MUSTER_TRY_ASSIGN(const auto request, plan_request(context, *home, wish));
  const auto designs = compared_designs(design.value_or(sampler::Design{}), request);
  const bool any = std::any_of(designs.begin(), designs.end(),
                               [](const ComparedDesign& item) { return item.plan.has_value(); });
  if (any && !context.options().dry_run) {
    if (!options.svg.empty()) {
      MUSTER_TRY(create_file(options.svg, as_bytes(report::svg_file(comparison_chart(designs)))));
    }
    if (!options.power_svg.empty()) {
      const std::string chart = report::svg_file(compared_power_chart(designs));
      MUSTER_TRY(create_file(options.power_svg, as_bytes(chart)));
    }
  }
  auto printer = context.printer();
  print_compared(printer, designs);
  printer.json({{"designs", compared_json(designs)}});
  if (!any && (!options.svg.empty() || !options.power_svg.empty())) {
    printer.note("no design is possible: no picture was written");
  }
  return any ? ExitCode::done : ExitCode::negative;
}

}  // namespace

void add_plan_compare_commands(CLI::App& app, Context& context) {
  auto& options = context.keep<DesignComparisonOptions>();
  options.wish.id = "compared";
  CLI::App& verb = add_verb(noun(app, "plan", "inspection plans"), "compare",
                            "designs side by side: chips, visits, cost, promise", context,
                            [&] { return plan_compare(context, options); });
  add_plan_options(verb, options.wish);
  add_design_options(verb, options.wish.design, false);
  verb.add_option("--svg", options.svg, "draw the costs into this new file");
  verb.add_option("--power-svg", options.power_svg, "draw the power of each into this new file");
}

}  // namespace muster::cli
