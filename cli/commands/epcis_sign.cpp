// `epcis sign`: drafts of an import become statements of the party that signs them.

#include <fstream>

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/event_verbs.hpp"
#include "cli/epcis_home.hpp"
#include "cli/exit_code.hpp"
#include "cli/key_source.hpp"
#include "cli/outcome.hpp"
#include "cli/print/number.hpp"
#include "registry/exchange/completion.hpp"
#include "registry/exchange/intake.hpp"

namespace muster::cli {
namespace {

struct DraftSignOptions {
  std::string file;
  std::string org;
  std::vector<std::string> keys;
  std::string stream = "main";
};

struct NumberedDraft {
  std::string where;  ///< "drafts.ndjson line 3".
  exchange::StatementDraft draft;
};

/// All drafts of the file, so that a malformed line lets none of them in.
Result<std::vector<NumberedDraft>> read_drafts(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return failure(Errc::not_found, path + ": cannot be opened");
  std::vector<NumberedDraft> drafts;
  std::string line;
  for (std::uint64_t number = 1; std::getline(in, line); ++number) {
    if (line.empty()) continue;
    std::string where = path + " line " + std::to_string(number);
    auto draft = exchange::parse_draft(line);
    if (!draft) return failure(std::move(draft.error()).during(where));
    drafts.push_back({std::move(where), std::move(*draft)});
  }
  if (in.bad()) return failure(Errc::unavailable, path + ": reading failed");
  return drafts;
}

/// Signs the drafts of one party, one after another: each by the state that the one before left.
class DraftDesk final {
 public:
  DraftDesk(Context& context, Home& home, exchange::CaptureStore& store,
            const DraftSignOptions& options, std::vector<std::unique_ptr<crypto::Signer>> signers)
      : context_(context),
        home_(home),
        store_(store),
        options_(options),
        signers_(std::move(signers)),
        printer_(context.printer()) {}

  Result<ExitCode> run(const std::vector<NumberedDraft>& drafts);

 private:
  Result<bool> is_settled(const exchange::StatementDraft& draft);
  Result<registry::Submission> signed_draft(const exchange::StatementDraft& draft);
  Result<registry::Outcome> judged(const exchange::StatementDraft& draft);
  Result<void> take(const NumberedDraft& one);
  void tell(const NumberedDraft& one, const registry::Outcome& outcome);

