#include <algorithm>
#include <unordered_set>

#include "registry/chip_rules.hpp"
#include "registry/correction.hpp"
#include "registry/draw.hpp"
#include "registry/kinds/groups.hpp"

namespace muster::registry {
namespace {

enum ResolveColumn : std::size_t { resolve_outcome };

std::string outcome_of(const Case& found, std::size_t item) {
  return std::string(found.event.items.cell(item, resolve_outcome).text);
}

/// The open line of a chip in a case, or `no_row`.
RowN line_in(const State& state, RowN chip, RowN file) {
  for (const RowN line : state.open_lines(chip)) {
    if (state.tables().case_lines[line].file == file) return line;
  }
  return no_row;
}

/// A case is closed by both of its parties together, or by an authority.
Result<void> may_resolve(const Case& found, const CaseFile& file) {
  if (authority_signs(found)) return {};
  if (file.opener != file.against && is_signer(found, file.opener) &&
      is_signer(found, file.against)) {
    return {};
  }
  return refusal("case.not_agreed",
                 file.id + ": wants the signatures of " + found.state.party_name(file.opener) +
                     " and " + found.state.party_name(file.against) +
                     (file.opener == file.against ? ", who are one" : "") + ", or of an authority");
}

bool is_report(const CaseLine& line) { return line.kind == "tamper" || line.kind == "diverted"; }

Result<void> unfit(const Case& found, RowN chip, const std::string& outcome,
                   const std::string& want) {
  return refusal("case.outcome",
                 chip_text(found.state, chip) + ": \"" + outcome + "\" wants " + want);
}

bool in_transit(const ChipState& chip) {
  return chip.transport == Transport::with_carrier || chip.transport == Transport::at_receiver;
}

/// What every outcome wants that moves a chip.
Result<void> is_free_to_move(const Case& found, RowN chip, const CaseLine& line,
                             const std::string& outcome) {
  const ChipState& now = found.chip(chip);
  const bool marked = now.has(line.kind == "short" ? Flag::missing : Flag::quarantine);
  const bool barred =
      now.holds > 0 || now.has(Flag::seized) || now.has(Flag::lost) || now.has(Flag::stolen);
  if (marked && now.life != Life::out && !barred) return {};
  return unfit(found, chip, outcome,
               "a chip that still is in quarantine or missing, under no hold, neither seized, lost "
               "nor stolen");
}

/// Whether a chip may be accepted by its receiver in the resolution of a case.
Result<void> may_be_accepted(const Case& found, RowN chip, const CaseLine& line) {
  const ChipState& now = found.chip(chip);
  if (now.shipment == no_row || (line.kind != "short" && !in_transit(now))) {
    return unfit(found, chip, "accepted", "a chip on its way to a receiver");
  }
  const Shipment& shipment = found.tables().shipments[now.shipment];
  const auto& sites = found.tables().sites;
  const bool there = found.site != no_row && sites[found.site].party == shipment.receiver &&
                     sites[found.site].country == sites[shipment.destination].country;
  if (there && (is_signer(found, shipment.receiver) || authority_signs(found))) return {};
  return unfit(found, chip, "accepted",
               "the receiver " + found.state.party_name(shipment.receiver) +
                   " to sign, and its site in the header");
}

/// What came over without a release stays with its finder only where an authority agrees: two
/// parties alone would move goods past every licence.
Result<void> may_be_held(const Case& found, RowN chip, const CaseLine& line) {
  const ChipState& now = found.chip(chip);
  if (now.shipment != no_row || now.transport != Transport::at_site) {
    return unfit(found, chip, "held", "a chip at its site under no release");
  }
  const bool came_over = line.kind == "over" && found.tables().cases[line.file].shipment != no_row;
  if (!came_over || authority_signs(found)) return {};
  return unfit(found, chip, "held", "the signature of an authority for a chip that came over");
}

Result<void> fits(const Case& found, RowN chip, const CaseLine& line, const std::string& outcome) {
  const ChipState& now = found.chip(chip);
  if (is_report(line)) {
    const bool known = outcome == "cleared" || outcome == "confirmed";
    if (known && authority_signs(found)) return {};
    return unfit(found, chip, outcome, "to be cleared or confirmed, by an authority, for a report");
  }
  if (outcome == "moot") {
    if (!now.has(line.kind == "short" ? Flag::missing : Flag::quarantine)) return {};
    return unfit(found, chip, outcome, "a chip that is neither missing nor in quarantine");
  }
  MUSTER_TRY(is_free_to_move(found, chip, line, outcome));
  if (outcome == "accepted") return may_be_accepted(found, chip, line);
  if (outcome == "lost" || outcome == "stolen") return {};
  if (outcome == "held") return may_be_held(found, chip, line);
  if (outcome == "returned") {
    if (now.shipment != no_row && in_transit(now)) return {};
    return unfit(found, chip, outcome, "a chip on its way to a receiver");
  }
  if (outcome == "never_sent" && line.kind == "short") {
    if (now.shipment != no_row && now.transport == Transport::at_site) return {};
    return unfit(found, chip, outcome, "a released chip that nobody took along");
  }
  return unfit(found, chip, outcome, "another kind of case");
}

Result<void> discrepancy_rule(const Case& found) {
  const std::string& id = found.body().text("case");
  const RowN row = found.tables().cases.find(id);
  if (row == no_row) return refusal("case.unknown", id);
  const CaseFile& file = found.tables().cases[row];
  if (file.resolved != no_index) {
    return refusal("case.resolved", id + " by entry " + std::to_string(file.resolved));
  }
  MUSTER_TRY(may_resolve(found, file));
  for (std::size_t i = 0; i < found.chips.size(); ++i) {
    const RowN line = line_in(found.state, found.chips[i], row);
    if (line == no_row) {
      return refusal("case.other_chip",
                     chip_text(found.state, found.chips[i]) + ", no open line of " + id);
    }
    MUSTER_TRY(fits(found, found.chips[i], found.tables().case_lines[line], outcome_of(found, i)));
  }
  if (found.chips.size() == file.open_lines) return {};
  return refusal("case.not_all", id + " has " + std::to_string(file.open_lines) +
                                     " open lines, got outcomes for " +
                                     std::to_string(found.chips.size()));
}

/// Chips that stay in their container: everything in it is accepted at once.
std::unordered_set<RowN> whole_holders(const State& state, const std::vector<RowN>& accepted) {
  std::unordered_set<RowN> chips(accepted.begin(), accepted.end());
  std::unordered_set<RowN> whole;
  for (const RowN chip : accepted) {
    RowN root = state.tables().chips[chip].parent;
    if (root == no_row) continue;
    while (state.tables().holders[root].parent != no_row) {
      root = state.tables().holders[root].parent;
    }
    const auto contents = state.contents(root);
    const bool all = std::ranges::all_of(contents, [&](RowN n) { return chips.contains(n); });
    if (all) whole.insert(root);
  }
  return whole;
}

void accept_chips(State& state, const Case& found, const std::vector<RowN>& accepted) {
  const auto whole = whole_holders(state, accepted);
  for (const RowN chip : accepted) {
    const RowN row = state.tables().chips[chip].shipment;
    Shipment& shipment = state.tables().shipments.edit(row);
    ++shipment.accepted;
    const RowN receiver = shipment.receiver;
    take_up(state, std::span(&chip, 1), shipment.purpose == "rma");
    if (shipment.sender != receiver) {
      count_delivery(state, std::span(&chip, 1), shipment.sender,
                     state.tables().sites[shipment.destination].country);
    }
    ChipState& now = state.touch(chip);
    now.shipment = no_row;
    now.leg = no_row;
    now.transport = Transport::at_site;
    RowN root = now.parent;
    while (root != no_row && !whole.contains(root)) root = state.tables().holders[root].parent;
    if (root == no_row) take_out(state, chip);
    state.move(chip, receiver, found.site);
  }
  for (const RowN root : whole) {
    const RowN receiver = state.tables().sites[found.site].party;
    state.tables().holders.edit(root).shipment = no_row;
    state.set_holder_custodian(root, receiver);
    state.touch_holder(root);
  }
}

void give_back(State& state, RowN chip) {
  state.tables().shipments.edit(state.tables().chips[chip].shipment).refused += 1;
  ChipState& now = state.touch(chip);
  now.transport = Transport::returning;
  now.set(Flag::quarantine);
}

void never_send(State& state, RowN chip) {
  restore(state, std::span(&chip, 1), &ChipState::pending);
  state.tables().shipments.edit(state.tables().chips[chip].shipment).cancelled += 1;
  ChipState& now = state.touch(chip);
  now.shipment = no_row;
  now.leg = no_row;
}

/// What becomes of one chip, its custody apart.
void resolve_line(State& state, RowN file, RowN chip, const std::string& outcome) {
  const RowN line = line_in(state, chip, file);
  const CaseLine open = state.tables().case_lines[line];
  state.close_line(line, outcome);
  state.touch(chip);
  if (outcome == "moot" || outcome == "cleared") return;
  if (outcome == "confirmed") {
    return open_finding(state, state.tables().cases[file].against, "chip." + open.kind);
  }
  // A chip may be missing by one case and in quarantine by another: each ends its own.
  if (open.kind == "short") {
    state.touch(chip).clear(Flag::missing);
  } else if (outcome != "returned") {
    state.touch(chip).clear(Flag::quarantine);
  }
  if (outcome == "returned") give_back(state, chip);
  if (outcome == "never_sent") never_send(state, chip);
  if (outcome == "lost") gone_missing(state, chip, Flag::lost);
  if (outcome == "stolen") gone_missing(state, chip, Flag::stolen);
}

void discrepancy_effect(State& state, const Case& found) {
  const RowN file = state.tables().cases.find(found.body().text("case"));
  std::vector<RowN> accepted;
  for (std::size_t i = 0; i < found.chips.size(); ++i) {
    const std::string outcome = outcome_of(found, i);
    resolve_line(state, file, found.chips[i], outcome);
    if (outcome == "accepted") accepted.push_back(found.chips[i]);
  }
  accept_chips(state, found, accepted);
  state.tables().cases.edit(file).resolved = state.now_index();
}

constexpr std::array<Field, 3> discrepancy_fields{
    {{"case", FieldType::name},
     {.name = "text", .type = FieldType::text, .weight = Weight::remark},
     {"evidence", FieldType::hash, false}}};
constexpr std::array<Field, 1> discrepancy_columns{
    {{"outcome", FieldType::text, true,
      "held|accepted|returned|never_sent|lost|stolen|cleared|confirmed|moot"}}};

constexpr std::array<Kind, 1> resolve_rows{{
    {.code = "J2",
     .name = "discrepancy.resolve",
     .signers = "both parties of the case, or an authority",
     .suspended = Suspended::may,
     .subjects = TakesSubjects::optional_chips,
     .expects = Expects::required,
     .body = discrepancy_fields,
     .columns = discrepancy_columns,
     .needs = {.life = any_life | one_of({Life::out}),
               .not_seized = false,
               .not_lost = false,
               .not_missing = false},
     .change = "missing or in quarantine -> held, accepted, on its way back, lost or stolen",
     .guard = "an outcome for every open line; one that fits where the chip is; reports, and "
              "what came over and is held: an authority",
     .rule = discrepancy_rule,
     .effect = discrepancy_effect,
     .correctable = true},
}};

}  // namespace

std::span<const Kind> resolve_kinds() { return resolve_rows; }

}  // namespace muster::registry
