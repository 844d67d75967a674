#include <algorithm>

#include "registry/chip_rules.hpp"
#include "registry/clearance.hpp"
#include "registry/kinds/groups.hpp"
#include "registry/policy.hpp"

namespace muster::registry {
namespace {

Result<void> title_rule(const Case& found) {
  const RowN buyer = found.tables().parties.find(found.body().text("buyer"));
  if (buyer == found.org) return refusal("title.to_self", found.body().text("buyer"));
  for (const RowN chip : found.chips) {
    if (found.chip(chip).owner == found.org) continue;
    return refusal("title.not_owner", chip_text(found.state, chip) + ", got " +
                                          found.state.party_name(found.org) + ", want its owner " +
                                          found.state.party_name(found.chip(chip).owner));
  }
  MUSTER_TRY(is_screened(found, found.org, {&buyer, 1}));
  return is_screened(found, buyer, {&found.org, 1});
}

void title_effect(State& state, const Case& found) {
  const RowN buyer = state.tables().parties.find(found.body().text("buyer"));
  for (const RowN chip : found.chips) state.touch(chip).owner = buyer;
}

/// Whether the chip may be used from `country`: where it stands itself, or where its licence says,
/// or, under no licence, wherever the policy does not bar.
Result<void> may_be_used_from(const Case& found, RowN chip, const std::string& country,
                              const std::vector<std::string>& barred) {
  const ChipState& now = found.chip(chip);
  if (found.tables().sites[now.site].country == country) return {};
  const auto in = [&](const std::vector<std::string>& list) {
    return std::ranges::find(list, country) != list.end();
  };
  const RowN licence = licence_of(found.tables(), now);
  if (licence == no_row ? !in(barred) : in(found.tables().licences[licence].countries)) return {};
  const std::string by = licence == no_row
                             ? "the policy bars"
                             : "licence " + found.tables().licences[licence].id + " does not cover";
  return refusal("lease.remote_access",
                 chip_text(found.state, chip) + ": " + by + " use from " + country);
}

Result<void> may_be_leased(const Case& found, RowN chip) {
  const ChipState& now = found.chip(chip);
  if (now.custodian != found.org && now.owner != found.org) {
    return refusal("lease.not_yours", chip_text(found.state, chip) + ", got " +
                                          found.state.party_name(found.org) +
                                          ", want its owner or custodian");
  }
  if (now.lessee == no_row) return {};
  return refusal("lease.leased", chip_text(found.state, chip) + ", leased to " +
                                     found.state.party_name(now.lessee));
}

Result<void> lease_rule(const Case& found) {
  const Body body = found.body();
  if (const RowN old = found.tables().leases.find(body.text("lease")); old != no_row) {
    return id_in_use(found.state, "lease.exists", body.text("lease"),
                     found.tables().leases[old].index);
  }
  const RowN lessee = found.tables().parties.find(body.text("lessee"));
  if (lessee == found.org) return refusal("lease.to_self", body.text("lessee"));
  if (body.has("capacity") != found.chips.empty()) {
    return refusal("lease.form", "want either chips or a capacity");
  }
  const auto barred = Policy(found.state, found.state.size()).list("remote_access_barred");
  const std::string& country = body.text("country");
  for (const RowN chip : found.chips) {
    MUSTER_TRY(may_be_leased(found, chip));
    MUSTER_TRY(may_be_used_from(found, chip, country, barred));
  }
  if (found.chips.empty() && std::ranges::find(barred, country) != barred.end()) {
    return refusal("lease.remote_access", "the policy bars use from " + country);
  }
  return is_screened(found, lessee, {&found.org, 1});
}

void lease_effect(State& state, const Case& found) {
  const Body body = found.body();
  const Window window = body.window("window");
  auto& tables = state.tables();
  std::vector<RowN> chips = found.chips;
  std::ranges::sort(chips);
  const RowN lessee = tables.parties.find(body.text("lessee"));
  const auto units = static_cast<std::uint32_t>(chips.size());
  const RowN lease = tables.leases.add({.id = body.text("lease"),
                                        .lessor = found.org,
                                        .lessee = lessee,
                                        .country = body.text("country"),
                                        .from = window.from,
                                        .to = window.to,
                                        .capacity = body.integer_or("capacity", 0),
                                        .first = tables.leased_chips.size(),
                                        .units = units,
                                        .open = units,
                                        .index = state.now_index()});
  for (const RowN chip : chips) {
    tables.leased_chips.add({.chip = chip, .lease = lease});
    state.touch(chip).lessee = lessee;
  }
}

/// The row of a chip among those of a lease, or `no_row`.
RowN leased_row(const Tables& tables, const Lease& lease, RowN chip) {
  for (RowN low = lease.first, high = lease.first + lease.units; low < high;) {
    const RowN middle = low + (high - low) / 2;
    const RowN at = tables.leased_chips[middle].chip;
    if (at == chip) return middle;
    (at < chip ? low : high) = at < chip ? middle + 1 : middle;
  }
  return no_row;
}

Result<void> lease_end_rule(const Case& found) {
  const std::string& id = found.body().text("lease");
  const RowN row = found.tables().leases.find(id);
  if (row == no_row) return refusal("lease.unknown", id);
  const Lease& lease = found.tables().leases[row];
  if (lease.lessor != found.org && lease.lessee != found.org) {
    return refusal("lease.not_yours", id + " is between " + found.state.party_name(lease.lessor) +
                                          " and " + found.state.party_name(lease.lessee));
  }
  if (lease.ended != no_index) {
    return refusal("lease.ended", id + " by entry " + std::to_string(lease.ended));
  }
  if ((lease.units == 0) != found.chips.empty()) {
    return refusal("lease.form", id + (lease.units == 0 ? " has a capacity and no chips"
                                                        : " has chips: name those that end"));
  }
  for (const RowN chip : found.chips) {
    const RowN at = leased_row(found.tables(), lease, chip);
    if (at != no_row && found.tables().leased_chips[at].ended == no_index) continue;
    return refusal("lease.other_chip", chip_text(found.state, chip) + ", not under lease " + id);
  }
  return {};
}

/// Whether the chip's log was read since the lease began, and lately: what a frame asks for at its
/// end.
bool was_read(const State& state, const Lease& lease, RowN chip) {
  const RowN custody = state.tables().chips[chip].custody;
  if (custody == no_row) return false;
  const Index32 read = state.tables().custody[custody].exit_index;
  return read != no_index && read > lease.index;
}

void lease_end_effect(State& state, const Case& found) {
  auto& tables = state.tables();
  const RowN row = tables.leases.find(found.body().text("lease"));
  Lease& lease = tables.leases.edit(row);
  for (const RowN chip : found.chips) {
    state.touch(chip).lessee = no_row;  // a read that is too old is none from here on
    LeasedChip& leased = tables.leased_chips.edit(leased_row(tables, lease, chip));
    leased.ended = state.now_index();
    leased.exit_read = was_read(state, lease, chip);
  }
  lease.open -= static_cast<std::uint32_t>(found.chips.size());
  if (lease.open != 0) return;
  lease.ended = state.now_index();
}

/// What was over until now was over until now: frames of the past stay as they were told.
void undo_lease_end(State& state, Index32 target) {
  auto& tables = state.tables();
  for (const RowEdit& edit : state.edits_of(target)) {
    if (edit.table == "leased_chip" && tables.leased_chips[edit.row].ended == target) {
      const LeasedChip row = tables.leased_chips[edit.row];
      tables.lease_gaps.add({row.lease, row.chip, target, state.now_index(), row.exit_read});
    }
    if (edit.table != "lease") continue;
    const Lease& lease = tables.leases[edit.row];
    if (lease.units != 0 || lease.ended != target) continue;
    tables.lease_gaps.add({.lease = edit.row, .from = target, .to = state.now_index()});
  }
}

constexpr std::array<Field, 4> title_fields{{{"buyer", FieldType::name},
                                             {"contract", FieldType::hash},
                                             {"price_class", FieldType::text, false},
                                             {"date", FieldType::time, false}}};
constexpr std::array<Field, 5> lease_fields{{{"lease", FieldType::name},
                                             {"lessee", FieldType::name},
                                             {"country", FieldType::country},
                                             {"window", FieldType::window},
                                             {"capacity", FieldType::positive, false}}};
constexpr std::array<Field, 2> lease_end_fields{
    {{"lease", FieldType::name}, {"reason", FieldType::text, false}}};

constexpr std::array<Kind, 3> title_rows{{
    {.code = "H1",
     .name = "title.transfer",
     .signers = "the owner, and the buyer",
     .subjects = TakesSubjects::chips,
     .expects = Expects::required,
     .co_party = "buyer",
     .body = title_fields,
     .needs = {.life = one_of({Life::passed}),
               .transport = one_of({Transport::at_site}),
               .no_release = true,
               .no_hold = true,
               .no_quarantine = true},
     .change = "owner -> the buyer; custody stays",
     .guard = "own title; a fresh pass of screening of both",
     .rule = title_rule,
     .effect = title_effect,
     .correctable = true},
    {.code = "H2",
     .name = "lease.start",
     .signers = "owner or custodian, and the lessee",
     .subjects = TakesSubjects::optional_chips,
     .expects = Expects::required,
     .co_party = "lessee",
     .body = lease_fields,
     .needs = {.life = one_of({Life::passed}), .no_release = true, .no_hold = true},
     .change = "- -> used by the lessee; a capacity: no chip",
     .guard = "lease id new; chips not leased; the licence of each, or the policy, lets it be used "
              "from that country; a fresh pass of screening of the lessee",
     .rule = lease_rule,
     .effect = lease_effect,
     .correctable = true},
    {.code = "H2b",
     .name = "lease.end",
     .signers = "lessor or lessee",
     .subjects = TakesSubjects::optional_chips,
     .expects = Expects::required,
     .body = lease_end_fields,
     .needs = {.not_seized = false, .not_lost = false, .not_missing = false},
     .change = "used by the lessee -> not; whether its log was read is noted",
     .guard = "chips of that lease; it is over when all have ended",
     .rule = lease_end_rule,
     .effect = lease_end_effect,
     .correctable = true,
     .undo = undo_lease_end},
}};

}  // namespace

std::span<const Kind> title_kinds() { return title_rows; }

}  // namespace muster::registry
