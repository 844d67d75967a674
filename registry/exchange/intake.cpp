#include "registry/exchange/intake.hpp"

#include <algorithm>
#include <set>

#include "ledger/crypto/sha256.hpp"
#include "registry/exchange/event_view.hpp"
#include "registry/kind.hpp"

namespace muster::exchange {
namespace {

/// The statement of this ledger that an event was exported from, as our extension names it.
std::optional<Hash> origin_of(const Document& document, std::size_t index,
                              const registry::State& state) {
  const EventView view(document.events[index], document.hashing);
  const auto hash = Hash::from_hex(view.extension_text("statement"));
  if (!hash || !state.statement_index(*hash)) return std::nullopt;
  return *hash;
}

}  // namespace

Result<Intake> take_in(CaptureStore& store, const Capture& capture, const Document& document,
                       const registry::State& state, const Resolver& resolver,
                       const ImportOptions& options, bool keep) {
  const Hash sha256 = crypto::sha256(as_bytes(capture.bytes));
  Imported imported = import_document(document, sha256, state, resolver, options);
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
    MUSTER_TRY_ASSIGN(event.statement,
                      recorded_statement(store, state, event.mapped.source.event_id));
    if (!event.statement) event.statement = origin_of(document, i, state);
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

Result<void> complete_draft(registry::Draft& draft, const registry::State& state) {
  const registry::Kind* kind = registry::find_kind(draft.kind);
  const bool quotes =
      kind != nullptr &&
      std::ranges::find(kind->body, "release", &registry::Field::name) != kind->body.end();
  if (!quotes || draft.body.contains("release")) return {};
  const auto shipment = draft.body.find("shipment");
  const std::string id = shipment == draft.body.end() || !shipment->is_string()
                             ? std::string()
                             : shipment->get<std::string>();
  const auto row = state.tables().shipments.find(id);
  if (row == registry::no_row) {
    return failure(Errc::not_found, "shipment " + id + ": was never released here");
  }
  const registry::Index32 release = state.tables().shipments[row].release;
  draft.body["release"] = state.tables().statements[release].hash.to_hex();
  return {};
}

}  // namespace muster::exchange
