#pragma once

#include <vector>

#include "sampler/plan/draw_check.hpp"
#include "tests/sampler/plan/frame_fixture.hpp"

namespace muster::test {

/// What a stranger gets of a draw by `ceremony_value_of("dice")`, on the day after the plan.
inline sampler::DrawEvidence evidence_of(const std::vector<sampler::Frame>& frames,
                                         const sampler::Drawing& drawing) {
  return {frames,
          ceremony_value_of("dice"),
          drawing.seal,
          drawing.openings,
          must(Timestamp::parse_day_or_instant("2027-01-09")),
          must(Timestamp::parse_day_or_instant("2027-01-11"))};
}

}  // namespace muster::test
