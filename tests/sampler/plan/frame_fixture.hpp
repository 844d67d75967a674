#pragma once

#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "ledger/base/hex.hpp"
#include "sampler/plan/draw_check.hpp"
#include "tests/sampler/plan/plan_fixture.hpp"

namespace muster::test {

using sampler::Frame;

/// A frame of `chips` plain chips over sites s0, s1, … of unequal size.
inline Frame plain_frame(const std::string& prover, std::uint64_t chips, unsigned sites) {
  Frame frame{must(PartyId::parse(prover)), to_bytes(hash_of("key of " + prover).view()), {}};
  for (std::uint64_t i = 0; i < chips; ++i) {
    std::string id = std::to_string(i);
    id.insert(0, 9 - id.size(), '0');
    const std::uint64_t at = i % (sites * (sites + 1) / 2);
    unsigned site = 0;
    for (std::uint64_t edge = 1; at >= edge; edge += site + 1) ++site;
    frame.lines.push_back({"C" + id, "s" + std::to_string(site), "plain", "1"});
  }
  return frame;
}

/// A request that quotes exactly `frames`, whose chips are all alike, of which a run needs `k`.
inline PlanRequest request_for(const std::vector<Frame>& frames, std::uint64_t violating) {
  std::uint64_t chips = 0;
  std::map<std::string, std::uint64_t> sites;
  for (const Frame& frame : frames) {
    chips += frame.lines.size();
    for (const auto& line : frame.lines) ++sites[line.site];
  }
  PlanRequest request = plain_request(chips, violating);
  request.frames.clear();
  for (const Frame& frame : frames) {
    request.frames.push_back({frame.prover, hash_of("freeze"),
                              sampler::leaves_root(sampler::frame_leaves(frame)),
                              frame.lines.size(), hash_of("heads"), hash_of("declarations")});
  }
  request.sites.clear();
  for (const auto& [site, count] : sites) {
    request.sites.push_back({must(SiteId::parse(site)), count});
  }
  return request;
}

inline sampler::BeaconValue ceremony_value_of(const std::string& label) {
  return {"ceremony", 0, to_bytes(hash_of(label).view()), true, "test"};
}

}  // namespace muster::test
