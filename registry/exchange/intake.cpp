#include "registry/exchange/intake.hpp"

#include <algorithm>
#include <set>

#include "ledger/crypto/sha256.hpp"
#include "registry/exchange/event_view.hpp"
#include "registry/kind.hpp"

namespace muster::exchange {
namespace {

/// The statement of this ledger that an event, or an error declaration, was exported from: our
/// extension names it, and it says what the event says. Anybody can quote a statement.
Result<std::optional<Hash>> origin_of(const Document& document, std::size_t index,
                                      const registry::State& state, const ImportOptions& options,
                                      const std::string& event_hash) {
  const Json& event = document.events[index];
  const EventView whole(event, document.hashing);
  const bool is_error = event.contains("errorDeclaration");
  const EventView view(is_error ? event["errorDeclaration"] : event, whole.context());
  const auto hash = Hash::from_hex(view.extension_text("statement"));
  if (!hash || !state.statement_index(*hash) || !options.exported) return std::optional<Hash>();
  MUSTER_TRY_ASSIGN(const bool exported, options.exported(*hash, event_hash));
  return exported ? std::optional(*hash) : std::nullopt;
}

/// The correction that the ledger has of what `event_id` became.
Result<std::optional<Hash>> correction_of(CaptureStore& store, const registry::State& state,
                                          const std::string& event_id) {
  MUSTER_TRY_ASSIGN(const auto statement, recorded_statement(store, state, event_id));
  if (!statement) return std::optional<Hash>();
  const auto& rows = state.tables().statements;
  const registry::Index32 corrected = rows[*state.statement_index(*statement)].corrected;
  if (corrected == registry::no_index) return std::optional<Hash>();
  return std::optional(rows[corrected].hash);
}

Result<std::optional<Hash>> settled_by(CaptureStore& store, const registry::State& state,
                                       const Document& document, std::size_t index,
                                       const ImportOptions& options, const DraftSource& source) {
  const bool is_error = document.events[index].contains("errorDeclaration");
  MUSTER_TRY_ASSIGN(const auto statement, is_error
                                              ? correction_of(store, state, source.event_id)
                                              : recorded_statement(store, state, source.event_id));
  return statement ? statement : origin_of(document, index, state, options, source.hash);
}

}  // namespace

Result<Intake> take_in(CaptureStore& store, const Capture& capture, const Document& document,
                       const registry::State& state, const Resolver& resolver,
                       const ImportOptions& options, bool keep) {
  const Hash sha256 = crypto::sha256(as_bytes(capture.bytes));
  ImportOptions asking = options;
  asking.statement_of = [&](const std::string& event_id) -> std::optional<Hash> {
    const auto statement = recorded_statement(store, state, event_id);
    return statement ? *statement : std::nullopt;
  };
  Imported imported = import_document(document, sha256, state, resolver, asking);
  std::vector<CapturedEvent> captured;
  if (keep) {
    MUSTER_TRY_ASSIGN(captured, store.add(capture, document, imported));
  } else {
    MUSTER_TRY_ASSIGN(captured, store.check(document));
  }
  Intake intake;
  std::set<std::string> settled;  // pointers of events that must not be signed
  for (std::size_t i = 0; i < captured.size(); ++i) {
    TakenEvent event{.mapped = std::move(imported.events[i]), .captured = captured[i]};
    const std::string& event_id = event.mapped.source.event_id;
    MUSTER_TRY_ASSIGN(event.statement,
                      settled_by(store, state, document, i, options, event.mapped.source));
    if (event.mapped.status == ImportedEvent::Status::draft) {
      MUSTER_TRY_ASSIGN(const bool wrong, store.is_declared_wrong(event_id));
      if (wrong && !event.mapped.source.declares_error && !event.statement) {
        event.mapped.status = ImportedEvent::Status::annulled;
        const std::string& place = event.mapped.source.pointer;
        event.mapped.message = (place.empty() ? "event" : place) + ": was declared wrong before";
        settled.insert(event.mapped.source.pointer);
      }
    }
    if (event.captured.status == CapturedEvent::Status::conflict || event.statement) {
      settled.insert(event.mapped.source.pointer);
    }
    intake.events.push_back(std::move(event));
  }
  for (StatementDraft& draft : imported.drafts) {
    const bool open = std::ranges::none_of(
        draft.sources, [&](const DraftSource& source) { return settled.contains(source.pointer); });
    if (open) intake.drafts.push_back(std::move(draft));
  }
  return intake;
}

Result<std::optional<Hash>> recorded_statement(CaptureStore& store, const registry::State& state,
                                               const std::string& event_id) {
  MUSTER_TRY_ASSIGN(const auto noted, store.statement_of(event_id));
  if (noted && state.statement_index(*noted)) return noted;
  return std::optional<Hash>();
}

}  // namespace muster::exchange
