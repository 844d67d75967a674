#pragma once

#include "cli/waiting_room.hpp"
#include "ledger/base/json.hpp"

namespace muster::cli {

/// {"number","statement","envelope","deadline","overdue"}: a statement that waits, and until when
/// it was promised that it gets recorded. Errors: those of what is kept of it.
Result<Json> promise_json(const Waiting& one, Timestamp now);

}  // namespace muster::cli
