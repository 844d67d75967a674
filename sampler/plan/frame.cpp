#include "sampler/plan/frame.hpp"

#include <map>

#include "ledger/merkle.hpp"

namespace muster::sampler {
Result<void> check(const Frame& frame) {
  const std::string who = "frame of " + frame.prover.text();
  if (frame.key.size() != 32) {
    return failure(Errc::invalid_input,
                   who + ": key: got " + std::to_string(frame.key.size()) + " bytes, want 32");
  }
  for (std::size_t i = 1; i < frame.lines.size(); ++i) {
    if (frame.lines[i - 1].chip >= frame.lines[i].chip) {
      return failure(Errc::invalid_input, who + ": line " + std::to_string(i) +
                                              ": chips are not sorted, or one stands twice");
    }
  }
  return {};
}

std::vector<Hash> frame_leaves(const Frame& frame) {
  std::vector<Hash> leaves;
  leaves.reserve(frame.lines.size());
  for (const auto& line : frame.lines) {
    leaves.push_back(draw::frame_leaf(line, draw::frame_salt(frame.key, line.chip)));
  }
  return leaves;
}

Hash leaves_root(const std::vector<Hash>& leaves) { return ledger::root_hash(leaves); }

std::vector<SiteLines> lines_by_site(const std::vector<Frame>& frames,
                                     const std::vector<std::vector<Hash>>& leaves) {
  std::map<std::string, SiteLines> sites;
  for (std::size_t f = 0; f < frames.size(); ++f) {
    for (std::size_t i = 0; i < frames[f].lines.size(); ++i) {
      SiteLines& site = sites[frames[f].lines[i].site];
      site.places.push_back({f, i});
      site.leaves.push_back(leaves[f][i]);
    }
  }
  std::vector<SiteLines> list;
  for (auto& [name, site] : sites) {
    site.site = name;
    list.push_back(std::move(site));
  }
  return list;
}

}  // namespace muster::sampler
