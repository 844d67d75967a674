#include "cli/outcome.hpp"

#include "cli/log_operator.hpp"
#include "cli/receipts.hpp"
#include "registry/dispute.hpp"
#include "registry/rule_book/rule_book.hpp"

namespace muster::cli {
namespace {

/// The refusal with the rule in words behind what was got and how things stand.
Error with_rule(Error error) {
  const std::string_view wants = registry::rule_wants(error.rule);
  if (!wants.empty()) error.message += " (the rule: " + std::string(wants) + ")";
  if (error.rule == "site.missing") error.message += "; --at names the site";
  return error;
}

Result<ExitCode> judge_only(Context& context, Home& home, const registry::Submission& submission) {
  if (auto verdict = home.registry().check(submission); !verdict) {
    return failure(with_rule(std::move(verdict.error())));
  }
  auto printer = context.printer();
  const std::string statement = ledger::statement_hash(submission.envelope).to_hex();
  printer.paragraph("Would be accepted. Nothing was written.", print::Tone::good);
  printer.lines(submission.envelope.payload + "\n");
  printer.json({{"payload", parse_json(submission.envelope.payload).value_or(Json())},
                {"statement", statement},
                {"status", "would-be-accepted"}});
  return ExitCode::done;
}

/// What became disputed by the revocation at `index`.
void add_disputed(const registry::State& state, registry::Index32 index, Json& json,
                  print::Facts& facts) {
  Json list = Json::array();
  for (const registry::Index32 disputed : registry::disputed_by(state, index)) {
    const registry::StatementRow& row = state.tables().statements[disputed];
    list.push_back(disputed);
    facts.rows.emplace_back("disputed", "entry " + std::to_string(disputed) + ", " + row.kind +
                                            " of " + state.party_name(row.party));
  }
  json["disputed"] = std::move(list);
}

/// The file of the refusal that was signed, or null.
Result<Json> signed_refusal(const Context& context, Home& home,
                            const registry::Submission& submission,
                            const registry::Outcome& outcome, const std::string& folder) {
  MUSTER_TRY_ASSIGN(const auto desk, RefusalDesk::open(context, home.store()));
  std::optional<std::string> note = home.refusal_of(outcome.statement);
  if (!note && desk.signs()) {
    MUSTER_TRY_ASSIGN(note, desk.note(submission.envelope, outcome));
  }
  if (!note) return Json();
  MUSTER_TRY_ASSIGN(std::string file, keep_refusal(folder, outcome.statement, *note));
  return Json(std::move(file));
}

/// What the rule that refused wants, in words, or null.
Json wants_json(const registry::Outcome& outcome) {
  if (!outcome.error) return nullptr;
  const std::string_view wants = registry::rule_wants(outcome.error->rule);
  return wants.empty() ? Json(nullptr) : Json(wants);
}

}  // namespace

const char* status_name(registry::Outcome::Status status) {
  switch (status) {
    case registry::Outcome::Status::recorded:
      return "recorded";
    case registry::Outcome::Status::duplicate:
      return "duplicate";
    case registry::Outcome::Status::refused:
      break;
  }
  return "refused";
}

Json outcome_json(const registry::Outcome& outcome) {
  const bool refused = outcome.status == registry::Outcome::Status::refused;
  return {{"error", outcome.error ? Json(outcome.error->message) : Json(nullptr)},
          {"evidence", outcome.evidence ? Json(outcome.evidence->string()) : Json(nullptr)},
          {"index", refused ? Json(nullptr) : Json(outcome.index.value)},
          {"refusal", nullptr},
          {"leaf", refused ? Json(nullptr) : Json(outcome.leaf.to_hex())},
          {"rule", outcome.error ? Json(outcome.error->rule) : Json(nullptr)},
          {"statement", outcome.statement.to_hex()},
          {"status", status_name(outcome.status)},
          {"wants", wants_json(outcome)}};
}

Result<ExitCode> submit(Context& context, Home& home, const registry::Submission& submission,
                        const Keepsakes& keep) {
  if (context.options().dry_run) return judge_only(context, home, submission);
  MUSTER_TRY(check_is_present(context));
  MUSTER_TRY(make_ready(keep));
  MUSTER_TRY_ASSIGN(const registry::Outcome outcome, home.record(submission));
  auto printer = context.printer();
  Json json = outcome_json(outcome);
  print::Facts facts{"",
                     {{status_name(outcome.status), "entry " + std::to_string(outcome.index.value)},
                      {"statement", outcome.statement.to_hex()},
                      {"leaf", outcome.leaf.to_hex()}}};
  if (!outcome.error) {
    const auto index = static_cast<registry::Index32>(outcome.index.value);
    const std::string& kind = home.state().tables().statements[index].kind;
    if (kind == "key.revoke") add_disputed(home.state(), index, json, facts);
    // What is recorded stands, whether or not its note can be written: the next open tries again.
    if (kind == "operator.succeed") {
      static_cast<void>(note_successions(home.folder(), home.state()).has_value());
    }
  }
  if (outcome.error && !keep.refusals.empty()) {
    auto kept = signed_refusal(context, home, submission, outcome, keep.refusals);
    if (kept) json["refusal"] = std::move(*kept);
    if (!kept) printer.error("the signed refusal could not be kept: " + kept.error().message);
  }
  printer.json(json);
  if (outcome.error) return failure(with_rule(*outcome.error));
  printer.facts(facts);
  if (!keep.receipts.empty()) {
    MUSTER_TRY_ASSIGN(auto desk, ReceiptDesk::open(context, home.store(), {}));
    auto kept = keep_receipt(desk, keep.receipts, outcome.statement, outcome.index);
    if (!kept) {
      return failure(std::move(kept).error().during(
          "recorded; `ledger receipt` makes what is missing: receipt"));
    }
  }
  return ExitCode::done;
}

}  // namespace muster::cli
