#pragma once

#include "cli/home.hpp"
#include "cli/print/table.hpp"

namespace muster::cli {

/// What imported documents say of a chip and no party signed: one object for each event, oldest
/// first, with its number among the captured ones and the entry by which somebody handed the
/// document in, if somebody did. It is no part of the chip's state. Left out: what became a
/// statement, and what came from this ledger itself.
/// Errors: those of the store of captured documents.
/// Cost: where nothing was ever imported, whether the file is there; else a look-up.
Result<Json> unsigned_evidence(Home& home, registry::RowN chip);

/// The same as a table that says what it is.
[[nodiscard]] print::Table evidence_table(const Json& evidence);

}  // namespace muster::cli
