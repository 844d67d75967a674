#pragma once

#include <optional>

#include "ledger/base/json.hpp"
#include "sampler/plan/design.hpp"
#include "sampler/plan/layout.hpp"

namespace muster::sampler {

/// `request.design` of a plan's document.
[[nodiscard]] Json design_json(const Design& design);

/// Reads what `design_json` writes. Errors: `invalid_input` with the path of the field.
Result<Design> design_from(const Json& json);

/// `design` of a plan's document: what is drawn where, and what that costs.
[[nodiscard]] Json layout_json(const PlanRequest& request, const Layout& layout);

}  // namespace muster::sampler
