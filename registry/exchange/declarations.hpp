#pragma once

#include "registry/exchange/import.hpp"

// Error declarations, as the last step of an import. Internal to it.

namespace muster::exchange {

/// Turns the error declarations of `document` into corrections, or takes drafts out, as
/// `import_document` says. Everything else is in `imported` already.
void apply_declarations(const Document& document, const registry::State& state,
                        const ImportOptions& options, Imported& imported);

}  // namespace muster::exchange
