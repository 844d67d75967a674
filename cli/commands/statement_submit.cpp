// `statement submit` and `statement check`: the general door, for one statement or for millions.

#include <algorithm>
#include <iostream>

#include "cli/commands/commands.hpp"
#include "cli/promised_statements.hpp"
#include "cli/remote/parts.hpp"
#include "cli/statement_inbox.hpp"

namespace muster::cli {
namespace {

struct SubmitOptions {
  std::vector<std::string> files;
  std::vector<std::string> blobs;
  DoorOptions door;
  bool promised = false;  ///< What waits, instead of files.
  RefusalAuthor author;
};

Result<ExitCode> submit_files(Context& context, const SubmitOptions& options) {
  MUSTER_TRY(check_readable(options.files, options.blobs));
  const auto home = Home::open(context);
  if (!home && !reads_in_parts(home.error())) return failure(home.error());
  StatementInbox inbox(options.files, options.blobs, std::cin);
  if (!home)
    return submit_by_parts(
        context, [&] { return inbox.next(); }, options.door);
  DoorOptions door = options.door;
  // Whoever writes into a pipe may wait for answers.
  door.reads_ahead = std::ranges::find(options.files, "-") == options.files.end();
  return SubmissionDoor(context, **home, door).run([&] { return inbox.next(); });
}

Result<ExitCode> submit_all(Context& context, const SubmitOptions& options) {
  if (options.promised == options.files.empty()) {
    if (!options.promised) return submit_files(context, options);
    MUSTER_TRY_ASSIGN(const RemoteRegistry* const remote, context.remote());
    if (remote != nullptr) {
      return failure(Errc::invalid_input,
                     "--promised: what waits lies on the operator's own machine: run it there");
    }
    MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
    return record_promised(context, *home, options.door, options.author);
  }
  return failure(Errc::invalid_input, options.promised
                                          ? "--promised: takes what waits, and no files beside it"
                                          : "files: want at least one, or --promised");
}

void add_inputs(CLI::App& verb, SubmitOptions& options) {
  verb.add_option("files", options.files, "an envelope, or NDJSON of statements; - reads stdin");
  verb.add_option("--blob", options.blobs, "a manifest that an envelope file names");
}

}  // namespace

void add_statement_submit_commands(CLI::App& app, Context& context) {
  CLI::App& statement = noun(app, "statement", "statements of any kind, made, judged, handed in");
  auto& submitting = context.keep<SubmitOptions>();
  CLI::App& submit_verb = add_verb(statement, "submit", "record statements, from files or stdin",
                                   context, [&] { return submit_all(context, submitting); });
  add_inputs(submit_verb, submitting);
  add_keepsake_options(submit_verb, submitting.door.keep);
  CLI::Option* const all_or_nothing = submit_verb.add_flag(
      "--all-or-nothing", submitting.door.all_or_nothing, "one refusal refuses all of them");
  submit_verb
      .add_flag("--promised", submitting.promised, "what was handed in by `statement promise`")
      ->excludes(all_or_nothing);
  CLI::Option* const party = submit_verb.add_option(
      "--as", submitting.author.party, "with --promised: the party that records refusals");
  CLI::Option* const keys = submit_verb.add_option("--sign", submitting.author.keys,
                                                   "its key file; again for each further signer");
  party->needs(keys);
  keys->needs(party);
  auto& checking = context.keep<SubmitOptions>();
  checking.door.judge_only = true;
  add_inputs(add_verb(statement, "check", "judge statements, write nothing", context,
                      [&] { return submit_all(context, checking); }),
             checking);
}

}  // namespace muster::cli
