// `statement submit` and `statement check`: the general door, for one statement or for millions.

#include <fstream>
#include <iostream>

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"
#include "cli/outcome.hpp"
#include "cli/print/number.hpp"
#include "cli/receipts.hpp"
#include "cli/statement_file.hpp"

namespace muster::cli {
namespace {

constexpr std::size_t batch_statements = 1'000;
constexpr std::size_t batch_blob_bytes = std::size_t{1} << 26U;
/// A batch that stands or falls as a whole is held in memory.
constexpr std::size_t most_all_or_nothing = 100'000;

struct SubmitOptions {
  std::vector<std::string> files;
  std::vector<std::string> blobs;
  std::string receipts;  ///< Folder for the receipts of what is recorded; empty: none.
  bool all_or_nothing = false;
  bool judge_only = false;
};

/// Gives the statements of all files one after another.
class Inbox final {
 public:
  Inbox(const SubmitOptions& options, std::istream& standard_input)
      : options_(&options), standard_input_(&standard_input) {}

  Result<std::optional<Incoming>> next();

 private:
  Result<std::optional<Incoming>> open_next_file();

  const SubmitOptions* options_;
  std::istream* standard_input_;
  std::size_t file_ = 0;
  std::ifstream stream_;
  std::optional<StatementLines> lines_;
};

/// The statement of an envelope file; nothing after opening a file of lines.
Result<std::optional<Incoming>> Inbox::open_next_file() {
  const std::string& path = options_->files[file_++];
  if (path == "-") {
    lines_.emplace(*standard_input_, "standard input");
    return std::optional<Incoming>();
  }
  MUSTER_TRY_ASSIGN(const bool envelope, is_envelope_file(path));
  if (envelope) {
    MUSTER_TRY_ASSIGN(Incoming incoming, read_statement_file(path, options_->blobs));
    return std::optional(std::move(incoming));
  }
  stream_ = std::ifstream(path, std::ios::binary);
  if (!stream_) return failure(Errc::not_found, path + ": cannot be opened");
  lines_.emplace(stream_, path);
  return std::optional<Incoming>();
}

Result<std::optional<Incoming>> Inbox::next() {
  while (true) {
    if (lines_) {
      MUSTER_TRY_ASSIGN(auto incoming, lines_->next());
      if (incoming) return incoming;
      lines_.reset();
    }
    if (file_ == options_->files.size()) return std::optional<Incoming>();
    MUSTER_TRY_ASSIGN(auto incoming, open_next_file());
    if (incoming) return incoming;
  }
}

/// What came of all statements so far.
struct SubmitTally {
  std::uint64_t recorded = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t refused = 0;
  ExitCode worst = ExitCode::done;

  [[nodiscard]] std::uint64_t all() const { return recorded + duplicates + refused; }
};

class Door final {
 public:
  Door(Context& context, Home& home, const SubmitOptions& options)
      : context_(&context), home_(&home), options_(&options), printer_(context.printer()) {}

  Result<ExitCode> run();

 private:
  Result<void> take(Incoming incoming);
  Result<void> flush();
  Result<void> keep_receipts(const std::vector<registry::Outcome>& outcomes);
  Result<std::vector<registry::Outcome>> judged(std::span<const registry::Submission> batch);
  void tell(const Incoming& incoming, const registry::Outcome& outcome);
  void sum_up();

