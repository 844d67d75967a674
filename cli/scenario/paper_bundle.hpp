#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/scenario/attempts.hpp"
#include "cli/scenario/finding_bundle.hpp"
#include "cli/scenario/registry_world.hpp"

namespace muster::cli::scenario {

// What is filed of an attempt on paper that was caught: all that a stranger needs to see it who has
// the operator's key and the inspector's, in one canonical JSON document that the inspector signs.

inline constexpr std::string_view paper_version = "muster/scenario/paper/v1";

/// The document for an attempt that was caught in `world`, whose log had `before` entries when it
/// began: evidence against the operator, if the attempt came to that; else what the operator signed
/// of the refusal, with the log that it was judged by; else what the books of the log hold against
/// parties, and did not before. Empty where none of these shows it.
/// Errors: those of the store.
Result<std::string> paper_of(RegistryWorld& world, const AttemptEnd& end, ledger::TreeSize before);

/// What a stranger came to.
struct PaperReview {
  std::string shows;  ///< a sentence without its full stop
  std::vector<sampler::NamedCheck> checks;

  /// Whether nothing failed.
  [[nodiscard]] bool stands() const { return !sampler::any_failed(checks); }
};

/// Whether `text` is one of these documents, and not one of a whole audit.
[[nodiscard]] bool is_paper(std::string_view text);

/// Judges such a document by `keys` alone: every entry, signature and rule of its log anew.
/// Errors: `invalid_input` for what is no such document. What can be read and is wrong is a check
/// that failed.
Result<PaperReview> reviewed_paper(std::string_view text, const FindingKeys& keys);

}  // namespace muster::cli::scenario
