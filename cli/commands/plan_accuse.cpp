// `plan accuse`: hits of several Provers together.

#include "cli/audit/answers.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/print/number.hpp"
#include "sampler/evaluate/accusation.hpp"

namespace muster::cli {
namespace {

struct AccuseOptions {
  std::vector<std::string> plans;
  std::string level = "0.01";
};

Result<ExitCode> plan_accuse(Context& context, const AccuseOptions& options) {
  auto level = sampler::Probability::parse(options.level);
  if (!level) return failure(std::move(level.error()).during("--level"));
  const std::set<std::string> distinct(options.plans.begin(), options.plans.end());
  if (distinct.size() != options.plans.size()) {
    return failure(Errc::invalid_input, "plan accuse: a plan is given twice");
  }
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  std::vector<sampler::AccusedAudit> family;
  for (const std::string& id : options.plans) {
    MUSTER_TRY_ASSIGN(const auto plan, committed_plan(*home, id));
    MUSTER_TRY_ASSIGN(const auto result, evaluated(*home, plan));
    MUSTER_TRY_ASSIGN(auto audit, sampler::accused_audit(plan.plan, result));
    family.push_back(std::move(audit));
  }
  const auto list = sampler::accusations(family, 1 - level->complement());
  print::Table table{"Hits against what chance does to honest Provers, all " +
                         std::to_string(list.size()) + " together (Holm)",
                     {{"plan"},
                      print::number_column("lines"),
                      print::number_column("hits"),
                      print::number_column("by chance"),
                      print::number_column("adjusted"),
                      {"accusation"}},
                     {}};
  bool any = false;
  for (const auto& item : list) {
    any = any || item.stands;
    table.rows.push_back({item.audit.name,
                          print::grouped(item.audit.lines),
                          print::grouped(item.audit.hits),
                          stats::digits(item.by_chance, 4),
                          stats::digits(item.adjusted, 4),
                          {item.stands ? "stands" : "does not stand",
                           item.stands ? print::Tone::bad : print::Tone::good}});
  }
  auto printer = context.printer();
  printer.table(table);
  printer.paragraph(
      "If every Prover here is honest and lines fail independently at the stated rates, "
      "any accusation stands with probability " +
      options.level + " at most. The law decides violations.");
  printer.json(sampler::accusations_json(list, options.level));
  return any ? ExitCode::negative : ExitCode::done;
}

}  // namespace

void add_plan_accuse_command(CLI::App& app, Context& context) {
  CLI::App& plan = noun(app, "plan", "inspection plans");
  auto& accuse = context.keep<AccuseOptions>();
  CLI::App& accuse_verb =
      add_verb(plan, "accuse", "hits of several Provers against chance, family-wise", context,
               [&] { return plan_accuse(context, accuse); });
  accuse_verb.add_option("plans", accuse.plans, "ids of the family's plans")->required();
  accuse_verb.add_option("--level", accuse.level, "chance to accuse any honest one; 0.01");
}

}  // namespace muster::cli
