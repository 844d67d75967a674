#include "tests/registry/support/step_violations.hpp"

#include <algorithm>
#include <array>
#include <regex>

#include "registry/mention.hpp"
#include "registry/policy.hpp"
#include "tests/registry/support/violations.hpp"

namespace muster::test {

using namespace registry;

namespace {

/// One statement between two states.
struct Between {
  const Before& before;
  const State& after;
  const Json& event;
  const StatementRow& row;

  [[nodiscard]] bool is_correction() const { return row.kind.starts_with("correct."); }
  [[nodiscard]] Index32 index() const { return after.now_index(); }
  [[nodiscard]] const ChipState& now(RowN chip) const { return after.tables().chips[chip]; }
};

std::string of_chip(const Between& step, RowN chip, const std::string& what) {
  return what + ": " + step.row.kind + ", chip " + step.after.chip_id(chip).to_string();
}

/// 3: what is accepted was released to who accepts it, under the release that it quotes.
std::string acceptance_violation(const Between& step, RowN chip) {
  if (step.row.kind != "accept") return {};
  const RowN row = step.before.chips[chip].shipment;
  if (row == no_row) return of_chip(step, chip, "3: accepted without a release");
  const Shipment& shipment = step.after.tables().shipments[row];
  if (step.after.tables().statements[shipment.release].hash.to_hex() !=
      step.event["body"]["release"].get<std::string>()) {
    return of_chip(step, chip, "3: quotes another release");
  }
  const bool back = step.before.chips[chip].transport == Transport::returning;
  if (step.row.party != (back ? shipment.sender : shipment.receiver)) {
    return of_chip(step, chip, "3: accepted by another party");
  }
  const bool consumed =
      step.now(chip).shipment == no_row && step.now(chip).custodian == step.row.party;
  return consumed ? "" : of_chip(step, chip, "3: the release is still open");
}

/// 12: neither held nor seized goods are released, accepted, moved in or out, used or destroyed.
std::string hold_violation(const Between& step, RowN chip) {
  constexpr std::array kinds{"release", "accept",     "asm.attach", "asm.detach", "asm.swap",
                             "pack",    "unpack",     "install",    "uninstall",  "destroy",
                             "retire",  "scope.exit", "relocate"};
  const ChipState& was = step.before.chips[chip];
  if (was.holds == 0 && !was.has(Flag::seized)) return {};
  // At its chokepoint an authority opens what is under its own hold.
  const bool looks = step.row.kind == "unpack" && was.transport == Transport::at_chokepoint;
  if (looks || std::ranges::find(kinds, step.row.kind) == kinds.end()) return {};
  return of_chip(step, chip, "12: under a hold or seized");
}

/// A screening of `party` by `by`, or null.
const Screened* screening(const State& state, const std::string& by, RowN party) {
  const RowN row = state.tables().screened.find(by + "/" + state.party_name(party));
  return row == no_row ? nullptr : &state.tables().screened[row];
}

/// Whether the newest result of each screener that counts passes `party`, the newest in time.
bool is_cleared(const Between& step, RowN party, RowN sender) {
  const Screened* common = screening(step.after, "*", party);
  const Screened* own =
      party == sender ? nullptr : screening(step.after, step.after.party_name(sender), party);
  std::int64_t newest = std::numeric_limits<std::int64_t>::min();
  for (const Screened* one : {common, own}) {
    if (one == nullptr) continue;
    if (one->verdict != "pass") return false;
    newest = std::max(newest, one->at_ms);
  }
  const auto days = static_cast<std::int64_t>(
      Policy(step.after, step.index()).number("screening_days", default_screening_days));
  return newest > step.row.accepted_ms - days * ms_per_day;
}

/// 11: what crosses a border has a right to, a use that is stated, and parties that are cleared.
std::string border_violation(const Between& step, RowN chip) {
  if (step.row.kind != "release") return {};
  const Tables& tables = step.after.tables();
  const Shipment& shipment = tables.shipments[step.now(chip).shipment];
  const std::string& to = tables.sites[shipment.destination].country;
  if (tables.sites[step.now(chip).site].country == to) return {};
  const RowN pending = step.now(chip).pending;
  if (pending == no_row) return of_chip(step, chip, "11: across a border by no right");
  const Draw& draw = tables.draws[pending];
  const auto exceptions = Policy(step.after, step.index()).list("exceptions");
  const bool excepted = std::ranges::find(exceptions, draw.exception) != exceptions.end();
  if (draw.licence == no_row && !excepted) {
    return of_chip(step, chip, "11: neither a licence nor an exception");
  }
  const std::string user = step.after.party_name(shipment.end_user) + "/";
  const std::string licence = draw.licence == no_row ? "" : tables.licences[draw.licence].id;
  const bool stated =
      tables.end_uses.find(user) != no_row || tables.end_uses.find(user + licence) != no_row;
  if (!stated) return of_chip(step, chip, "11: no end-user statement");
  for (const RowN party : {shipment.sender, shipment.receiver, shipment.end_user}) {
    if (!is_cleared(step, party, shipment.sender)) {
      return of_chip(step, chip, "11: not cleared: " + step.after.party_name(party));
    }
  }
  return {};
}

std::string violation_at(const Between& step, RowN chip) {
  const ChipState& was = step.before.chips[chip];
  const ChipState& now = step.now(chip);
  if (was == now || step.is_correction()) return {};
  if (is_terminal(was)) return of_chip(step, chip, "4: changed after its end");
  if (was.last == now.last) return of_chip(step, chip, "16: changed without a new last statement");
  std::string wrong = acceptance_violation(step, chip);
  if (wrong.empty()) wrong = hold_violation(step, chip);
  if (wrong.empty()) wrong = border_violation(step, chip);
  return wrong;
}

/// 14: every registered key that signed it was one, neither revoked nor rotated away.
std::string key_violation(const Between& step) {
  std::vector<RowN> keys{step.row.key};
  for (const CoSignature& more : step.after.tables().co_signatures.rows()) {
    if (more.statement == step.index()) keys.push_back(more.key);
  }
  for (const RowN n : keys) {
    if (n >= step.before.keys.size()) return "14: signed by a key that was not registered before";
    const Key& key = step.before.keys[n];
    const bool valid =
        key.from < step.index() && key.to == no_index && step.row.accepted_ms < key.until_ms;
    if (!valid) return "14: signed by a key that is not valid: " + key.id;
  }
  const RowN signer = step.row.delegate == no_row ? step.row.party : step.row.delegate;
  if (step.before.keys[step.row.key].party == signer) return {};
  return "14: the first key is not that of " + step.after.party_name(signer);
}

/// 15: what is in the log and what is over does not change.
std::string growth_violation(const Between& step) {
  const Tables& tables = step.after.tables();
  if (tables.statements.size() != step.before.statements.size() + 1 ||
      tables.chips.size() < step.before.chips.size() ||
      tables.custody.size() < step.before.custody.size()) {
    return "15: a table shrank";
  }
  for (RowN n = 0; n < step.before.statements.size(); ++n) {
    if (tables.statements[n].hash != step.before.statements[n]) return "15: a statement changed";
  }
  for (RowN n = 0; n < step.before.custody.size(); ++n) {
    const Custody& was = step.before.custody[n];
    const Custody& now = tables.custody[n];
    const bool same = was.party == now.party && was.chip == now.chip && was.site == now.site &&
                      was.from_index == now.from_index;
    const bool over = was.to_index == no_index || was.to_index == now.to_index;
    if (!same || !over) return "15: custody that was had changed";
  }
  return {};
}

/// 16: every chip listed with a statement had that one last.
std::string expects_violation(const Between& step) {
  const Json& subjects = step.event["subjects"];
  if (!subjects.contains("chips")) return {};
  for (std::size_t i = 0; i < subjects["chips"].size(); ++i) {
    const Json& expected = step.event["expects"][i];
    const auto id = ChipId::parse(subjects["chips"][i].get<std::string>());
    const RowN chip = step.after.find_chip(id.value());
    if (expected.is_null() || chip >= step.before.chips.size()) continue;
    if (step.before.statements[step.before.chips[chip].last].to_hex() !=
        expected.get<std::string>()) {
      return of_chip(step, chip, "16: follows another statement than it expects");
    }
  }
  return {};
}

/// 21: whoever is named in the words of a statement that may name chips is moved by it, or is found
/// by its mentions.
std::string mention_violation(const Between& step) {
  static const std::regex id("[0-9A-Z]{27}");
  const Kind* const kind = find_kind(step.row.kind);
  if (kind == nullptr || !may_name_chips(*kind)) return {};
  const std::string words = step.event.dump();
  for (std::sregex_iterator one(words.begin(), words.end(), id); one != std::sregex_iterator();
       ++one) {
    const auto named = ChipId::parse(one->str());
    const RowN chip = named ? step.after.find_chip(*named) : no_row;
    if (chip == no_row || step.now(chip).last == step.index()) continue;
    const auto found = mentions_of(step.after, chip, step.after.size());
    if (found.empty() || found.back() != step.index()) {
      return of_chip(step, chip, "21: named, and not found by it");
    }
  }
  return {};
}

}  // namespace

Before Before::of(const State& state) {
  const Tables& tables = state.tables();
  Before before;
  before.chips.assign(tables.chips.rows().begin(), tables.chips.rows().end());
  before.custody.assign(tables.custody.rows().begin(), tables.custody.rows().end());
  before.keys.assign(tables.keys.rows().begin(), tables.keys.rows().end());
  before.statements.reserve(tables.statements.size());
  for (const StatementRow& row : tables.statements.rows()) before.statements.push_back(row.hash);
  return before;
}

std::string violation_between(const Before& before, const State& after, const Json& event) {
  const Between step{before, after, event, after.tables().statements[after.now_index()]};
  for (RowN n = 0; n < before.chips.size(); ++n) {
    if (std::string wrong = violation_at(step, n); !wrong.empty()) return wrong;
  }
  for (const auto check : {key_violation, growth_violation, expects_violation, mention_violation}) {
    if (std::string wrong = check(step); !wrong.empty()) return wrong;
  }
  return {};
}

}  // namespace muster::test
