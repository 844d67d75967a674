#include "cli/audit/rest.hpp"

#include <algorithm>

#include "cli/audit/answers.hpp"
#include "cli/audit/draw_events.hpp"
#include "cli/audit/draw_evidence.hpp"
#include "cli/audit/frames.hpp"
#include "sampler/plan/request_json.hpp"
#include "sampler/plan/seen_before.hpp"

namespace muster::cli {
namespace {

constexpr std::size_t most_earlier = 64;

/// `plan` and the plans before it.
Result<std::vector<CommittedPlan>> with_earlier(Home& home, const CommittedPlan& plan) {
  MUSTER_TRY_ASSIGN(auto list, earlier_plans(home, plan.plan));
  list.insert(list.begin(), plan);
  return list;
}

Result<std::vector<std::string>> opened_chips(Home& home, const std::vector<CommittedPlan>& plans) {
  std::vector<std::string> chips;
  for (const CommittedPlan& plan : plans) {
    MUSTER_TRY_ASSIGN(const auto openings, ledger_openings(home, plan.id));
    for (const LedgerOpening& opening : openings) {
      for (const ChipId& chip : opening.chips) chips.push_back(chip.to_string());
    }
  }
  std::ranges::sort(chips);
  chips.erase(std::unique(chips.begin(), chips.end()), chips.end());
  return chips;
}

/// What keeps the lines of `plan` from being known before entry `by`. Empty if nothing does.
std::string not_opened(const registry::Tables& tables, const std::string& plan,
                       registry::Index32 by) {
  const registry::RowN row = tables.plans.find(plan);
  if (tables.plans[row].sealed == registry::no_index) return "plan " + plan + " is not drawn";
  for (const registry::SealedSite& site : tables.sealed_sites.rows()) {
    if (site.plan != row || site.lines == 0 || site.opened < by) continue;
    return site.id + (site.opened == registry::no_index
                          ? " is not opened"
                          : " was opened by entry " + std::to_string(site.opened));
  }
  return {};
}

/// With memory only as many visits stay out as meet one run together with this one.
void keep_remembered(const sampler::Plan& plan, std::vector<CommittedPlan>& plans) {
  if (!sampler::remembers(plan.request)) return;
  const auto most =
      static_cast<std::size_t>(sampler::visits_remembered(plan.request, *plan.layout));
  while (plans.size() > most) plans.pop_back();
}

/// Hits and open lines of these draws, as the ledger has them now.
Result<std::uint64_t> not_consistent(Home& home, const std::vector<CommittedPlan>& plans) {
  std::uint64_t lines = 0;
  for (const CommittedPlan& plan : plans) {
    MUSTER_TRY_ASSIGN(const Answers answers, answers_of(home, plan.id));
    MUSTER_TRY_ASSIGN(const auto sum, sampler::tally(plan.plan, answers.drawn, answers.results));
    lines += sum.hits + sum.open;
  }
  return lines;
}

/// Whether these draws opened one simple sample of the frame.
bool is_one_sample(const std::vector<CommittedPlan>& plans, const sampler::SeenBefore& seen) {
  std::uint64_t drawn = 0;
  for (const CommittedPlan& plan : plans) {
    if (plan.plan.layout) return false;
    drawn += plan.plan.sample_size;
  }
  std::uint64_t lines = 0;
  for (const auto& site : seen.sites) lines += site.chips;
  return drawn == seen.chips && lines == seen.chips;
}

/// The frames as the registry tells them. Whoever only counts needs no keys.
Result<std::vector<sampler::Frame>> counted_frames(Home& home,
                                                   const sampler::PlanRequest& request) {
  MUSTER_TRY_ASSIGN(const auto models, bundled_models());
  std::vector<sampler::Frame> frames;
  for (const auto& quoted : request.frames) {
    MUSTER_TRY_ASSIGN(const Frozen frozen,
                      freeze_by_statement(home.state(), quoted.freeze_statement));
    MUSTER_TRY_ASSIGN(const auto lines, registry_frame(home.state(), frozen));
    MUSTER_TRY_ASSIGN(auto frame, audit::sampler_frame(home.state(), lines, models, Bytes(32)));
    frames.push_back(std::move(frame));
  }
  return frames;
}

/// Of the same frame, run and rates: all but what a draw from the rest states anew.
bool same_question(const sampler::PlanRequest& later, sampler::PlanRequest earlier) {
  earlier.id = later.id;
  earlier.target = later.target;
  earlier.beacon = later.beacon;
  earlier.vrf_key = later.vrf_key;
  earlier.freeze_witness = later.freeze_witness;
  earlier.design = later.design;
  earlier.extends = later.extends;
  earlier.seen = later.seen;
  return canonical_json(sampler::request_json(earlier)) ==
         canonical_json(sampler::request_json(later));
}

/// What a stranger finds wrong with the draw of an earlier plan; what is only unverified is told by
/// `plan verify` of that plan.
Result<std::vector<std::string>> draw_findings(Home& home, const CommittedPlan& plan,
                                               const sampler::DrawEvidence& later) {
  MUSTER_TRY_ASSIGN(const auto evidence, draw_evidence(home, plan, later.frames, {}));
  std::vector<std::string> findings;
  for (const auto& check : sampler::draw_checks(plan.plan, evidence)) {
    if (check.status != sampler::CheckStatus::failed) continue;
    findings.push_back("plan " + plan.id + ": " + check.check + ": " + check.detail);
  }
  return findings;
}

sampler::NamedCheck answer_of(const char* question, const std::vector<std::string>& findings) {
  sampler::NamedCheck check{question, sampler::CheckStatus::ok, {}};
  for (const std::string& finding : findings) {
    check.status = sampler::CheckStatus::failed;
    check.detail += (check.detail.empty() ? "" : "; ") + finding;
  }
  return check;
}

}  // namespace

Result<std::vector<CommittedPlan>> earlier_plans(Home& home, const sampler::Plan& plan) {
  std::vector<CommittedPlan> list;
  list.reserve(most_earlier);  // `later` points into it
  const sampler::Plan* later = &plan;
  while (later->request.seen) {
    const sampler::SeenBefore& seen = *later->request.seen;
    MUSTER_TRY_ASSIGN(auto before, committed_plan(home, seen.plan.text()));
    if (list.size() == most_earlier || sampler::plan_hash(before.plan) != seen.plan_hash) {
      return refusal("draw.seen", "plan " + before.id + " is not the one that plan " +
                                      later->request.id.text() + " names by its hash");
    }
    list.push_back(std::move(before));
    later = &list.back().plan;
  }
  return list;
}

Result<std::vector<std::string>> seen_chips(Home& home, const sampler::Plan& plan) {
  MUSTER_TRY_ASSIGN(auto plans, earlier_plans(home, plan));
  keep_remembered(plan, plans);
  return opened_chips(home, plans);
}

Result<sampler::PlanRequest> rest_request(Home& home, const CommittedPlan& before,
                                          const RestWish& wish) {
  const std::string missing = not_opened(home.state().tables(), before.id, registry::no_index);
  if (!missing.empty()) {
    return refusal("plan.rest_not_opened",
                   missing +
                       ": what is sealed cannot be left out; `muster plan extend` goes on "
                       "with a draw of which nothing is opened");
  }
  MUSTER_TRY_ASSIGN(const auto plans, with_earlier(home, before));
  MUSTER_TRY_ASSIGN(const auto chips, opened_chips(home, plans));
  MUSTER_TRY_ASSIGN(const auto frames, counted_frames(home, before.plan.request));
  MUSTER_TRY_ASSIGN(auto counts, sampler::seen_counts(frames, chips));
  sampler::SeenBefore seen{before.plan.request.id,
                           sampler::plan_hash(before.plan),
                           chips.size(),
                           sampler::seen_root(chips),
                           std::move(counts.sites),
                           std::move(counts.classes),
                           0,
                           false,
                           wish.target_of,
                           wish.lines};
  MUSTER_TRY_ASSIGN(seen.not_consistent, not_consistent(home, plans));
  seen.one_sample = is_one_sample(plans, seen);
  sampler::PlanRequest request = before.plan.request;
  request.id = wish.id;
  request.target = wish.target;
  request.beacon = wish.beacon;
  request.design.reset();
  request.extends.reset();
  request.seen = std::move(seen);
  return request;
}

Result<void> remember_visits(Home& home, const CommittedPlan& before,
                             sampler::PlanRequest& request) {
  const std::string missing = not_opened(home.state().tables(), before.id, registry::no_index);
  if (!missing.empty()) {
    return refusal("plan.rest_not_opened", missing + ": what it drew cannot be left out yet");
  }
  MUSTER_TRY_ASSIGN(const auto plan, sampler::make_plan(request));
  MUSTER_TRY_ASSIGN(auto plans, with_earlier(home, before));
  keep_remembered(plan, plans);
  if (plans.empty()) {
    return failure(Errc::invalid_input,
                   "--after: one visit meets a run of this length; there is nothing to remember");
  }
  MUSTER_TRY_ASSIGN(const auto chips, opened_chips(home, plans));
  MUSTER_TRY_ASSIGN(const auto frames, counted_frames(home, request));
  MUSTER_TRY_ASSIGN(auto counts, sampler::seen_counts(frames, chips));
  request.seen = sampler::SeenBefore{before.plan.request.id,
                                     sampler::plan_hash(before.plan),
                                     chips.size(),
                                     sampler::seen_root(chips),
                                     std::move(counts.sites),
                                     std::move(counts.classes),
                                     0,
                                     false};
  return {};
}

namespace {

/// What is wrong with a plan as the visit before one with memory.
std::string visit_finding(const sampler::PlanRequest& later, const sampler::PlanRequest& earlier) {
  bool same = sampler::remembers(earlier) && earlier.frames.size() == later.frames.size() &&
              *earlier.design->period_days == *later.design->period_days;
  for (std::size_t i = 0; same && i < later.frames.size(); ++i) {
    same = earlier.frames[i].prover == later.frames[i].prover;
  }
  return same ? std::string()
              : "plan " + earlier.id.text() + " is no visit of the same Provers and period";
}

/// The visits that a plan with memory leaves the chips of out.
Result<std::vector<sampler::NamedCheck>> visit_checks(Home& home, const CommittedPlan& plan) {
  MUSTER_TRY_ASSIGN(auto plans, earlier_plans(home, plan.plan));
  keep_remembered(plan.plan, plans);
  std::vector<std::string> opened;
  std::vector<std::string> visits;
  for (const CommittedPlan& earlier : plans) {
    const std::string missing = not_opened(home.state().tables(), earlier.id, plan.index);
    if (!missing.empty()) opened.push_back(missing);
    const std::string finding = visit_finding(plan.plan.request, earlier.plan.request);
    if (!finding.empty()) visits.push_back(finding);
  }
  return std::vector<sampler::NamedCheck>{
      answer_of("chips left out were opened before the plan", opened),
      answer_of("earlier draws are visits of the same row", visits)};
}

}  // namespace

Result<std::vector<sampler::NamedCheck>> rest_checks(Home& home, const CommittedPlan& plan,
                                                     const sampler::DrawEvidence& evidence) {
  std::vector<sampler::NamedCheck> checks;
  if (!plan.plan.request.seen) return checks;
  if (sampler::remembers(plan.plan.request)) return visit_checks(home, plan);
  const sampler::SeenBefore& seen = *plan.plan.request.seen;
  MUSTER_TRY_ASSIGN(const auto plans, earlier_plans(home, plan.plan));
  std::vector<std::string> opened;
  std::vector<std::string> drawn;
  for (const CommittedPlan& earlier : plans) {
    const std::string missing = not_opened(home.state().tables(), earlier.id, plan.index);
    if (!missing.empty())
      opened.push_back(missing + ", the plan is entry " + std::to_string(plan.index));
    if (!same_question(plan.plan.request, earlier.plan.request)) {
      drawn.push_back("plan " + earlier.id + " asks about another frame or run");
    }
    MUSTER_TRY_ASSIGN(const auto findings, draw_findings(home, earlier, evidence));
    drawn.insert(drawn.end(), findings.begin(), findings.end());
  }
  if (seen.one_sample && !is_one_sample(plans, seen)) {
    drawn.emplace_back("they are no simple sample of the frame, as the plan says");
  }
  MUSTER_TRY_ASSIGN(const std::uint64_t now, not_consistent(home, plans));
  std::vector<std::string> less;
  if (now > seen.not_consistent) {
    less.push_back("got " + std::to_string(now) + " hits and open lines, the plan counts on " +
                   std::to_string(seen.not_consistent));
  }
  checks.push_back(answer_of("chips left out were opened before the plan", opened));
  checks.push_back(answer_of("earlier draws are of the same frame and stand", drawn));
  checks.push_back(answer_of("chips seen before are as consistent as the plan counts", less));
  return checks;
}

}  // namespace muster::cli
