#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "attestation/device/acknowledgement.hpp"
#include "attestation/device/entry.hpp"
#include "attestation/device/head.hpp"
#include "ledger/base/chip_id.hpp"
#include "ledger/base/timestamp.hpp"
#include "ledger/crypto/key_file.hpp"

namespace muster::attestation {

/// The algorithm of an emulated chip's key. Signatures by Ed25519 follow from the seed; those of
/// the others are different each time, and all good.
enum class DeviceKeyKind : std::uint8_t { ed25519, p256, p384 };
/// "ed25519", "p256" or "p384".
[[nodiscard]] std::string_view device_key_kind_name(DeviceKeyKind kind);

/// The hardware and firmware of an emulated chip: the log profile `emulated-v1`.
struct ChipProfile {
  std::uint64_t chunk_bytes = 2'684'354'560;  ///< 2.5 GiB: 32 of them are 80 GiB.
  std::uint32_t chunks = 32;
  SnapshotRate rate;
  Hash firmware{};
  std::uint32_t svn = 1;
  Hash device_code{};
  std::size_t log_capacity = 0;  ///< Entries held before the oldest quarter goes; 0: no limit.
  std::int64_t drift_ppm = 0;    ///< By how much the chip's clock runs fast.
  DeviceKeyKind key = DeviceKeyKind::ed25519;
  std::optional<Hash> acknowledger{};  ///< Acknowledged mode, by this name; none: air-gapped.
};

/// The profile `emulated-v1` with snapshots at `rate`.
[[nodiscard]] ChipProfile emulated_profile(const SnapshotRate& rate);

/// Fills in the digests of what lies in memory at an instant; they are all zero before the call.
using MemoryAt = std::function<void(Timestamp, std::span<Hash>)>;

/// Memory that nobody uses.
void idle_memory(Timestamp at, std::span<Hash> chunks);

/// Answers a chip that waits behind a snapshot: an acknowledgement, or nothing.
using Acknowledger = std::function<std::optional<Bytes>(const Acknowledgement& asked)>;

/// One that signs whatever it is asked, at the time that it is asked. Borrows the key.
[[nodiscard]] Acknowledger acknowledger_with(const crypto::Signer& key);

/// What an inspector takes away: everything that a `Subject` needs of the chip.
struct ReadOut {
  Bytes log;
  Bytes openings;
  Bytes head;
  Bytes acknowledgements;
};

/// The secret that an emulated chip is made from, one for each chip of a world.
[[nodiscard]] Hash emulated_chip_seed(const Hash& world_seed, const ChipId& chip);

/// One chip whose firmware follows device_log.cddl. Synthetic: keys and secrets follow from a seed
/// and memory from a function. Copying one makes a twin with the same identity, as a cheat would.
class EmulatedChip final {
 public:
  EmulatedChip(const ChipId& chip, const Hash& seed, const ChipProfile& profile, Timestamp made_at);

  [[nodiscard]] const ChipId& chip() const { return chip_; }
  [[nodiscard]] crypto::PublicKey device_key() const {
    return crypto::signer_of(signer_).verifying_key();
  }
  [[nodiscard]] Timestamp now() const { return Timestamp{now_ms_}; }

  /// Stays powered until `to`, taking the snapshots that are due. Requires: `to` not before now.
  /// Cost: one HMAC for four hours, and about a microsecond and a half for each chunk of a
  /// snapshot.
  void run(Timestamp to, const MemoryAt& memory);
  /// Loses power now and boots at `to`. Requires: `to` after now.
  void power_off(Timestamp to, bool orderly = false);
  /// Begins a new epoch under other firmware.
  void update_firmware(const Hash& firmware, std::uint32_t svn);

  /// Who is asked behind each snapshot of an acknowledged epoch. The question has the chip's clock
  /// as its time. A chip that gets no answer goes on: honest firmware would not.
  void ask(Acknowledger acknowledger) { acknowledger_ = std::move(acknowledger); }
  /// Logs what a run is bound to.
  void precommit(const Precommitment& run) { write(clocks(), run); }

  /// Closes the epoch, opens its secret, and signs a head with the reader's nonce.
  /// Requires: a nonce of 8 to 64 bytes.
  ReadOut read_out(ByteView nonce);
  /// A head over the newest entry as it is: at enrolment, over the record of epoch 0.
  [[nodiscard]] Bytes sealed_head(ByteView nonce) const;

  /// The device's signature over a challenge that it is sent, which leaves no trace in the log.
  [[nodiscard]] Bytes answer(ByteView message) const;

  /// Counter and hash of the newest entry: what a delay begins with.
  [[nodiscard]] NamedEntry newest() const { return {counter_ - 1, last_hash_}; }
  /// Other parts of the firmware write an entry now: the meter, the delay.
  void record(const decltype(Entry::body)& body) { write(clocks(), body); }

  /// The log so far and the openings of its snapshots.
  [[nodiscard]] const Bytes& log() const { return log_; }
  [[nodiscard]] const Bytes& openings() const { return openings_; }
  [[nodiscard]] const Bytes& acknowledgements() const { return acknowledgements_; }
  /// Instants and powered times of the snapshots taken so far.
  [[nodiscard]] const std::vector<Timestamp>& snapshot_instants() const { return instants_; }

  /// Dishonest firmware: due snapshots are no longer taken, or are again.
  void suppress_snapshots(bool suppress) { suppressed_ = suppress; }

 private:
  struct Clocks {
    std::uint64_t clock_ms;
    std::uint64_t powered_ms;
  };
  [[nodiscard]] Clocks clocks() const;
  [[nodiscard]] Hash epoch_secret(std::uint64_t epoch) const;
  void begin_epoch(EpochReason reason);
  void take_snapshot(const MemoryAt& memory);
  void write(const Clocks& at, decltype(Entry::body) body);
  void ensure_room();
  void make_room();

  ChipId chip_;
  Hash seed_;
  ChipProfile profile_;
  crypto::SecretKey signer_;
  std::int64_t made_ms_;
  std::int64_t now_ms_;
  std::uint64_t powered_ms_ = 0;
  std::uint64_t epoch_ = 0;
  std::uint64_t counter_ = 0;  // of the next entry
  std::uint64_t first_held_ = 0;
  std::uint64_t boots_ = 1;
  Hash last_hash_{};
  Clocks last_{0, 0};
  Bytes log_;
  Bytes openings_;
  Bytes acknowledgements_;
  Acknowledger acknowledger_{};
  std::vector<std::uint32_t> sizes_;  // of the entries held
  std::vector<Timestamp> instants_;
  std::vector<Hash> memory_;
  bool suppressed_ = false;
};

}  // namespace muster::attestation
