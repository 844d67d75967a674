#include "cli/remote/parts.hpp"

#include <filesystem>
#include <map>

#include "cli/key_source.hpp"
#include "cli/outcome.hpp"
#include "cli/print/number.hpp"
#include "cli/receipts.hpp"
#include "cli/remote/parts_desk.hpp"
#include "ledger/base/file.hpp"
#include "ledger/base/json_fields.hpp"
#include "ledger/base/parallel.hpp"
#include "registry/rule_book/rule_book.hpp"

namespace muster::cli {
namespace {

constexpr unsigned most_questions_at_once = 8;
constexpr std::size_t most_parts_lines = 1'000;

/// Requires: a served registry.
Result<const RemoteRegistry::Impl*> impl_of(const Context& context) {
  MUSTER_TRY_ASSIGN(RemoteRegistry* const remote, context.remote());
  return &remote->impl();
}

/// The last statement that the server knows of a chip; nothing for one that it does not know, or
/// that the caller may not know.
Result<std::optional<Hash>> last_of_chip(const ServerCalls& calls, const ChipId& chip) {
  MUSTER_TRY_ASSIGN(const http::Response answer,
                    calls.call({.target = "/v1/chips/" + percent_encoded(chip.to_string())}));
  if (answer.status == 404) return std::optional<Hash>();
  if (answer.status != 200) return failure(server_error(answer));
  MUSTER_TRY_ASSIGN(const Json json, parse_foreign_json(answer.body));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "the server's answer"));
  MUSTER_TRY_ASSIGN(const Hash last, fields.hash("last_statement"));
  return std::optional(last);
}

using LastOfChips = std::map<ChipId, std::optional<Hash>>;

/// Asks about all chips of a draft, several at once.
Result<LastOfChips> last_of_chips(const ServerCalls& calls, const registry::Draft& draft) {
  std::vector<Result<std::optional<Hash>>> answers(draft.chips.size());
  parallel_for(answers.size(), most_questions_at_once,
               [&](std::size_t i) { answers[i] = last_of_chip(calls, draft.chips[i].chip); });
  LastOfChips last;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    MUSTER_TRY(answers[i]);
    last.emplace(draft.chips[i].chip, *answers[i]);
  }
  return last;
}

registry::LastStatements asking(const LastOfChips& last) {
  registry::LastStatements source;
  source.chip = [&last](const ChipId& chip) -> Result<std::optional<Hash>> {
    return last.at(chip);
  };
  source.holder = [](const std::string& holder) -> Result<std::optional<Hash>> {
    return failure(Errc::invalid_input,
                   "container \"" + holder +
                       "\": what came of it last stands in the whole log, which your credential "
                       "does not read; name its chips instead");
  };
  return source;
}

/// A refusal with the rule in words, as a registry here would tell it.
Error with_wants(Error error) {
  const std::string_view wants = registry::rule_wants(error.rule);
  if (!wants.empty()) error.message += " (the rule: " + std::string(wants) + ")";
  return error;
}

Result<void> keep_parts_receipt(const PartsOutcome& one, const std::string& folder) {
  if (folder.empty() || !one.receipt) return {};
  std::error_code problem;
  std::filesystem::create_directories(folder, problem);
  const auto file = std::filesystem::path(folder) / (one.outcome.statement.to_hex() + ".receipt");
  auto written = create_file(file, as_bytes(receipt_text(*one.receipt, receipt_form_json)));
  // The first one stays.
  if (written || written.error().code == Errc::conflict) return {};
  return failure(std::move(written.error()).during("recorded; its receipt"));
}

/// Keeps what is to be taken home, and what is printed of the statement.
Result<Json> kept_outcome(const PartsOutcome& one, const Keepsakes& keep) {
  Json json = outcome_json(one.outcome);
  if (one.refusal && !keep.refusals.empty()) {
    MUSTER_TRY_ASSIGN(json["refusal"],
                      keep_refusal(keep.refusals, one.outcome.statement, *one.refusal));
  }
  MUSTER_TRY(keep_parts_receipt(one, keep.receipts));
  return json;
}

Error nothing_is_judged_here() {
  return {Errc::invalid_input,
          "--dry-run: to judge a statement takes the whole log, which your credential does not "
          "read; nothing was handed in",
          {}};
}

}  // namespace

bool reads_in_parts(const Error& error) { return error.rule == rule_partial; }

