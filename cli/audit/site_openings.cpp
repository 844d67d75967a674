#include "cli/audit/site_openings.hpp"

#include <algorithm>

#include "cli/audit/rest.hpp"
#include "cli/audit/vrf_key_file.hpp"

namespace muster::cli {

Result<std::vector<sampler::SiteOpening>> drawn_openings(Home& home, const CommittedPlan& plan,
                                                         const sampler::BeaconValue& beacon,
                                                         const OpeningKeys& keys,
                                                         const std::vector<std::string>& sites) {
  MUSTER_TRY_ASSIGN(const auto frame_keys, read_frame_keys(keys.frame_keys));
  MUSTER_TRY_ASSIGN(const auto frames, plan_frames(home, plan, frame_keys));
  MUSTER_TRY_ASSIGN(const auto seen, seen_chips(home, plan.plan));
  MUSTER_TRY_ASSIGN(const auto secret, open_vrf_key(keys.vrf_key_file));
  MUSTER_TRY_ASSIGN(auto drawing, sampler::draw_sample(plan.plan, frames, beacon, secret, seen));
  std::erase_if(drawing.openings, [&](const sampler::SiteOpening& opening) {
    return !sites.empty() && std::ranges::find(sites, opening.site) == sites.end();
  });
  if (drawing.openings.empty()) {
    return failure(Errc::invalid_input, "--site: none of them is a site of plan " + plan.id);
  }
  return std::move(drawing.openings);
}

std::vector<ChipId> sorted_chips(const sampler::SiteOpening& opening) {
  std::vector<ChipId> chips;
  for (const auto& line : opening.lines) chips.push_back(ChipId::parse(line.line.chip).value());
  std::ranges::sort(chips);
  return chips;
}

}  // namespace muster::cli
