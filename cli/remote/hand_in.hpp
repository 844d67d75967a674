#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/remote/server_answers.hpp"
#include "cli/remote/server_calls.hpp"
#include "registry/registry.hpp"

namespace muster::cli {

/// A statement as a line of NDJSON, with its manifests, without the line feed.
[[nodiscard]] std::string statement_line(const registry::Submission& submission);

/// Hands statements in and returns what the server says became of each, in order: its word, which
/// nobody has verified yet. Where each stands by itself, they go in several requests as they fit;
/// one that is too long for a request goes as an upload. May be called again after any error: what
/// was recorded is told as a duplicate then.
/// Errors: `invalid_input` for all or nothing that does not fit into one request; those of the
/// calls and of answers that cannot be read.
Result<std::vector<ServerVerdict>> hand_in(const ServerCalls& calls,
                                           std::span<const registry::Submission> submissions,
                                           registry::BatchMode mode);

}  // namespace muster::cli
