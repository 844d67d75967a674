#include "registry/balance/unaccounted.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "registry/book.hpp"

namespace muster::registry {
namespace {

enum Reason : std::size_t {
  lost,
  stolen,
  missing,
  not_found,
  overdue,
  refused,
  destroyed_unread,
  declared,
  of_unknown_making,
  reasons
};

std::array<ChipClass, reasons> empty_classes() {
  std::array<ChipClass, reasons> classes;
  classes[lost] = {.name = "lost", .unaccounted = true};
  classes[stolen] = {.name = "stolen", .unaccounted = true};
  classes[missing] = {.name = "missing", .unaccounted = true};
  classes[not_found] = {.name = "not found by an inventory", .unaccounted = true};
  classes[overdue] = {.name = "released and overdue", .unaccounted = true};
  classes[refused] = {.name = "refused and not taken back", .unaccounted = true};
  classes[destroyed_unread] = {.name = "destroyed without an exit read", .unaccounted = true};
  classes[declared] = {.name = "declared by their holder", .legacy = true};
  classes[of_unknown_making] = {.name = "found at a chokepoint", .legacy = true};
  return classes;
}

bool is_live(const ChipState& chip) {
  return chip.life != Life::destroyed && chip.life != Life::voided;
}

/// Why nobody can show the chip, if that is so.
std::optional<Reason> reason_of(const State& state, RowN n) {
  const ChipState& chip = state.tables().chips[n];
  if (!is_live(chip)) return std::nullopt;
  if (chip.has(Flag::stolen)) return stolen;
  if (chip.has(Flag::lost)) return lost;
  if (chip.has(Flag::missing)) return missing;
  if (!state.sought(n).empty()) return not_found;
  const auto& shipments = state.tables().shipments;
  if (chip.shipment == no_row || shipments[chip.shipment].overdue == no_index) return std::nullopt;
  // A refusal is a paper of one who may lie with the sender: it names who owes the chip, and takes
  // it out of nothing.
  return chip.transport == Transport::returning ? refused : overdue;
}

/// The last row of the custody table of each chip that was destroyed.
std::map<RowN, RowN> last_rows_of_destroyed(const Tables& tables) {
  std::map<RowN, RowN> last;
  for (RowN n = 0; n < tables.custody.size(); ++n) {
    const RowN chip = tables.custody[n].chip;
    if (tables.chips[chip].life == Life::destroyed) last[chip] = n;
  }
  return last;
}

/// A chip that an inventory names as not found.
struct Named {
  Index32 since = 0;   ///< The inventory that said so first, of those that still stand.
  bool alone = false;  ///< It stands in U by that, and by nothing else.
};
using NamedByParty = std::map<RowN, std::vector<Named>>;

class Gatherer final {
 public:
  Gatherer(const State& state, RowN party) : state_(state), party_(party) {}

  std::vector<ChipClass> run() {
    const Tables& tables = state_.tables();
    for (RowN chip = 0; chip < tables.chips.size(); ++chip) {
      const ChipState& now = tables.chips[chip];
      if (!is_live(now) || (party_ != no_row && now.custodian != party_)) continue;
      if (const auto reason = reason_of(state_, chip)) put(*reason, chip);
      note_named(chip);
      const Provenance provenance = tables.identities[chip].provenance;
      if (provenance == Provenance::declared) put(declared, chip);
      if (provenance == Provenance::chokepoint) put(of_unknown_making, chip);
    }
    for (const auto& [chip, row] : last_rows_of_destroyed(tables)) {
      const Custody& custody = tables.custody[row];
      const bool concerned = party_ == no_row || custody.party == party_;
      if (concerned && custody.exit_index == no_index) put(destroyed_unread, chip);
    }
    return {classes_.begin(), classes_.end()};
  }
  /// Of the chips in each party's custody.
  [[nodiscard]] const NamedByParty& named() const { return named_; }

 private:
  void note_named(RowN chip) {
    const auto sought = state_.sought(chip);
    if (sought.empty()) return;
    named_[state_.tables().chips[chip].custodian].push_back(
        {.since = state_.tables().not_found[sought.front()].index,
         .alone = reason_of(state_, chip) == not_found});
  }
  void put(Reason reason, RowN chip) {
    const Tables& tables = state_.tables();
    classes_[reason].chips.push_back(chip);
    classes_[reason].since.push_back(reason == not_found
                                         ? tables.not_found[state_.sought(chip).front()].index
                                         : tables.chips[chip].effect);
    classes_[reason].tpp += tables.products[tables.identities[chip].product].tpp;
  }

  const State& state_;
  RowN party_;
  std::array<ChipClass, reasons> classes_ = empty_classes();
  NamedByParty named_;
};

/// How many of `named` the shortfall has in it. One that is lost as well is in it where it was
/// named before the period was closed: who names lost chips later takes nothing off it.
std::uint64_t within(const Shortfall& shortfall, const std::vector<Named>& named) {
  return static_cast<std::uint64_t>(std::ranges::count_if(
      named, [&](const Named& one) { return one.alone || one.since < shortfall.index; }));
}

/// The greatest shortfall of each party, since its areas may lie in each other, less the chips in
/// its custody that inventories name: a period closes on the count of an inventory.
std::vector<Shortfall> shortfalls_of(const State& state, RowN party, const NamedByParty& named) {
  std::map<RowN, Shortfall> greatest;
  for (const Balance& row : state.tables().balances.rows()) {
    if (!stands(state, row.index) || row.closing <= row.counted) continue;
    if (party != no_row && row.party != party) continue;
    const Shortfall one{row.party, row.site, row.closing - row.counted, row.index};
    const auto at = greatest.try_emplace(one.party, one).first;
    if (at->second.chips < one.chips) at->second = one;
  }
  std::vector<Shortfall> list;
  for (auto& [key, one] : greatest) {
    const auto at = named.find(key);
    if (at != named.end()) one.chips -= std::min(one.chips, within(one, at->second));
    if (one.chips > 0) list.push_back(one);
  }
  return list;
}

std::uint64_t nameless_of(const State& state, RowN party) {
  std::uint64_t items = 0;
  for (const CaseFile& file : state.tables().cases.rows()) {
    const bool concerned = party == no_row || file.against == party;
    const bool counts =
        concerned && file.kind == "short" && file.resolved == no_index && stands(state, file.index);
    items += counts ? file.quantity : 0;
  }
  return items;
}

}  // namespace

std::uint64_t Unaccounted::total() const {
  std::uint64_t sum = nameless;
  for (const ChipClass& one : classes) sum += one.unaccounted ? one.chips.size() : 0;
  for (const Shortfall& one : shortfalls) sum += one.chips;
  return sum;
}

std::uint64_t Unaccounted::legacy() const {
  std::uint64_t sum = 0;
  for (const ChipClass& one : classes) sum += one.legacy ? one.chips.size() : 0;
  return sum;
}

Unaccounted unaccounted(const State& state, RowN party) {
  Gatherer gatherer(state, party);
  auto classes = gatherer.run();
  auto shortfalls = shortfalls_of(state, party, gatherer.named());
  return {.classes = std::move(classes),
          .shortfalls = std::move(shortfalls),
          .nameless = nameless_of(state, party)};
}

}  // namespace muster::registry
