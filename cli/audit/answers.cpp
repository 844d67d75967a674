#include "cli/audit/answers.hpp"

#include <algorithm>

#include "sampler/plan/seen_before.hpp"

namespace muster::cli {
namespace {

/// When the newest statement was accepted: by that time, and by no clock of a reader's, a question
/// that nobody answered is one that was not answered in time.
Timestamp ledger_time(const registry::State& state) {
  return Timestamp{state.tables().statements[state.size() - 1].accepted_ms};
}

sampler::QueryState state_of(const registry::Query& query, Timestamp now) {
  if (query.closed != registry::no_index) {
    return query.outcome == "consistent" ? sampler::QueryState::closed_consistent
                                         : sampler::QueryState::hit;
  }
  if (query.answered != registry::no_index) return sampler::QueryState::answered;
  return query.due <= now ? sampler::QueryState::hit : sampler::QueryState::open;
}

/// How much a query weighs against a chip that has several: no later one washes a hit away.
int weight_of(sampler::QueryState state) {
  switch (state) {
    case sampler::QueryState::hit:
      return 3;
    case sampler::QueryState::open:
      return 2;
    case sampler::QueryState::answered:
      return 1;
    case sampler::QueryState::closed_consistent:
      break;
  }
  return 0;
}

/// Where the queries of each chip of the plan stand, the worst of each.
std::map<registry::RowN, sampler::QueryState> query_states(const registry::State& state,
                                                           registry::RowN plan) {
  std::map<registry::RowN, sampler::QueryState> states;
  const Timestamp now = ledger_time(state);
  for (const registry::Query& query : state.tables().queries.rows()) {
    if (query.plan != plan) continue;
    const sampler::QueryState standing = state_of(query, now);
    const auto [known, is_new] = states.emplace(query.chip, standing);
    if (!is_new && weight_of(standing) > weight_of(known->second)) known->second = standing;
  }
  return states;
}

Result<sampler::LineResult> line_result(const registry::State& state, const registry::Line& line,
                                        const std::string& site,
                                        std::optional<sampler::QueryState> query) {
  MUSTER_TRY_ASSIGN(const auto verdict, sampler::parse_verdict(line.verdict));
  MUSTER_TRY_ASSIGN(const auto presence, sampler::parse_presence(line.presence));
  // The registry takes the upper two levels only with both silence probes.
  const bool probed =
      presence == sampler::Presence::uplink_cut || presence == sampler::Presence::bench;
  return sampler::LineResult{site,  state.chip_id(line.chip).to_string(), verdict, query, presence,
                             probed};
}

void add_unopened(const std::string& site, std::uint64_t lines, Answers& answers) {
  answers.unopened += lines;
  for (std::uint64_t n = 0; n < lines; ++n) {
    answers.drawn.push_back({site, "(sealed line " + std::to_string(n + 1) + ")"});
  }
}

}  // namespace

Result<Answers> answers_of(Home& home, const std::string& plan) {
  const registry::State& state = home.state();
  const registry::Tables& tables = state.tables();
  const registry::RowN row = tables.plans.find(plan);
  const auto queries = query_states(state, row);
  Answers answers;
  std::vector<std::pair<registry::Index32, std::string>> opened;
  for (const registry::SealedSite& site : tables.sealed_sites.rows()) {
    if (site.plan != row) continue;
    answers.sealed = true;
    const std::string name = site.id.substr(plan.size() + 1);
    if (site.opened == registry::no_index) {
      add_unopened(name, site.lines, answers);
      continue;
    }
    opened.emplace_back(site.opened, name);
    for (std::uint64_t n = 0; n < site.lines; ++n) {
      const auto line_row = static_cast<registry::RowN>(site.first_line + n);
      const registry::Line& line = tables.lines[line_row];
      answers.drawn.push_back({name, state.chip_id(line.chip).to_string()});
      if (line.answered == registry::no_index) continue;
      const auto query = queries.find(line.chip);
      const auto standing = query == queries.end() ? std::nullopt : std::optional(query->second);
      MUSTER_TRY_ASSIGN(auto result, line_result(state, line, name, standing));
      answers.results.push_back(std::move(result));
    }
  }
  std::ranges::sort(opened);
  for (auto& [index, name] : opened) answers.opened.push_back(std::move(name));
  return answers;
}

Result<sampler::Evaluation> evaluated(Home& home, const CommittedPlan& plan) {
  MUSTER_TRY_ASSIGN(const Answers answers, answers_of(home, plan.id));
  if (!answers.sealed) {
    return refusal("draw.not_sealed", "plan " + plan.id + ": not drawn yet; `muster plan draw`");
  }
  auto result = sampler::evaluation(plan.plan, answers.drawn, answers.results);
  if (!result || !plan.abandoned) return result;
  return sampler::of_abandoned(std::move(*result));
}

std::uint64_t clocks_run_out(const registry::State& state, const std::string& plan, Timestamp now) {
  const registry::RowN row = state.tables().plans.find(plan);
  std::uint64_t count = 0;
  for (const registry::Query& query : state.tables().queries.rows()) {
    const bool silent = query.closed == registry::no_index && query.answered == registry::no_index;
    if (query.plan == row && silent && query.due <= now) ++count;
  }
  return count;
}

std::vector<sampler::SiteProgress> progress_of(const sampler::Plan& plan, const Answers& answers) {
  std::map<std::string, std::uint64_t> done;
  for (const sampler::LineResult& line : answers.results) {
    const auto outcome = sampler::outcome(line, plan.request.presence_required);
    if (outcome != sampler::LineOutcome::open) ++done[line.site];
  }
  std::vector<sampler::SiteProgress> sites;
  const sampler::PlanRequest counted = sampler::counted_request(plan.request);
  for (const auto& site : counted.sites) {
    sites.push_back({site.chips, done[site.site.text()]});
  }
  return sites;
}

Result<std::vector<sampler::VisitedSite>> visited_sites(const sampler::Plan& plan,
                                                        const Answers& answers) {
  std::map<sampler::DrawnChip, sampler::LineOutcome> outcomes;
  for (const sampler::DrawnChip& chip : answers.drawn) {
    outcomes.emplace(chip, sampler::LineOutcome::open);
  }
  for (const sampler::LineResult& line : answers.results) {
    outcomes[{line.site, line.chip}] = sampler::outcome(line, plan.request.presence_required);
  }
  std::vector<sampler::VisitedSite> visits;
  for (const std::string& name : answers.opened) {
    MUSTER_TRY_ASSIGN(SiteId site, SiteId::parse(name));
    sampler::VisitedSite visit{std::move(site), {}};
    for (const auto& [chip, outcome] : outcomes) {
      if (chip.site == name) visit.lines.push_back(outcome);
    }
    visits.push_back(std::move(visit));
  }
  return visits;
}

}  // namespace muster::cli
