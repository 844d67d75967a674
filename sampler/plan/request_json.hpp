#pragma once

#include "ledger/base/json.hpp"
#include "sampler/plan/plan_request.hpp"

namespace muster::sampler {

/// The request as the "request" part of a plan document.
[[nodiscard]] Json request_json(const PlanRequest& request);

/// Reads what `request_json` writes; unknown fields are refused. Does not `check` the whole.
/// Errors: `invalid_input`, naming the field.
Result<PlanRequest> request_from(const Json& json);

/// Which public value decides, as requests of any kind say it; and read back, without a check.
/// Errors of the reader: `invalid_input`, naming the field.
[[nodiscard]] Json beacon_spec_json(const BeaconSpec& beacon);
Result<BeaconSpec> beacon_spec_from(const Json& json);

}  // namespace muster::sampler
