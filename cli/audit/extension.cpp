#include "cli/audit/extension.hpp"

#include <map>

#include "sampler/plan/extension.hpp"
#include "sampler/plan/request_json.hpp"

namespace muster::cli {
namespace {

constexpr std::size_t most_extensions = 16;

bool is_extension_of(const sampler::Plan& plan, const CommittedPlan& base) {
  const auto& extended = *plan.request.extends;
  if (extended.draw != sampler::draw_hash(base.plan) || extended.lines != base.plan.sample_size) {
    return false;
  }
  const auto same = extended_request(base, plan.request.id, plan.request.target);
  const bool equal = canonical_json(sampler::request_json(same)) ==
                     canonical_json(sampler::request_json(plan.request));
  return equal && sampler::not_nested_because(base.plan, plan).empty();
}

/// An opening that shows lines of a draw.
struct DrawOpening {
  std::string plan;
  registry::Index32 index = registry::no_index;
};

/// The first opening, under whichever plan, of the draw that `draw` names; `except` is not asked.
/// Plans that extend one draw share its lines.
Result<DrawOpening> first_opening(Home& home, const Hash& draw, const std::string& except) {
  const registry::Tables& tables = home.state().tables();
  std::map<registry::RowN, registry::Index32> opened;
  for (const registry::SealedSite& site : tables.sealed_sites.rows()) {
    if (site.opened == registry::no_index) continue;
    const auto [first, added] = opened.emplace(site.plan, site.opened);
    if (!added) first->second = std::min(first->second, site.opened);
  }
  DrawOpening earliest;
  for (const auto& [row, index] : opened) {
    const std::string id = tables.plans[row].id;
    if (id == except || index >= earliest.index) continue;
    MUSTER_TRY_ASSIGN(const auto plan, committed_plan(home, id));
    if (sampler::draw_hash(plan.plan) == draw) earliest = {id, index};
  }
  return earliest;
}

}  // namespace

sampler::PlanRequest extended_request(const CommittedPlan& plan, const PlanId& id,
                                      const stats::Probability& target) {
  sampler::PlanRequest request = plan.plan.request;
  const PlanId before = request.id;
  request.id = id;
  request.target = target;
  if (request.seen) request.seen->lines.reset();
  request.extends =
      sampler::ExtendedPlan{before, sampler::draw_hash(plan.plan), plan.plan.sample_size};
  return request;
}

Result<std::vector<CommittedPlan>> extended_plans(Home& home, const CommittedPlan& plan) {
  std::vector<CommittedPlan> list;
  const sampler::Plan* extension = &plan.plan;
  list.reserve(most_extensions);  // `extension` points into it
  while (extension->request.extends) {
    const std::string base_id = extension->request.extends->plan.text();
    MUSTER_TRY_ASSIGN(auto base, committed_plan(home, base_id));
    if (list.size() == most_extensions || !is_extension_of(*extension, base)) {
      return refusal("draw.extension",
                     "plan " + extension->request.id.text() + " is no extension of plan " +
                         base_id +
                         ": but for id and target they must be the same, and no site have "
                         "fewer lines");
    }
    list.push_back(std::move(base));
    extension = &list.back().plan;
  }
  return list;
}

Result<void> check_unopened(Home& home, const sampler::Plan& plan) {
  MUSTER_TRY_ASSIGN(const DrawOpening opening, first_opening(home, sampler::draw_hash(plan), {}));
  if (opening.index == registry::no_index) return {};
  return refusal("draw.extension_after_opening",
                 "a site of plan " + opening.plan +
                     " is opened: whoever extends the draw now knows lines of it; `muster plan "
                     "rest " +
                     opening.plan + "` plans a fresh draw from the other chips, by a later value");
}

Result<std::optional<sampler::NamedCheck>> extension_check(Home& home, const CommittedPlan& plan) {
  sampler::NamedCheck check{"the extension was sealed before anything of its draw was opened",
                            sampler::CheckStatus::ok,
                            {}};
  if (!plan.plan.request.extends) return std::optional<sampler::NamedCheck>();
  MUSTER_TRY(extended_plans(home, plan));
  const registry::Tables& tables = home.state().tables();
  const registry::Index32 sealed = tables.plans[tables.plans.find(plan.id)].sealed;
  if (sealed == registry::no_index) {
    check.status = sampler::CheckStatus::unverified;
    check.detail = "not sealed yet";
    return std::optional(check);
  }
  MUSTER_TRY_ASSIGN(const DrawOpening opening,
                    first_opening(home, sampler::draw_hash(plan.plan), plan.id));
  if (opening.index <= sealed) {
    check.status = sampler::CheckStatus::failed;
    check.detail = "plan " + opening.plan + " was opened by entry " +
                   std::to_string(opening.index) + ", the extension sealed by entry " +
                   std::to_string(sealed);
  }
  return std::optional(check);
}

}  // namespace muster::cli
