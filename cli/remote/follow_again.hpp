#pragma once

#include "ledger/base/error.hpp"

namespace muster::cli {

class RemoteRegistry;

/// Brings the copy of a served log up to the server's checkpoint of now, for who looks at it again
/// and again. Errors: those of `Mirror::follow`.
Result<void> follow_again(const RemoteRegistry& registry);

}  // namespace muster::cli
