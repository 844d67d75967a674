#include "tests/registry/walk/life_walk.hpp"

#include "ledger/crypto/key_id.hpp"
#include "ledger/crypto/sha256.hpp"
#include "registry/key_validity.hpp"
#include "tests/registry/support/keys.hpp"

namespace muster::test {

using namespace registry;

namespace {

World& prepared(World& world, const std::vector<std::string>& carriers) {
  world.add_party("customs", "US", {"authority"});
  for (const std::string& carrier : carriers) world.add_party(carrier, "US", {"carrier"});
  world.record("maker", {.kind = "product.amend",
                         .body = {{"product", "a1"},
                                  {"version", "a1-small"},
                                  {"tpp", 2400},
                                  {"reason", "another grade"}}});
  for (const auto& [id, licensee] : {std::pair{"L0", "maker"}, {"L1", "dealer"}}) {
    world.record(
        "gov",
        {.kind = "licence.grant",
         .body = {{"licence", id},
                  {"licensee", licensee},
                  {"consignees", {"broker", "southwind", "dealer", "northwind"}},
                  {"countries", {"SG", "US"}},
                  {"products", {"a1", "a1-small"}},
                  {"max_units", 60},
                  {"window",
                   {{"from", "2026-01-01T00:00:00.000Z"}, {"to", "2036-01-01T00:00:00.000Z"}}}}});
  }
  for (const char* user : {"southwind", "broker", "northwind", "dealer"}) {
    world.record(user, {.kind = "eus.submit",
                        .body = {{"statement", std::string(64, 'e')},
                                 {"site", std::string(user) + "-site"},
                                 {"use", "training"},
                                 {"no_resale", true}}});
  }
  return world;
}

}  // namespace

LifeWalk::LifeWalk() : judge_(prepared(world_, carriers)) {
  for (const Key& key : tables().keys.rows()) key_names_[key.id] = state().party_name(key.party);
}

std::string LifeWalk::hex64(std::uint64_t number) {
  return crypto::sha256(std::to_string(number)).to_hex();
}

std::string LifeWalk::fresh(const std::string& stem) {
  return stem + std::to_string(state().size());
}

RowN LifeWalk::any_chip() {
  const RowN count = tables().chips.size();
  if (count == 0) return no_row;
  const RowN last = std::min<RowN>(count, pool);
  return count - last + static_cast<RowN>(below(last));
}

RowN LifeWalk::any_chip(bool (*fits)(const ChipState&)) {
  RowN chip = any_chip();
  for (int tries = 0; tries < 12 && !one_in(20) && !fits(tables().chips[chip]); ++tries) {
    chip = any_chip();
  }
  return chip;
}

std::string LifeWalk::custodian(RowN chip) const {
  const RowN party = tables().chips[chip].custodian;
  return party == no_row ? "maker" : state().party_name(party);
}

/// Up to three chips in the same state as `chip`.
std::vector<ChipId> LifeWalk::alike(RowN chip) {
  std::vector<ChipId> some{state().chip_id(chip)};
  const ChipState& first = tables().chips[chip];
  for (int tries = 0; tries < 6 && some.size() < 3; ++tries) {
    const RowN n = any_chip();
    const ChipState& other = tables().chips[n];
    const bool same = first.custodian == other.custodian && first.site == other.site &&
                      first.place == other.place && first.life == other.life &&
                      first.flags == other.flags && first.shipment == other.shipment &&
                      first.parent == other.parent && first.transport == other.transport;
    if (same && std::ranges::find(some, state().chip_id(n)) == some.end()) {
      some.push_back(state().chip_id(n));
    }
  }
  return some;
}

std::string LifeWalk::holder_of(RowN chip) {
  const RowN parent = tables().chips[chip].parent;
  return parent == no_row ? "h" + std::to_string(below(60)) : tables().holders[parent].id;
}

RowN LifeWalk::open_shipment() {
  std::vector<RowN> open;
  for (RowN n = tables().shipments.size(); n > 0 && open.size() < 8; --n) {
    if (tables().shipments[n - 1].open() > 0) open.push_back(n - 1);
  }
  return open.empty() ? no_row : open[below(open.size())];
}

std::vector<ChipId> LifeWalk::chips_of(RowN shipment) {
  std::vector<ChipId> list;
  const RowN count = tables().chips.size();
  for (RowN n = count > 4 * pool ? count - 4 * pool : 0; n < count; ++n) {
    if (tables().chips[n].shipment == shipment && !one_in(4)) list.push_back(state().chip_id(n));
  }
  return list;
}

/// A key of the party that is valid, most of the time.
std::string LifeWalk::key_of(const std::string& org) {
  std::vector<std::string> valid;
  const RowN party = tables().parties.find(org);
  for (const Key& key : tables().keys.rows()) {
    if (key.party == party && key_is_valid(key, state().size(), judge_.now)) {
      valid.push_back(key_names_.at(key.id));
    }
  }
  return valid.empty() || one_in(200) ? org : pick(valid);
}

void LifeWalk::say(const std::string& org, Draft draft, std::vector<std::string> others) {
  said_ = {org, std::move(draft), std::move(others)};
}

std::string LifeWalk::step(std::uint64_t number) {
  random_.seed(number);
  judge_.now.ms += 1000;
  struct Choice {
    std::size_t weight;
    void (LifeWalk::*move)();
  };
  static constexpr std::array<Choice, 20> choices{
      {{3, &LifeWalk::make},     {3, &LifeWalk::lots},    {14, &LifeWalk::test},
       {10, &LifeWalk::put},     {10, &LifeWalk::take},   {4, &LifeWalk::nest},
       {8, &LifeWalk::install},  {8, &LifeWalk::release}, {26, &LifeWalk::under_way},
       {3, &LifeWalk::border},   {2, &LifeWalk::seizure}, {8, &LifeWalk::cases},
       {3, &LifeWalk::missing},  {3, &LifeWalk::end},     {3, &LifeWalk::title},
       {10, &LifeWalk::correct}, {1, &LifeWalk::keys},    {1, &LifeWalk::standing},
       {1, &LifeWalk::policy},   {1, &LifeWalk::border}}};
  std::size_t sum = 0;
  for (const Choice& choice : choices) sum += choice.weight;
  std::size_t at = below(sum);
  const Choice* chosen = choices.data();
  while (at >= chosen->weight) at -= (chosen++)->weight;
  if (tables().chips.size() < 8) {
    make();
  } else {
    (this->*chosen->move)();
  }
  std::vector<std::string> keys{key_of(said_.org)};
  if (said_.others.empty() && one_in(20)) {
    // Somebody else may say it, as a delegate if it is one.
    said_.draft.on_behalf_of = said_.org;
    said_.org = pick(orgs);
    keys = {key_of(said_.org)};
    if (*said_.draft.on_behalf_of == said_.org) said_.draft.on_behalf_of.reset();
  }
  for (const std::string& other : said_.others) {
    const bool by_name = said_.draft.kind.starts_with("key.");
    keys.push_back(by_name ? other : key_of(other));
  }
  const Before before = Before::of(state());
  std::string rule = judge_.say(said_.org, said_.draft, keys);
  broken_.clear();
  if (rule.empty()) {
    const Hash& said = tables().statements[state().now_index()].hash;
    broken_ = violation_between(before, state(), judge_.text_of(said));
  }
  return rule;
}

}  // namespace muster::test
