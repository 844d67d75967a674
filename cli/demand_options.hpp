#pragma once

#include <string>
#include <vector>

#include "sampler/plan/evidence_demand.hpp"

namespace CLI {
class App;
}  // namespace CLI

namespace muster::cli {

/// What is asked of logs beyond the rate of snapshots, as options say it.
struct DemandOptions {
  std::vector<std::string> acknowledgers;
  std::uint64_t acknowledge_within_minutes = 10;
  bool acknowledged = false;
  bool precommitted = false;
  std::vector<std::string> memory;  ///< "PRODUCT=BYTES"
  std::uint64_t heads_every_days = 0;
  std::uint32_t minimum_svn = 0;
};

/// `--acknowledger`, `--acknowledge-within`, `--require-acknowledged`, `--require-precommitments`,
/// `--heads-every`, `--minimum-svn`.
void add_demand_options(CLI::App& verb, DemandOptions& options);
/// `--memory-bytes`, by product.
void add_memory_option(CLI::App& verb, DemandOptions& options);

/// As the options say it, whether or not a plan may ask that. Errors: `invalid_input` naming the
/// option.
Result<sampler::EvidenceDemand> stated_demand(const DemandOptions& options);
/// What a plan asks by the options. Errors: those of `stated_demand` and of `sampler::check`.
Result<sampler::EvidenceDemand> evidence_demand(const DemandOptions& options);

}  // namespace muster::cli
