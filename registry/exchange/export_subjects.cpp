#include "registry/exchange/export_subjects.hpp"

#include <algorithm>
#include <span>

#include "registry/exchange/mapping.hpp"
#include "registry/kind.hpp"
#include "registry/view/view.hpp"

namespace muster::exchange {
namespace {

using registry::ChipState;
using registry::Event;
using registry::Index32;
using registry::no_index;
using registry::no_row;
using registry::RowN;
using registry::SubjectForm;

/// A field of a body that names something: of every kind, or of the kinds that begin so.
struct NamingField {
  std::string_view field;
  std::string_view kinds{};
};

constexpr std::array<NamingField, 5> product_fields{{{"product"},
                                                     {"products"},
                                                     {"version", "product.amend"},
                                                     {"from", "chip.regrade"},
                                                     {"to", "chip.regrade"}}};
constexpr std::array<NamingField, 3> container_fields{
    {{"container"}, {"parent", "asm."}, {"children"}}};
constexpr std::array<NamingField, 4> site_fields{
    {{"site"}, {"sites"}, {"destination"}, {"to", "lot.move"}}};

bool is_text(const Json& value, const std::string& id) { return value.is_string() && value == id; }

/// Whether one of `fields` in a body, or in a record of it, is `id` or lists it.
bool names_id(const Event& event, const Json& body, std::span<const NamingField> fields,
              const std::string& id) {
  for (const auto& [name, value] : body.items()) {
    const bool naming = std::ranges::any_of(fields, [&, &field = name](const NamingField& one) {
      return one.field == field && event.header.kind.starts_with(one.kinds);
    });
    if (naming && is_text(value, id)) return true;
    if (!value.is_array()) continue;
    for (const Json& inner : value) {
      if (naming && is_text(inner, id)) return true;
      if (inner.is_object() && names_id(event, inner, fields, id)) return true;
    }
  }
  return false;
}

template <class Table>
Result<RowN> row_named(const Table& table, const char* what, const std::optional<std::string>& id,
                       const char* unknown) {
  if (!id) return no_row;
  const RowN row = table.find(*id);
  if (row != no_row) return row;
  return failure(Errc::not_found, std::string(what) + " " + *id + ": " + unknown);
}

}  // namespace

bool is_observed(const std::string& kind) {
  const registry::Kind* row = registry::find_kind(kind);
  return kind == "inspect.result" || (row != nullptr && row->observes && has_event(kind));
}

Result<void> ExportSubjects::prepare(const ExportQuery& query) {
  query_ = query;
  MUSTER_TRY(find_names(query));
  wanted_ = (query.chip ? subject_chip : 0U) | (query.product ? subject_product : 0U) |
            (query.container ? subject_container : 0U) | (query.site ? subject_site : 0U);
  if (wanted_ == 0) return {};
  MUSTER_TRY(registry_.flush());
  if (registry_.view() == nullptr) {
    return failure(Errc::unavailable,
                   "what became of chips needs a view beside the ledger, and there is none");
  }
  moved_.assign(registry_.state().size(), 0);
  find_regraded();
  MUSTER_TRY(read_observed());
  if (query.container || !observed_.empty()) holders_.emplace(registry_.state());
  MUSTER_TRY(query.chip ? scan_chip() : scan_all());
  add_corrections();
  return {};
}

Result<void> ExportSubjects::find_names(const ExportQuery& query) {
  const auto& state = registry_.state();
  const auto& tables = state.tables();
  if (query.chip) {
    chip_ = state.find_chip(*query.chip);
    if (chip_ == no_row) {
      return failure(Errc::not_found, "chip " + query.chip->to_string() + ": not registered");
    }
  }
  MUSTER_TRY_ASSIGN(product_,
                    row_named(tables.products, "product", query.product, "not registered"));
  MUSTER_TRY_ASSIGN(container_,
                    row_named(tables.holders, "container", query.container, "not known"));
  MUSTER_TRY_ASSIGN(site_, row_named(tables.sites, "site", query.site, "not registered"));
  return {};
}

void ExportSubjects::find_regraded() {
  if (product_ == no_row) return;
  const auto& state = registry_.state();
  for (const registry::Regrade& one : state.tables().regrades.rows()) {
    for (const auto& [chip, before] : state.chips_before(one.chips_of)) regraded_.push_back(chip);
  }
  std::ranges::sort(regraded_);
}

/// What was seen of containers: which chips stood in them follows from the histories.
Result<void> ExportSubjects::read_observed() {
  const auto& state = registry_.state();
  const auto& rows = state.tables().statements;
  for (Index32 i = 0; i < rows.size(); ++i) {
    const registry::Kind* const kind = registry::find_kind(rows[i].kind);
    const bool may_name = kind != nullptr && is_observed(rows[i].kind) &&
                          kind->subjects == registry::TakesSubjects::chips;
    if (!may_name) continue;
    MUSTER_TRY_ASSIGN(const auto entries, registry_.log().read({i}, 1));
    if (entries.empty()) return failure(Errc::corrupt, "log: an entry is missing");
    MUSTER_TRY_ASSIGN(const ReadStatement read,
                      read_statement(registry_, entries.front(), Items::without));
    const auto& subjects = read.event.header.subjects;
    if (subjects.form != SubjectForm::container) continue;
    const RowN holder = state.tables().holders.find(subjects.container);
    if (holder != no_row) observed_.push_back({i, holder});
  }
  return {};
}

Result<void> ExportSubjects::scan_chip() {
  MUSTER_TRY_ASSIGN(std::vector<ChipState> states,
                    registry_.view()->states_of(chip_, registry_.state().size()));
  std::ranges::reverse(states);
  for (std::size_t i = 0; i < states.size(); ++i) {
    const Index32 from = states[i].last;
    const Index32 to = i + 1 < states.size() ? states[i + 1].last : no_index;
    if (from >= moved_.size() || from >= to) {
      return failure(Errc::corrupt, "view: a state begins after its end");
    }
    add_moved(chip_, from, i == 0 ? nullptr : &states[i - 1], states[i]);
    add_observed(chip_, from, to, states[i]);
  }
  return {};
}

Result<void> ExportSubjects::scan_all() {
  RowN last_chip = no_row;
  ChipState before;
  bool sound = true;
  const auto take = [&](RowN chip, Index32 from, Index32 to, const ChipState& state) {
    sound = sound && from < moved_.size() && from < to;
    if (!sound) return;
    add_moved(chip, from, chip == last_chip ? &before : nullptr, state);
    add_observed(chip, from, to, state);
    last_chip = chip;
    before = state;
  };
  MUSTER_TRY(registry_.view()->each_state(take));
  if (!sound) return failure(Errc::corrupt, "view: a state begins after its end");
  return {};
}

void ExportSubjects::add_moved(RowN chip, Index32 from, const ChipState* before,
                               const ChipState& state) {
  const unsigned bits =
      bits_of(chip, from + 1, state) | (before == nullptr ? 0U : bits_of(chip, from, *before));
  moved_[from] = static_cast<Chips>(moved_[from] | (1U << bits));
}

/// What was seen of a container in which the chip stood while it was in this state.
void ExportSubjects::add_observed(RowN chip, Index32 from, Index32 to, const ChipState& state) {
  if (state.parent == no_row) return;
  auto one = std::ranges::upper_bound(observed_, from, {}, &Observed::index);
  for (; one != observed_.end() && one->index < to; ++one) {
    if (!holders_->is_within(state.parent, one->holder, one->index)) continue;
    Chips& chips = moved_[one->index];
    chips = static_cast<Chips>(chips | (1U << bits_of(chip, one->index, state)));
  }
}

/// A correction is about the chips of its target.
void ExportSubjects::add_corrections() {
  const auto& rows = registry_.state().tables().statements;
  for (Index32 i = 0; i < rows.size(); ++i) {
    if (rows[i].corrects == no_index) continue;
    moved_[i] = static_cast<Chips>(moved_[i] | moved_[rows[i].corrects]);
  }
}

bool ExportSubjects::was_of_product(RowN chip, Index32 size) const {
  const auto& state = registry_.state();
  if (!std::ranges::binary_search(regraded_, chip)) {
    return state.tables().identities[chip].product == product_;
  }
  return state.product_of(chip, size) == product_;
}

/// What `chip`, which was in `state` after `size` entries, fits of all that is asked.
unsigned ExportSubjects::bits_of(RowN chip, Index32 size, const ChipState& state) const {
  unsigned bits = 0;
  if (chip == chip_) bits |= subject_chip;
  if (product_ != no_row && was_of_product(chip, size)) bits |= subject_product;
  if (container_ != no_row && state.parent != no_row &&
      holders_->is_within(state.parent, container_, size)) {
    bits |= subject_container;
  }
  const bool stands = site_ != no_row && state.site == site_;
  if (stands && state.transport == registry::Transport::at_site) bits |= subject_site;
  return bits;
}

/// What the statement itself names of all that is asked.
unsigned ExportSubjects::named(const Event& event) const {
  const registry::Header& header = event.header;
  unsigned bits = 0;
  if (query_.product && names_id(event, event.body, product_fields, *query_.product)) {
    bits |= subject_product;
  }
  if (query_.container && ((header.subjects.form == SubjectForm::container &&
                            header.subjects.container == *query_.container) ||
                           names_id(event, event.body, container_fields, *query_.container))) {
    bits |= subject_container;
  }
  if (query_.site &&
      (header.site == *query_.site || names_id(event, event.body, site_fields, *query_.site))) {
    bits |= subject_site;
  }
  return bits;
}

bool ExportSubjects::fits(Chips chips, const Event& event) const {
  const unsigned said = named(event);
  if (said == wanted_) return true;
  for (unsigned bits = 0; bits < 16; ++bits) {
    if ((chips & (1U << bits)) != 0 && (bits | said) == wanted_) return true;
  }
  return false;
}

bool ExportSubjects::rules_out(Index32 index) const {
  if (!query_.chip || moved_[index] != 0) return false;
  const auto& rows = registry_.state().tables().statements;
  const Index32 target = rows[index].corrects;
  return !is_observed(rows[index].kind) && (target == no_index || !is_observed(rows[target].kind));
}

Result<unsigned> ExportSubjects::observed_bits(RowN chip, Index32 index) {
  if (chip == no_row || (query_.chip && chip != chip_)) return 0U;
  ChipState then{};
  if ((wanted_ & (subject_container | subject_site)) != 0) {
    MUSTER_TRY_ASSIGN(const auto found, registry_.view()->chip_at(chip, index));
    if (found) then = *found;
  }
  return bits_of(chip, index, then);
}

/// What was seen of chips that the statement lists.
Result<ExportSubjects::Chips> ExportSubjects::observed_items(const ledger::Entry& entry) {
  const auto& state = registry_.state();
  const auto index = static_cast<Index32>(entry.index.value);
  MUSTER_TRY_ASSIGN(const ReadStatement whole, read_statement(registry_, entry, Items::with));
  unsigned chips = 0;
  for (const registry::Item& item : whole.event.items.items) {
    MUSTER_TRY_ASSIGN(const unsigned bits, observed_bits(state.find_chip(item.chip), index));
    chips |= 1U << bits;
  }
  if (whole.event.header.kind == "inspect.result") {
    const auto chip = ChipId::parse(whole.event.body.value("chip", std::string()));
    if (chip) {
      MUSTER_TRY_ASSIGN(const unsigned bits, observed_bits(state.find_chip(*chip), index));
      chips |= 1U << bits;
    }
  }
  return static_cast<Chips>(chips);
}

Result<bool> ExportSubjects::fit(const ledger::Entry& entry, const Event& event) {
  if (wanted_ == 0) return true;
  Chips chips = chips_of(static_cast<Index32>(entry.index.value));
  const bool listed =
      is_observed(event.header.kind) && event.header.subjects.form != SubjectForm::container;
  if (listed && named(event) != wanted_) {
    MUSTER_TRY_ASSIGN(const Chips seen, observed_items(entry));
    chips = static_cast<Chips>(chips | seen);
  }
  return fits(chips, event);
}

}  // namespace muster::exchange
