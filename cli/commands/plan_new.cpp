// `plan new` and `plan commit`: from a rule and the frozen frames to a plan in the ledger.

#include "cli/audit/new_plan.hpp"
#include "cli/audit/plan_request.hpp"
#include "cli/audit/rest.hpp"
#include "cli/audit/statement_writer.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "ledger/base/file.hpp"
#include "sampler/plan/plan.hpp"

namespace muster::cli {
namespace {

struct NewOptions {
  PlanWish wish;
  std::string after;
  PlanFiles files;
};

struct CommitOptions {
  std::string file;
  Author author;
};

Result<ExitCode> plan_new(Context& context, const NewOptions& options) {
  MUSTER_TRY(check_new_plan(options.files));
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(auto request, plan_request(context, *home, options.wish));
  if (!options.after.empty()) {
    if (!sampler::remembers(request)) {
      return failure(Errc::invalid_input, "--after: is for --design rounds with --memory");
    }
    MUSTER_TRY_ASSIGN(const auto before, committed_plan(*home, options.after));
    MUSTER_TRY(remember_visits(*home, before, request));
  }
  MUSTER_TRY_ASSIGN(const auto plan, sampler::make_plan(std::move(request)));
  MUSTER_TRY(give_plan(context, *home, plan, options.wish.verifier, options.files));
  return ExitCode::done;
}

Result<ExitCode> plan_commit(Context& context, const CommitOptions& options) {
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(options.file, 1U << 20U));
  auto plan = sampler::parse_plan(text);
  if (!plan) return failure(std::move(plan.error()).during("reading plan " + options.file));
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(auto writer, StatementWriter::open(context, *home, options.author));
  MUSTER_TRY(writer.add({.kind = "plan.commit", .body = commit_body(*plan)}));
  MUSTER_TRY(writer.finish());
  auto printer = context.printer();
  const std::string hash = sampler::plan_hash(*plan).to_hex();
  printer.facts({"",
                 {{"committed", plan->request.id.text()},
                  {"plan hash", hash},
                  {"statement", writer.statements().front().to_hex()}}});
  printer.json({{"plan", plan->request.id.text()},
                {"plan_hash", hash},
                {"statement", writer.statements().front().to_hex()}});
  return ExitCode::done;
}

void add_new(CLI::App& plan, Context& context) {
  auto& options = context.keep<NewOptions>();
  PlanWish& wish = options.wish;
  CLI::App& verb = add_verb(plan, "new", "make a plan from the frozen frames", context,
                            [&] { return plan_new(context, options); });
  verb.add_option("--id", wish.id, "the plan's id")->required();
  add_plan_options(verb, wish);
  add_design_options(verb, wish.design, true);
  verb.add_option("--after", options.after,
                  "rounds with memory: the plan of the visit before, whose chips stay out");
  add_plan_files(verb, options.files);
}

}  // namespace

void add_plan_new_commands(CLI::App& app, Context& context) {
  CLI::App& plan = noun(app, "plan", "inspection plans");
  add_new(plan, context);
  auto& options = context.keep<CommitOptions>();
  CLI::App& verb = add_verb(plan, "commit", "commit a plan to the ledger", context,
                            [&] { return plan_commit(context, options); });
  verb.add_option("file", options.file, "the plan's file")->required();
  verb.add_option("--as", options.author.org, "the Verifier")->required();
  verb.add_option("--sign", options.author.key_file, "its key file")->required();
}

}  // namespace muster::cli