Result<registry::Submission> statement_by_parts(Context& context, const StatementAuthor& author,
                                                const registry::Draft& draft,
                                                std::uint64_t number) {
  MUSTER_TRY_ASSIGN(const RemoteRegistry::Impl* const remote, impl_of(context));
  const PartsDesk desk(*remote);
  MUSTER_TRY(desk.settle_outbox());  // it has taken numbers
  MUSTER_TRY_ASSIGN(const auto signers, open_signers(author.keys));
  if (number == 0) {
    MUSTER_TRY_ASSIGN(number, desk.next_number(author.org, author.stream));
  }
  MUSTER_TRY_ASSIGN(const LastOfChips last, last_of_chips(remote->calls, draft));
  registry::StatementMaker maker({.origin = remote->trusted.origin(),
                                  .org = author.org,
                                  .stream = author.stream,
                                  .next_number = number},
                                 *signers.front(), context.random());
  maker.ask(asking(last));
  return maker.make(draft, nullptr, co_signers_of(signers));
}

Result<ExitCode> record_by_parts(Context& context, const StatementAuthor& author,
                                 const registry::Draft& draft, const Keepsakes& keep) {
  if (context.options().dry_run) return failure(nothing_is_judged_here());
  MUSTER_TRY(make_ready(keep));
  MUSTER_TRY_ASSIGN(const RemoteRegistry::Impl* const remote, impl_of(context));
  MUSTER_TRY_ASSIGN(const auto statement, statement_by_parts(context, author, draft));
  const PartsDesk desk(*remote);
  MUSTER_TRY_ASSIGN(const auto outcomes,
                    desk.record(std::span(&statement, 1), registry::BatchMode::each));
  const registry::Outcome& outcome = outcomes.front().outcome;
  MUSTER_TRY_ASSIGN(Json json, kept_outcome(outcomes.front(), keep));
  auto printer = context.printer();
  printer.json(json);
  if (outcome.error) return failure(with_wants(*outcome.error));
  printer.facts(
      {"",
       {{json["status"].get<std::string>(), "entry " + std::to_string(outcome.index.value)},
        {"statement", outcome.statement.to_hex()},
        {"leaf", outcome.leaf.to_hex()}}});
  return ExitCode::done;
}

namespace {

/// Statements of `statement submit` on their way.
class PartsDoor final {
 public:
  PartsDoor(const Context& context, const PartsDesk& desk, const DoorOptions& options)
      : desk_(&desk), options_(&options), printer_(context.printer()) {}

  Result<void> take(Incoming incoming) {
    batch_.push_back(std::move(incoming.submission));
    incoming.submission = {};
    places_.push_back(std::move(incoming));
    const bool full = !options_->all_or_nothing && batch_.size() == most_parts_lines;
    return full ? hand_over() : Result<void>();
  }

  Result<void> hand_over() {
    if (batch_.empty()) return {};
    MUSTER_TRY_ASSIGN(
        const auto outcomes,
        desk_->record(batch_, options_->all_or_nothing ? registry::BatchMode::all_or_nothing
                                                       : registry::BatchMode::each));
    for (std::size_t i = 0; i < outcomes.size(); ++i) MUSTER_TRY(tell(places_[i], outcomes[i]));
    batch_.clear();
    places_.clear();
    return {};
  }

  [[nodiscard]] ExitCode worst() const { return worst_; }

 private:
  Result<void> tell(const Incoming& place, const PartsOutcome& one) {
    MUSTER_TRY_ASSIGN(Json line, kept_outcome(one, options_->keep));
    line["where"] = place.where;
    line["line"] = place.line;
    printer_.json_line(line);
    if (!one.outcome.error) {
      printer_.facts(
          {"",
           {{status_name(one.outcome.status), "entry " + std::to_string(one.outcome.index.value)},
            {"statement", one.outcome.statement.to_hex()}}});
      return {};
    }
    if (worst_ != ExitCode::invalid_input) worst_ = exit_code_of(*one.outcome.error);
    printer_.error(place.where + ": " + one.outcome.error->message);
    return {};
  }

  const PartsDesk* desk_;
  const DoorOptions* options_;
  print::Printer printer_;
  std::vector<Incoming> places_{};
  std::vector<registry::Submission> batch_{};
  ExitCode worst_ = ExitCode::done;
};

}  // namespace

Result<ExitCode> submit_by_parts(Context& context, const StatementSource& next,
                                 const DoorOptions& options) {
  if (context.options().dry_run || options.judge_only) return failure(nothing_is_judged_here());
  MUSTER_TRY(make_ready(options.keep));
  MUSTER_TRY_ASSIGN(const RemoteRegistry::Impl* const remote, impl_of(context));
  const PartsDesk desk(*remote);
  MUSTER_TRY(desk.settle_outbox());
  PartsDoor door(context, desk, options);
  while (true) {
    MUSTER_TRY_ASSIGN(auto incoming, next());
    if (!incoming) break;
    MUSTER_TRY(door.take(std::move(*incoming)));
  }
  MUSTER_TRY(door.hand_over());
  return door.worst();
}

}  // namespace muster::cli
