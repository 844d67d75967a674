#include "sampler/evaluate/line_result.hpp"

#include <array>

#include "ledger/base/check.hpp"
#include "ledger/base/json_fields.hpp"

namespace muster::sampler {
namespace {

constexpr std::array<std::string_view, 5> verdicts = {"consistent", "query", "contradicted",
                                                      "not-presented", "open"};
constexpr std::array<std::string_view, 4> states = {"open", "answered", "closed-consistent", "hit"};

template <class Enum, std::size_t count>
Result<Enum> named(const std::array<std::string_view, count>& names, std::string_view text,
                   const char* what) {
  for (std::size_t i = 0; i < count; ++i) {
    if (names[i] == text) return static_cast<Enum>(i);
  }
  return failure(Errc::invalid_input, std::string(what) + ": got \"" +
                                          std::string(text.substr(0, 40)) +
                                          "\", which is none of them");
}

LineOutcome outcome_of(QueryState state) {
  switch (state) {
    case QueryState::open:
    case QueryState::answered:
      return LineOutcome::open;
    case QueryState::closed_consistent:
      return LineOutcome::consistent;
    case QueryState::hit:
      return LineOutcome::hit;
  }
  MUSTER_CHECK(false);
}

}  // namespace

std::string_view verdict_name(LineVerdict verdict) {
  return verdicts[static_cast<std::size_t>(verdict)];
}

Result<LineVerdict> parse_verdict(std::string_view text) {
  return named<LineVerdict>(verdicts, text, "verdict");
}

std::string_view query_state_name(QueryState state) {
  return states[static_cast<std::size_t>(state)];
}

Result<QueryState> parse_query_state(std::string_view text) {
  return named<QueryState>(states, text, "query state");
}

Presence proven_presence(const LineResult& line) {
  const bool claims_seen =
      line.presence == Presence::uplink_cut || line.presence == Presence::bench;
  return claims_seen && !line.silence_probes ? Presence::network : line.presence;
}

LineOutcome outcome(const LineResult& line, Presence required) {
  if (line.query) {
    const LineOutcome queried = outcome_of(*line.query);
    const bool is_read = line.verdict == LineVerdict::consistent;
    if (!is_read || queried != LineOutcome::consistent) return queried;
  }
  if (line.verdict == LineVerdict::consistent) {
    return proven_presence(line) >= required ? LineOutcome::consistent : LineOutcome::open;
  }
  return line.verdict == LineVerdict::contradicted ? LineOutcome::hit : LineOutcome::open;
}

Json line_result_json(const LineResult& line) {
  return Json{{"site", line.site},
              {"chip", line.chip},
              {"verdict", verdict_name(line.verdict)},
              {"query", line.query ? Json(query_state_name(*line.query)) : Json()},
              {"presence", presence_name(line.presence)},
              {"silence_probes", line.silence_probes},
              {"codes", line.codes}};
}

Result<LineResult> parse_line_result(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, where));
  LineResult line{{}, {}, LineVerdict::open};
  MUSTER_TRY_ASSIGN(line.site, fields.text("site"));
  MUSTER_TRY_ASSIGN(line.chip, fields.text("chip"));
  MUSTER_TRY_ASSIGN(const std::string verdict, fields.text("verdict"));
  MUSTER_TRY_ASSIGN(line.verdict, parse_verdict(verdict));
  MUSTER_TRY_ASSIGN(const auto query, fields.optional_text("query"));
  if (query) {
    MUSTER_TRY_ASSIGN(line.query, parse_query_state(*query));
  }
  MUSTER_TRY_ASSIGN(const std::string presence, fields.text("presence"));
  MUSTER_TRY_ASSIGN(line.presence, parse_presence(presence));
  MUSTER_TRY_ASSIGN(line.silence_probes, fields.boolean("silence_probes"));
  MUSTER_TRY_ASSIGN(const Json* codes, fields.array("codes"));
  for (const Json& code : *codes) {
    if (!code.is_string()) return failure(Errc::invalid_input, where + ".codes: want strings");
    line.codes.push_back(code.get<std::string>());
  }
  MUSTER_TRY(fields.finish());
  return line;
}

}  // namespace muster::sampler
