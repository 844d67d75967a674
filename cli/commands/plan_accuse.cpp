// `plan accuse` and `plan looks`: hits of several Provers together, and a sample line by line.

#include "cli/audit/answers.hpp"
#include "cli/audit/draw_evidence.hpp"
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

struct LooksOptions {
  std::string plan;
  std::vector<std::string> frame_keys;
  BeaconSource beacon;
  std::size_t every = 25;
};

std::string short_digits(const stats::Real& value) { return stats::digits(value, 4); }

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
                          short_digits(item.by_chance),
                          short_digits(item.adjusted),
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

/// How each line came out, in the order of the tickets.
std::vector<sampler::LineOutcome> in_ticket_order(const CommittedPlan& plan,
                                                  const sampler::DrawEvidence& evidence,
                                                  const Answers& answers) {
  std::map<std::string, sampler::LineOutcome> outcomes;
  for (const auto& line : answers.results) {
    outcomes[line.chip] = sampler::outcome(line, plan.plan.request.presence_required);
  }
  std::vector<sampler::LineOutcome> list;
  for (const auto& opening : evidence.openings) {
    for (const auto& line : opening.lines) {
      const auto found = outcomes.find(line.line.chip);
      list.push_back(found == outcomes.end() ? sampler::LineOutcome::open : found->second);
    }
  }
  return list;
}

Result<ExitCode> plan_looks(Context& context, const LooksOptions& options) {
  MUSTER_TRY_ASSIGN(const auto keys, read_frame_keys(options.frame_keys));
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(const auto plan, committed_plan(*home, options.plan));
  MUSTER_TRY_ASSIGN(const auto evidence, draw_evidence(*home, plan, keys, options.beacon));
  MUSTER_TRY_ASSIGN(const Answers answers, answers_of(*home, plan.id));
  auto printer = context.printer();
  const std::string because = sampler::no_looks_because(plan.plan);
  const stats::Real so_far = sampler::drawn_so_far(plan.plan, progress_of(plan.plan, answers));
  std::vector<sampler::Look> list;
  if (because.empty()) {
    list = sampler::looks(plan.plan, in_ticket_order(plan, evidence, answers), options.every);
  } else {
    printer.paragraph("Not line by line: " + because + ".", print::Tone::warn);
  }
  print::Table table{"Lines in ticket order; valid however often it is looked at",
                     {print::number_column("lines"), print::number_column("hits"),
                      print::number_column("e-value"), print::number_column("violating at most")},
                     {}};
  for (const auto& look : list) {
    table.rows.push_back({print::grouped(look.lines), print::grouped(look.hits),
                          look.e_value ? short_digits(*look.e_value) : "-",
                          print::grouped(look.violating_at_most)});
  }
  if (because.empty()) printer.table(table);
  printer.facts({"", {{"drawn so far, at the worst placement", short_digits(so_far)}}});
  Json answer = sampler::looks_json(plan.plan, list);
  answer["plan"] = plan.id;
  answer["drawn_so_far"] = stats::digits(so_far);
  printer.json(answer);
  return because.empty() ? ExitCode::done : ExitCode::no_answer;
}

}  // namespace

void add_plan_accuse_commands(CLI::App& app, Context& context) {
  CLI::App& plan = noun(app, "plan", "inspection plans");
  auto& accuse = context.keep<AccuseOptions>();
  CLI::App& accuse_verb =
      add_verb(plan, "accuse", "hits of several Provers against chance, family-wise", context,
               [&] { return plan_accuse(context, accuse); });
  accuse_verb.add_option("plans", accuse.plans, "ids of the family's plans")->required();
  accuse_verb.add_option("--level", accuse.level, "chance to accuse any honest one; 0.01");
  auto& looks = context.keep<LooksOptions>();
  CLI::App& looks_verb =
      add_verb(plan, "looks", "what may be said after each line, where that is valid", context,
               [&] { return plan_looks(context, looks); });
  looks_verb.add_option("plan", looks.plan, "the plan's id")->required();
  looks_verb.add_option("--frame-key", looks.frame_keys, "PROVER=FILE; one for each Prover")
      ->required();
  looks_verb.add_option("--beacon", looks.beacon.file, "as for `plan verify`");
  looks_verb.add_option("--every", looks.every, "lines from one look to the next; 25");
}

}  // namespace muster::cli
