#include "sampler/plan/seen_before.hpp"

#include <algorithm>
#include <map>

#include "ledger/crypto/sha256.hpp"

namespace muster::sampler {
namespace {

using ClassName = std::pair<std::string, std::string>;

bool was_seen(const std::vector<std::string>& chips, const std::string& chip) {
  return std::binary_search(chips.begin(), chips.end(), chip);
}

template <class Item>
std::uint64_t sum_of(const std::vector<Item>& list, std::uint64_t Item::*count) {
  std::uint64_t sum = 0;
  for (const Item& item : list) sum += item.*count;
  return sum;
}

std::map<ClassName, std::uint64_t> class_counts(const std::vector<SeenClass>& classes) {
  std::map<ClassName, std::uint64_t> counts;
  for (const SeenClass& item : classes) {
    counts.emplace(ClassName(item.frame_class, item.frame_weight), item.lines);
  }
  return counts;
}

std::map<std::string, std::uint64_t> site_counts(const std::vector<SiteCount>& sites) {
  std::map<std::string, std::uint64_t> counts;
  for (const SiteCount& item : sites) counts.emplace(item.site.text(), item.chips);
  return counts;
}

tl::unexpected<Error> bad_seen(const std::string& message) {
  return failure(Errc::invalid_input, "seen_before: " + message);
}

/// Every count is of something that the frames have, and not above what they have.
Result<void> check_seen_counts(const PlanRequest& request, const SeenBefore& seen) {
  auto sites = site_counts(seen.sites);
  auto classes = class_counts(seen.classes);
  if (sites.size() != seen.sites.size() || classes.size() != seen.classes.size()) {
    return bad_seen("a site or a class stands twice");
  }
  for (const SiteCount& site : request.sites) {
    const auto found = sites.find(site.site.text());
    if (found == sites.end()) continue;
    if (found->second == 0 || found->second > site.chips) {
      return bad_seen("site " + site.site.text() + ": got " + std::to_string(found->second) +
                      " lines, of " + std::to_string(site.chips));
    }
    sites.erase(found);
  }
  for (const ChipClass& item : request.classes) {
    const auto found = classes.find({item.frame_class, item.frame_weight});
    if (found == classes.end()) continue;
    if (found->second == 0 || found->second > item.count) {
      return bad_seen("class " + item.frame_class + ": got " + std::to_string(found->second) +
                      " lines, of " + std::to_string(item.count));
    }
    classes.erase(found);
  }
  if (!sites.empty() || !classes.empty()) {
    return bad_seen("names a site or a class that the request does not have");
  }
  if (sum_of(seen.sites, &SiteCount::chips) == sum_of(seen.classes, &SeenClass::lines)) return {};
  return bad_seen("sites and classes do not have the same number of lines");
}

}  // namespace

std::uint64_t lines_left_out(const PlanRequest& request) {
  return request.seen ? sum_of(request.seen->sites, &SiteCount::chips) : 0;
}

Hash seen_leaf(std::string_view chip) {
  return crypto::sha256({as_bytes("muster/seen/v1"), as_bytes(chip)});
}

Hash seen_root(const std::vector<std::string>& chips) {
  std::vector<Hash> leaves;
  leaves.reserve(chips.size());
  for (const std::string& chip : chips) leaves.push_back(seen_leaf(chip));
  return leaves_root(leaves);
}

Result<SeenCounts> seen_counts(const std::vector<Frame>& frames,
                               const std::vector<std::string>& chips) {
  std::map<std::string, std::uint64_t> sites;
  std::map<ClassName, std::uint64_t> classes;
  for (const Frame& frame : frames) {
    for (const draw::FrameLine& line : frame.lines) {
      if (!was_seen(chips, line.chip)) continue;
      ++sites[line.site];
      ++classes[{line.klass, line.weight}];
    }
  }
  SeenCounts counts;
  for (const auto& [name, lines] : sites) {
    MUSTER_TRY_ASSIGN(const SiteId site, SiteId::parse(name));
    counts.sites.push_back({site, lines});
  }
  for (const auto& [name, lines] : classes) {
    counts.classes.push_back({name.first, name.second, lines});
  }
  return counts;
}

void leave_out(std::vector<SiteLines>& sites, const std::vector<Frame>& frames,
               const std::vector<std::string>& chips) {
  if (chips.empty()) return;
  for (SiteLines& site : sites) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < site.places.size(); ++i) {
      const LinePlace& place = site.places[i];
      if (was_seen(chips, frames[place.frame].lines[place.line].chip)) continue;
      site.places[kept] = place;
      site.leaves[kept] = site.leaves[i];
      ++kept;
    }
    site.places.resize(kept);
    site.leaves.resize(kept);
  }
}

