#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ledger/evidence.hpp"

namespace muster::ledger {

/// What came of comparing two things that one operator signed.
struct Comparison {
  enum class Outcome {
    agrees,       ///< Both are of one history.
    contradicts,  ///< They are not; `evidence` convicts the operator.
    unknown,      ///< What is at hand does not tell; `why` says what would.
  };
  Outcome outcome;
  std::string why;  ///< In words, for every outcome.
  std::optional<Evidence> evidence{};
};

/// A copy of a log as its operator gave it out, and what he signed over it.
struct LogCopy {
  Store* store;                 ///< Borrowed.
  std::string_view checkpoint;  ///< Signed note of a size that the copy has.
};

/// Two parties compare their checkpoints, in any order, by the operator's keys: several where they
/// were changed. Tells only where the sizes are equal: of two sizes, the larger one's log is
/// needed. Errors: those of `judge_pair`.
Result<Comparison> compare_checkpoints(std::string_view one, std::string_view other,
                                       std::span<const VerifierKey> operator_keys);

/// An auditor compares a log with a checkpoint kept from earlier.
/// Errors: those of `verify_checkpoint`; `corrupt` if the copy is not the log that its checkpoint
/// was signed over; those of the store.
Result<Comparison> compare_with_held(const LogCopy& copy, std::string_view held,
                                     std::span<const VerifierKey> operator_keys);

/// A party compares a log with the receipt for its entry. Errors: as above, and those of
/// `verify_receipt`.
Result<Comparison> compare_with_receipt(const LogCopy& copy, const Receipt& receipt,
                                        std::span<const VerifierKey> operator_keys);

/// Looks for an entry that was accepted before one in front of it. Cost: reads every entry.
/// Errors: as above.
Result<Comparison> look_for_disorder(const LogCopy& copy,
                                     std::span<const VerifierKey> operator_keys);

}  // namespace muster::ledger
