#pragma once

#include "cli/demo/inspection.hpp"
#include "cli/report/document.hpp"

namespace muster::cli::demo {

/// The whole demo as one report.
[[nodiscard]] report::Document demo_report(const World& world, const Inspection& inspection);

}  // namespace muster::cli::demo
