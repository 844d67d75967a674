// `registry commit-state`: the operator's commitment to the state, which proofs of state stand on.

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"
#include "cli/outcome.hpp"
#include "cli/print/number.hpp"
#include "cli/statement_author.hpp"
#include "registry/commit_due.hpp"
#include "registry/state_root.hpp"

namespace muster::cli {
namespace {

struct CommitStateOptions {
  StatementAuthor author{.stream = "state"};
  bool when_due = false;
};

constexpr int most_commit_attempts = 8;

/// The commitment to the state of now, and what it says.
struct MadeCommit {
  registry::StateRoots roots;
  registry::Submission submission;
};

Result<MadeCommit> make_commit(Context& context, const Home& home,
                               const CommitStateOptions& options) {
  const registry::State& state = home.state();
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  const registry::StateRoots roots = registry::state_roots(state);
  const registry::Draft draft{
      .kind = "state.commit", .body = registry::commit_body(roots), .event_time = clock->now()};
  MUSTER_TRY_ASSIGN(auto submission, next_statement(context, state, options.author, draft));
  return MadeCommit{roots, std::move(submission)};
}

/// Refused because another writer moved a chip in the meantime.
bool was_overtaken(const registry::Outcome& outcome) {
  return outcome.error &&
         (outcome.error->rule == "state.root" || outcome.error->rule == "state.custodians");
}

ExitCode print_commit(Context& context, const registry::StateRoots& roots, const Json& due,
                      const registry::Outcome* outcome) {
  Json json = outcome != nullptr ? outcome_json(*outcome) : Json{{"status", "would-be-accepted"}};
  json.update(registry::commit_body(roots));
  json["due"] = due;
  auto printer = context.printer();
  print::Facts facts;
  if (outcome != nullptr) {
    facts.rows.emplace_back("recorded", "entry " + std::to_string(outcome->index.value));
  } else {
    printer.paragraph("Would be accepted. Nothing was written.", print::Tone::good);
  }
  facts.rows.emplace_back("chips", print::grouped(roots.chips));
  facts.rows.emplace_back("root", roots.root.to_hex());
  facts.rows.emplace_back("custodians", print::grouped(roots.parties));
  facts.rows.emplace_back("their root", roots.custodians.to_hex());
  printer.facts(facts);
  printer.json(json);
  return ExitCode::done;
}

ExitCode print_not_due(Context& context) {
  auto printer = context.printer();
  printer.paragraph("No commitment is due.", print::Tone::good);
  printer.json({{"status", "not-due"}, {"due", Json::array()}});
  return ExitCode::done;
}

Result<ExitCode> commit_state(Context& context, const CommitStateOptions& options) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  const Json due = registry::commit_due(home->state(), clock->now());
  if (options.when_due && due.empty()) return print_not_due(context);
  for (int attempt = 1;; ++attempt) {
    MUSTER_TRY_ASSIGN(const MadeCommit made, make_commit(context, *home, options));
    if (context.options().dry_run) {
      MUSTER_TRY(home->registry().check(made.submission));
      return print_commit(context, made.roots, due, nullptr);
    }
    MUSTER_TRY_ASSIGN(const auto outcome, home->record(made.submission));
    if (was_overtaken(outcome) && attempt < most_commit_attempts) continue;
    if (outcome.error) return failure(*outcome.error);
    return print_commit(context, made.roots, due, &outcome);
  }
}

}  // namespace

void add_state_commit_command(CLI::App& app, Context& context) {
  CLI::App& registry = noun(app, "registry", "the view of the log: dumps, rebuilding");
  auto& options = context.keep<CommitStateOptions>();
  CLI::App& verb =
      add_verb(registry, "commit-state", "commit to the state of now, for proofs of it", context,
               [&] { return commit_state(context, options); });
  verb.add_option("--as", options.author.org, "the registrar")->required();
  verb.add_option("--sign", options.author.keys, "its key file; again for each further signer")
      ->required();
  verb.add_flag("--when-due", options.when_due,
                "only after a freeze or a plan, or when the newest is a day old");
}

}  // namespace muster::cli
