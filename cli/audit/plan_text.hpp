#pragma once

#include <string>

#include "cli/audit/committed_plan.hpp"
#include "cli/context.hpp"
#include "cli/print/printer.hpp"
#include "sampler/plan/plan.hpp"

namespace muster::cli {

/// Prints a plan for people: size, power over runs, what it assumes and does not cover.
void print_plan(print::Printer& printer, const sampler::Plan& plan);

/// Says so where the plan is abandoned, before anything is said of its draw or its lines.
void print_abandoned(print::Printer& printer, const CommittedPlan& plan);

/// "0.9502" for a probability computed with many digits.
[[nodiscard]] double as_double(const stats::Real& value);

}  // namespace muster::cli
