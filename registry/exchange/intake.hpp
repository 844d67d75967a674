#pragma once

#include <vector>

#include "registry/exchange/capture_store.hpp"
#include "registry/exchange/import.hpp"

namespace muster::exchange {

/// What became of one event that came in.
struct TakenEvent {
  ImportedEvent mapped;
  CapturedEvent captured;
  std::optional<Hash> statement{};  ///< Of the ledger, that it became or that it came from.
};

struct Intake {
  std::vector<TakenEvent> events;  ///< In the order of the document.
  std::vector<StatementDraft>
      drafts;  ///< Of events that have no statement yet, conflicts left out.
};

/// Maps a document, keeps it and its events as evidence unless `keep` is false, and says what may
/// be signed. Errors: those of the store; nothing is kept then.
Result<Intake> take_in(CaptureStore& store, const Capture& capture, const Document& document,
                       const registry::State& state, const Resolver& resolver,
                       const ImportOptions& options = {}, bool keep = true);

/// The statement of the ledger that an event became, if it did.
/// Errors: those of the store.
Result<std::optional<Hash>> recorded_statement(CaptureStore& store, const registry::State& state,
                                               const std::string& event_id);

}  // namespace muster::exchange
