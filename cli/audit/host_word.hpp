#pragma once

#include <string>

#include "cli/audit/field_answers.hpp"
#include "cli/context.hpp"

namespace muster::cli {

/// What the host said, as the command line has it.
struct HostOptions {
  std::string note;     ///< File that the host signed.
  std::string refused;  ///< Why it would not.
};

/// The host's word: SHA-256 of a salt and the note, or the refusal. The salt stays in `FILE.salt`
/// beside the note, so that the hash tells nothing of it; it is made unless it is there.
/// Errors: those of the files.
Result<HostWord> host_word(Context& context, const HostOptions& options);

/// Absent, denied or dead, as `--answer` of `verb` has it, with either of the host's words. What a
/// chip presents is for `presents`. Errors: `invalid_input`.
Result<AnswerKind> unseen_answer(const std::string& answer, const HostOptions& host,
                                 const std::string& verb, const std::string& presents);

/// The host's word as the `evidence` of a statement: empty when it would not sign.
[[nodiscard]] Json host_evidence(const HostWord& host);

/// The code of the host's word among the findings of a line.
[[nodiscard]] std::string host_code(const HostWord& host);

}  // namespace muster::cli
