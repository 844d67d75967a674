#include "cli/chip_sightings.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "cli/audit/ledger_event.hpp"
#include "registry/event.hpp"
#include "registry/kind.hpp"
#include "registry/mention.hpp"
#include "registry/rules.hpp"

namespace muster::cli {
namespace {

using registry::ChipState;
using registry::Index32;
using registry::Kind;
using registry::RowN;
using registry::State;

/// What the holder stood in after the entry at `index`: the first later change says what was
/// before.
RowN parent_then(const State& state, RowN holder, Index32 index) {
  for (const registry::RowEdit& edit : state.tables().row_edits.rows()) {
    if (edit.statement <= index || edit.table != "holder" || edit.row != holder) continue;
    const auto changes = parse_foreign_json(edit.changes);
    const auto parent = changes ? changes->find("parent") : Json::const_iterator();
    if (changes && parent != changes->end()) return (*parent)[0].get<RowN>();
  }
  return state.tables().holders[holder].parent;
}

/// Looks through the entries of one log for one chip.
class Search final {
 public:
  Search(Home& home, RowN chip, std::span<const ChipState> states)
      : home_(&home),
        state_(&home.state()),
        states_(states),
        id_(home.state().chip_id(chip)),
        text_(id_.to_string()) {
    for (const ChipState& one : states) {
      moves_.insert(one.last);
      hands_.insert(one.custodian);
      hands_.insert(one.lessee);
    }
  }

  /// What the entry says of the chip, if it names it.
  Result<std::optional<Sighting>> look(Index32 index) {
    const registry::StatementRow& row = state_->tables().statements[index];
    const Kind* const kind = registry::find_kind(row.kind);
    if (kind == nullptr || moves_.contains(index) || !registry::may_name_chips(*kind))
      return nothing();
    if (is_of_other_hands(row.kind, index)) return nothing();
    MUSTER_TRY_ASSIGN(const auto entries, home_->registry().log().read({index}, 1));
    if (entries.empty()) {
      return failure(Errc::corrupt, "entry " + std::to_string(index) + ": not in the log");
    }
    const auto& envelope = entries.front().envelope;
    const bool plain = envelope.payload.find(text_) != std::string::npos;
    if (!plain && !kind->observes && !registry::goes_on(kind->name)) return nothing();
    MUSTER_TRY_ASSIGN(registry::Event event, registry::parse_event(envelope.payload, row.hash));
    return judge(index, std::move(event), plain);
  }

 private:
  static Result<std::optional<Sighting>> nothing() { return std::optional<Sighting>(); }

  /// Log heads are of chips that their Prover had: others' lists need not be read.
  [[nodiscard]] bool is_of_other_hands(const std::string& kind, Index32 index) const {
    const RowN party = state_->tables().statements[index].party;
    return (kind == "heads.commit" || kind == "exit.read") && !hands_.contains(party);
  }

  Result<std::optional<Sighting>> judge(Index32 index, registry::Event event, bool plain) {
    const Kind& kind = *event.kind;
    if (registry::goes_on(kind.name)) return followed(index, event);
    std::string how = plain ? "named" : "";
    if (event.header.subjects.form == registry::SubjectForm::container) {
      how = stands_in(event.header.subjects.container, index)
                ? "in " + event.header.subjects.container
                : how;
    } else if (kind.observes) {
      MUSTER_TRY_ASSIGN(const bool listed, lists(index, event));
      if (listed) how = "listed";
    }
    if (how.empty()) return nothing();
    for (const char* opened : {"query", "finding"}) {
      if (kind.name == std::string(opened) + ".open") {
        opened_.insert(std::string(opened) + " " + event.body.value(opened, ""));
      }
    }
    return std::optional(Sighting{index, std::move(how),
                                  words_of(event.instead ? event.instead->body : event.body)});
  }

  /// An answer or a closing, if it is of a query or a finding about the chip.
  [[nodiscard]] Result<std::optional<Sighting>> followed(Index32 index,
                                                         const registry::Event& event) const {
    const std::string what = event.kind->name.substr(0, 5) == "query" ? "query" : "finding";
    const std::string which = what + " " + event.body.value(what, "");
    if (!opened_.contains(which)) return nothing();
    return std::optional(Sighting{index, "of " + which, words_of(event.body)});
  }

  /// Whether the subjects list the chip, in the statement or in its manifest.
  [[nodiscard]] Result<bool> lists(Index32 index, const registry::Event& event) const {
    const registry::Subjects& subjects = event.header.subjects;
    if (subjects.form != registry::SubjectForm::manifest) {
      return std::ranges::find(subjects.chips, id_) != subjects.chips.end();
    }
    MUSTER_TRY_ASSIGN(const LedgerEvent whole, ledger_event(*home_, index));
    const auto& items = whole.event.items.items;
    return std::ranges::find(items, id_, &registry::Item::chip) != items.end();
  }

  /// Whether the chip stood in the container, at any depth, after the entry at `index`.
  [[nodiscard]] bool stands_in(const std::string& container, Index32 index) const {
    const RowN named = state_->tables().holders.find(container);
    const auto then =
        std::ranges::find_if(states_, [&](const ChipState& one) { return one.last <= index; });
    if (named == registry::no_row || then == states_.end()) return false;
    RowN at = then->parent;
    for (std::size_t depth = 0; at != registry::no_row && depth < registry::max_holder_depth;
         ++depth) {
      if (at == named) return true;
      at = parent_then(*state_, at, index);
    }
    return false;
  }

  /// "consistent, uplink-cut": what an observation found.
  static std::string words_of(const Json& body) {
    std::string words;
    for (const char* field :
         {"verdict", "presence", "result", "level", "code", "outcome", "cause", "basis"}) {
      const auto value = body.find(field);
      if (value == body.end() || !value->is_string()) continue;
      words += (words.empty() ? "" : ", ") + value->get<std::string>();
    }
    return words;
  }

  Home* home_;
  const State* state_;
  std::span<const ChipState> states_;
  ChipId id_;
  std::string text_;
  std::set<Index32> moves_{};
  std::set<RowN> hands_{};
  std::set<std::string> opened_{};  // "query Q1"
};

}  // namespace

Result<std::vector<Sighting>> sightings_among(Home& home, RowN chip,
                                              std::span<const ChipState> states,
                                              std::span<const Index32> entries) {
  Search search(home, chip, states);
  std::vector<Sighting> list;
  for (const Index32 index : entries) {
    MUSTER_TRY_ASSIGN(auto found, search.look(index));
    if (found) list.push_back(std::move(*found));
  }
  return list;
}

Result<std::vector<Sighting>> sightings_of(Home& home, RowN chip, std::span<const ChipState> states,
                                           Index32 size) {
  return sightings_among(home, chip, states, registry::mentions_of(home.state(), chip, size));
}

}  // namespace muster::cli
