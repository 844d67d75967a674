#pragma once

#include "cli/audit/plan_request.hpp"

namespace muster::cli {

/// Which public value is to decide the draw: `wish.beacon` is one kind, or several public ones
/// behind commas. The certificate of NIST is read to name it in the plan.
/// Errors: `invalid_input` naming the option; those of the file.
Result<sampler::BeaconSpec> beacon_spec(const PlanWish& wish, Timestamp now);

}  // namespace muster::cli
