#include "registry/exchange/export_scan.hpp"

#include <algorithm>
#include <memory>
#include <set>

#include "registry/event.hpp"
#include "registry/exchange/mapping.hpp"
#include "registry/kind.hpp"
#include "registry/view/sqlite_view.hpp"

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

/// Whether statements of a kind say of chips what was seen, and leave their states alone.
bool is_observed(const std::string& kind) {
  const registry::Kind* row = registry::find_kind(kind);
  return kind == "inspect.result" || (row != nullptr && row->observes && has_event(kind));
}

class Scan final {
 public:
  Scan(registry::Registry& registry, const ExportQuery& query, Items items)
      : registry_(registry), state_(registry.state()), query_(query), items_(items) {}

  Result<void> run(const StatementVisit& visit) {
    MUSTER_TRY(check_names());
    MUSTER_TRY_ASSIGN(const std::vector<Index32> wanted, candidates());
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
    if (query_.chip) {
      chip_ = state_.find_chip(*query_.chip);
      if (chip_ == no_row) {
        return failure(Errc::not_found, "chip " + query_.chip->to_string() + ": not registered");
      }
    }
    if (query_.shipment && tables.shipments.find(*query_.shipment) == no_row) {
      return failure(Errc::not_found, "shipment " + *query_.shipment + ": not known");
    }
    if (query_.party && tables.parties.find(*query_.party) == no_row) {
      return failure(Errc::not_found, "party " + *query_.party + ": not registered");
    }
    return {};
  }

  /// Indexes of statements whose row alone does not rule them out.
  Result<std::vector<Index32>> candidates() {
    const auto& rows = state_.tables().statements;
    std::set<Index32> about_chip;
    if (query_.chip) {
      MUSTER_TRY_ASSIGN(about_chip, history());
    }
    std::vector<Index32> list;
    for (Index32 i = 0; i < rows.size(); ++i) {
      const registry::StatementRow& row = rows[i];
      if (query_.from && row.accepted_ms < query_.from->ms) continue;
      if (query_.to && row.accepted_ms >= query_.to->ms) continue;
      if (query_.chip && !about_chip.contains(i) && !is_observed(row.kind)) continue;
      list.push_back(i);
    }
    return list;
  }

  /// The statements that made the states of the chip.
  Result<std::set<Index32>> history() {
    std::set<Index32> list;
    MUSTER_TRY(registry_.flush());
    registry::SqliteView* view = registry_.view();
    if (view == nullptr) {
      return failure(Errc::unavailable, "chip: its history needs a view beside the ledger");
    }
    for (Index32 size = state_.size(); true;) {
      MUSTER_TRY_ASSIGN(const auto before, view->chip_at(chip_, size));
      if (!before) return list;
      if (before->last >= size) return failure(Errc::corrupt, "view: a state begins after its end");
      list.insert(before->last);
      size = before->last;
    }
  }

  Result<void> take(const ledger::Entry& entry, const StatementVisit& visit) {
    MUSTER_TRY_ASSIGN(const ReadStatement statement, read_statement(registry_, entry, items_));
    if (!is_correction(statement.event)) {
      MUSTER_TRY_ASSIGN(const bool sees, is_about_chip(entry, statement.event));
      return sees && fits(statement.event) ? visit(statement, nullptr) : Result<void>();
    }
    const auto index = state_.statement_index(statement.event.fields().hash("target"));
    if (!index) return failure(Errc::corrupt, "log: a correction of no statement");
    MUSTER_TRY_ASSIGN(const auto entries, registry_.log().read({*index}, 1));
    if (entries.empty()) return failure(Errc::corrupt, "log: an entry is missing");
    MUSTER_TRY_ASSIGN(const ReadStatement target,
                      read_statement(registry_, entries.front(), items_));
    const Event& said = target.event.instead ? *target.event.instead : target.event;
    const bool wanted = fits(said) || fits(statement.event) ||
                        (statement.event.instead && fits(*statement.event.instead));
    return wanted ? visit(statement, &target) : Result<void>();
  }

  /// Whether what was observed was the chip that is asked for: it is listed, or stood in the
  /// container that is named.
  Result<bool> is_about_chip(const ledger::Entry& entry, const Event& event) {
    if (!query_.chip || !is_observed(event.header.kind)) return true;
    if (event.header.kind == "inspect.result") {
      return event.body.value("chip", std::string()) == query_.chip->to_string();
    }
    if (event.header.subjects.form == registry::SubjectForm::container) {
      return stood_in(event.header.subjects.container, static_cast<Index32>(entry.index.value));
    }
    MUSTER_TRY_ASSIGN(const ReadStatement whole, read_statement(registry_, entry, Items::with));
    const auto& items = whole.event.items.items;
    return std::ranges::find(items, *query_.chip, &registry::Item::chip) != items.end();
  }

  /// Whether the chip stood in `container` just before `index`. What that stood in then is told as
  /// it is now: the history has chips, and no holders.
  Result<bool> stood_in(const std::string& container, Index32 index) {
    MUSTER_TRY_ASSIGN(const auto then, registry_.view()->chip_at(chip_, index));
    const auto& holders = state_.tables().holders;
    for (RowN at = then ? then->parent : no_row; at != no_row; at = holders[at].parent) {
      if (holders[at].id == container) return true;
    }
    return false;
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
  RowN chip_ = no_row;
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
