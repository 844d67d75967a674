#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "attestation/cbor/reader.hpp"
#include "attestation/device/snapshot_law.hpp"
#include "ledger/base/bytes.hpp"
#include "ledger/base/chip_id.hpp"
#include "ledger/base/hash.hpp"
#include "ledger/crypto/delay.hpp"

namespace muster::attestation {

/// The identity that a chip signs with: 0x01 and the 16 bytes of the chip id (EAT, type RAND).
struct Ueid {
  static constexpr std::size_t size_bytes = 17;
  std::array<std::uint8_t, size_bytes> bytes{};

  [[nodiscard]] std::string to_hex() const;
  friend auto operator<=>(const Ueid&, const Ueid&) = default;
};

[[nodiscard]] Ueid ueid_of(const ChipId& chip);

/// Epochs, counters and clocks stay below this (2^53), so that sums of a few never overflow and
/// JSON carries them exactly.
inline constexpr std::uint64_t max_log_number = std::uint64_t{1} << 53U;

/// Why an epoch began. The numbers are in logs: frozen.
enum class EpochReason : std::uint8_t { manufacture = 0, read_out = 1, reset = 2, firmware = 3 };

/// Begins an epoch.
struct EpochBody {
  EpochReason reason;
  Hash commitment;  ///< SHA-256 of the secret of this epoch.
  SnapshotRate rate;
  std::optional<Hash> opened{};  ///< Secret of the epoch before.
  /// Acknowledged mode: SHA-256 of the public key by which each snapshot of this epoch is
  /// acknowledged before the chip resumes. None: the epoch runs air-gapped.
  std::optional<Hash> acknowledger{};
  friend bool operator==(const EpochBody&, const EpochBody&) = default;
};

/// What lay in memory at one instant.
struct SnapshotBody {
  Hash root;  ///< memory_root of the chunks
  std::uint64_t chunk_bytes = 0;
  std::uint32_t chunks = 0;
  std::uint32_t zero_chunks = 0;
  std::uint32_t high_entropy_chunks = 0;
  Hash region_map{};
  Hash device_code{};
  friend bool operator==(const SnapshotBody&, const SnapshotBody&) = default;
};

/// Written at the next boot, with the last clocks that were stored before the power went.
struct PowerOffBody {
  bool orderly = false;
  friend bool operator==(const PowerOffBody&, const PowerOffBody&) = default;
};

struct BootBody {
  std::uint64_t boots = 0;
  friend bool operator==(const BootBody&, const BootBody&) = default;
};

/// Entries [from, to) were overwritten; `last` is the hash of the last of them.
struct WrappedBody {
  std::uint64_t from = 0;
  std::uint64_t to = 0;
  Hash last{};
  friend bool operator==(const WrappedBody&, const WrappedBody&) = default;
};

/// What a run is bound to before its first snapshot: the metadata M and the ordered data D of its
/// transcript (Shavit 2023, section 5.1).
struct Precommitment {
  Hash metadata{};    ///< SHA-256 of the document that the metadata is.
  Hash data_order{};  ///< SHA-256 of, or Merkle root over, the data in their order.
  friend bool operator==(const Precommitment&, const Precommitment&) = default;
};

/// Squarings done one after the other since an earlier entry, whose hash they began with.
struct DelayBody {
  Hash modulus{};               ///< Name of the modulus: `DelayModulus::digest`.
  std::uint64_t since = 0;      ///< Counter of the earlier entry.
  std::uint64_t squarings = 0;  ///< In the range of `crypto::delay_verifies`.
  crypto::DelayProof proof{};
  friend bool operator==(const DelayBody&, const DelayBody&) = default;
};

/// Why a metered chip wrote about its allowance. The numbers are in logs: frozen.
enum class AllowanceEvent : std::uint8_t { loaded = 0, reading = 1, spent = 2, expired = 3 };

/// The stable name: "loaded".
[[nodiscard]] std::string_view allowance_event_name(AllowanceEvent event);

/// What a metered chip has left. All zero but `spent` where no allowance was ever loaded.
struct AllowanceBody {
  AllowanceEvent event = AllowanceEvent::reading;
  std::uint64_t number = 0;     ///< Of the allowance that was loaded last.
  Hash statement{};             ///< Its statement hash.
  std::uint64_t remaining = 0;  ///< Megacycles of it that are left.
  std::uint64_t spent = 0;      ///< Megacycles spent in the life of the chip.
  friend bool operator==(const AllowanceBody&, const AllowanceBody&) = default;
};

/// One entry of a device log. The format is device_log.cddl.
struct Entry {
  Ueid ueid;
  std::uint64_t epoch = 0;
  std::uint64_t counter = 0;
  std::uint64_t clock_ms = 0;
  std::uint64_t powered_ms = 0;
  Hash previous{};
  Hash firmware{};
  std::uint32_t svn = 0;
  std::variant<SnapshotBody, EpochBody, PowerOffBody, BootBody, WrappedBody, Precommitment,
               DelayBody, AllowanceBody>
      body;

  friend bool operator==(const Entry&, const Entry&) = default;
};

/// An entry of a log by its place and its bytes.
struct NamedEntry {
  std::uint64_t counter = 0;
  Hash hash{};
  friend bool operator==(const NamedEntry&, const NamedEntry&) = default;
};

/// Appends the bytes of `entry`.
void append_entry(Bytes& out, const Entry& entry);

/// Takes one entry from `reader`. Nothing if it has a fault (`reader.fault()` says which).
[[nodiscard]] std::optional<Entry> entry_from(CborReader& reader);

/// Bytes of the entry that was read last. Where the next one has the same, they say the same:
/// deterministic CBOR has one reading.
class RepeatedBytes final {
 public:
  [[nodiscard]] bool begin(ByteView rest) const {
    return !bytes_.empty() && rest.size() >= bytes_.size() &&
           std::ranges::equal(rest.first(bytes_.size()), bytes_);
  }
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  void learn(ByteView bytes) { bytes_.assign(bytes.begin(), bytes.end()); }
  void forget() { bytes_.clear(); }

 private:
  Bytes bytes_;
};

/// What the entry that was read last has before its counter (type, chip, epoch) and behind its link
/// (firmware, body). Most entries of an idle chip have the same there.
struct EntryRepeats {
  std::uint64_t type = 0;
  RepeatedBytes front;
  RepeatedBytes tail;  ///< Good for that type alone.
};

/// The same into `entry`, which is of no meaning where it gives false. Requires: what `repeats`
/// knows, it knows from reading into this entry, which nobody has changed since.
[[nodiscard]] bool read_entry(CborReader& reader, Entry& entry, EntryRepeats& repeats);

/// SHA-256("muster/device-log/entry/v1\n" || bytes).
[[nodiscard]] Hash entry_hash(ByteView bytes);

}  // namespace muster::attestation
