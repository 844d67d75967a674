#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "attestation/device/emulated_chip.hpp"
#include "attestation/run/synthetic_run.hpp"
#include "ledger/base/names.hpp"

namespace muster::cli::demo {

/// What a simulated Prover does behind the inspector's back.
struct HiddenRun {
  std::uint64_t chips = 0;  ///< The first chips of the fleet compute an undeclared run; 0: honest.
  bool edits_logs = false;  ///< Every second of them also drops its snapshots from the log.
};

/// What befalls a chip of the fleet. The Prover says so in the ledger at the same time.
struct Fate {
  enum class Kind {
    mislaid,  ///< declared lost, found again, and idle from then on
    retired,  ///< taken out, and without power from then on
  };
  std::size_t position;  ///< In the order of installation.
  Kind kind;
  Timestamp at;
  Timestamp found_at{};  ///< Of a mislaid chip.
};

/// How the chips of a simulated Prover came to be and for how long they have run.
struct ProverStory {
  PartyId prover;
  Hash world_seed;
  Timestamp installed_at;  ///< Logging begins.
  Window window;
  attestation::SnapshotRate rate;
  HiddenRun hidden;
  std::vector<Fate> fates{};          ///< At most one a chip.
  std::uint64_t mean_flop_per_s = 0;  ///< Of its chips, at 16 bits.
};

/// What a chip's signed head says, as the Prover files it.
struct FiledHead {
  ChipId chip;
  std::uint64_t epoch;
  std::uint64_t counter;
  Hash entry;
  Hash head;  ///< SHA-256 of the signed head's bytes.
};

/// SHA-256 of the device key that `chip` has in the world of `world_seed`.
[[nodiscard]] Hash device_key_hash(const Hash& world_seed, const ChipId& chip);

/// The device of `chip` in the world of `world_seed`, as it left the factory.
[[nodiscard]] attestation::EmulatedChip device_of(const Hash& world_seed, const ChipId& chip);

/// What the Prover hands to an inspector for one line.
struct LineEvidence {
  Bytes device_key;  ///< The registry holds its SHA-256.
  attestation::ReadOut read_out;
  Bytes first_head;   ///< Filed at installation.
  Bytes freeze_head;  ///< Filed at the freeze.
};

/// The Prover's own side of a simulated world: its chips, what they computed, and what it says of
/// it. SYNTHETIC: the chips are emulated and their memory follows from seeds. Everything is made
/// anew from the seed when it is asked for, so that a fleet costs no memory.
class ProverSide final {
 public:
  /// `chips` in order of installation; the first are the fastest. Borrows them.
  ProverSide(ProverStory story, std::span<const ChipId> chips);

  [[nodiscard]] const ProverStory& story() const { return story_; }
  [[nodiscard]] std::span<const ChipId> chips() const { return chips_; }

  [[nodiscard]] bool has(const ChipId& chip) const { return position_of(chip).has_value(); }

  /// Heads over the first epoch's record of `count` chips from position `first` on. Runs on
  /// `threads` threads.
  [[nodiscard]] std::vector<FiledHead> first_heads(std::size_t first, std::size_t count,
                                                   unsigned threads) const;
  /// Heads of all chips at the end of the window, by position; of one that is retired, that of its
  /// last powered moment.
  [[nodiscard]] std::vector<FiledHead> heads_at_freeze(unsigned threads) const;
  /// What the Prover declares: its training run. The hidden run is not in it.
  [[nodiscard]] attestation::Declaration declaration() const;
  /// FLOP of a declared run on so many chips: two fifths of what they can do at 16 bits, as an
  /// exact decimal.
  [[nodiscard]] std::string flop_on(std::size_t chips) const;
  /// The answer to an inspector who reads `chip` at `read_at` with `nonce`.
  /// Requires: a chip of this Prover; read_at after the end of the window.
  [[nodiscard]] LineEvidence answer(const ChipId& chip, ByteView nonce, Timestamp read_at) const;

 private:
  [[nodiscard]] std::optional<std::size_t> position_of(const ChipId& chip) const;
  [[nodiscard]] attestation::EmulatedChip fresh_chip(const ChipId& chip) const;
  [[nodiscard]] attestation::MemoryAt memory_of(std::size_t position) const;
  [[nodiscard]] bool is_hidden(std::size_t position) const {
    return position < story_.hidden.chips;
  }
  [[nodiscard]] bool is_idle(std::size_t position) const;
  [[nodiscard]] const Fate* fate_of(std::size_t position) const;
  /// The chip as it stands when the window ends.
  [[nodiscard]] attestation::EmulatedChip at_end_of_window(std::size_t position) const;
  /// What it does from then on.
  void go_on(attestation::EmulatedChip& device, std::size_t position, Timestamp until) const;

  ProverStory story_;
  std::span<const ChipId> chips_;
  std::vector<std::uint32_t> by_id_;  // positions, by rising ids
  attestation::SyntheticRun declared_;
  attestation::SyntheticRun hidden_;
};

}  // namespace muster::cli::demo
