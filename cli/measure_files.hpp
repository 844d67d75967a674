#pragma once

#include <string>

#include "cli/allowance_files.hpp"
#include "cli/audit/kit_basis.hpp"

namespace muster::cli {

/// Options that name what logs are held against.
struct MeasureOptions {
  std::string reference;
  std::string delay_policy;
  AllowanceOptions allowances;
};

/// `--reference`, `--delay-policy` and those of `add_allowance_options`.
void add_measure_options(CLI::App& verb, MeasureOptions& options);

/// What the options name; nothing of what they do not. Errors: those of the files, naming them.
Result<KitMeasures> read_measures(const MeasureOptions& options);

}  // namespace muster::cli
