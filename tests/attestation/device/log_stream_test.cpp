// A log that comes in pieces is judged as the whole one is, in memory that does not grow.

#include "attestation/device/log_stream.hpp"

#include "attestation/device/tamper.hpp"
#include "tests/attestation/world.hpp"

using namespace muster;
using namespace muster::attestation;
using namespace muster::attestation::test;

namespace {

Bytes lived_log() {
  ChipProfile profile = emulated_profile(rate("24"));
  Life life(1, profile);
  life.chip.run(day(8), idle_memory);
  life.chip.power_off(day(9));
  life.chip.run(day(12), idle_memory);
  life.chip.update_firmware(crypto::sha256("other firmware"), 2);
  life.chip.run(day(20), idle_memory);
  return life.chip.read_out(nonce_of("x")).log;
}

/// In pieces whose bytes are gone as soon as they were fed.
StreamedLog streamed(ByteView bytes, std::size_t size) {
  LogStream stream;
  while (!bytes.empty()) {
    Bytes piece = to_bytes(bytes.first(std::min(size, bytes.size())));
    stream.feed(piece);
    bytes = bytes.subspan(piece.size());
    std::ranges::fill(piece, std::uint8_t{0xFF});
  }
  return stream.end();
}

/// Findings with their evidence, in the order found.
std::string told(const FindingList& findings) {
  std::string text;
  for (const Finding& item : findings.items()) {
    text += std::string(code_name(item.code)) + ": " + item.expected + " / " + item.found;
    for (const Evidence& each : item.evidence) {
      text += " [" + std::to_string(each.offset.value_or(0)) + " " + each.hex + "]";
    }
    text += "\n";
  }
  return text;
}

void check_as_whole(ByteView log) {
  const DeviceLog whole = read_log(log);
  for (const std::size_t size :
       {std::size_t{1}, std::size_t{100}, std::size_t{243}, std::size_t{5000}, SIZE_MAX}) {
    CAPTURE(size);
    const StreamedLog read = streamed(log, size);
    CHECK(told(read.findings) == told(whole.findings));
    CHECK(read.snapshots == whole.snapshots.size());
    CHECK(read.epochs == whole.epochs.size());
    CHECK(read.bytes == log.size());
    CHECK(read.unreadable_tail == whole.unreadable_tail);
    if (!whole.points.empty() && whole.points.back().readable) {
      CHECK(read.last.hash == whole.points.back().hash);
      CHECK(read.last.offset == whole.points.back().offset);
    }
  }
}

}  // namespace

TEST_CASE("a whole log in pieces of any size has no finding, and its last entry is known") {
  const Bytes log = lived_log();
  CHECK(streamed(log, 1000).entries == read_log(log).points.size());
  check_as_whole(log);
  check_as_whole({});
}

TEST_CASE("what a Prover can do to a log is found in pieces as in the whole, with its evidence") {
  const Bytes log = lived_log();
  check_as_whole(log_with_edit(log, 100));
  check_as_whole(log_without(log, 100, 101));
  check_as_whole(log_without(log, 50, 150));
  check_as_whole(log_without(log, 0, 20));
  check_as_whole(ByteView(log).first(log.size() - 1));
  check_as_whole(ByteView(log).first(log.size() / 2));
}

TEST_CASE("an entry that begins or ends as the one before is read as if it stood alone") {
  Bytes log = lived_log();
  Life other(2, emulated_profile(rate("24")));
  other.chip.run(day(3), idle_memory);
  append(log, other.chip.read_out(nonce_of("y")).log);
  Entry entry;
  entry.ueid = ueid_of(chip_number(1));
  for (const std::uint64_t counter : {std::uint64_t{7}, max_log_number, std::uint64_t{8}}) {
    for (const decltype(Entry::body)& body :
         {decltype(Entry::body)(BootBody{3}), decltype(Entry::body)(PowerOffBody{true})}) {
      entry.counter = counter;
      entry.body = body;
      append_entry(log, entry);
      append_entry(log, entry);
      ++entry.epoch;
      append_entry(log, entry);
      entry.ueid = ueid_of(chip_number(counter % 2 + 1));
      append_entry(log, entry);
    }
  }

  LogItem item;
  std::size_t entries = 0;
  for (ByteView rest = log; !rest.empty(); rest = rest.subspan(item.bytes.size())) {
    REQUIRE(read_item_at_front(rest, 0, item));
    CborReader alone(item.bytes);
    const auto entry_alone = entry_from(alone);
    REQUIRE(item.readable == entry_alone.has_value());
    if (entry_alone) CHECK(item.entry == *entry_alone);
    if (!entry_alone) CHECK(item.fault_offset == alone.offset());
    entries += item.readable ? 1U : 0U;
  }
  CHECK(entries > 300);
}

TEST_CASE("an item that is no entry is found, and reading goes on behind it") {
  const Bytes log = lived_log();
  LogItem first;
  REQUIRE(read_item_at_front(log, 0, first));
  Bytes broken = log;
  broken[first.bytes.size() + 2] = 0x09;  // no type of an entry
  CHECK(told(streamed(broken, 999).findings).find("enc.noncanonical") == 0);
  check_as_whole(broken);
  Bytes junk = log;
  junk[first.bytes.size()] = 0xFF;
  check_as_whole(junk);
}

TEST_CASE("entries out of order and twice are found, and not put in order") {
  const Bytes log = lived_log();
  const StreamedLog swapped = streamed(log_with_swap(log, 100), 777);
  CHECK(swapped.findings.count(FindingCode::chain_reorder) == 1);
  CHECK(swapped.findings.has(FindingCode::chain_gap));
  const StreamedLog copied = streamed(log_with_copy(log, 100), 777);
  CHECK(copied.findings.count(FindingCode::chain_duplicate) == 1);
  CHECK(copied.findings.items().size() == 1);
}

TEST_CASE("an item longer than any entry ends the log") {
  Bytes log = lived_log();
  const std::size_t size = log.size();
  append(log, Bytes{0x5A, 0x00, 0x01, 0x00, 0x00});  // 65,536 bytes follow
  log.resize(log.size() + 70'000);
  const StreamedLog read = streamed(log, 4096);
  CHECK(read.unreadable_tail);
  CHECK(read.findings.items().back().evidence.front().offset == size);
  CHECK(read.bytes == log.size());
}

TEST_CASE("a log of items that are no entries is read so far and no further") {
  const Bytes log = lived_log();
  Bytes padded = log;
  padded.resize(log.size() + 10 * max_unreadable_items);  // each byte is a number to CBOR
  check_as_whole(padded);

  const DeviceLog read = read_log(padded);
  CHECK(read.unreadable_tail);
  CHECK(read.findings.count(FindingCode::enc_noncanonical) == max_unreadable_items);
  CHECK(read.points.size() == read_log(log).points.size() + max_unreadable_items);
  REQUIRE(read.findings.has(FindingCode::evidence_unreadable));
  CHECK(read.findings.items().back().evidence.front().offset == log.size() + max_unreadable_items);

  padded.resize(log.size() + max_unreadable_items);
  CHECK_FALSE(read_log(padded).unreadable_tail);
}
