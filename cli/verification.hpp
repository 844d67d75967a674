#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/context.hpp"
#include "cli/signature_sample.hpp"
#include "ledger/audit.hpp"

namespace muster::cli {

/// What the modes of `ledger verify` found together, and how much they looked at.
struct Verification {
  ledger::LogAudit log;  ///< Of all modes: the faults; of the mode `log`: all else.
  std::uint64_t entries = 0;
  std::uint64_t judged = 0;         ///< Entries that the rules admit.
  std::uint64_t items = 0;          ///< Chips that they name, once an entry.
  std::uint64_t spilled_bytes = 0;  ///< Of the rebuilt state, in the scratch file.
  std::vector<std::string> modes;   ///< "log", "rules", "projection", as far as they were done.
  std::uint64_t trusted = 0;        ///< Signatures below this size were taken for verified.
  /// Entries that signatures were drawn from, and how many; none where all were checked.
  std::optional<std::pair<std::uint64_t, std::uint64_t>> sample;
  std::string sample_seed;
  std::string key;  ///< That the log itself names for its present size; empty if it names none.
  /// Of the newest checkpoint by a key that the auditor gave: what its holder has signed for.
  std::optional<std::uint64_t> vouched;
  std::string skipped;  ///< Why a mode that was asked for was not done, in words; mostly empty.
  std::string seconds;

  [[nodiscard]] bool whole() const {
    return modes.size() == 3 && trusted == 0 && !sample && skipped.empty();
  }
};

/// Prints it: for people, or as one object.
void print_verification(Context& context, const Verification& result);

}  // namespace muster::cli
