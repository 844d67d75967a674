#include "registry/exchange/import.hpp"

#include <algorithm>
#include <set>

#include "registry/exchange/declarations.hpp"
#include "registry/exchange/draft_maker.hpp"
#include "registry/exchange/event_view.hpp"
#include "registry/kind.hpp"

namespace muster::exchange {
namespace {

using Status = ImportedEvent::Status;

/// Whether the row's own type of transaction is among `types`: a sign for it.
bool has_own_type(const EventRow& row, const std::vector<std::string>& types) {
  return std::ranges::any_of(row.with.transactions, [&](const TransactionRow& transaction) {
    return std::ranges::find(types, transaction.type) != types.end();
  });
}

bool has_shape(const EventRow& row, std::string_view type, std::string_view action,
               std::string_view biz_step, std::string_view disposition) {
  return row.type == type && row.action == action && row.biz_step == biz_step &&
         (disposition.empty() || row.disposition == disposition);
}

std::vector<const EventRow*> rows_of_shape(std::string_view type, std::string_view action,
                                           std::string_view biz_step,
                                           std::string_view disposition) {
  std::vector<const EventRow*> list;
  for (const EventRow& row : event_rows()) {
    if (has_shape(row, type, action, biz_step, disposition)) list.push_back(&row);
  }
  return list;
}

/// One event on its way.
class Mapping final {
 public:
  Mapping(const Document& document, std::size_t index, const Hash& bytes,
          const registry::State& state, const Resolver& resolver, const ImportOptions& options)
      : pointer_(document.pointer_to(index)),
        syntax_(document.syntax),
        view_(document.events[index], document.hashing),
        state_(state),
        resolver_(resolver),
        options_(options) {
    result_.source.document = bytes;
    result_.source.pointer = pointer_;
    result_.source.declares_error = document.events[index].contains("errorDeclaration");
    result_.source.hash = event_hash_uri(document.events[index], document.hashing);
    result_.source.event_id = view_.text("eventID");
    if (result_.source.event_id.empty()) result_.source.event_id = result_.source.hash;
    result_.chips = chips_named(document.events[index], resolver);
  }

  /// Of an error declaration, before it is known what it is about.
  ImportedEvent declaration() {
    stop("/errorDeclaration", "is about an event that is no statement here");
    return std::move(result_);
  }

  /// Fills `draft` if the event becomes one.
  ImportedEvent run(std::optional<StatementDraft>& draft) {
    const EventRow* row = find_row();
    if (row == nullptr) return std::move(result_);
    result_.kind = row->kind;
    const registry::Kind* kind = registry::find_kind(row->kind);
    if (kind == nullptr) {
      stop("", std::string(row->kind) + ": no statement of its own says this");
      return std::move(result_);
    }
    DraftMaker maker(view_, *row, *kind, {pointer_, syntax_, state_, resolver_, options_});
    auto made = maker.make(result_.source);
    if (!made) {
      result_.status = Status::incomplete;
      result_.message = made.error().message;
      return std::move(result_);
    }
    draft = std::move(*made);
    result_.status = Status::draft;
    return std::move(result_);
  }

 private:
  void stop(const std::string& field, const std::string& message) {
    const std::string place = pointer_ + field;
    result_.message = (place.empty() ? "event" : place) + ": " + message;
  }

  const EventRow* find_row() {
    const std::string named = view_.extension_text("kind");
    const auto rows = named.empty()
                          ? rows_like(view_.type(), view_.text("action"), view_.biz_step(),
                                      view_.disposition(), view_.transaction_types())
                          : named_rows(named);
    if (const EventRow* meant = meant_of(rows)) return meant;
    if (named.empty() && view_.transaction_types().empty()) {
      // A plain event may be one of a kind that ours are told from others by their transactions.
      if (const EventRow* meant = meant_of(of_shape())) return meant;
    }
    if (rows.size() == 1) return rows.front();
    if (!named.empty()) {
      const std::string what = has_event(named) ? " is not what this event looks like"
                                                : " is no kind of statement with an event";
      stop("", "kind " + named + what);
    } else if (rows.empty()) {
      stop("", "no kind of statement is a " + view_.type() + " " + view_.text("action") + " " +
                   view_.biz_step() + " " + view_.disposition());
    } else {
      std::string list;
      for (const EventRow* row : rows) list += (list.empty() ? "" : ", ") + std::string(row->kind);
      stop("", "may be any of " + list + "; an extension chip:kind, or --kind, would say which");
    }
    return nullptr;
  }

