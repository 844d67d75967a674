#pragma once

#include <functional>
#include <vector>

#include "attestation/device/log_reader.hpp"
#include "tests/attestation/world.hpp"

namespace muster::attestation::test {

inline const Timestamp inspected = day(42);

// A clean evidence that can be mutated with the chip's own key in hand: what firmware would have
// to do. Entries are linked and the head signed after the mutation.
struct Bench {
  Bench() : signer(crypto::sha256("a device key").bytes) {
    Life life(1, "24");
    life.chip.run(day(20), idle_memory);
    life.chip.power_off(Timestamp{day(20).ms + 10 * ms_per_minute});
    life.chip.run(day(21), idle_memory);
    life.chip.power_off(Timestamp{day(21).ms + 6 * 3'600'000});
    life.chip.run(inspected, idle_memory);
    const Bytes clean = life.chip.read_out(nonce).log;
    for (const LogPoint& point : read_log(clean).points) {
      CborReader reader(ByteView(clean).subspan(point.offset, point.size));
      entries.push_back(*entry_from(reader));
    }
    subject.device_key = signer.public_key();
    subject.nonce = nonce;
    subject.window = {day(0), inspected};
    subject.held = {subject.window};
    subject.reference = &reference;
    subject.presence = Presence::bench;
    subject.policy.now = inspected;
  }

  // The index of the snapshot number `number`.
  [[nodiscard]] std::size_t snapshot(std::size_t number) const {
    std::size_t place = 0;
    while (!std::holds_alternative<SnapshotBody>(entries[place].body) || number-- > 0) ++place;
    return place;
  }
  [[nodiscard]] SnapshotBody& snapshot_body(std::size_t number) {
    return std::get<SnapshotBody>(entries[snapshot(number)].body);
  }
  [[nodiscard]] std::size_t boot(std::size_t number) const {
    std::size_t place = 0;
    while (!std::holds_alternative<BootBody>(entries[place].body) || number-- > 0) ++place;
    return place;
  }

  void renumber() {
    for (std::size_t i = 0; i < entries.size(); ++i) entries[i].counter = i;
  }

  void link() {
    encoded.clear();
    Hash previous = entries.front().counter == 0 ? Hash{} : entries.front().previous;
    for (Entry& entry : entries) {
      entry.previous = previous;
      Bytes bytes;
      append_entry(bytes, entry);
      if (encoded.size() == noncanonical) {
        bytes[0] = 0xB8;  // a map of 11 pairs with a longer head than needed
        bytes.insert(bytes.begin() + 1, 11);
      }
      previous = entry_hash(bytes);
      encoded.push_back(std::move(bytes));
    }
  }

  [[nodiscard]] Head head_over(std::size_t place) const {
    const Entry& entry = entries[place];
    Head made;
    made.nonce = nonce;
    made.ueid = entry.ueid;
    made.epoch = entry.epoch;
    made.counter = entry.counter;
    made.entry = entry_hash(encoded[place]);
    made.clock_ms = entry.clock_ms;
    made.powered_ms = entry.powered_ms;
    made.boots = 2;
    made.firmware = entry.firmware;
    made.svn = 1;
    return made;
  }

  Appraisal appraised() {
    log.clear();
    for (const Bytes& bytes : encoded) append(log, bytes);
    if (cut_at_end > 0) log.resize(log.size() - cut_at_end);
    head_bytes = signed_head(head, signer);
    if (!subject.ledgered_heads.empty()) subject.ledgered_heads[0].bytes = enrolled;
    subject.head = ByteView(head_bytes);
    subject.log = ByteView(log);
    subject.openings = openings;
    subject.acknowledgements = acknowledgements;
    return appraise(subject);
  }

  /// Before linking, after linking, and after the log's bytes are fixed.
  using Step = std::function<void(Bench&)>;
  Appraisal with(const Step& on_entries, const Step& on_evidence) {
    if (on_entries) on_entries(*this);
    link();
    head = head_over(entries.size() - 1);
    enrolled = signed_head(head_over(0), signer);
    subject.ledgered_heads = {{enrolled, day(1)}};
    if (on_evidence) on_evidence(*this);
    return appraised();
  }

  Bytes nonce = nonce_of("inspection");
  crypto::Ed25519Signer signer;
  std::vector<Entry> entries;
  std::vector<Bytes> encoded;
  std::size_t noncanonical = SIZE_MAX;
  std::size_t cut_at_end = 0;
  Head head;
  Bytes head_bytes;
  Bytes enrolled;
  Bytes more_head;
  Bytes log;
  Bytes openings;
  Bytes acknowledgements;
  DeviceReference reference = emulated_reference();
  DeclarationIndex index;
  AllowanceBook book;
  Subject subject{.chip = chip_number(1), .policy = {.rate = rate("24"), .now = {}}};
};

}  // namespace muster::attestation::test
