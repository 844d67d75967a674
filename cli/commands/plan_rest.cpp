// `plan rest`: a draw of its own from the chips that earlier draws did not open.

#include "cli/audit/beacon_spec.hpp"
#include "cli/audit/new_plan.hpp"
#include "cli/audit/rest.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/number_option.hpp"

namespace muster::cli {
namespace {

struct RestOptions {
  std::string plan;
  std::string id;
  std::string target;
  bool together = false;
  std::uint64_t lines = 0;
  PlanWish beacon;  ///< Only what it says of the public value.
  PlanFiles files;
};

Result<ExitCode> plan_rest(Context& context, const RestOptions& options) {
  MUSTER_TRY(check_new_plan(options.files));
  MUSTER_TRY_ASSIGN(const PlanId id, PlanId::parse(options.id));
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(const auto before, committed_plan(*home, options.plan));
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  MUSTER_TRY_ASSIGN(auto beacon, beacon_spec(options.beacon, clock->now()));
  RestWish wish{.id = id, .target = before.plan.request.target, .beacon = std::move(beacon)};
  if (!options.target.empty()) {
    MUSTER_TRY_ASSIGN(wish.target, probability_option(options.target, "--catch"));
  }
  if (options.together) wish.target_of = sampler::TargetOf::all_draws;
  if (options.lines > 0) wish.lines = options.lines;
  MUSTER_TRY_ASSIGN(auto request, rest_request(*home, before, wish));
  MUSTER_TRY_ASSIGN(const auto plan, sampler::make_plan(std::move(request)));
  MUSTER_TRY(give_plan(context, *home, plan, before.verifier, options.files));
  return ExitCode::done;
}

}  // namespace

void add_plan_rest_command(CLI::App& app, Context& context) {
  auto& options = context.keep<RestOptions>();
  CLI::App& verb = add_verb(noun(app, "plan", "inspection plans"), "rest",
                            "a fresh draw from the chips that opened draws left", context,
                            [&] { return plan_rest(context, options); });
  verb.add_option("plan", options.plan, "the plan whose draw was opened")->required();
  verb.add_option("--id", options.id, "the new plan's id")->required();
  verb.add_option("--catch", options.target, "its target; the other plan's if not given");
  CLI::Option* together =
      verb.add_flag("--together", options.together, "the target is that of all draws together");
  verb.add_option("--lines", options.lines, "draw so many, if the target takes no more")
      ->check(above_zero())
      ->excludes(together);
  add_beacon_options(verb, options.beacon);
  add_plan_files(verb, options.files)->required();
}

}  // namespace muster::cli
