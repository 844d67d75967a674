// `plan evaluate` and `query settle`: what the answers prove.

#include "cli/audit/answers.hpp"
#include "cli/audit/plan_text.hpp"
#include "cli/audit/statement_writer.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/print/number.hpp"
#include "sampler/evaluate/escalation.hpp"

namespace muster::cli {
namespace {

struct EvaluateOptions {
  std::string plan;
  std::string prior;
};

struct SettleOptions {
  std::string plan;
  Author author;
};

using registry::no_index;

void print_evaluation(print::Printer& printer, const sampler::Plan& plan,
                      const sampler::Evaluation& result) {
  using sampler::AuditVerdict;
  const auto tone = result.verdict == AuditVerdict::no_sign_of ? print::Tone::good
                    : result.verdict == AuditVerdict::finding  ? print::Tone::bad
                                                               : print::Tone::warn;
  printer.heading(plan.request.title);
  printer.paragraph(sampler::first_line(plan), print::Tone::faint);
  printer.paragraph("Time of freeze: " + sampler::freeze_time_text(plan.freeze) + ".",
                    print::Tone::faint);
  printer.facts({"",
                 {{"verdict", {std::string(sampler::verdict_name(result.verdict)), tone}},
                  {"lines", print::grouped(result.lines)},
                  {"read", print::grouped(result.read)},
                  {"consistent", print::grouped(result.consistent)},
                  {"hits", print::grouped(result.hits)},
                  {"open", print::grouped(result.open)}}});
  printer.paragraph(sampler::sentence(plan, result), print::Tone::strong);
}

void print_beside(print::Printer& printer, const sampler::Plan& plan,
                  const sampler::BoundsBeside& beside) {
  if (beside.violating_at_most && !plan.detection.is_one()) {
    printer.paragraph(
        "Chips of the frame that may violate, those included whose logs held no "
        "snapshot: at most " +
        print::grouped(*beside.violating_at_most) + ".");
  }
  if (beside.credible) {
    printer.paragraph("By the prior " + beside.prior->name + ": at most " +
                      print::grouped(beside.credible->upper) +
                      " violating chips with probability " +
                      stats::digits(beside.credible->probability, 6) +
                      ". That is a statement of the prior as much as of the lines.");
  }
  if (beside.escalated_lines) {
    printer.paragraph("To say the same of the rest with these hits accepted takes " +
                      print::grouped(*beside.escalated_lines) +
                      " lines in all, drawn anew. `muster plan rest " + plan.request.id.text() +
                      "` plans a fresh draw from the chips not seen yet; by --lines it takes that "
                      "number, and without it the fewest that clear the rest by themselves.");
  }
}

/// What a design says after resolved hits: quotas for a fresh draw, or why there are none.
void print_escalation(print::Printer& printer, const sampler::Plan& plan,
                      const sampler::Evaluation& result,
                      const std::optional<sampler::Escalation>& more) {
  if (result.hits == 0 || result.open > 0 || !plan.layout) return;
  if (const std::string why = sampler::no_escalation_because(plan); !why.empty()) {
    printer.note("no escalation: " + why);
  }
  if (!more) return;
  print::Table table{"To say the same of a run's other chips, with these hits accepted: drawn anew",
                     {{"stratum"}, print::number_column("lines")},
                     {}};
  for (const auto& one : more->strata) table.rows.push_back({one.name, print::grouped(one.lines)});
  table.rows.push_back({"all", print::grouped(more->lines)});
  printer.table(table);
}

void print_late(print::Printer& printer, std::uint64_t late) {
  if (late == 0) return;
  printer.note(print::counted(late, "query", "queries") +
               " past the deadline and not answered; `muster query settle` puts that on record");
}

Result<ExitCode> plan_evaluate(Context& context, const EvaluateOptions& options) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(const auto plan, committed_plan(*home, options.plan));
  std::optional<sampler::NamedPrior> prior;
  if (!options.prior.empty()) {
    MUSTER_TRY_ASSIGN(prior, sampler::parse_prior(options.prior));
    if (const std::string why = sampler::no_prior_because(plan.plan); !why.empty()) {
      return failure(Errc::invalid_input, "--prior: plan " + plan.id + " " + why);
    }
  }
  MUSTER_TRY_ASSIGN(const auto result, evaluated(*home, plan));
  const auto beside =
      result.abandoned ? sampler::BoundsBeside{} : sampler::bounds_beside(plan.plan, result, prior);
  auto printer = context.printer();
  print_abandoned(printer, plan);
  print_evaluation(printer, plan.plan, result);
  print_beside(printer, plan.plan, beside);
  const auto more = result.abandoned ? std::nullopt : sampler::escalation(plan.plan, result);
  if (!result.abandoned) print_escalation(printer, plan.plan, result, more);
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  const std::uint64_t late = clocks_run_out(home->state(), plan.id, clock->now());
  print_late(printer, late);
  Json json = sampler::evaluation_json(plan.plan, result);
  json["queries_past_deadline"] = late;
  json["beside"] = sampler::bounds_json(beside);
  json["beside"]["escalation"] = sampler::escalation_json(more);
  printer.json(json);
  switch (result.verdict) {
    case sampler::AuditVerdict::no_sign_of:
      return ExitCode::done;
    case sampler::AuditVerdict::finding:
      return ExitCode::negative;
    case sampler::AuditVerdict::not_concluded:
      break;
  }
  return ExitCode::no_answer;
}

/// Closes as hits the queries whose deadline has passed without an answer.
Result<ExitCode> query_settle(Context& context, const SettleOptions& options) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  const registry::State& state = home->state();
  const registry::RowN plan = state.tables().plans.find(options.plan);
  if (plan == registry::no_row) {
    return failure(Errc::not_found, "plan " + options.plan + ": not in this ledger");
  }
  std::vector<std::string> due;
  for (const registry::Query& query : state.tables().queries.rows()) {
    const bool silent = query.closed == no_index && query.answered == no_index;
    if (query.plan == plan && silent && query.due <= clock->now()) due.push_back(query.id);
  }
  MUSTER_TRY_ASSIGN(auto writer, StatementWriter::open(context, *home, options.author));
  for (const std::string& query : due) {
    MUSTER_TRY(writer.add({.kind = "query.close",
                           .body = {{"query", query},
                                    {"outcome", "hit"},
                                    {"reason", "no answer within the time allowed"}}}));
  }
  MUSTER_TRY(writer.finish());
  auto printer = context.printer();
  printer.facts({"", {{"closed as hits", print::grouped(due.size())}}});
  printer.json({{"plan", options.plan}, {"hits", due.size()}});
  return ExitCode::done;
}

}  // namespace

void add_plan_evaluate_commands(CLI::App& app, Context& context) {
  auto& evaluate = context.keep<EvaluateOptions>();
  CLI::App& evaluate_verb =
      add_verb(noun(app, "plan", "inspection plans"), "evaluate", "say what the answers prove",
               context, [&] { return plan_evaluate(context, evaluate); });
  evaluate_verb.add_option("plan", evaluate.plan, "the plan's id")->required();
  evaluate_verb.add_option("--prior", evaluate.prior,
                           "uniform, jeffreys or A,B: a posterior bound beside the exact one");
  auto& settle = context.keep<SettleOptions>();
  CLI::App& verb = add_verb(noun(app, "query", "questions to Provers"), "settle",
                            "close unanswered queries past their deadline as hits", context,
                            [&] { return query_settle(context, settle); });
  verb.add_option("plan", settle.plan, "the plan's id")->required();
  verb.add_option("--as", settle.author.org, "who opened them")->required();
  verb.add_option("--sign", settle.author.key_file, "its key file")->required();
}

}  // namespace muster::cli
