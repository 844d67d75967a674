// `plan extend`: more lines of a draw that nobody has seen anything of yet.

#include "cli/audit/extension.hpp"
#include "cli/audit/new_plan.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "sampler/plan/extension.hpp"

namespace muster::cli {
namespace {

struct ExtendOptions {
  std::string plan;
  std::string id;
  std::string target;
  PlanFiles files;
};

/// A plan of a taken id could be written, and never be committed.
Result<void> check_free(const registry::State& state, const PlanId& id) {
  if (state.tables().plans.find(id.text()) == registry::no_row) return {};
  return refusal("plan.exists",
                 id.text() + ": the id is taken; give the extension one of its own by --id");
}

Result<ExitCode> plan_extend(Context& context, const ExtendOptions& options) {
  MUSTER_TRY(check_new_plan(options.files));
  MUSTER_TRY_ASSIGN(const PlanId id, PlanId::parse(options.id));
  auto target = stats::Probability::parse(options.target);
  if (!target) return failure(std::move(target.error()).during("--catch"));
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY(check_free(home->state(), id));
  MUSTER_TRY_ASSIGN(const auto base, committed_plan(*home, options.plan));
  MUSTER_TRY(extended_plans(*home, base));
  MUSTER_TRY(check_unopened(*home, base.plan));
  MUSTER_TRY_ASSIGN(const auto plan, sampler::make_plan(extended_request(base, id, *target)));
  if (const std::string why = sampler::not_nested_because(base.plan, plan); !why.empty()) {
    return refusal("plan.no_extension", why);
  }
  MUSTER_TRY(give_plan(context, *home, plan, base.verifier, options.files));
  return ExitCode::done;
}

}  // namespace

void add_plan_extend_command(CLI::App& app, Context& context) {
  auto& options = context.keep<ExtendOptions>();
  CLI::App& verb = add_verb(noun(app, "plan", "inspection plans"), "extend",
                            "more lines of a draw of which nothing is opened", context,
                            [&] { return plan_extend(context, options); });
  verb.add_option("plan", options.plan, "the plan whose draw goes on")->required();
  verb.add_option("--id", options.id, "the extension's id")->required();
  verb.add_option("--catch", options.target, "its target, above the plan's")->required();
  add_plan_files(verb, options.files)->required();
}

}  // namespace muster::cli
