#include "cli/audit/line_answer.hpp"

#include <algorithm>

namespace muster::cli {
namespace {

constexpr std::uint64_t days_unless_stated = 30;

}  // namespace

registry::Draft query_draft(const CommittedPlan& plan, const Challenge& challenge,
                            const std::vector<std::string>& codes, const std::string& owner,
                            Timestamp now) {
  const auto& queries = plan.plan.request.queries;
  const auto days = static_cast<std::int64_t>(queries ? queries->close_days : days_unless_stated);
  const Timestamp due{now.ms + days * ms_per_day};
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