  /// The one of several rows whose kind the user says is meant, or null.
  [[nodiscard]] const EventRow* meant_of(const std::vector<const EventRow*>& rows) const {
    const EventRow* meant = nullptr;
    for (const EventRow* row : rows) {
      if (!options_.kinds.contains(row->kind)) continue;
      if (meant != nullptr) return nullptr;
      meant = row;
    }
    return meant;
  }

  [[nodiscard]] std::vector<const EventRow*> of_shape() const {
    return rows_of_shape(view_.type(), view_.text("action"), view_.biz_step(), view_.disposition());
  }

  /// The row of a kind that fits the event, by part if it names one.
  [[nodiscard]] std::vector<const EventRow*> named_rows(const std::string& kind) const {
    const std::string part = view_.extension_text("part");
    std::vector<const EventRow*> list;
    for (const EventRow& row : rows_of(kind)) {
      const bool fits =
          has_shape(row, view_.type(), view_.text("action"), view_.biz_step(), view_.disposition());
      if (fits && (part.empty() || part == row.part)) list.push_back(&row);
    }
    if (list.size() > 1) list.resize(1);
    return list;
  }

  std::string pointer_;
  Syntax syntax_;
  EventView view_;
  const registry::State& state_;
  const Resolver& resolver_;
  const ImportOptions& options_;
  ImportedEvent result_;
};

/// Adds what another part of the same statement says to `draft`.
void join(StatementDraft& draft, StatementDraft part) {
  auto& chips = draft.draft.chips;
  std::set<ChipId> known;
  for (const registry::StatementChip& chip : chips) known.insert(chip.chip);
  for (registry::StatementChip& chip : part.draft.chips) {
    if (known.insert(chip.chip).second) chips.push_back(std::move(chip));
  }
  draft.sources.insert(draft.sources.end(), part.sources.begin(), part.sources.end());
}

}  // namespace

std::vector<const EventRow*> rows_like(std::string_view type, std::string_view action,
                                       std::string_view biz_step, std::string_view disposition,
                                       const std::vector<std::string>& types) {
  std::vector<const EventRow*> list = rows_of_shape(type, action, biz_step, disposition);
  const auto narrow = [&](auto keeps) {
    std::vector<const EventRow*> kept;
    std::ranges::copy_if(list, std::back_inserter(kept), keeps);
    if (!kept.empty()) list = std::move(kept);
  };
  narrow([&](const EventRow* row) { return has_own_type(*row, types); });
  if (types.empty()) narrow([](const EventRow* row) { return row->with.transactions.empty(); });
  narrow([](const EventRow* row) { return registry::find_kind(row->kind) != nullptr; });
  return list;
}

Imported import_document(const Document& document, const Hash& bytes, const registry::State& state,
                         const Resolver& resolver, const ImportOptions& options) {
  Imported imported;
  std::map<std::string, std::size_t> by_statement;
  for (std::size_t i = 0; i < document.events.size(); ++i) {
    Mapping mapping(document, i, bytes, state, resolver, options);
    if (document.events[i].contains("errorDeclaration")) {
      imported.events.push_back(mapping.declaration());
      continue;
    }
    std::optional<StatementDraft> draft;
    imported.events.push_back(mapping.run(draft));
    if (!draft) continue;
    const EventView view(document.events[i], document.hashing);
    const std::string statement = view.extension_text("statement");
    const auto known = by_statement.find(statement);
    if (statement.empty() || known == by_statement.end()) {
      if (!statement.empty()) by_statement.emplace(statement, imported.drafts.size());
      imported.drafts.push_back(std::move(*draft));
    } else {
      join(imported.drafts[known->second], std::move(*draft));
    }
  }
  apply_declarations(document, state, options, imported);
  return imported;
}

}  // namespace muster::exchange
