#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/base/json.hpp"
#include "sampler/plan/purpose.hpp"

namespace muster::sampler {

/// What the appraisal says of one drawn chip.
enum class LineVerdict { consistent, query, contradicted, not_presented, open };

[[nodiscard]] std::string_view verdict_name(LineVerdict verdict);
/// Errors: `invalid_input`.
Result<LineVerdict> parse_verdict(std::string_view text);

/// Where a query stands: it has an owner and a clock.
enum class QueryState {
  open,               ///< asked, not answered
  answered,           ///< answered, not yet judged
  closed_consistent,  ///< closed with evidence
  hit,                ///< not closed in time, or the answer failed
};

[[nodiscard]] std::string_view query_state_name(QueryState state);
/// Errors: `invalid_input`.
Result<QueryState> parse_query_state(std::string_view text);

/// One line of the draw, answered.
struct LineResult {
  std::string site;
  std::string chip;
  LineVerdict verdict;
  std::optional<QueryState> query{};  ///< of any verdict but consistent; nothing: open
  Presence presence = Presence::none;
  bool silence_probes =
      false;  ///< heard before power-off and silent after: needed for the upper two
  std::vector<std::string> codes{};  ///< of the findings, for people
};

/// What a line counts as.
enum class LineOutcome { consistent, hit, open };

/// How a line was seen: without the two silence probes no better than `network`.
[[nodiscard]] Presence proven_presence(const LineResult& line);

/// The outcome of `line` in a plan that requires `required`. A contradiction, like any anomaly, is
/// a hit unless its query is closed with evidence or still running.
[[nodiscard]] LineOutcome outcome(const LineResult& line, Presence required);

/// One line as JSON and read back. Errors of the reader: `invalid_input` by field.
[[nodiscard]] Json line_result_json(const LineResult& line);
Result<LineResult> parse_line_result(const Json& json, const std::string& where);

}  // namespace muster::sampler
