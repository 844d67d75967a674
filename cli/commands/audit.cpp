// `audit`: a finished audit, re-checked from what everybody may see.

#include "ledger/audit.hpp"

#include "cli/audit/answers.hpp"
#include "cli/audit/draw_evidence.hpp"
#include "cli/audit/order_check.hpp"
#include "cli/audit/plan_text.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/log_checks.hpp"
#include "cli/print/number.hpp"
#include "ledger/base/file.hpp"

namespace muster::cli {
namespace {

struct ReAuditOptions {
  std::string plan;
  std::vector<std::string> frame_keys;
  BeaconSource beacon;
  std::string result;
  bool skip_log = false;
};

sampler::NamedCheck log_check(Home& home, bool skipped) {
  sampler::NamedCheck check{
      "the log is whole, and the rules admit every entry", sampler::CheckStatus::ok, {}};
  if (skipped) {
    check.status = sampler::CheckStatus::unverified;
    check.detail = "not asked for (--skip-log)";
    return check;
  }
  LogChecks checks(home.store(), true);
  const auto audit = ledger::audit_log(home.store(), checks.options());
  const auto rules = checks.rules();
  if (!audit.faults.empty()) {
    check.status = sampler::CheckStatus::failed;
    check.detail = std::to_string(audit.faults.size()) + " faults, the first " +
                   audit.faults.front().code + "; `muster ledger verify`";
  } else if (!rules) {
    check.status = sampler::CheckStatus::failed;
    check.detail = rules.error().message;
  }
  return check;
}

/// Whether a published result is the one that the ledger makes, field by field.
Result<sampler::NamedCheck> result_check(const std::string& file, const Json& ours) {
  sampler::NamedCheck check{
      "the published result is the one that the ledger makes", sampler::CheckStatus::ok, {}};
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(file, std::uint64_t{1} << 24U));
  auto stated = parse_json(text);
  if (!stated) return failure(std::move(stated.error()).during(file));
  if (!stated->is_object()) return failure(Errc::invalid_input, file + ": want an object");
  for (const auto& [field, value] : ours.items()) {
    const auto found = stated->find(field);
    if (found != stated->end() && *found == value) continue;
    check.status = sampler::CheckStatus::failed;
    check.detail += (check.detail.empty() ? "differs in " : ", ") + field;
  }
  return check;
}

/// What nobody can check from the ledger: the audit's own assumptions, one by one.
std::vector<std::string> assumptions_of(const CommittedPlan& plan) {
  std::vector<std::string> list = plan.plan.assumptions;
  list.emplace_back("the Verifier told no Prover its lines before the gate (who held the VRF key)");
  list.emplace_back("inspectors saw the chips that they name, by the presence that they record");
  if (!plan.plan.freeze.head) list.emplace_back("time of freeze: the operator's word");
  return list;
}

Result<ExitCode> re_audit(Context& context, const ReAuditOptions& options) {
  MUSTER_TRY_ASSIGN(const auto keys, read_frame_keys(options.frame_keys));
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(const auto plan, committed_plan(*home, options.plan));
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  std::vector<sampler::NamedCheck> checks = {log_check(*home, options.skip_log)};
  MUSTER_TRY_ASSIGN(const auto evidence, draw_evidence(*home, plan, keys, options.beacon));
  MUSTER_TRY_ASSIGN(const auto draw, ledger_draw_checks(*home, plan, evidence));
  checks.insert(checks.end(), draw.begin(), draw.end());
  checks.push_back(lines_answered_check(home->state(), plan, clock->now()));
  MUSTER_TRY_ASSIGN(const auto result, evaluated(*home, plan));
  const Json evaluation = sampler::evaluation_json(plan.plan, result);
  if (!options.result.empty()) {
    MUSTER_TRY_ASSIGN(auto same, result_check(options.result, evaluation));
    checks.push_back(std::move(same));
  }
  auto printer = context.printer();
  print_abandoned(printer, plan);
  printer.table(checks_table(checks));
  printer.heading("What nobody can check from the ledger");
  const auto assumptions = assumptions_of(plan);
  for (const auto& text : assumptions) printer.paragraph("- " + text);
  printer.heading("What the answers prove, computed anew");
  printer.paragraph(sampler::first_line(plan.plan), print::Tone::faint);
  printer.paragraph(sampler::sentence(plan.plan, result), print::Tone::strong);
  Json answer = sampler::checks_json(checks);
  answer["plan"] = plan.id;
  answer["abandoned"] = result.abandoned;
  answer["evaluation"] = evaluation;
  answer["not_checkable"] = assumptions;
  printer.json(answer);
  if (sampler::any_failed(checks)) return ExitCode::negative;
  return sampler::all_ok(checks) && !result.abandoned ? ExitCode::done : ExitCode::no_answer;
}

}  // namespace

void add_audit_command(CLI::App& app, Context& context) {
  auto& options = context.keep<ReAuditOptions>();
  CLI::App& verb = add_verb(app, "audit", "check an audit anew: log, draw, answers and result",
                            context, [&] { return re_audit(context, options); });
  verb.add_option("plan", options.plan, "the plan's id")->required();
  verb.add_option("--frame-key", options.frame_keys, "PROVER=FILE; one for each Prover")
      ->required();
  verb.add_option("--beacon", options.beacon.file,
                  "values of public sources, or transcript of a ceremony outside the ledger");
  verb.add_option("--result", options.result, "the published answer of `plan evaluate --json`");
  verb.add_flag("--skip-log", options.skip_log, "the log was verified before");
}

}  // namespace muster::cli
