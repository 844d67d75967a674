#include "sampler/plan/design_draw.hpp"

#include <algorithm>
#include <map>

namespace muster::sampler {
namespace {

Result<std::vector<std::uint64_t>> limits_of(const Layout& layout, const std::vector<Frame>& frames,
                                             const SiteLines& site) {
  std::map<std::pair<std::string_view, std::string_view>, std::uint64_t> of_class;
  for (const ClassDraw& draw : layout.classes) {
    of_class[{draw.frame_class, draw.frame_weight}] = draw.ticket_limit;
  }
  std::vector<std::uint64_t> limits;
  for (const LinePlace& place : site.places) {
    const draw::FrameLine& line = frames[place.frame].lines[place.line];
    const auto limit = of_class.find({line.klass, line.weight});
    if (limit == of_class.end()) {
      return failure(Errc::invalid_input, "draw: class " + line.klass + " of weight " +
                                              line.weight + " is not in the plan");
    }
    limits.push_back(limit->second);
  }
  return limits;
}

}  // namespace

bool drawn_site_by_site(const Plan& plan) { return draw_rule(plan) != draw_version; }

Result<std::vector<draw::DrawnLine>> designed_lines(const Plan& plan,
                                                    const std::vector<Frame>& frames,
                                                    const SiteLines& site, std::size_t place,
                                                    const draw::Seed& seed) {
  const Layout& layout = *plan.layout;
  const draw::SiteLeaves leaves{seed, site.leaves};
  if (draw_rule(plan) == class_draw_version) {
    MUSTER_TRY_ASSIGN(const auto limits, limits_of(layout, frames, site));
    return draw::draw_by_limit(leaves, place, limits);
  }
  const auto found =
      std::find_if(layout.sites.begin(), layout.sites.end(),
                   [&](const SiteDraw& draw) { return draw.site.text() == site.site; });
  if (found == layout.sites.end()) {
    return failure(Errc::invalid_input, "draw: site " + site.site + " is not in the plan");
  }
  const std::uint64_t wanted =
      draw::lines_wanted(seed, {found->low, found->high, found->visit_limit});
  return draw::draw_at_site(leaves, place, wanted);
}

}  // namespace muster::sampler
