// A log is repaired from a stranger's folder of tiles (packed_files.hpp): what comes of it is the
// signed history, or a refusal. The first byte says how much is left of the damaged log: its low
// bits how many entries it still has, bit 2 that one of them is not what it was.

#include "ledger/base/check.hpp"
#include "ledger/repair.hpp"
#include "ledger/replay.hpp"
#include "ledger/tiles/tile_mirror.hpp"
#include "tests/fuzz/honest_operator.hpp"
#include "tests/fuzz/packed_files.hpp"

namespace {

using namespace muster;
using namespace muster::ledger;
using fuzz::HonestOperator;

constexpr std::uint64_t signed_entries = 3;

const std::vector<Bytes>& honest_entries() {
  static const std::vector<Bytes> entries =
      HonestOperator::instance().store().read({0}, signed_entries).value();
  return entries;
}

std::vector<Hash> none_named(const ledger::Entry&) { return {}; }

/// What is left of the log: its first entries, the last of them changed if asked for.
void leave(Store& store, std::uint8_t what) {
  const auto first = honest_entries().begin();
  std::vector<Bytes> left(first, first + static_cast<std::ptrdiff_t>(what % 4));
  if (left.empty()) return;
  if ((what & 4U) != 0) left.back().back() ^= 1U;
  static_cast<void>(store.append({0}, left, {}).value());
}

void check_is_honest(Store& log) { MUSTER_CHECK(log.read({0}, 100).value() == honest_entries()); }

void check_repair(const EntryMirror& mirror, std::uint8_t what) {
  HonestOperator& honest = HonestOperator::instance();
  MemoryStore damaged;
  leave(damaged, what);
  MemoryStore fresh;
  const auto report = repair(
      &damaged, {mirror, none_named, {honest.key()}, {honest.checkpoint(signed_entries)}}, fresh);
  if (report) {
    check_is_honest(fresh);
  } else {
    MUSTER_CHECK(report.error().rule.starts_with("repair."));
  }
}

void check_replay(const EntryMirror& mirror, std::uint8_t what) {
  HonestOperator& honest = HonestOperator::instance();
  MemoryStore behind;
  leave(behind, what % 4);
  const auto before = behind.head().value();
  const auto checkpoint = parse_checkpoint(honest.checkpoint(signed_entries)).value();
  const auto head = replay(behind, mirror, checkpoint.head(), none_named);
  if (head) {
    check_is_honest(behind);
  } else {
    MUSTER_CHECK(behind.head().value() == before);
  }
}

}  // namespace

int fuzz_mirror(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const FileMap files = fuzz::unpacked(ByteView(data + 1, size - 1));
  const EntryMirror mirror = mirror_of_tiles(memory_source(files)).value();
  const auto all = mirror.read({0}, 2'000).value();
  for (std::size_t i = 0; i < std::min<std::size_t>(all.size(), 3); ++i) {
    MUSTER_CHECK(mirror.read({i}, 1).value().front() == all[i]);
    MUSTER_CHECK(parse_entry(all[i]).value().index.value == i);
  }
  check_repair(mirror, data[0]);
  check_replay(mirror, data[0]);
  return 0;
}
