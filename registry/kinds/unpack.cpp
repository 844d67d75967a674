#include <algorithm>

#include "registry/chip_rules.hpp"
#include "registry/kinds/groups.hpp"
#include "registry/kinds/holders.hpp"

namespace muster::registry {
namespace {

/// What was found in a container beside what was packed into it.
struct Difference {
  std::vector<RowN> missing;
  std::vector<RowN> over;

  [[nodiscard]] bool any() const { return !missing.empty() || !over.empty(); }
};

Result<Difference> difference_of(const Case& found) {
  Difference difference;
  if (!found.body().has("found")) return difference;
  std::vector<RowN> seen;
  for (const std::string& id : found.body().list("found")) {
    const RowN chip = found.state.find_chip(ChipId::parse(id).value());
    if (chip == no_row) return refusal("chip.unknown", id + ": register it first");
    seen.push_back(chip);
    if (found.chip(chip).parent != found.holder) difference.over.push_back(chip);
  }
  std::ranges::sort(seen);
  for (const RowN chip : found.chips) {
    const bool direct = found.chip(chip).parent == found.holder;
    if (direct && !std::ranges::binary_search(seen, chip)) difference.missing.push_back(chip);
  }
  return difference;
}

Result<void> may_be_over(const Case& found, RowN chip) {
  const ChipState& now = found.chip(chip);
  const bool free = now.custodian == found.org && now.shipment == no_row && now.flags == 0 &&
                    now.place == Place::loose && now.transport == Transport::at_site &&
                    (made_or_later & (1U << static_cast<unsigned>(now.life))) != 0;
  if (free) return {};
  return refusal("unpack.over", chip_text(found.state, chip) + ", in custody of " +
                                    found.state.party_name(now.custodian) +
                                    ": want a loose chip of the unpacking party; for others "
                                    "open a case of kind over");
}

Result<void> unpack_rule(const Case& found) {
  const Holder& holder = found.tables().holders[found.holder];
  if (!holder.is_container()) {
    return refusal("holder.other_kind", holder.id + " is a " + holder.kind + ": detach from it");
  }
  MUSTER_TRY_ASSIGN(const Difference difference, difference_of(found));
  for (const RowN chip : difference.over) MUSTER_TRY(may_be_over(found, chip));
  if (!difference.any()) return {};
  if (found.body().has("case")) return case_is_new(found, found.body().text("case"));
  return refusal("unpack.no_case", holder.id + ": " + std::to_string(difference.missing.size()) +
                                       " packed and not found, " +
                                       std::to_string(difference.over.size()) +
                                       " found and not packed: want the id of a case");
}

/// What was packed and not found is missing; what was found and not packed is quarantined.
void open_contents_case(State& state, const Case& found, const Difference& difference) {
  const RowN custodian = state.tables().holders[found.holder].custodian;
  const RowN file = add_case(state, found.body().text("case"), "contents", found.org, custodian);
  for (const RowN chip : difference.missing) {
    state.touch(chip).set(Flag::missing);
    state.open_line(file, chip, "short");
  }
  for (const RowN chip : difference.over) {
    state.touch(chip).set(Flag::quarantine);
    state.open_line(file, chip, "over");
  }
}

void unpack_effect(State& state, const Case& found) {
  const Difference difference = difference_of(found).value();
  for (const RowN chip : found.chips) {
    if (state.tables().chips[chip].parent == found.holder) {
      take_out(state, chip);
    } else {
      state.touch(chip);
    }
  }
  // Opened on its way, what was in it goes on by itself under the same release.
  const RowN shipment = state.tables().holders[found.holder].shipment;
  for (const RowN inner : state.inner_holders(found.holder)) {
    state.set_holder_parent(inner, no_row);
    state.tables().holders.edit(inner).shipment = shipment;
  }
  seal_found(state, found.holder, found.body().text("seal_state"));
  if (difference.any()) open_contents_case(state, found, difference);
  Holder& row = state.tables().holders.edit(found.holder);
  row.closed = false;
  row.inferred = false;
  row.shipment = no_row;
  row.seal.clear();
}

constexpr std::array<Field, 3> unpack_fields{
    {{"seal_state", FieldType::text, true, "intact|broken|none"},
     {"found", FieldType::lines, false},
     {"case", FieldType::name, false}}};
/// A container is opened by its custodian, or on its way by an authority.
constexpr ChipNeeds opened_by{.life = made_or_later,
                              .place = one_of({Place::loose}),
                              .transport = one_of({Transport::at_site}),
                              .custodian = true,
                              .no_release = true,
                              .no_hold = true,
                              .no_quarantine = true,
                              .or_at_chokepoint = true};

constexpr std::array<Kind, 1> unpack_rows{{
    {.code = "C5",
     .name = "unpack",
     .signers = "the custodian; an authority at a chokepoint",
     .reaches = true,
     .subjects = TakesSubjects::container,
     .expects = Expects::required,
     .body = unpack_fields,
     .needs = opened_by,
     .change = "in the container -> loose; packed and not found: missing; found and not packed: "
               "quarantine",
     .guard = "the root container itself, under no release but at a chokepoint; what differs wants "
              "a case, a seal that is not intact is a finding",
     .rule = unpack_rule,
     .effect = unpack_effect,
     .correctable = true},
}};

}  // namespace

std::span<const Kind> unpack_kinds() { return unpack_rows; }

}  // namespace muster::registry
