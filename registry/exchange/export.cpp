#include "registry/exchange/export.hpp"

#include "registry/exchange/export_scan.hpp"
#include "registry/exchange/master_data.hpp"
#include "registry/exchange/own_events.hpp"

namespace muster::exchange {
namespace {

/// All of the document up to the first event. `]}}` closes it.
std::string opening(const ExportOptions& options, const Json& header) {
  std::string text = "{\"@context\":" + EventBuilder::context().dump() +
                     ",\"type\":\"EPCISDocument\",\"schemaVersion\":\"2.0\",\"creationDate\":\"" +
                     options.created.to_string() + "\"";
  if (!header.is_null()) text += ",\"epcisHeader\":" + header.dump();
  return text + ",\"epcisBody\":{\"eventList\":[";
}

}  // namespace

Result<Exported> export_events(registry::Registry& registry, const ExportQuery& query,
                               const ExportOptions& options, const TextSink& sink) {
  MasterData master(registry.state());
  if (options.master_data) {
    const auto note = [&](const ReadStatement& statement, const ReadStatement* target) {
      if (target != nullptr) master.note(target->event);
      if (statement.event.instead) master.note(*statement.event.instead);
      if (target != nullptr || has_event(statement.event.header.kind)) {
        master.note(statement.event);
      }
      return Result<void>();
    };
    MUSTER_TRY(scan_statements(registry, query, Items::without, note));
  }
  MUSTER_TRY(sink(opening(options, master.header())));
  const EventBuilder builder(registry.state(), states_of(registry));
  Exported exported;
  const auto write = [&](const ReadStatement& statement,
                         const ReadStatement* target) -> Result<void> {
    const std::vector<Json> events =
        target == nullptr ? builder.events(statement.view())
                          : builder.correction_events(statement.view(), target->view());
    ++(events.empty() ? exported.without : exported.statements);
    for (const Json& event : events) {
      MUSTER_TRY(sink((exported.events == 0 ? "\n" : ",\n") + event.dump()));
      ++exported.events;
    }
    return {};
  };
  MUSTER_TRY(scan_statements(registry, query, Items::with, write));
  MUSTER_TRY(sink(exported.events == 0 ? "]}}\n" : "\n]}}\n"));
  return exported;
}

}  // namespace muster::exchange
