#pragma once

#include <algorithm>
#include <vector>

namespace muster::test {

/// The list `steps`, for which `fails` is true, with every part left out that it fails without:
/// what is left fails, and no longer does when any one of its steps goes.
///
/// Requires: fails(steps); `fails` depends on its argument alone.
/// Cost: between log n and n * n replays, fewer the fewer steps matter.
/// Source: Zeller and Hildebrandt, Simplifying and Isolating Failure-Inducing Input (2002), the
/// complement half of ddmin.
template <class Step, class Fails>
[[nodiscard]] std::vector<Step> shrunk(std::vector<Step> steps, Fails fails) {
  for (std::size_t part = (steps.size() + 1) / 2; part > 0;) {
    bool shorter = false;
    for (std::size_t at = 0; at < steps.size();) {
      std::vector<Step> rest(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(at));
      const std::size_t end = std::min(at + part, steps.size());
      rest.insert(rest.end(), steps.begin() + static_cast<std::ptrdiff_t>(end), steps.end());
      if (fails(rest)) {
        steps = std::move(rest);
        shorter = true;
      } else {
        at = end;
      }
    }
    if (part == 1 && !shorter) break;
    part = part == 1 ? 1 : (part + 1) / 2;
  }
  return steps;
}

}  // namespace muster::test
