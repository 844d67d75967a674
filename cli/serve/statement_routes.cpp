// POST /v1/statements: one statement, or many as NDJSON.

#include <iterator>
#include <sstream>
#include <utility>

#include "cli/outcome.hpp"
#include "cli/receipts.hpp"
#include "cli/serve/form.hpp"
#include "cli/serve/log_access.hpp"
#include "cli/serve/reading.hpp"
#include "cli/serve/routes.hpp"
#include "cli/statement_file.hpp"

namespace muster::serve {
namespace {

using registry::Outcome;

struct Preference {
  bool strict = false;
  bool in_background = false;
};

/// Source: RFC 7240. What is not known is passed over, as it says.
Preference preference_of(std::string_view prefer) {
  Preference wish;
  wish.strict = asks_for(prefer, "handling=strict");
  wish.in_background = asks_for(prefer, "respond-async");
  return wish;
}

bool is_media_type(const http::Request& request, std::string_view type) {
  return asks_for(request.header("Content-Type"), type);
}

/// The first receipt of an entry, or null where nobody signs here.
Json receipt_json(Service& service, ledger::LogIndex index) {
  const auto receipt = receipt_of(service, index);
  if (!receipt) return nullptr;
  return parse_json(ledger::encode_receipt(*receipt)).value_or(Json());
}

/// What a refusal of one statement says beside its words: the hashes that contradict each other,
/// and the note that the operator signed.
ProblemFacts facts_of(Service& service, const Verdict& verdict) {
  ProblemFacts facts;
  facts.more = Json{{"statement", verdict.outcome.statement.to_hex()},
                    {"refusal", verdict.refusal ? Json(*verdict.refusal) : Json(nullptr)}};
  if (verdict.outcome.error->rule != "number.reused") return facts;
  const auto first = service.live().with_state([&](const cli::Home& home) -> Result<std::string> {
    const auto index = static_cast<registry::Index32>(verdict.outcome.index.value);
    return home.state().tables().statements[index].hash.to_hex();
  });
  facts.pointer = "/payload";
  if (first) facts.expected = *first;
  facts.current = verdict.outcome.statement.to_hex();
  return facts;
}

Result<Answer> one_statement(Service& service, const http::Request& request) {
  MUSTER_TRY_ASSIGN(auto submission, cli::read_submission(request.body));
  Handed handed{.wants_receipts = true};
  handed.statements.push_back(std::move(submission));
  MUSTER_TRY_ASSIGN(const auto verdicts, service.sequencer().record(std::move(handed)));
  const Verdict& verdict = verdicts.front();
  Answer answer;
  if (verdict.outcome.status == Outcome::Status::refused) {
    answer.raw = problem(*verdict.outcome.error, facts_of(service, verdict));
    return answer;
  }
  answer.json = verdict_json(verdict, 1);
  answer.json["receipt"] = receipt_json(service, verdict.outcome.index);
  answer.status = verdict.outcome.status == Outcome::Status::recorded ? 201 : 200;
  answer.headers.push_back({"Location", "/v1/receipts/" + verdict.outcome.statement.to_hex()});
  return answer;
}

/// Lines of a body, on their way into the log while the rest is read.
struct Lines {
  std::vector<registry::Submission> statements{};  ///< Not handed in yet.
  std::vector<Pending> pending{};
  std::vector<std::uint64_t> places{};  ///< The line of each statement.
  std::vector<Json> verdicts{};         ///< One for each line; null where a statement stands.
};

constexpr std::size_t lines_at_once = 1'000;

/// Reads all lines. Where each stands by itself, hands in as it reads.
Result<Lines> lines_of(Service& service, const std::string& body, bool strict) {
  std::istringstream in(body);
  cli::StatementLines reader(in, "body");
  Lines lines;
  while (true) {
    auto incoming = reader.next();
    if (!incoming) {
      lines.verdicts.push_back(invalid_json(incoming.error(), reader.line()));
      continue;
    }
    const bool ended = !incoming->has_value();
    if (!ended) {
      lines.places.push_back((*incoming)->line);
      lines.statements.push_back(std::move((*incoming)->submission));
      lines.verdicts.emplace_back(nullptr);
    }
    const bool due = ended ? !lines.statements.empty() : lines.statements.size() == lines_at_once;
    if (due && !strict) {
      // What was handed in before stands: the same lines may be sent again.
      MUSTER_TRY_ASSIGN(Pending pending, service.sequencer().hand_in(
                                             {.statements = std::exchange(lines.statements, {})}));
      lines.pending.push_back(std::move(pending));
    }
    if (ended) return lines;
  }
}

Result<std::vector<Verdict>> verdicts_of(Service& service, Lines& lines, bool strict) {
  if (strict) {
    return service.sequencer().record(
        {.statements = std::move(lines.statements), .mode = registry::BatchMode::all_or_nothing});
  }
  std::vector<Verdict> all;
  for (Pending& one : lines.pending) {
    MUSTER_TRY_ASSIGN(auto part, one.wait());
    std::ranges::move(part, std::back_inserter(all));
  }
  return all;
}

Json counts_json(const Json& verdicts) {
  Json counts{{"recorded", 0}, {"duplicate", 0}, {"refused", 0}, {"invalid", 0}};
  for (const Json& one : verdicts) {
    Json& count = counts[one["status"].get<std::string>()];
    count = count.get<std::uint64_t>() + 1;
  }
  return {{"recorded", counts["recorded"]},
          {"duplicates", counts["duplicate"]},
          {"refused", counts["refused"]},
          {"invalid", counts["invalid"]}};
}

Result<Answer> many_statements(Service& service, const http::Request& request, bool strict) {
  MUSTER_TRY_ASSIGN(Lines lines, lines_of(service, request.body, strict));
  if (strict && lines.statements.size() < lines.verdicts.size()) {
    return failure(Errc::invalid_input,
                   "a line is no statement; nothing was recorded, as handling=strict asks");
  }
  MUSTER_TRY_ASSIGN(const auto verdicts, verdicts_of(service, lines, strict));
  Json list = Json::array();
  std::size_t next = 0;
  const Error* refused = nullptr;
  for (Json& line : lines.verdicts) {
    if (!line.is_null()) {
      list.push_back(std::move(line));
      continue;
    }
    const Verdict& verdict = verdicts[next];
    list.push_back(verdict_json(verdict, lines.places[next++]));
    const bool by_itself = verdict.outcome.error && verdict.outcome.error->rule != "batch.not_all";
    if (by_itself && refused == nullptr) refused = &*verdict.outcome.error;
  }
  Answer answer;
  if (strict) answer.headers.push_back({"Preference-Applied", "handling=strict"});
  answer.json = counts_json(list);
  answer.json["verdicts"] = std::move(list);
  answer.list = "verdicts";
  if (!strict || refused == nullptr) return answer;
  ProblemFacts facts;
  facts.more = std::move(answer.json);
  answer.raw = problem(*refused, facts);
  return answer;
}

Result<Answer> as_job(Service& service, const Asked& asked) {
  MUSTER_TRY_ASSIGN(const Job job, service.jobs().add(asked.principal, asked.request.body));
  Answer answer{.status = 202, .json = job_json(job)};
  answer.headers.push_back({"Location", "/v1/jobs/" + job.id});
  return answer;
}

Result<Answer> post_statements(Service& service, const Asked& asked) {
  const http::Request& request = asked.request;
  const Preference wish = preference_of(request.header("Prefer"));
  if (is_media_type(request, ndjson_type)) {
    const auto lines =
        static_cast<std::uint64_t>(std::count(request.body.begin(), request.body.end(), '\n'));
    const bool many = lines > service.settings().limits.batch_statements;
    if (wish.strict && (many || wish.in_background)) {
      return failure(Error{Errc::refused,
                           "handling=strict: takes at most " +
                               std::to_string(service.settings().limits.batch_statements) +
                               " statements, and no job",
                           rule_too_long});
    }
    if (many || wish.in_background) return as_job(service, asked);
    return many_statements(service, request, wish.strict);
  }
  if (is_media_type(request, "application/json") ||
      is_media_type(request, "application/vnd.dsse.envelope.v1+json")) {
    return one_statement(service, request);
  }
  return failure(Error{Errc::invalid_input,
                       "Content-Type: want application/json or application/x-ndjson",
                       rule_media_type});
}

}  // namespace

void add_statement_routes(Router& router, Service& service) {
  router.add({"POST", "/v1/statements", Role::custodian, {}, [&service](const Asked& asked) {
                return post_statements(service, asked);
              }});
}

}  // namespace muster::serve
