#include "sampler/plan/extension.hpp"

namespace muster::sampler {

std::string no_extension_because(const PlanRequest& request) {
  if (!request.design || request.design->kind != DesignKind::colocated) return {};
  return "a co-located design tosses a coin between two sizes at each site, and a longer draw may "
         "have fewer lines at one of them; commit a new plan with a draw of its own";
}

std::string not_nested_because(const Plan& base, const Plan& longer) {
  if (!base.layout || !longer.layout) return {};
  const auto fewer = [](const std::string& what, std::uint64_t now, std::uint64_t before) {
    return what + " would have " + std::to_string(now) + " lines, fewer than the " +
           std::to_string(before) + " that are sealed; extend by proportional quotas";
  };
  for (std::size_t i = 0; i < base.layout->sites.size(); ++i) {
    const SiteDraw& before = base.layout->sites[i];
    const SiteDraw& now = longer.layout->sites[i];
    if (now.high < before.high) return fewer("site " + now.site.text(), now.high, before.high);
  }
  for (std::size_t i = 0; i < base.layout->provers.size(); ++i) {
    const ProverDraw& before = base.layout->provers[i];
    const ProverDraw& now = longer.layout->provers[i];
    if (now.inspected < before.inspected) {
      return fewer(now.prover.text(), now.inspected, before.inspected);
    }
  }
  for (std::size_t i = 0; i < base.layout->classes.size(); ++i) {
    const ClassDraw& now = longer.layout->classes[i];
    if (now.ticket_limit >= base.layout->classes[i].ticket_limit) continue;
    return "class " + now.frame_class + " would be drawn with a smaller chance";
  }
  return {};
}

}  // namespace muster::sampler
