#include "cli/remote/server_answers.hpp"

#include <algorithm>

#include "ledger/base/json_fields.hpp"
#include "ledger/base/utf8.hpp"
#include "ledger/refusal.hpp"

namespace muster::cli {
namespace {

using Verdict = ServerVerdict::Status;

/// A text member, cut to what is shown; empty where there is none.
std::string words_in(const Json& json, const char* key) {
  if (!json.is_object()) return {};
  const auto found = json.find(key);
  if (found == json.end() || !found->is_string()) return {};
  std::string words = found->get<std::string>().substr(0, most_server_words);
  while (!is_utf8(words)) words.pop_back();  // a character that was cut in two
  return words;
}

std::string rule_in(const Json& json) {
  std::string rule = words_in(json, "rule");
  return ledger::is_rule_code(rule) ? rule : std::string();
}

Errc code_of_status(unsigned status) {
  switch (status) {
    case 404:
      return Errc::not_found;
    case 409:
    case 422:
      return Errc::refused;
    default:
      return status >= 400 && status < 500 && status != 429 ? Errc::invalid_input
                                                            : Errc::unavailable;
  }
}

tl::unexpected<Error> no_answer(const std::string& why) {
  return failure(Errc::invalid_input, "the server's answer: " + why);
}

Result<Verdict> status_in(FieldReader& fields) {
  MUSTER_TRY_ASSIGN(const std::string text, fields.text("status"));
  if (text == "recorded") return Verdict::recorded;
  if (text == "duplicate") return Verdict::duplicate;
  if (text == "refused") return Verdict::refused;
  if (text == "invalid") return Verdict::invalid;
  return no_answer("status \"" + text.substr(0, 40) + "\"");
}

Result<ServerVerdict> verdict_of(const Json& json) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "verdict"));
  ServerVerdict verdict;
  MUSTER_TRY_ASSIGN(verdict.status, status_in(fields));
  MUSTER_TRY_ASSIGN(verdict.statement, fields.optional_hash("statement"));
  MUSTER_TRY_ASSIGN(verdict.refusal, fields.optional_text("refusal"));
  if (verdict.is_recorded()) {
    if (!verdict.statement) return no_answer("a recorded statement without its hash");
    return verdict;
  }
  const Errc code = verdict.status == Verdict::refused ? Errc::refused : Errc::invalid_input;
  verdict.error = Error{code, words_in(json, "error"), rule_in(json)};
  return verdict;
}

Result<std::optional<ledger::Receipt>> receipt_in(const Json& json) {
  const auto found = json.find("receipt");
  if (found == json.end() || found->is_null()) return std::optional<ledger::Receipt>();
  MUSTER_TRY_ASSIGN(auto receipt, ledger::parse_receipt(found->dump()));
  return std::optional(std::move(receipt));
}

}  // namespace

Error server_error(const http::Response& answer) {
  const auto json = parse_foreign_json(answer.body);
  std::string words = json ? words_in(*json, "detail") : std::string();
  if (words.empty()) words = "status " + std::to_string(answer.status);
  return {code_of_status(answer.status), "the server says: " + words,
          json ? rule_in(*json) : std::string()};
}

Result<ServerVerdict> verdict_in(const http::Response& answer) {
  MUSTER_TRY_ASSIGN(const Json json, parse_foreign_json(answer.body));
  if (answer.status == 200 || answer.status == 201) {
    MUSTER_TRY_ASSIGN(ServerVerdict verdict, verdict_of(json));
    if (!verdict.is_recorded()) return no_answer("a success that records nothing");
    MUSTER_TRY_ASSIGN(verdict.receipt, receipt_in(json));
    return verdict;
  }
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "problem"));
  ServerVerdict verdict;
  MUSTER_TRY_ASSIGN(verdict.statement, fields.optional_hash("statement"));
  MUSTER_TRY_ASSIGN(verdict.refusal, fields.optional_text("refusal"));
  verdict.status = verdict.statement ? Verdict::refused : Verdict::invalid;
  verdict.error = Error{code_of_status(answer.status), words_in(json, "detail"), rule_in(json)};
  return verdict;
}

Result<std::vector<ServerVerdict>> verdicts_in(const http::Response& answer, std::size_t count) {
  MUSTER_TRY_ASSIGN(const Json json, parse_foreign_json(answer.body));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "answer"));
  MUSTER_TRY_ASSIGN(const Json* list, fields.array("verdicts"));
  if (list->size() != count) {
    return no_answer("got " + std::to_string(list->size()) + " verdicts on " +
                     std::to_string(count) + " statements");
  }
  std::vector<ServerVerdict> verdicts;
  for (const Json& one : *list) {
    MUSTER_TRY_ASSIGN(ServerVerdict verdict, verdict_of(one));
    verdicts.push_back(std::move(verdict));
  }
  return verdicts;
}

Result<ServerJob> job_in(std::string_view body) {
  MUSTER_TRY_ASSIGN(const Json json, parse_foreign_json(body));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "job"));
  ServerJob job;
  MUSTER_TRY_ASSIGN(job.id, fields.text("job"));
  MUSTER_TRY_ASSIGN(job.state, fields.text("state"));
  return job;
}

Result<std::vector<ServerVerdict>> job_errors_in(std::string_view body) {
  std::vector<ServerVerdict> verdicts;
  while (!body.empty()) {
    const auto end = std::min(body.find('\n'), body.size());
    MUSTER_TRY_ASSIGN(const Json json, parse_foreign_json(body.substr(0, end)));
    MUSTER_TRY_ASSIGN(ServerVerdict verdict, verdict_of(json));
    verdicts.push_back(std::move(verdict));
    body.remove_prefix(std::min(end + 1, body.size()));
  }
  return verdicts;
}

Result<ServerUpload> upload_in(std::string_view body) {
  MUSTER_TRY_ASSIGN(const Json json, parse_foreign_json(body));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "upload"));
  ServerUpload upload;
  MUSTER_TRY_ASSIGN(upload.id, fields.text("upload"));
  MUSTER_TRY_ASSIGN(const std::int64_t received, fields.integer("received"));
  upload.received = static_cast<std::uint64_t>(received);
  return upload;
}

}  // namespace muster::cli