  Context& context_;
  Home& home_;
  exchange::CaptureStore& store_;
  const DraftSignOptions& options_;
  std::vector<std::unique_ptr<crypto::Signer>> signers_;
  print::Printer printer_;
  std::uint64_t recorded_ = 0;
  std::uint64_t before_ = 0;
  std::uint64_t refused_ = 0;
  std::uint64_t others_ = 0;
  ExitCode worst_ = ExitCode::done;
};

/// Whether an event of the draft became a statement before, or was declared wrong since.
Result<bool> DraftDesk::is_settled(const exchange::StatementDraft& draft) {
  for (const exchange::DraftSource& source : draft.sources) {
    if (source.declares_error) continue;
    MUSTER_TRY_ASSIGN(const auto statement,
                      exchange::recorded_statement(store_, home_.state(), source.event_id));
    if (statement) return true;
    MUSTER_TRY_ASSIGN(const bool wrong, store_.is_declared_wrong(source.event_id));
    if (wrong) return true;
  }
  return exchange::is_corrected(draft.draft, home_.state());
}

Result<registry::Submission> DraftDesk::signed_draft(const exchange::StatementDraft& draft) {
  const registry::State& state = home_.state();
  registry::Draft complete = draft.draft;
  MUSTER_TRY(exchange::complete_draft(complete, home_.registry()));
  registry::StatementMaker maker(
      {.origin = state.origin(),
       .org = options_.org,
       .stream = options_.stream,
       .next_number = registry::next_number(state, options_.org, options_.stream)},
      *signers_.front(), context_.random());
  return maker.make(complete, &state, co_signers_of(signers_));
}

/// Errors: those of disk and store. A refusal is an outcome.
Result<registry::Outcome> DraftDesk::judged(const exchange::StatementDraft& draft) {
  registry::Outcome outcome{.statement = {}, .index = {}, .leaf = {}, .error = {}};
  const auto submission = signed_draft(draft);
  if (!submission) {
    outcome.error = submission.error();
    return outcome;
  }
  outcome.statement = ledger::statement_hash(submission->envelope);
  if (context_.options().dry_run) {
    const auto verdict = home_.registry().check(*submission);
    if (verdict) {
      outcome.status = registry::Outcome::Status::recorded;
    } else {
      outcome.error = verdict.error();
    }
    return outcome;
  }
  // Noted first: a crash between the two leaves a note that does not count.
  for (const exchange::DraftSource& source : draft.sources) {
    if (source.declares_error) continue;
    MUSTER_TRY(store_.note_statement(source.event_id, outcome.statement));
  }
  return home_.record(*submission);
}

void DraftDesk::tell(const NumberedDraft& one, const registry::Outcome& outcome) {
  Json line = outcome_json(outcome);
  line["where"] = one.where;
  line["kind"] = one.draft.draft.kind;
  line["event_id"] = one.draft.sources.front().event_id;
  if (outcome.status == registry::Outcome::Status::refused) {
    ++refused_;
    const ExitCode code = exit_code_of(*outcome.error);
    if (worst_ != ExitCode::invalid_input) worst_ = code;
    printer_.error(one.where + ": " + outcome.error->message);
  } else {
    ++recorded_;
    if (context_.options().dry_run) {
      line.update({{"status", "would-be-accepted"}, {"index", nullptr}, {"leaf", nullptr}});
    }
  }
  printer_.json_line(line);
}

Result<void> DraftDesk::take(const NumberedDraft& one) {
  if (one.draft.org != options_.org) {
    ++others_;
    return {};
  }
  MUSTER_TRY_ASSIGN(const bool settled, is_settled(one.draft));
  if (settled) {
    ++before_;
    return {};
  }
  auto outcome = judged(one.draft);
  if (!outcome) return failure(std::move(outcome.error()).during(one.where));
  tell(one, *outcome);
  return {};
}

Result<ExitCode> DraftDesk::run(const std::vector<NumberedDraft>& drafts) {
  for (const NumberedDraft& one : drafts) MUSTER_TRY(take(one));
  printer_.facts(
      {"",
       {{context_.options().dry_run ? "would be accepted" : "recorded", print::grouped(recorded_)},
        {"recorded before or declared wrong", print::grouped(before_)},
        {"refused", print::grouped(refused_)},
        {"for others to sign", print::grouped(others_)}}});
  return worst_;
}

/// Nothing is recorded before it is known that all of it is meant.
Result<void> check_confirmed(const Context& context, const std::string& org,
                             const std::vector<NumberedDraft>& drafts) {
  if (context.options().yes || context.options().dry_run) return {};
  for (const NumberedDraft& one : drafts) {
    const std::string& kind = one.draft.draft.kind;
    if (one.draft.org != org || !asks_for_yes(kind)) continue;
    return failure(Errc::invalid_input,
                   one.where + ": " + kind + ": cannot be taken back; give --yes to confirm");
  }
  return {};
}

Result<ExitCode> sign_drafts(Context& context, const DraftSignOptions& options) {
  MUSTER_TRY_ASSIGN(const auto drafts, read_drafts(options.file));
  MUSTER_TRY(check_confirmed(context, options.org, drafts));
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  if (home->state().tables().parties.find(options.org) == registry::no_row) {
    return failure(Errc::not_found, "--as: party " + options.org + ": not registered");
  }
  MUSTER_TRY_ASSIGN(auto store, open_captures(context, *home));
  MUSTER_TRY_ASSIGN(auto signers, open_signers(options.keys));
  return DraftDesk(context, *home, store, options, std::move(signers)).run(drafts);
}

}  // namespace

void add_epcis_sign_command(CLI::App& app, Context& context) {
  CLI::App& epcis = noun(app, "epcis", "EPCIS 2.0 documents: out of the register and into it");
  auto& options = context.keep<DraftSignOptions>();
  CLI::App& verb = add_verb(epcis, "sign", "record drafts of an import as a party's statements",
                            context, [&] { return sign_drafts(context, options); });
  verb.add_option("file", options.file, "drafts.ndjson of an import")->required();
  verb.add_option("--as", options.org, "the party that says it; drafts of others are left")
      ->required();
  verb.add_option("--sign", options.keys, "its key file; again for each further signer")
      ->required();
  verb.add_option("--stream", options.stream, "its series of numbered statements");
}

}  // namespace muster::cli
