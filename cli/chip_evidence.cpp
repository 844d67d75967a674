#include "cli/chip_evidence.hpp"

#include <algorithm>
#include <filesystem>

#include "cli/epcis_home.hpp"
#include "cli/row_json.hpp"
#include "registry/exchange/event_view.hpp"
#include "registry/exchange/intake.hpp"
#include "registry/exchange/named_chips.hpp"
#include "registry/exchange/own_events.hpp"

namespace muster::cli {
namespace {

using exchange::EventView;
using exchange::Mention;
using registry::State;

/// The event itself, which somebody may have changed in the file.
Result<Json> kept_event(const Mention& mention) {
  auto event = parse_foreign_json(mention.json);
  if (event && event->is_object()) {
    const auto declared = event->find("errorDeclaration");
    const bool fits = mention.declares_error ? declared != event->end() && declared->is_object()
                                             : declared == event->end();
    if (fits) return event;
  }
  return failure(Errc::corrupt, "epcis.db: event " + std::to_string(mention.number) +
                                    " is none that an import keeps; restore the file, or remove it "
                                    "and import the documents again");
}

/// Whether the ledger has what the event says: as a statement, or of a declaration as a correction.
Result<bool> is_signed(exchange::CaptureStore& store, const State& state, const Mention& mention) {
  MUSTER_TRY_ASSIGN(const auto statement,
                    exchange::recorded_statement(store, state, mention.event_id));
  if (!statement || !mention.declares_error) return statement.has_value();
  const auto index = state.statement_index(*statement);
  return state.tables().statements[*index].corrected != registry::no_index;
}

/// Whether the event came from this ledger: it quotes a statement that is exported so.
Result<bool> is_own(exchange::OwnEvents& own, const State& state, const Mention& mention,
                    const Json& event) {
  const EventView whole(event, {});
  const EventView view(mention.declares_error ? event["errorDeclaration"] : event, whole.context());
  const auto hash = Hash::from_hex(view.extension_text("statement"));
  if (!hash || !state.statement_index(*hash)) return false;
  return own.has(*hash, mention.hash);
}

/// The entry by which a party handed the document in, or null.
Json handed_in(const State& state, const Hash& document) {
  const auto& imports = state.tables().imports.rows();
  const auto found = std::ranges::find(imports, document, &registry::Import::document);
  if (found == imports.end()) return {{"index", nullptr}, {"party", nullptr}};
  return {{"index", found->index}, {"party", id_or_null(state.tables().parties, found->party)}};
}

Json mention_json(const State& state, const Mention& mention, const Json& event) {
  const EventView view(event, {});
  Json json = handed_in(state, mention.document);
  json.update({{"unsigned", true},
               {"number", mention.number},
               {"event_id", mention.event_id},
               {"hash", mention.hash},
               {"declares_error", mention.declares_error},
               {"document", mention.document.to_hex()},
               {"pointer", mention.pointer},
               {"captured_at", mention.captured_at.to_string()},
               {"event_time", text_or_null(view.text("eventTime"))},
               {"type", view.type()},
               {"action", text_or_null(view.text("action"))},
               {"biz_step", text_or_null(view.biz_step())},
               {"disposition", text_or_null(view.disposition())},
               {"kind", text_or_null(mention.kind)}});
  return json;
}

/// "ObjectEvent OBSERVE collecting disposed (as retire)".
std::string says_text(const Json& line) {
  std::string text = line["declares_error"] == true ? "declared wrong: " : "";
  text += line["type"].get<std::string>();
  for (const char* field : {"action", "biz_step", "disposition"}) {
    if (line[field].is_string()) text += " " + line[field].get<std::string>();
  }
  if (line["kind"].is_string()) text += " (as " + line["kind"].get<std::string>() + ")";
  return text;
}

}  // namespace

Result<Json> unsigned_evidence(Home& home, registry::RowN chip) {
  const std::filesystem::path path = captures_path(home);
  std::error_code problem;
  if (!std::filesystem::exists(path, problem)) return Json::array();
  const State& state = home.state();
  MUSTER_TRY_ASSIGN(auto store, exchange::CaptureStore::open(path));
  MUSTER_TRY_ASSIGN(const auto mentions, store.events_naming(exchange::names_of_chip(state, chip)));
  Json list = Json::array();
  if (mentions.empty()) return list;
  exchange::OwnEvents own(home.registry());
  const auto past = home.past_time();
  for (const Mention& mention : mentions) {
    if (past && *past < mention.captured_at) continue;
    MUSTER_TRY_ASSIGN(const bool has_statement, is_signed(store, state, mention));
    if (has_statement) continue;
    MUSTER_TRY_ASSIGN(const Json event, kept_event(mention));
    MUSTER_TRY_ASSIGN(const bool ours, is_own(own, state, mention, event));
    if (!ours) list.push_back(mention_json(state, mention, event));
  }
  return list;
}

print::Table evidence_table(const Json& evidence) {
  print::Table table{.caption =
                         "Unsigned evidence: what imported documents say of the chip. No "
                         "party has signed it, and the state knows nothing of it",
                     .columns = {print::number_column("event"),
                                 {"captured"},
                                 {"event time"},
                                 {"says"},
                                 {"document"},
                                 {"handed in"}}};
  for (const Json& line : evidence) {
    const std::string entry = line["index"].is_null() ? "-"
                                                      : "entry " + line["index"].dump() + ", " +
                                                            line["party"].get<std::string>();
    table.rows.push_back(
        {line["number"].dump(), line["captured_at"].get<std::string>(),
         line["event_time"].is_null() ? "-" : line["event_time"].get<std::string>(),
         says_text(line),
         line["document"].get<std::string>().substr(0, 8) + line["pointer"].get<std::string>(),
         entry});
  }
  return table;
}

}  // namespace muster::cli
