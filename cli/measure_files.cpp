#include "cli/measure_files.hpp"

#include "cli/audit/reference_file.hpp"
#include "cli/delay_files.hpp"

namespace muster::cli {

void add_measure_options(CLI::App& verb, MeasureOptions& options) {
  verb.add_option("--reference", options.reference, "digests that devices may run (JSON)");
  verb.add_option("--delay-policy", options.delay_policy, "how delay proofs are judged (JSON)");
  add_allowance_options(verb, options.allowances);
}

Result<KitMeasures> read_measures(const MeasureOptions& options) {
  MUSTER_TRY_ASSIGN(auto reference, read_reference(options.reference));
  MUSTER_TRY_ASSIGN(auto delay, read_optional_delay_policy(options.delay_policy));
  MUSTER_TRY_ASSIGN(auto allowances, issued_allowances(options.allowances));
  return kit_measures(std::move(reference), std::move(delay), std::move(allowances));
}

}  // namespace muster::cli
