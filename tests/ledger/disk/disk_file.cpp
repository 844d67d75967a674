#include <algorithm>
#include <cstring>

#include "tests/ledger/disk/test_disk.hpp"

namespace muster::test {
namespace {

void put_sector(Bytes& bytes, std::size_t number, const DiskFile::Sector& sector) {
  const std::size_t begin = number * DiskFile::sector_bytes;
  if (bytes.size() < begin + sector.size()) bytes.resize(begin + sector.size());
  std::ranges::copy(sector, bytes.begin() + static_cast<std::ptrdiff_t>(begin));
}

}  // namespace

std::size_t DiskFile::read(std::uint8_t* into, std::size_t count, std::size_t offset) const {
  const std::size_t begin = std::min(offset, seen_.size());
  const std::size_t got = std::min(count, seen_.size() - begin);
  if (got > 0) std::memcpy(into, seen_.data() + begin, got);
  return got;
}

void DiskFile::note_sector(std::size_t number) {
  Sector sector{};
  const std::size_t begin = number * sector_bytes;
  std::memcpy(sector.data(), seen_.data() + begin, std::min(sector.size(), seen_.size() - begin));
  unsynced_.push_back({sector, number});
}

void DiskFile::write(ByteView bytes, std::size_t offset) {
  if (bytes.empty()) return;
  if (seen_.size() < offset + bytes.size()) {
    seen_.resize(offset + bytes.size());
    unsynced_.push_back({std::nullopt, seen_.size()});
  }
  std::ranges::copy(bytes, seen_.begin() + static_cast<std::ptrdiff_t>(offset));
  const std::size_t last = (offset + bytes.size() - 1) / sector_bytes;
  for (std::size_t number = offset / sector_bytes; number <= last; ++number) note_sector(number);
}

void DiskFile::resize(std::size_t size) {
  seen_.resize(size);
  unsynced_.push_back({std::nullopt, size});
}

void DiskFile::apply(const Change& change, Bytes& bytes) {
  if (change.sector) {
    put_sector(bytes, change.number, *change.sector);
  } else {
    bytes.resize(change.number);
  }
}

void DiskFile::sync() {
  for (const Change& change : unsynced_) apply(change, durable_);
  durable_.resize(seen_.size());
  unsynced_.clear();
  ever_synced_ = true;
}

void DiskFile::lose_unsynced() { unsynced_.clear(); }

void DiskFile::settle(Survival survival, crypto::SeededRandom& random) {
  constexpr std::size_t sizes = SIZE_MAX;  // stands for all changes of size
  std::map<std::size_t, std::size_t> made;
  const auto place = [](const Change& change) { return change.sector ? change.number : sizes; };
  for (const Change& change : unsynced_) ++made[place(change)];
  std::map<std::size_t, std::size_t> reached;  // how many of them
  for (const auto& [number, count] : made) {
    reached[number] = survival == Survival::nothing      ? 0
                      : survival == Survival::everything ? count
                                                         : random.below(count + 1);
  }
  Bytes left = durable_;
  std::size_t size = left.size();
  std::map<std::size_t, std::size_t> seen;
  for (const Change& change : unsynced_) {
    if (seen[place(change)]++ >= reached[place(change)]) continue;
    apply(change, left);
    if (!change.sector) size = change.number;
  }
  left.resize(size);
  seen_ = left;
  durable_ = std::move(left);
  unsynced_.clear();
  ever_synced_ = true;
}

}  // namespace muster::test
