#pragma once

#include "cli/print/printer.hpp"
#include "sampler/plan/plan.hpp"

namespace muster::cli {

/// Prints what the design of a plan draws where, and what that costs. Nothing for a plan without
/// one.
void print_design(print::Printer& printer, const sampler::Plan& plan);

}  // namespace muster::cli
