// `run declare`: a Prover files a run from the three documents that describe it.

#include "cli/audit/declaration_blobs.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/declaration_files.hpp"
#include "cli/home.hpp"
#include "cli/outcome.hpp"
#include "cli/statement_author.hpp"

namespace muster::cli {
namespace {

struct RunDeclareOptions {
  std::string stem;
  StatementAuthor author;
  std::string model;
  std::string format;
  std::uint64_t tokens = 0;
  std::uint64_t active_parameters = 0;
  std::vector<std::string> parents;
  std::vector<std::string> outside_parents;
  Keepsakes keep;
};

void add_run_figures(const RunDeclareOptions& options, Json& body) {
  if (!options.format.empty()) body["format"] = options.format;
  if (options.tokens > 0) body["tokens"] = options.tokens;
  if (options.active_parameters > 0) body["active_parameters"] = options.active_parameters;
  if (!options.parents.empty()) body["parents"] = options.parents;
  if (!options.outside_parents.empty()) body["outside_parents"] = options.outside_parents;
}

Result<ExitCode> declare_run(Context& context, const RunDeclareOptions& options) {
  MUSTER_TRY_ASSIGN(const auto declaration, read_declaration(options.stem));
  MUSTER_TRY_ASSIGN(auto filed,
                    audit::declaration_blobs(declaration, options.model, context.random()));
  add_run_figures(options, filed.body);
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  const registry::Draft draft{
      .kind = "run.declare", .body = std::move(filed.body), .event_time = clock->now()};
  MUSTER_TRY_ASSIGN(registry::Submission submission,
                    next_statement(context, home->state(), options.author, draft));
  for (ledger::Blob& blob : filed.blobs) submission.blobs.push_back(std::move(blob));
  return submit(context, *home, submission, options.keep);
}

}  // namespace

void add_run_declare_command(CLI::App& app, Context& context) {
  CLI::App& run = noun(app, "run", "declared runs");
  auto& options = context.keep<RunDeclareOptions>();
  CLI::App& verb = add_verb(run, "declare", "file a run from the documents that describe it",
                            context, [&] { return declare_run(context, options); });
  verb.add_option("stem", options.stem,
                  "STEM.json, STEM.assignments.ndjson and STEM.steps.ndjson are read")
      ->required();
  add_author_options(verb, options.author, "the Prover");
  verb.add_option("--model", options.model, "what is trained or served, in words")->required();
  verb.add_option("--format", options.format, "number format of the arithmetic, such as BF16");
  verb.add_option("--tokens", options.tokens, "trained on, or served");
  verb.add_option("--active-parameters", options.active_parameters,
                  "of a mixture of experts: those of one token");
  verb.add_option("--parents", options.parents, "declared runs whose weights it began with")
      ->delimiter(',');
  verb.add_option("--outside-parent", options.outside_parents,
                  "weights from elsewhere that it began with, in words; may be given again");
  add_keepsake_options(verb, options.keep);
}

}  // namespace muster::cli
