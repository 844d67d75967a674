#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ledger/base/json_fields.hpp"
#include "sampler/plan/frame.hpp"
#include "sampler/plan/plan_request.hpp"

namespace muster::sampler {

// A draw from the rest of a frame: the chips that earlier draws opened stay out. A simple sample,
// and another of the rest whose size does not depend on what the first one showed, are together
// one simple sample of the sum of both sizes.

/// SHA-256("muster/seen/v1" || chip): a chip that stays out, whether it is of the frame or not.
[[nodiscard]] Hash seen_leaf(std::string_view chip);

/// The root that a plan quotes: the Merkle tree of RFC 6962 over the leaves.
/// Requires: chips sorted, each once.
[[nodiscard]] Hash seen_root(const std::vector<std::string>& chips);

/// How many lines of the frames are of some chips.
struct SeenCounts {
  std::vector<SiteCount> sites;    ///< by site id; those with any
  std::vector<SeenClass> classes;  ///< by class and weight; those with any
};

/// Requires: chips sorted. Errors: those of a site's name.
Result<SeenCounts> seen_counts(const std::vector<Frame>& frames,
                               const std::vector<std::string>& chips);

/// Takes the lines of `chips` out. Sites of which no line is left stay, without lines.
/// Requires: chips sorted.
void leave_out(std::vector<SiteLines>& sites, const std::vector<Frame>& frames,
               const std::vector<std::string>& chips);

/// How many lines of the frames the plan leaves out.
[[nodiscard]] std::uint64_t lines_left_out(const PlanRequest& request);

/// What is wrong with `chips` as those that the plan leaves out of `frames`. Empty if nothing, or
/// if the plan leaves none out and none are given.
[[nodiscard]] std::vector<std::string> seen_findings(const PlanRequest& request,
                                                     const std::vector<Frame>& frames,
                                                     const std::vector<std::string>& chips);

/// Errors: `invalid_input` for counts that the frames do not have, or a design; `refused` by
/// `plan.nothing_left`, and by `plan.not_one_sample` for a target of all draws whose lines are no
/// simple sample, or not all consistent.
Result<void> check_seen(const PlanRequest& request);

/// The request as its sizes are counted: the sites and classes of the rest (a class whose chips
/// were all seen keeps its rate), and the chips seen that may have been of the run. Those are the
/// ones not found consistent; where logs hold snapshots by chance all of them, since a log without
/// one shows nothing. The request itself where nothing was seen before.
[[nodiscard]] PlanRequest counted_request(const PlanRequest& request);

[[nodiscard]] Json seen_json(const SeenBefore& seen);
/// Reads `seen_before`, if it is there.
Result<std::optional<SeenBefore>> seen_from(FieldReader& request);

}  // namespace muster::sampler
