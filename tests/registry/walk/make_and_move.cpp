#include "ledger/crypto/sha256.hpp"
#include "tests/registry/walk/life_walk.hpp"

// Moves of a walk that make chips and put them somewhere.

namespace muster::test {

using namespace registry;

namespace {

bool is_at_hand(const ChipState& chip) {
  return chip.life == Life::passed && chip.place == Place::loose && chip.shipment == no_row &&
         chip.flags == 0;
}

}  // namespace

void LifeWalk::make() {
  for (RowN n = tables().blocks.size(); n > 0 && n + 3 > tables().blocks.size(); --n) {
    const Block& block = tables().blocks[n - 1];
    if (block.voided != no_index) continue;
    Draft draft{.kind = "chip.package",
                .body = {{"product", tables().products[block.product].id}},
                .site = "maker-site"};
    for (std::uint64_t i = 0; i < block.count && draft.chips.size() < 4; ++i) {
      if (state().chip_at(n - 1, i) != no_row) continue;
      draft.chips.push_back(
          {ChipId::from_parts({.block = block.number, .ordinal = i, .random = 3})});
    }
    if (draft.chips.empty()) continue;
    const RowN lots = tables().lots.size();
    if (lots > 0 && !one_in(3)) {
      const std::string lot =
          tables().lots[lots - 1 - static_cast<RowN>(below(std::min<RowN>(lots, 3)))].id;
      draft.body["inputs"] = {
          {{"lot", lot}, {"quantity", static_cast<std::int64_t>(draft.chips.size())}}};
      for (StatementChip& chip : draft.chips) {
        chip.columns["dice"] = lot + "/" + std::to_string(below(4)) + "/" +
                               std::to_string(below(30)) + "/" + std::to_string(below(30));
      }
    }
    return say("maker", std::move(draft));
  }
  say("maker", {.kind = "id.reserve",
                .body = {{"block", 5'000 + static_cast<std::int64_t>(tables().blocks.size())},
                         {"count", 12},
                         {"product", "a1"},
                         {"packager", "maker"}}});
}

void LifeWalk::lots() {
  const RowN count = tables().lots.size();
  if (count == 0 || one_in(4)) {
    return say("maker", {.kind = "lot.create",
                         .body = {{"lot", fresh("lot")}, {"product", "a1"}, {"quantity", 40}},
                         .site = "maker-site"});
  }
  const Lot& lot = tables().lots[count - 1 - static_cast<RowN>(below(std::min<RowN>(count, 4)))];
  const std::string holder = state().party_name(lot.holder);
  const auto some = static_cast<std::int64_t>(1 + below(12));
  const auto scrap = static_cast<std::int64_t>(below(3));
  const std::size_t choice = below(4);
  if (choice == 0) {
    return say(holder, {.kind = "lot.split",
                        .body = {{"lot", lot.id},
                                 {"quantity", some + scrap},
                                 {"outputs", {{{"lot", fresh("part")}, {"quantity", some}}}},
                                 {"scrap", scrap}}});
  }
  if (choice == 1) {
    const Lot& other = tables().lots[static_cast<RowN>(below(count))];
    Json inputs = Json::array({{{"lot", lot.id}, {"quantity", some}}});
    if (other.id != lot.id) inputs.push_back({{"lot", other.id}, {"quantity", 1}});
    return say(holder, {.kind = "lot.merge",
                        .body = {{"lot", fresh("whole")},
                                 {"quantity", some + static_cast<std::int64_t>(inputs.size()) - 1},
                                 {"inputs", inputs}}});
  }
  if (choice == 2) {
    const std::string to = one_in(2) ? "maker" : "dealer";
    return say(holder, {.kind = "lot.move", .body = {{"lot", lot.id}, {"to", to + "-site"}}}, {to});
  }
  say(holder,
      {.kind = "lot.scrap", .body = {{"lot", lot.id}, {"quantity", some}, {"cause", "dust"}}});
}

void LifeWalk::test() {
  const RowN chip = any_chip([](const ChipState& one) { return one.life == Life::made; });
  if (one_in(4)) {
    Draft draft{.kind = "chip.enrol"};
    draft.chips = {{state().chip_id(chip), {{"key", hex64(below(100'000))}}}};
    return say(custodian(chip), draft);
  }
  if (tables().chips[chip].life == Life::passed) {
    const bool up =
        tables().products[tables().identities[chip].product].id == "a1-small" && !one_in(9);
    return say(custodian(chip),
               about("chip.regrade", {state().chip_id(chip)},
                     {{"from", up ? "a1-small" : "a1"},
                      {"to", up ? "a1" : "a1-small"},
                      {"evidence", hex64(1)}}),
               {one_in(2) ? "gov" : "dealer"});
  }
  Draft draft{.kind = "chip.test"};
  draft.chips = {{state().chip_id(chip), {{"pass", !one_in(8)}}}};
  say(custodian(chip), draft);
}

void LifeWalk::put() {
  const RowN chip = any_chip(is_at_hand);
  const std::string org = custodian(chip);
  const auto some = alike(chip);
  if (one_in(3)) {
    Json body{{"container", fresh("c")}};
    if (one_in(2)) body["seal"] = fresh("seal");
    return say(org, about("pack", some, body, org + "-site"));
  }
  say(org, about("asm.attach", some,
                 {{"parent", "h" + std::to_string(below(60))}, {"type", "board"}}, org + "-site"));
}

/// Whether `other` is loose where `chip` stands in something, and its custodian's.
bool LifeWalk::could_stand_beside(RowN other, RowN chip) const {
  const ChipState& one = tables().chips[other];
  const ChipState& two = tables().chips[chip];
  return one.place == Place::loose && one.life == Life::passed && one.custodian == two.custodian &&
         one.site == two.site && one.shipment == no_row && one.flags == 0;
}

void LifeWalk::take() {
  const RowN chip = any_chip([](const ChipState& one) { return one.parent != no_row; });
  const std::string org = custodian(chip);
  const ChipState& now = tables().chips[chip];
  if (now.place == Place::in_container) {
    RowN root = now.parent;
    while (tables().holders[root].parent != no_row) root = tables().holders[root].parent;
    Json body{{"seal_state", one_in(4) ? "broken" : "intact"}};
    if (one_in(2)) {
      Json found = Json::array();
      for (const RowN n : state().contents(root)) {
        const bool direct = tables().chips[n].parent == root;
        if (direct && !one_in(4) && found.size() < 20)
          found.push_back(state().chip_id(n).to_string());
      }
      if (one_in(3)) found.push_back(state().chip_id(any_chip()).to_string());
      body["found"] = found;
      body["case"] = fresh("case");
    }
    return say(one_in(6) ? "gov" : org,
               {.kind = "unpack", .body = body, .container = tables().holders[root].id});
  }
  if (now.place == Place::in_assembly && one_in(2)) {
    Draft swap{.kind = "asm.swap",
               .body = {{"parent", holder_of(chip)}, {"cause", "dead"}},
               .site = org + "-site"};
    swap.chips = {{state().chip_id(chip), {{"goes", "out"}}}};
    RowN other = any_chip();
    for (int tries = 0; tries < 30 && !could_stand_beside(other, chip); ++tries) other = any_chip();
    if (other != chip) swap.chips.push_back({state().chip_id(other), {{"goes", "in"}}});
    return say(org, swap);
  }
  say(org, about("asm.detach", alike(chip), {{"parent", holder_of(chip)}, {"reason", "r"}}));
}

void LifeWalk::nest() {
  const RowN count = tables().holders.size();
  if (count < 2) return put();
  const Holder& child = tables().holders[static_cast<RowN>(below(count))];
  const Holder& parent = tables().holders[static_cast<RowN>(below(count))];
  const std::string org = child.custodian == no_row ? "maker" : state().party_name(child.custodian);
  if (child.parent != no_row && one_in(2)) {
    return say(org, {.kind = "asm.detach",
                     .body = {{"parent", tables().holders[child.parent].id},
                              {"reason", "r"},
                              {"children", {child.id}}}});
  }
  if (one_in(3)) {
    return say(org, {.kind = "pack",
                     .body = {{"container", fresh("c")}, {"children", {child.id}}},
                     .site = org + "-site"});
  }
  say(org, {.kind = "asm.attach",
            .body = {{"parent", parent.id}, {"type", "board"}, {"children", {child.id}}},
            .site = org + "-site"});
}

void LifeWalk::install() {
  const RowN chip =
      one_in(3) ? any_chip([](const ChipState& one) { return one.place == Place::installed; })
                : any_chip(is_at_hand);
  const std::string org = custodian(chip);
  if (tables().chips[chip].place == Place::installed && !one_in(4)) {
    return say(org, about("uninstall", alike(chip), {{"cause", "c"}}));
  }
  Draft draft{.kind = "install", .body = {{"rack", "r1"}}, .site = org + "-site"};
  draft.chips = {{state().chip_id(chip), {{"slot", "u" + std::to_string(below(30))}}}};
  say(org, draft);
}

}  // namespace muster::test
