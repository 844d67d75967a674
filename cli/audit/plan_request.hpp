#pragma once

#include <string>
#include <vector>

#include "cli/audit/design_wish.hpp"
#include "cli/audit/frozen.hpp"
#include "cli/demand_options.hpp"

namespace muster::cli {

/// What an inspector asks of `plan new`, as text; exact numbers stay text until they are parsed.
struct PlanWish {
  std::string id;
  std::vector<std::string> provers;  ///< Several: one pooled frame.
  std::string verifier;
  std::string purpose = "use";
  std::string rule_flop;
  std::string excess_flop;  ///< Empty: half the rule, so that the headline is the rule.
  std::string longest_run;  ///< Days, "180" or "180d".
  std::string target = "0.95";
  std::string format;             ///< One number format of all products; empty: the fastest.
  std::string utilization = "1";  ///< Share of the peak; below 1 is an assumption.
  sampler::UnseenChips unseen;    ///< But for those that earlier draws have seen.
  std::string snapshots_per_day = "0.1";
  std::string retention_days = "365";
  std::string beacon = "ceremony";  ///< One kind, or several public ones behind commas.
  bool at_gates = false;         ///< Each site by the first public values after the arrival there.
  std::string beacon_at;         ///< When the public values are to be published.
  std::string nist_certificate;  ///< File in PEM, for nist-v2.
  std::string query_rate;        ///< Share of honest chips with an anomaly; empty: not stated.
  std::uint64_t close_days = 30;
  std::string witnesses;  ///< Policy file; empty: the time of freeze is the operator's word.
  bool emulated = false;  ///< Products of a scenario with the profile emulated-v1.
  std::vector<std::string> not_covered;
  DesignWish design;
  DemandOptions demand;  ///< Of what logs must have; with purpose "use".
};

/// The request that follows from the wish and the ledger.
/// Errors: `invalid_input` naming the option, `not_found`, `refused` by the rules of plans.
Result<sampler::PlanRequest> plan_request(Context& context, Home& home, const PlanWish& wish);

/// Adds the options that say which public value decides a draw.
void add_beacon_options(CLI::App& verb, PlanWish& wish);

/// Adds the options of a plan, except its id and design, to a verb.
void add_plan_options(CLI::App& verb, PlanWish& wish);

}  // namespace muster::cli
