#include "cli/scenario/score_json.hpp"

#include "sampler/stats/real.hpp"

namespace muster::cli::scenario {
namespace {

std::string digits(double value) { return stats::digits(stats::Real(value), 6); }

double ratio(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

Json plays_json(const sampler::Plays& plays) {
  Json json = {{"plays", plays.count}, {"caught", plays.caught}};
  if (plays.count == 0) return json;
  const auto interval = sampler::rate_interval(plays, row_level);
  json["share"] = digits(ratio(plays.caught, plays.count));
  json["lower"] = digits(interval.lower);
  json["upper"] = digits(interval.upper);
  return json;
}

Json audits_json(const AuditCount& count) {
  Json json = {{"audits", count.plays},
               {"findings", count.caught},
               {"drew_an_evading_chip", count.drawn},
               {"evading_lines", count.evading_lines},
               {"evading_hits", count.evading_hits},
               {"wrongly_cleared", count.wrongly_cleared},
               {"lines", count.lines},
               {"honest_lines", count.honest_lines},
               {"honest_queries", count.honest_queries},
               {"honest_hits", count.honest_hits},
               {"honest_accused", count.honest_accused},
               {"codes", count.codes}};
  if (count.caught > 0) {
    json["days_to_detection"] = digits(count.days / static_cast<double>(count.caught));
  }
  return json;
}

Json play_json(const PlayScore& play) {
  Json json = {{"row", play.facts->row},
               {"play", play.facts->name},
               {"engine", engine_name(play.facts->engine)},
               {"promise", promise_name(play.facts->promise)},
               {"promised", digits(play.promised)},
               {"simulated", plays_json(play.plays)},
               {"keeps", kept_name(play.kept)},
               {"inspected", play.inspected},
               {"strategy", play.strategy},
               {"shown", play.shown}};
  if (play.audits) json["pipeline"] = audits_json(*play.audits);
  if (!play.answers.empty()) json["answers"] = play.answers;
  if (play.facts->promise == PromiseKind::graded) json["called_certain"] = play.called_certain;
  return json;
}

Json honest_json(const HonestScore& honest) {
  return {{"pipeline", audits_json(honest.audits)},
          {"accused", plays_json({honest.audits.plays, honest.audits.honest_accused})},
          {"queried_lines", plays_json(honest.queries)},
          {"stated", digits(honest.stated)},
          {"keeps", kept_name(honest.kept)}};
}

}  // namespace

Json score_json(const Score& score, const ScenarioFile& scenario) {
  Json plays = Json::array();
  for (const PlayScore& play : score.plays) plays.push_back(play_json(play));
  Json not_played = Json::array();
  for (const RowFacts& row : rows()) {
    if (!row.unplayed.empty()) not_played.push_back({{"row", row.id}, {"what", row.unplayed}});
  }
  return {{"version", score_version},
          {"simulated", true},
          {"seed", scenario.seed},
          {"announced", announced_json(scenario.announced)},
          {"family_level", digits(family_level)},
          {"margin", digits(promise_margin)},
          {"lines", score.lines},
          {"target", digits(score.target)},
          {"plays", std::move(plays)},
          {"honest", score.honest ? honest_json(*score.honest) : Json()},
          {"not_played", std::move(not_played)},
          {"kept", score.kept()}};
}

}  // namespace muster::cli::scenario
