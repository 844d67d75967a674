#pragma once

#include <array>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "attestation/appraise/appraise.hpp"
#include "attestation/device/emulated_chip.hpp"
#include "attestation/run/synthetic_run.hpp"
#include "ledger/crypto/sha256.hpp"
#include "tests/support/must.hpp"

namespace muster::attestation::test {

using muster::test::must;

inline Timestamp day(std::int64_t days) {
  return Timestamp{1'780'000'000'000 / ms_per_day * ms_per_day + days * ms_per_day};
}

inline ChipId chip_number(std::uint64_t number) {
  return ChipId::from_parts({.block = 7, .ordinal = number, .random = number * 977 % 1000});
}

inline SnapshotRate rate(std::string_view text) { return must(SnapshotRate::parse(text)); }

inline Bytes nonce_of(std::string_view label) { return to_bytes(crypto::sha256(label).view()); }

/// Accepts what emulated chips run, and nothing else.
inline const DeviceReference& emulated_reference() {
  static const DeviceReference reference{"tests",
                                         day(0),
                                         {crypto::sha256("muster/emulated/firmware/1")},
                                         {crypto::sha256("muster/emulated/device-code/1")}};
  return reference;
}

/// A run on days [10, 100) with a step every six hours.
inline SyntheticRunSpec run_spec(std::string_view name) {
  return {
      .run = must(RunId::parse(name)), .seed = crypto::sha256(name), .window = {day(10), day(100)}};
}

/// The life of one chip: made and enrolled on day 0, in the window from day 10 to day 100, its head
/// reported at the freeze on day 101, read by an inspector on day 104.
struct Life {
  explicit Life(std::uint64_t number, std::string_view snapshots = "0.1",
                std::string_view world = "world")
      : Life(number, emulated_profile(rate(snapshots)), world) {}

  Life(std::uint64_t number, const ChipProfile& profile, std::string_view world = "world")
      : chip(chip_number(number), emulated_chip_seed(crypto::sha256(world), chip_number(number)),
             profile, day(0)),
        policy_rate(profile.rate) {
    enrolled = chip.sealed_head(nonce_of("enrolment"));
  }

  void freeze() {
    chip.run(day(101), idle_memory);
    frozen = chip.read_out(nonce_of("freeze"));
  }
  void inspect() {
    chip.run(day(104), idle_memory);
    read = chip.read_out(nonce_of("inspection"));
  }
  /// Honest throughout: idle, then the run, then idle.
  void live(const MemoryAt& memory) {
    chip.run(day(10), idle_memory);
    chip.run(day(100), memory);
    freeze();
    inspect();
  }

  [[nodiscard]] Subject subject(const DeclarationIndex* declarations) const {
    Subject made{.chip = chip.chip(),
                 .device_key = chip.device_key(),
                 .head = ByteView(read.head),
                 .log = ByteView(read.log),
                 .openings = read.openings,
                 .nonce = nonce_of("inspection"),
                 .declarations = declarations,
                 .window = {day(10), day(100)},
                 .held = {{day(0), day(1000)}},
                 .reference = &emulated_reference(),
                 .presence = Presence::uplink_cut,
                 .policy = {.rate = policy_rate, .now = day(104)}};
    made.ledgered_heads = {{enrolled, day(1)}, {frozen.head, day(101)}};
    return made;
  }

  EmulatedChip chip;
  SnapshotRate policy_rate;
  Bytes enrolled;
  ReadOut frozen;
  ReadOut read;
};

/// The codes found, each once, joined by spaces in the order of the alphabet.
inline std::string codes(const Appraisal& appraisal) {
  std::set<std::string> names;
  for (const Finding& item : appraisal.findings.items()) names.emplace(code_name(item.code));
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : " ") + name;
  return text;
}

}  // namespace muster::attestation::test