std::vector<std::string> seen_findings(const PlanRequest& request, const std::vector<Frame>& frames,
                                       const std::vector<std::string>& chips) {
  if (!request.seen) {
    if (chips.empty()) return {};
    return {"chips are left out, and the plan draws from the whole frame"};
  }
  const SeenBefore& seen = *request.seen;
  std::vector<std::string> findings;
  if (!std::is_sorted(chips.begin(), chips.end())) findings.emplace_back("chips are not sorted");
  if (chips.size() != seen.chips) {
    findings.push_back("got " + std::to_string(chips.size()) + " chips, want " +
                       std::to_string(seen.chips));
  }
  if (seen_root(chips) != seen.root)
    findings.emplace_back("other chips than the plan's root binds");
  const auto counts = seen_counts(frames, chips);
  if (!counts || site_counts(counts->sites) != site_counts(seen.sites) ||
      class_counts(counts->classes) != class_counts(seen.classes)) {
    findings.emplace_back("other numbers of lines at the sites or of the classes");
  }
  return findings;
}

Result<void> check_seen(const PlanRequest& request) {
  if (!request.seen) return {};
  const SeenBefore& seen = *request.seen;
  if (request.design && !remembers(request)) {
    return bad_seen("a draw from the rest is simple; want no design but rounds with memory");
  }
  if (seen.plan == request.id) return bad_seen("names the plan itself");
  if (seen.chips == 0 || seen.not_consistent > seen.chips) {
    return bad_seen("want chips, and of them as many as are not consistent");
  }
  MUSTER_TRY(check_seen_counts(request, seen));
  const std::uint64_t lines = sum_of(seen.sites, &SiteCount::chips);
  if (seen.one_sample && lines != seen.chips) {
    return bad_seen("one sample wants a line of the frame for each chip");
  }
  if (seen.lines && (*seen.lines == 0 || seen.target_of == TargetOf::all_draws)) {
    return bad_seen("lines: want 1 or more, and a target of this draw");
  }
  if (lines == chip_count(request.classes)) {
    return refusal("plan.nothing_left", "every chip of the frame was seen by earlier draws");
  }
  if (remembers(request) && (seen.one_sample || seen.lines ||
                             seen.target_of == TargetOf::all_draws || seen.not_consistent > 0)) {
    return bad_seen("a visit with memory states no sample, number of lines or target of its own");
  }
  const bool joined = seen.one_sample && seen.not_consistent == 0;
  if (seen.target_of == TargetOf::draw || joined) return {};
  return refusal("plan.not_one_sample",
                 seen.one_sample
                     ? std::to_string(seen.not_consistent) +
                           " lines seen before are hits or open; only this draw alone can promise"
                     : "the lines seen before are no simple sample of the frame; only this draw "
                       "alone can promise");
}

PlanRequest counted_request(const PlanRequest& request) {
  PlanRequest counted = request;
  // A row of visits is sized by the whole frame, of which each leaves a part out.
  if (!request.seen || remembers(request)) return counted;
  const auto sites = site_counts(request.seen->sites);
  for (SiteCount& site : counted.sites) {
    const auto found = sites.find(site.site.text());
    if (found != sites.end()) site.chips -= found->second;
  }
  std::erase_if(counted.sites, [](const SiteCount& site) { return site.chips == 0; });
  const auto classes = class_counts(request.seen->classes);
  for (ChipClass& item : counted.classes) {
    const auto found = classes.find({item.frame_class, item.frame_weight});
    if (found != classes.end()) item.count -= found->second;
  }
  counted.unseen.seen = request.snapshots ? request.seen->chips : request.seen->not_consistent;
  return counted;
}

}  // namespace muster::sampler
