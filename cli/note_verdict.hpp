#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/signed_log.hpp"
#include "ledger/note_evidence.hpp"
#include "registry/promise_check.hpp"
#include "registry/refusal_check.hpp"

namespace muster::cli {

/// What a note of the operator turned out to be worth.
struct NoteVerdict {
  std::string word;  ///< "valid", "kept", "broken", "open", "stands", "admitted", "contradicted", …
  std::string why;  ///< A sentence without its full stop.
  ExitCode code = ExitCode::done;
  std::optional<ledger::NoteEvidence> evidence{};  ///< Of a verdict against the operator.
  std::optional<ledger::LogIndex> entry{};         ///< That decides.
};

/// Whether the root that a note names is that of a copy of the log, as far as this one reaches;
/// nothing if it is. Errors: those of the log.
Result<std::optional<NoteVerdict>> verdict_by_head(const std::string& note,
                                                   const ledger::NoteSubject& subject,
                                                   const SignedLog& log);

/// What became of a promise by a copy of the log. Errors: those of the log.
Result<NoteVerdict> verdict_on_promise(const std::string& note,
                                       const ledger::SubmissionPromise& promise,
                                       const SignedLog& log);

/// What a refusal is worth by a copy of the log. Errors: those of `judge_refusal`.
Result<NoteVerdict> verdict_on_refusal(const std::string& note, const ledger::Refusal& refusal,
                                       const registry::Submission& submission,
                                       const SignedLog& log);

/// What `ledger evidence verify` is given beside the evidence.
struct EvidenceLog {
  std::string tiles;               ///< An exported log; empty: the registry's, if one is named.
  std::vector<std::string> blobs;  ///< Manifests that a refused statement names.
};

/// Judges evidence by a note of the operator (ledger/note_evidence.hpp), in words and JSON. What
/// wants the log and has none is open: exit code 4. Errors: those of the log and of files.
Result<ExitCode> judged_note_evidence(Context& context, const std::string& text,
                                      std::span<const ledger::VerifierKey> keys,
                                      const EvidenceLog& given);

/// Writes the verdict's evidence to the new file `out`, or prints it: its path in JSON, or null.
/// Prints nothing for a verdict without.
Result<Json> keep_note_evidence(Context& context, const NoteVerdict& verdict,
                                const std::string& out);

}  // namespace muster::cli
