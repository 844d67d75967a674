#pragma once

#include <string>
#include <vector>

#include "cli/print/printer.hpp"
#include "registry/chokepoint/lookup.hpp"

namespace muster::cli {

/// Reasons or remarks as `[{"code","text"}]`.
[[nodiscard]] Json reasons_json(const std::vector<choke::Reason>& reasons);

/// "text (code)" on one line, whatever the text repeats of what was scanned.
[[nodiscard]] std::string reason_line(const choke::Reason& reason);

/// A line for each reason, then for each remark.
void print_reasons(print::Printer& printer, const std::vector<choke::Reason>& reasons,
                   const std::vector<choke::Reason>& remarks);

/// How old an extract is at `now`: "2 hours old".
[[nodiscard]] std::string age_of(const choke::ExtractHeader& extract, Timestamp now);

}  // namespace muster::cli
