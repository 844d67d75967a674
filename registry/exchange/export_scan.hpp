#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "registry/exchange/export.hpp"

// Which statements an export is about. Internal to it.

namespace muster::exchange {

enum class Items : std::uint8_t { with, without };

/// A statement as it was read from the log, with what its items borrow from.
struct ReadStatement {
  registry::Event event{};
  registry::Index32 index = 0;
  Timestamp accepted_at{};
  std::vector<std::unique_ptr<Bytes>> blobs{};

  [[nodiscard]] LedgerStatement view() const { return {event, index, accepted_at}; }
};

/// Whether a statement takes another one back or words it anew.
[[nodiscard]] bool is_correction(const registry::Event& event);

/// Reads an entry of the log. Errors: those of `parse_event` and `attach_items`.
Result<ReadStatement> read_statement(registry::Registry& registry, const ledger::Entry& entry,
                                     Items items);

/// Called with a statement, and with its target if it is a correction; else null.
using StatementVisit =
    std::function<Result<void>(const ReadStatement& statement, const ReadStatement* target)>;

/// Calls `visit` with the statements that fit, in order; items are attached if wanted. A correction
/// fits if its target does.
/// Errors: those of `export_events`, and of `visit`.
Result<void> scan_statements(registry::Registry& registry, const ExportQuery& query, Items items,
                             const StatementVisit& visit);

}  // namespace muster::exchange
