#include "registry/exchange/export_scan.hpp"

#include <memory>

#include "registry/event.hpp"
#include "registry/exchange/export_subjects.hpp"
#include "registry/kind.hpp"

namespace muster::exchange {
namespace {

using registry::Event;
using registry::Index32;
using registry::no_row;
using registry::RowN;
using registry::State;

constexpr std::size_t most_per_read = 256;
/// Entries between two that are wanted, up to which it is cheaper to read than to ask twice.
constexpr Index32 near = 8;

class Scan final {
 public:
  Scan(registry::Registry& registry, const ExportQuery& query, Items items)
      : registry_(registry), state_(registry.state()), query_(query), items_(items) {}

  Result<void> run(const StatementVisit& visit) {
    MUSTER_TRY(check_names());
    MUSTER_TRY(subjects_.prepare(query_));
    const std::vector<Index32> wanted = candidates();
    for (std::size_t i = 0; i < wanted.size();) {
      std::size_t end = i + 1;
      while (end < wanted.size() && wanted[end] - wanted[end - 1] <= near &&
             wanted[end] - wanted[i] < most_per_read) {
        ++end;
      }
      MUSTER_TRY_ASSIGN(const auto entries,
                        registry_.log().read({wanted[i]}, wanted[end - 1] - wanted[i] + 1));
      for (; i < end; ++i) {
        const std::size_t at = wanted[i] - entries.front().index.value;
        if (at >= entries.size()) return failure(Errc::corrupt, "log: an entry is missing");
        MUSTER_TRY(take(entries[at], visit));
      }
    }
    return {};
  }

 private:
  Result<void> check_names() {
    const auto& tables = state_.tables();
    if (query_.shipment && tables.shipments.find(*query_.shipment) == no_row) {
      return failure(Errc::not_found, "shipment " + *query_.shipment + ": not known");
    }
    if (query_.party && tables.parties.find(*query_.party) == no_row) {
      return failure(Errc::not_found, "party " + *query_.party + ": not registered");
    }
    for (const std::string& kind : query_.kinds) {
      if (registry::find_kind(kind) != nullptr) continue;
      return failure(Errc::invalid_input, "kind \"" + kind + "\": no such kind of event");
    }
    return {};
  }

  /// Indexes of statements whose row alone does not rule them out.
  [[nodiscard]] std::vector<Index32> candidates() const {
    const auto& rows = state_.tables().statements;
    std::vector<Index32> list;
    for (Index32 i = 0; i < rows.size(); ++i) {
      const registry::StatementRow& row = rows[i];
      if (query_.from && row.accepted_ms < query_.from->ms) continue;
      if (query_.to && row.accepted_ms >= query_.to->ms) continue;
      if (!is_kind(i)) continue;
      if (!subjects_.rules_out(i)) list.push_back(i);
    }
    return list;
  }

  /// Whether a statement, or what it corrects, is of a kind that is asked for.
  [[nodiscard]] bool is_kind(Index32 index) const {
    if (query_.kinds.empty()) return true;
    const auto& rows = state_.tables().statements;
    const registry::StatementRow& row = rows[index];
    return query_.kinds.contains(row.kind) ||
           (row.corrects != registry::no_index && query_.kinds.contains(rows[row.corrects].kind));
  }

  Result<void> take(const ledger::Entry& entry, const StatementVisit& visit) {
    MUSTER_TRY_ASSIGN(const ReadStatement statement, read_statement(registry_, entry, items_));
    if (!is_correction(statement.event)) {
      if (!fits(statement.event)) return {};
      MUSTER_TRY_ASSIGN(const bool wanted, subjects_.fit(entry, statement.event));
      return wanted ? visit(statement, nullptr) : Result<void>();
    }
    const auto index = state_.statement_index(statement.event.fields().hash("target"));
    if (!index) return failure(Errc::corrupt, "log: a correction of no statement");
    MUSTER_TRY_ASSIGN(const auto entries, registry_.log().read({*index}, 1));
    if (entries.empty()) return failure(Errc::corrupt, "log: an entry is missing");
    MUSTER_TRY_ASSIGN(const ReadStatement target,
                      read_statement(registry_, entries.front(), items_));
    MUSTER_TRY_ASSIGN(const bool wanted, is_about(entries.front(), target));
    return wanted || is_about(statement) ? visit(statement, &target) : Result<void>();
  }

  /// Whether what was corrected is wanted: what stood in the place of it, if it was replaced.
  Result<bool> is_about(const ledger::Entry& entry, const ReadStatement& target) {
    if (target.event.instead) {
      return fits(*target.event.instead) && subjects_.fits(target.index, *target.event.instead);
    }
    if (!fits(target.event)) return false;
    return subjects_.fit(entry, target.event);
  }

  /// Whether a correction is wanted for what it says itself.
  [[nodiscard]] bool is_about(const ReadStatement& correction) const {
    const auto is_wanted = [&](const Event& event) {
      return fits(event) && subjects_.fits(correction.index, event);
    };
    return is_wanted(correction.event) ||
           (correction.event.instead && is_wanted(*correction.event.instead));
  }

  [[nodiscard]] bool fits(const Event& event) const {
    if (query_.shipment && event.body.value("shipment", std::string()) != *query_.shipment)
      return false;
    return !query_.party || involves(event, *query_.party);
  }

  [[nodiscard]] bool involves(const Event& event, const std::string& party) const {
    if (event.header.org == party || event.header.on_behalf_of == party) return true;
    for (const char* field : {"receiver", "party", "buyer", "seller", "lessee"}) {
      const auto found = event.body.find(field);
      if (found != event.body.end() && *found == party) return true;
    }
    const auto& tables = state_.tables();
    const auto shipment = event.body.find("shipment");
    if (shipment == event.body.end() || !shipment->is_string()) return false;
    const RowN row = tables.shipments.find(shipment->get_ref<const std::string&>());
    if (row == no_row) return false;
    const RowN wanted = tables.parties.find(party);
    return tables.shipments[row].sender == wanted || tables.shipments[row].receiver == wanted;
  }

  registry::Registry& registry_;
  const State& state_;
  const ExportQuery& query_;
  Items items_;
  ExportSubjects subjects_{registry_};
};

}  // namespace

bool is_correction(const Event& event) {
  return event.header.kind == "correct.void" || event.header.kind == "correct.replace";
}

Result<ReadStatement> read_statement(registry::Registry& registry, const ledger::Entry& entry,
                                     Items items) {
  const std::string where = "entry " + std::to_string(entry.index.value);
  ReadStatement read{.index = static_cast<Index32>(entry.index.value),
                     .accepted_at = entry.accepted_at};
  auto event =
      registry::parse_event(entry.envelope.payload, ledger::statement_hash(entry.envelope));
  if (!event) return failure(std::move(event.error()).during(where));
  read.event = std::move(*event);
  if (items == Items::without) return read;
  const auto source = [&](const Hash& hash) -> const Bytes* {
    auto bytes = registry.log().store().blob(hash);
    if (!bytes) return nullptr;
    read.blobs.push_back(std::make_unique<Bytes>(std::move(*bytes)));
    return read.blobs.back().get();
  };
  auto attached = registry::attach_items(read.event, source);
  if (!attached) return failure(std::move(attached.error()).during(where));
  return read;
}

Result<void> scan_statements(registry::Registry& registry, const ExportQuery& query, Items items,
                             const StatementVisit& visit) {
  return Scan(registry, query, items).run(visit);
}

}  // namespace muster::exchange
