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

/// One Prover's leaves at a site, and which lines of the site they are.
struct OwnLines {
  std::vector<Hash> leaves{};
  std::vector<std::size_t> places{};
};

OwnLines own_lines(const SiteLines& site, std::size_t prover) {
  OwnLines own;
  for (std::size_t line = 0; line < site.places.size(); ++line) {
    if (site.places[line].frame != prover) continue;
    own.leaves.push_back(site.leaves[line]);
    own.places.push_back(line);
  }
  return own;
}

void sort_by_ticket(std::vector<draw::DrawnLine>& lines) {
  std::sort(lines.begin(), lines.end(),
            [](const draw::DrawnLine& a, const draw::DrawnLine& b) { return a.ticket < b.ticket; });
}

}  // namespace

bool drawn_site_by_site(const Plan& plan) {
  const std::string_view rule = draw_rule(plan);
  return rule == site_draw_version || rule == class_draw_version || rule == gate_draw_version;
}

bool drawn_by_prover(const Plan& plan) { return draw_rule(plan) == prover_draw_version; }

Result<std::vector<draw::DrawnLine>> prover_lines(const Plan& plan,
                                                  const std::vector<SiteLines>& sites,
                                                  const std::vector<draw::Seed>& seeds) {
  std::vector<draw::DrawnLine> lines;
  for (std::size_t prover = 0; prover < plan.layout->provers.size(); ++prover) {
    std::vector<OwnLines> own;
    own.reserve(sites.size());
    std::vector<draw::SiteLeaves> pools;
    pools.reserve(sites.size());
    for (std::size_t i = 0; i < sites.size(); ++i) {
      own.push_back(own_lines(sites[i], prover));
      pools.push_back({seeds[i], own.back().leaves});
    }
    const auto wanted = static_cast<std::size_t>(plan.layout->provers[prover].inspected);
    MUSTER_TRY_ASSIGN(const auto sample, draw::draw_smallest(pools, wanted));
    for (const draw::DrawnLine& drawn : sample.lines) {
      lines.push_back({drawn.site, own[drawn.site].places[drawn.line], drawn.ticket});
    }
  }
  sort_by_ticket(lines);
  return lines;
}

Result<std::vector<draw::DrawnLine>> prover_lines_at(const SiteLines& site, const draw::Seed& seed,
                                                     const std::vector<std::uint64_t>& numbers) {
  std::vector<draw::DrawnLine> lines;
  for (std::size_t prover = 0; prover < numbers.size(); ++prover) {
    const OwnLines own = own_lines(site, prover);
    MUSTER_TRY_ASSIGN(const auto drawn, draw::draw_at_site({seed, own.leaves}, 0, numbers[prover]));
    for (const draw::DrawnLine& line : drawn) {
      lines.push_back({0, own.places[line.line], line.ticket});
    }
  }
  sort_by_ticket(lines);
  return lines;
}

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
