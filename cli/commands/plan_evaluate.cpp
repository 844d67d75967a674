// `plan evaluate` and `query settle`: what the answers prove.

#include "cli/audit/draw_events.hpp"
#include "cli/audit/statement_writer.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/print/number.hpp"
#include "sampler/evaluate/evaluation.hpp"

namespace muster::cli {
namespace {

struct EvaluateOptions {
  std::string plan;
};

struct SettleOptions {
  std::string plan;
  Author author;
};

using registry::no_index;

/// Where the query of each chip of the plan stands.
std::map<registry::RowN, sampler::QueryState> queries_of(const registry::State& state,
                                                         registry::RowN plan) {
  std::map<registry::RowN, sampler::QueryState> states;
  for (const registry::Query& query : state.tables().queries.rows()) {
    if (query.plan != plan) continue;
    auto& standing = states[query.chip];
    if (query.closed != no_index) {
      standing = query.outcome == "consistent" ? sampler::QueryState::closed_consistent
                                               : sampler::QueryState::hit;
    } else {
      standing =
          query.answered != no_index ? sampler::QueryState::answered : sampler::QueryState::open;
    }
  }
  return states;
}

Result<sampler::LineResult> result_of(const registry::State& state, const registry::Line& line,
                                      const std::string& site,
                                      std::optional<sampler::QueryState> query) {
  MUSTER_TRY_ASSIGN(const auto verdict, sampler::parse_verdict(line.verdict));
  MUSTER_TRY_ASSIGN(const auto presence, sampler::parse_presence(line.presence));
  // The registry takes the upper two levels only with both silence probes.
  const bool probed =
      presence == sampler::Presence::uplink_cut || presence == sampler::Presence::bench;
  return sampler::LineResult{site,  state.chip_id(line.chip).to_string(), verdict, query, presence,
                             probed};
}

/// What was drawn, as sealed: a site that is sealed and not opened still has its lines.
struct Answers {
  std::vector<sampler::DrawnChip> drawn;
  std::vector<sampler::LineResult> results;
  std::uint64_t unopened = 0;
  bool sealed = false;
};

Result<Answers> answers_of(Home& home, const std::string& plan) {
  const registry::State& state = home.state();
  const registry::Tables& tables = state.tables();
  const registry::RowN row = tables.plans.find(plan);
  const auto queries = queries_of(state, row);
  Answers answers;
  for (std::size_t i = 0; i < tables.sealed_sites.rows().size(); ++i) {
    const registry::SealedSite& site = tables.sealed_sites.rows()[i];
    if (site.plan != row) continue;
    answers.sealed = true;
    if (site.opened == no_index) answers.unopened += site.lines;
    if (site.opened == no_index) continue;
    const std::string name = site.id.substr(plan.size() + 1);
    for (std::uint64_t n = 0; n < site.lines; ++n) {
      const auto line_row = static_cast<registry::RowN>(site.first_line + n);
      const registry::Line& line = tables.lines[line_row];
      answers.drawn.push_back({name, state.chip_id(line.chip).to_string()});
      if (line.answered == no_index) continue;
      const auto query = queries.find(line.chip);
      const auto standing = query == queries.end() ? std::nullopt : std::optional(query->second);
      MUSTER_TRY_ASSIGN(auto result, result_of(state, line, name, standing));
      answers.results.push_back(std::move(result));
    }
  }
  return answers;
}

/// Refuses to judge before every site is opened.
Result<void> check_opened(const CommittedPlan& plan, const Answers& answers) {
  const std::uint64_t opened = answers.drawn.size();
  const std::uint64_t all = answers.sealed ? opened + answers.unopened
                                           : std::max<std::uint64_t>(plan.plan.sample_size, 1);
  if (opened >= all) return {};
  return failure(Errc::refused, "plan " + plan.id + ": " + print::counted(all - opened, "line") +
                                    " of " + print::grouped(all) +
                                    " not opened yet; open every site first");
}

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

Result<ExitCode> plan_evaluate(Context& context, const EvaluateOptions& options) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(const auto plan, committed_plan(*home, options.plan));
  MUSTER_TRY_ASSIGN(const Answers answers, answers_of(*home, options.plan));
  MUSTER_TRY(check_opened(plan, answers));
  MUSTER_TRY_ASSIGN(const auto result,
                    sampler::evaluation(plan.plan, answers.drawn, answers.results));
  auto printer = context.printer();
  print_evaluation(printer, plan.plan, result);
  Json json = sampler::evaluation_json(plan.plan, result);
  json["sentence"] = sampler::sentence(plan.plan, result);
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
  add_verb(noun(app, "plan", "inspection plans"), "evaluate", "say what the answers prove", context,
           [&] { return plan_evaluate(context, evaluate); })
      .add_option("plan", evaluate.plan, "the plan's id")
      ->required();
  auto& settle = context.keep<SettleOptions>();
  CLI::App& verb = add_verb(noun(app, "query", "questions to Provers"), "settle",
                            "close unanswered queries past their deadline as hits", context,
                            [&] { return query_settle(context, settle); });
  verb.add_option("plan", settle.plan, "the plan's id")->required();
  verb.add_option("--as", settle.author.org, "who opened them")->required();
  verb.add_option("--sign", settle.author.key_file, "its key file")->required();
}

}  // namespace muster::cli