  Context* context_;
  Home* home_;
  const SubmitOptions* options_;
  print::Printer printer_;
  std::vector<Incoming> places_;
  std::vector<registry::Submission> batch_;
  std::size_t batch_bytes_ = 0;
  SubmitTally tally_;
};

Result<std::vector<registry::Outcome>> Door::judged(std::span<const registry::Submission> batch) {
  const bool writes = !options_->judge_only && !context_->options().dry_run;
  if (writes) {
    return home_->registry().record(batch, options_->all_or_nothing
                                               ? registry::BatchMode::all_or_nothing
                                               : registry::BatchMode::each);
  }
  std::vector<registry::Outcome> outcomes;
  for (const registry::Submission& submission : batch) {
    const auto verdict = home_->registry().check(submission);
    registry::Outcome outcome{.statement = ledger::statement_hash(submission.envelope),
                              .index = {},
                              .leaf = {},
                              .error = {}};
    if (verdict) {
      outcome.status = registry::Outcome::Status::recorded;
    } else {
      outcome.error = verdict.error();
    }
    outcomes.push_back(std::move(outcome));
  }
  return outcomes;
}

void Door::tell(const Incoming& incoming, const registry::Outcome& outcome) {
  const bool wrote = !options_->judge_only && !context_->options().dry_run;
  Json line = outcome_json(outcome);
  line["where"] = incoming.where;
  line["line"] = incoming.line;
  switch (outcome.status) {
    case registry::Outcome::Status::recorded:
      ++tally_.recorded;
      if (!wrote)
        line.update({{"status", "would-be-accepted"}, {"index", nullptr}, {"leaf", nullptr}});
      break;
    case registry::Outcome::Status::duplicate:
      ++tally_.duplicates;
      break;
    case registry::Outcome::Status::refused:
      ++tally_.refused;
      const ExitCode code = exit_code_of(*outcome.error);
      if (tally_.worst != ExitCode::invalid_input) tally_.worst = code;
      printer_.error(incoming.where + ": " + outcome.error->message);
      break;
  }
  printer_.json_line(line);
}

/// The statements are recorded by then: what goes wrong here is told, and can be made up for.
Result<void> Door::keep_receipts(const std::vector<registry::Outcome>& outcomes) {
  const bool wrote = !options_->judge_only && !context_->options().dry_run;
  if (options_->receipts.empty() || !wrote) return {};
  MUSTER_TRY_ASSIGN(auto desk, ReceiptDesk::open(*context_, home_->store(), {}));
  for (const registry::Outcome& outcome : outcomes) {
    if (outcome.status == registry::Outcome::Status::refused) continue;
    auto kept = keep_receipt(desk, options_->receipts, outcome.statement, outcome.index);
    if (!kept) {
      return failure(std::move(kept).error().during(
          "recorded; `ledger receipt` makes what is missing: receipt"));
    }
  }
  return {};
}

Result<void> Door::flush() {
  if (batch_.empty()) return {};
  MUSTER_TRY_ASSIGN(const auto outcomes, judged(batch_));
  for (std::size_t i = 0; i < outcomes.size(); ++i) tell(places_[i], outcomes[i]);
  MUSTER_TRY(keep_receipts(outcomes));
  batch_.clear();
  places_.clear();
  batch_bytes_ = 0;
  return {};
}

Result<void> Door::take(Incoming incoming) {
  batch_.push_back(std::move(incoming.submission));
  for (const ledger::Blob& blob : batch_.back().blobs) batch_bytes_ += blob.bytes.size();
  incoming.submission = {};
  places_.push_back(std::move(incoming));
  if (!options_->all_or_nothing) {
    const bool full = batch_.size() == batch_statements || batch_bytes_ >= batch_blob_bytes;
    return full ? flush() : Result<void>();
  }
  if (batch_.size() <= most_all_or_nothing) return {};
  return failure(Errc::invalid_input, "--all-or-nothing: takes at most " +
                                          print::grouped(std::uint64_t{most_all_or_nothing}) +
                                          " statements");
}

void Door::sum_up() {
  const bool wrote = !options_->judge_only && !context_->options().dry_run;
  printer_.facts({"",
                  {{wrote ? "recorded" : "would be accepted", print::grouped(tally_.recorded)},
                   {"recorded before", print::grouped(tally_.duplicates)},
                   {"refused", print::grouped(tally_.refused)}}});
}

Result<ExitCode> Door::run() {
  Inbox inbox(*options_, std::cin);
  auto progress = printer_.progress({.activity = "handing in", .unit = "statements"});
  while (true) {
    auto incoming = inbox.next();
    if (!incoming) {
      // Statements before the bad line in the same batch are dropped with it.
      const std::string so_far =
          tally_.all() == 0 ? "nothing was recorded"
                            : print::counted(tally_.recorded, "statement") + " recorded before it";
      incoming.error().message += "; " + so_far;
      return failure(std::move(incoming.error()));
    }
    if (!*incoming) break;
    MUSTER_TRY(take(std::move(**incoming)));
    progress.update(tally_.all());
  }
  MUSTER_TRY(flush());
  sum_up();
  return tally_.worst;
}

/// Reads everything once, so that one malformed line in a file lets nothing of the input in.
Result<void> check_readable(const SubmitOptions& options) {
  for (const std::string& file : options.files) {
    if (file == "-") return {};  // cannot be read twice
  }
  Inbox inbox(options, std::cin);
  while (true) {
    MUSTER_TRY_ASSIGN(const auto incoming, inbox.next());
    if (!incoming) return {};
    const auto prepared = registry::prepare(incoming->submission);
    if (!prepared.error) continue;
    Error error = *prepared.error;
    return failure(std::move(error).during(incoming->where));
  }
}

Result<ExitCode> submit_all(Context& context, const SubmitOptions& options) {
  MUSTER_TRY(check_readable(options));
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  return Door(context, *home, options).run();
}

void add_inputs(CLI::App& verb, SubmitOptions& options) {
  verb.add_option("files", options.files, "an envelope, or NDJSON of statements; - reads stdin")
      ->required();
  verb.add_option("--blob", options.blobs, "a manifest that an envelope file names");
}

}  // namespace

void add_statement_submit_commands(CLI::App& app, Context& context) {
  CLI::App& statement = noun(app, "statement", "statements of any kind, made, judged, handed in");
  auto& submitting = context.keep<SubmitOptions>();
  CLI::App& submit_verb = add_verb(statement, "submit", "record statements, from files or stdin",
                                   context, [&] { return submit_all(context, submitting); });
  add_inputs(submit_verb, submitting);
  submit_verb.add_option("--receipts", submitting.receipts,
                         "a folder for <statement>.receipt of each that is recorded");
  submit_verb.add_flag("--all-or-nothing", submitting.all_or_nothing,
                       "one refusal refuses all of them");
  auto& checking = context.keep<SubmitOptions>();
  checking.judge_only = true;
  add_inputs(add_verb(statement, "check", "judge statements, write nothing", context,
                      [&] { return submit_all(context, checking); }),
             checking);
}

}  // namespace muster::cli
