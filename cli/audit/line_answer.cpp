#include "cli/audit/line_answer.hpp"

#include <algorithm>

#include "cli/audit/host_word.hpp"
#include "ledger/entry.hpp"

namespace muster::cli {
namespace {

constexpr std::uint64_t days_unless_stated = 30;

bool is_unseen(std::string_view text) {
  return text == "absent" || text == "denied" || text == "dead";
}

/// What the ledger has of a line that was answered: absent, denied or dead, or another verdict.
Result<std::string> recorded_answer(Home& home, const registry::Line& line) {
  MUSTER_TRY_ASSIGN(const auto entry, home.store().read({line.answered}, 1));
  if (entry.empty()) return failure(Errc::corrupt, "an answered line has no entry");
  MUSTER_TRY_ASSIGN(const ledger::Entry result, ledger::parse_entry(entry.front()));
  MUSTER_TRY_ASSIGN(const Json payload, parse_json(result.envelope.payload));
  const Json& said =
      payload.at("body").contains("event") ? payload.at("body").at("event") : payload;
  for (const Json& code : said.at("body").value("findings", Json::array())) {
    if (code.is_string() && is_unseen(code.get_ref<const std::string&>())) {
      return code.get<std::string>();
    }
  }
  return line.verdict;
}

}  // namespace

Timestamp answer_due(const sampler::Plan& plan, Timestamp at) {
  const auto& queries = plan.request.queries;
  const auto days = static_cast<std::int64_t>(queries ? queries->close_days : days_unless_stated);
  return Timestamp{at.ms + days * ms_per_day};
}

Json unseen_report(const Challenge& challenge, const FieldAnswer& answer) {
  const HostWord& host = answer.host;
  return {{"chip", challenge.chip.to_string()},
          {"plan", challenge.plan},
          {"site", challenge.site},
          {"answer", answer_name(answer.kind)},
          {"at", answer.at.to_string()},
          {"text", answer.text},
          {"host", host.note ? "signed" : "refused"},
          {"host_refused", host.note ? Json() : Json(host.refused)}};
}

std::vector<std::string> unseen_codes(const FieldAnswer& answer) {
  return {std::string(answer_name(answer.kind)), host_code(answer.host)};
}

registry::Draft result_draft(const Challenge& challenge, const FieldAnswer& answer,
                             const Json& evidence) {
  Json body = {{"plan", challenge.plan},
               {"opening", challenge.opening.to_hex()},
               {"line", challenge.line},
               {"chip", challenge.chip.to_string()},
               {"presence", std::string(attestation::presence_name(answer.seen.presence))},
               {"verdict", answer.verdict},
               {"appraisal", answer.report.to_hex()},
               {"findings", answer.codes}};
  if (answer.seen.silence) body["silence"] = silence_json(answer.seen);
  return {.kind = "inspect.result", .body = std::move(body), .evidence = evidence};
}

std::string prover_of(const registry::State& state, const CommittedPlan& plan, const ChipId& chip) {
  if (plan.freezes.size() == 1) return plan.freezes.front().prover.text();
  for (const Frozen& frozen : plan.freezes) {
    const auto frame = registry_frame(state, frozen);
    if (!frame) continue;
    if (std::ranges::any_of(frame->lines, [&](const auto& line) { return line.chip == chip; })) {
      return frozen.prover.text();
    }
  }
  return plan.freezes.front().prover.text();
}

Result<void> check_answered(Home& home, const Challenge& challenge, const std::string& answer) {
  const registry::Line* line = challenged_line(home.state(), challenge);
  if (line == nullptr || line->answered == registry::no_index) return {};
  MUSTER_TRY_ASSIGN(const std::string recorded, recorded_answer(home, *line));
  if (recorded == answer) return {};
  return refusal("inspect.answered", "chip " + challenge.chip.to_string() + ": the ledger says " +
                                         recorded + ", this answer " + answer +
                                         "; a change is a correction of that entry: `muster "
                                         "statement replace`");
}

registry::Draft query_draft(const CommittedPlan& plan, const Challenge& challenge,
                            const std::vector<std::string>& codes, const std::string& owner,
                            Timestamp now) {
  const Timestamp due = answer_due(plan.plan, now);
  return {.kind = "query.open",
          .body = {{"query", challenge.plan + "." + challenge.chip.to_string()},
                   {"plan", challenge.plan},
                   {"chip", challenge.chip.to_string()},
                   {"code", codes.empty() ? "open" : codes.front()},
                   {"owner", owner},
                   {"due", due.to_string()}}};
}

const registry::Line* challenged_line(const registry::State& state, const Challenge& challenge) {
  const auto index = state.statement_index(challenge.opening);
  if (!index) return nullptr;
  const auto& sites = state.tables().sealed_sites.rows();
  const auto site = std::ranges::find(sites, *index, &registry::SealedSite::opened);
  if (site == sites.end() || challenge.line >= site->lines) return nullptr;
  const auto row = static_cast<registry::RowN>(site->first_line + challenge.line);
  const registry::Line& line = state.tables().lines[row];
  return state.chip_id(line.chip) == challenge.chip ? &line : nullptr;
}

Result<void> add_answer(const registry::State& state, const Challenge& challenge,
                        const std::string& verdict, const registry::Draft& result,
                        const std::optional<registry::Draft>& query, StatementWriter& writer) {
  const registry::Line* known = challenged_line(state, challenge);
  const bool answered = known != nullptr && known->answered != registry::no_index;
  if (answered && known->verdict != verdict) {
    return refusal("inspect.answered", "chip " + challenge.chip.to_string() + ": entry " +
                                           std::to_string(known->answered) + " says " +
                                           known->verdict + ", this evidence " + verdict);
  }
  if (!answered) MUSTER_TRY(writer.add(result));
  if (!query) return {};
  const auto id = query->body.at("query").get<std::string>();
  if (state.tables().queries.find(id) != registry::no_row) return {};
  return writer.add(*query);
}

}  // namespace muster::cli
