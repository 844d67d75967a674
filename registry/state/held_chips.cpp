#include "registry/state/held_chips.hpp"

#include <roaring/roaring.hh>

namespace muster::registry {

struct HeldChips::Bitmaps {
  std::vector<::Roaring> of_party{};

  [[nodiscard]] const ::Roaring* find(RowN party) const {
    return party < of_party.size() ? &of_party[party] : nullptr;
  }
};

HeldChips::HeldChips() : bitmaps_(std::make_unique<Bitmaps>()) {}
HeldChips::~HeldChips() = default;
HeldChips::HeldChips(HeldChips&&) noexcept = default;
HeldChips& HeldChips::operator=(HeldChips&&) noexcept = default;

HeldChips::HeldChips(const HeldChips& other)
    : bitmaps_(std::make_unique<Bitmaps>(*other.bitmaps_)) {}

HeldChips& HeldChips::operator=(const HeldChips& other) {
  *this = HeldChips(other);
  return *this;
}

void HeldChips::put(RowN party, RowN chip) {
  auto& list = bitmaps_->of_party;
  if (list.size() <= party) list.resize(party + std::size_t{1});
  list[party].add(chip);
}

void HeldChips::take(RowN party, RowN chip) {
  if (party < bitmaps_->of_party.size()) bitmaps_->of_party[party].remove(chip);
}

std::uint64_t HeldChips::count(RowN party) const {
  const ::Roaring* const chips = bitmaps_->find(party);
  return chips == nullptr ? 0 : chips->cardinality();
}

bool HeldChips::has(RowN party, RowN chip) const {
  const ::Roaring* const chips = bitmaps_->find(party);
  return chips != nullptr && chips->contains(chip);
}

std::vector<RowN> HeldChips::some(RowN party, RowN first, std::size_t most) const {
  std::vector<RowN> list;
  const ::Roaring* const chips = bitmaps_->find(party);
  if (chips == nullptr) return list;
  auto next = chips->begin();
  next.equalorlarger(first);
  for (; list.size() < most && next != chips->end(); ++next) list.push_back(*next);
  return list;
}

}  // namespace muster::registry
