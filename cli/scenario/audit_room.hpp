#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "cli/scenario/play.hpp"

namespace muster::cli::scenario {

/// Where the chips that evade stand.
enum class Spread : std::uint8_t { anywhere, smallest_sites, largest_sites };

/// How a Prover plays the pipeline: with how many chips, where, and what it does with them.
struct Hiding {
  std::string name;                      ///< for people
  std::vector<const Tactic*> tactics{};  ///< each chip takes the next one
  std::uint64_t chips = 0;
  Spread spread = Spread::anywhere;
};

/// What many audits came to.
struct AuditCount {
  std::uint64_t plays = 0;
  std::uint64_t caught = 0;  ///< ended in a finding with a hit on a chip that evaded
  std::uint64_t drawn = 0;   ///< drew a chip that evaded
  std::uint64_t evading_lines = 0;
  std::uint64_t evading_hits = 0;
  std::uint64_t wrongly_cleared = 0;  ///< "no sign of", at the reading or later, with one drawn
  std::uint64_t lines = 0;
  std::uint64_t honest_lines = 0;
  std::uint64_t honest_queries = 0;
  std::uint64_t honest_hits = 0;
  std::uint64_t honest_accused = 0;              ///< plays with a hit on an honest chip
  double days = 0;                               ///< summed over the caught ones
  std::map<std::string, std::uint64_t> codes{};  ///< plays in which an evading line had the code

  void add(const AuditEnd& end);
  friend bool operator==(const AuditCount&, const AuditCount&) = default;
};

/// Plays audits between one Prover and inspectors in processes of their own, one for each thread.
/// Which thread plays which audit changes nothing.
class AuditRoom final {
 public:
  struct Options {
    std::vector<std::string> auditor;  ///< the inspector's program and arguments
    unsigned threads = 2;
  };
  /// Borrows the Prover. Errors: `unavailable`.
  static Result<AuditRoom> open(const Prover& prover, const Options& options);

  /// Plays `plays` audits, each with seeds that follow from the world, `label` and its number; the
  /// chips that evade are chosen anew for each. No tactics: the world is honest.
  /// Requires: no more chips than there are. Errors: as play_audit.
  Result<AuditCount> play(const Hiding& hiding, const std::string& label, std::uint64_t plays);

  /// What the inspector files of the first hit on a chip that evades, as finding_bundle.hpp has it,
  /// from audits of their own; empty if `plays` audits have none. Errors: as play_audit.
  Result<std::string> finding(const Hiding& hiding, const std::string& label, std::uint64_t plays);

 private:
  explicit AuditRoom(const Prover& prover) : prover_(&prover) {}

  const Prover* prover_;
  std::vector<OtherSide> auditors_;
};

}  // namespace muster::cli::scenario
