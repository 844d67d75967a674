#pragma once

#include <functional>
#include <vector>

#include "registry/exchange/export.hpp"

// Finding and reading the statements that a query asks for. Internal to the export.

namespace muster::exchange {

/// Whether manifests are read: without them a statement has no items.
enum class Items : std::uint8_t { with, without };

/// Calls `visit` for every statement that fits `query`, in order.
/// Errors: `not_found`, as export_events; `corrupt`; those of `visit`.
Result<void> scan_statements(registry::Registry& registry, const ExportQuery& query, Items items,
                             const std::function<Result<void>(const LedgerStatement&)>& visit);

}  // namespace muster::exchange
