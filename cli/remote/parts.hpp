#pragma once

#include "cli/keepsakes.hpp"
#include "cli/statement_author.hpp"
#include "cli/submission_door.hpp"

// For callers of a served registry who may not read every entry of its log, and so have no copy of
// it: what they need of it they ask for, and what they are told of it they have proven as far as
// that goes.

namespace muster::cli {

/// Whether an error says that the caller may not read every entry.
[[nodiscard]] bool reads_in_parts(const Error& error);

/// The draft as the author's next statement. Its number is the server's word, but never one that
/// was signed here before; what each chip's last statement is comes with a proof, as far as there
/// is one. `number`: instead of the next, unless 0. Errors: `invalid_input` for what is in a
/// container, whose contents only the whole log tells; those of keys and calls.
Result<registry::Submission> statement_by_parts(Context& context, const StatementAuthor& author,
                                                const registry::Draft& draft,
                                                std::uint64_t number = 0);

/// Makes the statement, hands it in, and prints what became of it as `submit` does: recorded once
/// its receipt is good. Errors: `refused` as the server says, or with rule `remote.receipt`.
Result<ExitCode> record_by_parts(Context& context, const StatementAuthor& author,
                                 const registry::Draft& draft, const Keepsakes& keep);

/// Hands in statements that were made before, and prints what became of each as `SubmissionDoor`
/// does. Errors: those of the source and as above.
Result<ExitCode> submit_by_parts(Context& context, const StatementSource& next,
                                 const DoorOptions& options);

}  // namespace muster::cli
