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

DiskFile::Sector DiskFile::seen_sector(std::size_t number) const {
  Sector sector{};
  const std::size_t begin = number * sector_bytes;
  if (begin >= seen_.size()) return sector;
  const std::size_t count = std::min(sector.size(), seen_.size() - begin);
  std::memcpy(sector.data(), seen_.data() + begin, count);
  return sector;
}

void DiskFile::write(ByteView bytes, std::size_t offset) {
  if (bytes.empty()) return;
  if (seen_.size() < offset + bytes.size()) {
    seen_.resize(offset + bytes.size());
    unsynced_sizes_.push_back(seen_.size());
  }
  std::ranges::copy(bytes, seen_.begin() + static_cast<std::ptrdiff_t>(offset));
  const std::size_t last = (offset + bytes.size() - 1) / sector_bytes;
  for (std::size_t number = offset / sector_bytes; number <= last; ++number) {
    unsynced_[number].push_back(seen_sector(number));
  }
}

void DiskFile::resize(std::size_t size) {
  const std::size_t first = std::min(size, seen_.size()) / sector_bytes;
  const std::size_t end = (std::max(size, seen_.size()) + sector_bytes - 1) / sector_bytes;
  seen_.resize(size);
  unsynced_sizes_.push_back(size);
  for (std::size_t number = first; number < end; ++number) {
    unsynced_[number].push_back(seen_sector(number));
  }
}

void DiskFile::sync() {
  for (const auto& [number, versions] : unsynced_) put_sector(durable_, number, versions.back());
  durable_.resize(seen_.size());
  unsynced_.clear();
  unsynced_sizes_.clear();
  ever_synced_ = true;
}

void DiskFile::lose_unsynced() {
  unsynced_.clear();
  unsynced_sizes_.clear();
}

void DiskFile::settle(Survival survival, crypto::SeededRandom& random) {
  // Of `count` versions, how many reached the disk.
  const auto reached = [&](std::size_t count) -> std::size_t {
    if (survival == Survival::nothing) return 0;
    if (survival == Survival::everything) return count;
    return static_cast<std::size_t>(random.below(count + 1));
  };
  const std::size_t sizes = reached(unsynced_sizes_.size());
  const std::size_t size = sizes == 0 ? durable_.size() : unsynced_sizes_[sizes - 1];
  Bytes left = durable_;
  for (const auto& [number, versions] : unsynced_) {
    const std::size_t kept = reached(versions.size());
    if (kept > 0) put_sector(left, number, versions[kept - 1]);
  }
  left.resize(size);
  seen_ = left;
  durable_ = std::move(left);
  unsynced_.clear();
  unsynced_sizes_.clear();
  ever_synced_ = true;
}

}  // namespace muster::test
