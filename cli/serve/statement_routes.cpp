// POST /v1/statements: one statement, or many as NDJSON.

#include <map>
#include <optional>
#include <sstream>
#include <string_view>
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

/// A line of a body: a statement, or why it is none.
struct Line {
  std::uint64_t number = 0;
  std::string invalid{};  ///< Empty: a statement.
};

/// Lines of a body, on their way into the log while the rest is read.
struct Lines {
  std::vector<registry::Submission> statements{};  ///< Not handed in yet.
  std::vector<Pending> pending{};
  std::vector<Line> all{};
  std::size_t invalid = 0;
};

constexpr std::size_t lines_at_once = 250;  // the first are checked while the rest is read

/// Reads all lines. Where each stands by itself, hands in as it reads.
Result<Lines> lines_of(Service& service, const std::string& body, bool strict) {
  std::istringstream in(body);
  cli::StatementLines reader(in, "body");
  Lines lines;
  while (true) {
    auto incoming = reader.next();
    if (!incoming) {
      const std::uint64_t number = reader.line();
      lines.all.push_back({number, json_text(invalid_json(incoming.error(), number))});
      ++lines.invalid;
      continue;
    }
    const bool ended = !incoming->has_value();
    if (!ended) {
      lines.all.push_back({.number = (*incoming)->line});
      lines.statements.push_back(std::move((*incoming)->submission));
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

/// What became of each line, in their order, as text: written while what is behind is recorded.
class VerdictLines final {
 public:
  explicit VerdictLines(const std::vector<Line>& lines) : lines_(lines) {}

  /// Of the next lines that are statements.
  void add(const std::vector<Verdict>& verdicts) {
    for (const Verdict& verdict : verdicts) {
      add_invalid();
      text_ += verdict_text(verdict, lines_[next_++].number) + "\n";
      ++counts_[cli::status_name(verdict.outcome.status)];
      const auto& error = verdict.outcome.error;
      if (error && error->rule != "batch.not_all" && !refused_) refused_ = *error;
    }
  }

  /// After the last: the lines that are no statements, too.
  Answer answer() {
    add_invalid();
    Answer answer;
    answer.json = {{"recorded", counts_["recorded"]},
                   {"duplicates", counts_["duplicate"]},
                   {"refused", counts_["refused"]},
                   {"invalid", counts_["invalid"]}};
    answer.list = "verdicts";
    answer.lines = std::move(text_);
    return answer;
  }

  /// The first refusal of a statement by itself, which has a whole batch fall.
  [[nodiscard]] const std::optional<Error>& refused() const { return refused_; }

 private:
  void add_invalid() {
    for (; next_ < lines_.size() && !lines_[next_].invalid.empty(); ++next_) {
      text_ += lines_[next_].invalid + "\n";
      ++counts_["invalid"];
    }
  }

  const std::vector<Line>& lines_;
  std::size_t next_ = 0;
  std::string text_{};
  std::map<std::string_view, std::uint64_t> counts_{};
  std::optional<Error> refused_{};
};

/// Each line stands by itself.
Result<Answer> recorded_each(Lines& lines) {
  VerdictLines verdicts(lines.all);
  for (Pending& one : lines.pending) {
    MUSTER_TRY_ASSIGN(const auto part, one.wait());
    verdicts.add(part);
  }
  return verdicts.answer();
}

/// All lines stand or fall together.
Result<Answer> recorded_whole(Service& service, Lines& lines) {
  if (lines.invalid > 0) {
    return failure(Errc::invalid_input,
                   "a line is no statement; nothing was recorded, as handling=strict asks");
  }
  MUSTER_TRY_ASSIGN(const auto all,
                    service.sequencer().record({.statements = std::move(lines.statements),
                                                .mode = registry::BatchMode::all_or_nothing}));
  VerdictLines verdicts(lines.all);
  verdicts.add(all);
  Answer answer = verdicts.answer();
  answer.headers.push_back({"Preference-Applied", "handling=strict"});
  if (!verdicts.refused()) return answer;
  ProblemFacts facts;
  facts.more = std::move(answer.json);
  facts.more["verdicts"] = rows_of_lines(*answer.lines);
  answer.raw = problem(*verdicts.refused(), facts);
  return answer;
}

Result<Answer> many_statements(Service& service, const http::Request& request, bool strict) {
  MUSTER_TRY_ASSIGN(Lines lines, lines_of(service, request.body, strict));
  return strict ? recorded_whole(service, lines) : recorded_each(lines);
}

Result<Answer> as_job(Service& service, const Asked& asked) {
  MUSTER_TRY_ASSIGN(const Job job, service.jobs().add(asked.principal, asked.request.body));
  Answer answer{.status = 202, .json = job_json(job)};
  answer.headers.push_back({"Location", "/v1/jobs/" + job.id});
  return answer;
}

/// Those with something in them, as `StatementLines` reads them.
std::uint64_t lines_in(std::string_view body) {
  std::uint64_t lines = 0;
  bool is_blank = true;
  for (const char c : body) {
    if (c == '\n') is_blank = true;
    if (!is_blank || c == '\n' || c == ' ' || c == '\t' || c == '\r') continue;
    is_blank = false;
    ++lines;
  }
  return lines;
}

Result<Answer> post_statements(Service& service, const Asked& asked) {
  const http::Request& request = asked.request;
  MUSTER_TRY(check_takes_in(service));
  const Preference wish = preference_of(request.header("Prefer"));
  if (is_media_type(request, ndjson_type)) {
    const bool many = lines_in(request.body) > service.settings().limits.batch_statements;
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
