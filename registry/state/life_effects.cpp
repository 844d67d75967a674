// Effects on what chips are made of and what befalls them.

#include <algorithm>

#include "registry/policy.hpp"
#include "registry/state/state.hpp"

namespace muster::registry {
namespace {

bool puts_into_quarantine(const CaseLine& line) {
  return line.kind != "short" && line.kind != "tamper" && line.kind != "diverted";
}

}  // namespace

void State::void_chip(RowN chip) {
  close_lines(chip, "void");
  const Index32 previous = tables_.chips[chip].last;
  ChipState& state = tables_.chips.edit(chip);
  if (previous != now_index()) note_touched(chip, previous);
  close_custody(state.custody);
  state = {.site = state.site, .last = now_index(), .effect = now_index(), .life = Life::voided};
}

void State::clear_device_key(RowN chip) {
  device_keys_.remove(tables_.identities, chip);
  tables_.identities.edit(chip).device_key = Hash{};
  doubt(chip);
}

void State::pause_custody(RowN chip) {
  ChipState& state = touch(chip);
  close_custody(state.custody);
  state.custody = no_row;
}

void State::resume_custody(RowN chip) {
  ChipState& state = touch(chip);
  state.custody = open_custody(chip, state.custodian, state.site);
}

/// Who had a chip's log read and kept the chip at its site longer than the policy allows may have
/// used it since: that read is no exit read. On its way a chip computes nothing.
void State::age_exit_read(const ChipState& now) {
  if (now.custody == no_row || now.transport != Transport::at_site) return;
  const Index32 read = tables_.custody[now.custody].exit_index;
  if (read == no_index) return;
  const std::int64_t age = now_ms() - tables_.statements[read].accepted_ms;
  if (age < ms_per_day) return;  // The shortest term that a policy sets.
  const std::uint64_t days =
      Policy(*this, now_index()).number("exit_read_days", default_exit_read_days);
  if (age / ms_per_day < static_cast<std::int64_t>(days)) return;
  tables_.custody.edit(now.custody).exit_index = no_index;
}

void State::forget_exit_read(RowN chip) {
  const RowN custody = tables_.chips[chip].custody;
  if (custody == no_row || tables_.custody[custody].exit_index == no_index) return;
  tables_.custody.edit(custody).exit_index = no_index;
}

void State::add_die(const Die& die) {
  const RowN row = tables_.dice.add(die);
  follow(row, nullptr, &tables_.dice[row]);
}

void State::free_die(RowN die) {
  const Die before = tables_.dice[die];
  tables_.dice.edit(die).chip = no_row;
  follow(die, &before, &tables_.dice[die]);
}

void State::open_line(RowN file, RowN chip, const std::string& kind) {
  const RowN line = tables_.case_lines.add(
      {.file = file, .chip = chip, .kind = kind, .opened = now_index(), .outcome = {}});
  follow(line, nullptr, &tables_.case_lines[line]);
  CaseFile& row = tables_.cases.edit(file);
  ++row.lines;
  ++row.open_lines;
}

void State::close_line(RowN line, const std::string& outcome) {
  const CaseLine before = tables_.case_lines[line];
  CaseLine& row = tables_.case_lines.edit(line);
  row.closed = now_index();
  row.outcome = outcome;
  follow(line, &before, &row);
  CaseFile& file = tables_.cases.edit(row.file);
  --file.open_lines;
  if (file.open_lines == 0) file.resolved = now_index();
}

void State::close_lines(RowN chip, const std::string& outcome) {
  for (const RowN line : open_lines(chip)) close_line(line, outcome);
}

void State::end_quarantine(RowN chip, const std::string& outcome) {
  touch(chip).clear(Flag::quarantine);
  for (const RowN line : open_lines(chip)) {
    if (puts_into_quarantine(tables_.case_lines[line])) close_line(line, outcome);
  }
}

void State::end_missing(RowN chip, const std::string& outcome) {
  if (!tables_.chips[chip].has(Flag::missing)) return;
  touch(chip).clear(Flag::missing);
  for (const RowN line : open_lines(chip)) {
    if (tables_.case_lines[line].kind == "short") close_line(line, outcome);
  }
}

void State::assure(RowN chip, Assurance level) {
  const auto found = assured_.find(chip);
  RowN row = found == assured_.end() ? no_row : found->second;
  if (row == no_row) {
    row = tables_.assured.add({.chip = chip});
    follow(row, nullptr, &tables_.assured[row]);
  }
  Assured& assured = tables_.assured.edit(row);
  assured.level = level;
  assured.index = now_index();
  assured.at_ms = now_ms();
  if (level >= Assurance::fresh) show(chip);
}

std::vector<RowN> State::sought(RowN chip) const {
  std::vector<RowN> rows;
  for (auto at = sought_.lower_bound({chip, 0}); at != sought_.end() && at->first == chip; ++at) {
    rows.push_back(at->second);
  }
  return rows;
}

void State::seek(RowN chip, RowN party) {
  const RowN row = tables_.not_found.add({.chip = chip, .party = party, .index = now_index()});
  follow(row, nullptr, &tables_.not_found[row]);
}

void State::show(RowN chip) {
  for (const RowN row : sought(chip)) {
    const NotFound before = tables_.not_found[row];
    tables_.not_found.edit(row).shown = now_index();
    follow(row, &before, &tables_.not_found[row]);
  }
}

void State::doubt(RowN chip) {
  if (assured_.contains(chip)) assure(chip, Assurance::none);
}

}  // namespace muster::registry
