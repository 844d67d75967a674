#pragma once

#include <optional>
#include <string>

#include "cli/context.hpp"
#include "ledger/policy.hpp"

namespace muster::cli {

/// Judges a proof of a chip's state or of a roster by the log's key and, if there is one, a policy
/// of witnesses, and prints what is proven and what is the server's word. Needs no registry.
/// `negative` when it proves nothing.
ExitCode judge_state_proof(Context& context, const std::string& text,
                           const ledger::VerifierKey& key,
                           const std::optional<ledger::Policy>& policy);

}  // namespace muster::cli
