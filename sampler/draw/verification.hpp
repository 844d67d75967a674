#pragma once

#include <string>
#include <vector>

#include "sampler/draw/selection.hpp"

namespace muster::draw {

/// What is wrong with a published sample; nothing if it is the one that seeds and frame decide.
///
/// Computes every ticket of every site anew. Names each line that is missing, that is there without
/// being drawn, or that shows another ticket, a cut-off that does not fit, and a count that is not
/// `wanted`.
[[nodiscard]] std::vector<std::string> draw_findings(std::span<const SiteLeaves> sites,
                                                     std::size_t wanted,
                                                     const Selection& published);

}  // namespace muster::draw
