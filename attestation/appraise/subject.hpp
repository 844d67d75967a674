#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "attestation/allowance/allowance_book.hpp"
#include "attestation/appraise/device_reference.hpp"
#include "attestation/delay/delay_policy.hpp"
#include "attestation/device/snapshot_law.hpp"
#include "attestation/run/declaration_index.hpp"
#include "ledger/base/bytes.hpp"
#include "ledger/base/chip_id.hpp"
#include "ledger/base/timestamp.hpp"
#include "ledger/crypto/public_key.hpp"

namespace muster::attestation {

/// How the chip was seen. Only the last two rule out a relay to a chip elsewhere.
enum class Presence : std::uint8_t { label, network, uplink_cut, bench };
[[nodiscard]] std::string_view presence_name(Presence presence);

/// What the inspectorate demands. Part of the committed plan.
struct AppraisalPolicy {
  SnapshotRate rate;  ///< Snapshots per powered day that the firmware must take.
  Timestamp now;      ///< When the head was read.
  std::uint32_t minimum_svn = 0;
  std::int64_t clock_tolerance_ms = 10 * ms_per_minute;
  Presence least_presence = Presence::uplink_cut;
  /// Whether the head over each epoch's record must have been in the ledger within
  /// `ledger_grace_ms` of its beginning.
  bool require_ledgered_epochs = true;
  std::int64_t ledger_grace_ms = 14 * ms_per_day;
  /// How long a chip may be off while it is declared to work for a run: this, and a twentieth of
  /// the time for which it is.
  std::int64_t off_allowance_ms = 7 * ms_per_day;
  /// Bytes of memory that a chip of this product has, all of which must be hashed; 0: not judged.
  std::uint64_t memory_bytes = 0;
  /// The longest time that a held chip may be without a head in the ledger; 0: not judged. What
  /// firmware did is known only between two of them. A head counts from when it was filed, and as
  /// of its own clock: filed once more, it tells nothing new.
  std::int64_t longest_head_gap_ms = 0;
  /// Whether a chip that was held to the window's end must have filed a head since, over all of the
  /// log's entries of the window: without it a twin's log would do.
  bool require_window_head = false;
  /// Whether chips must have logged what a declared training run is bound to.
  bool require_precommitments = false;
  /// Whether epochs must run in acknowledged mode, by one of `Subject::acknowledgers`.
  bool require_acknowledged = false;
  /// How long after a snapshot, by the chip's clock, its acknowledgement may be signed.
  std::int64_t acknowledge_within_ms = 10 * ms_per_minute;
};

/// An earlier head of the chip as the ledger has it.
struct LedgeredHead {
  ByteView bytes;
  Timestamp accepted_at;
};

/// The last entry of an earlier appraisal, for logs that begin after it.
struct KnownEntry {
  std::uint64_t counter;
  Hash hash;
};

/// The serial number in the register and the one read off the package.
struct Serials {
  std::string enrolled;
  std::string read;
};

/// Everything that the appraisal of one chip rests on. Borrows all bytes.
struct Subject {
  ChipId chip;
  /// The device key enrolled for the chip, and with it the algorithm of its signatures; absent when
  /// the register has none.
  std::optional<crypto::PublicKey> device_key{};
  std::optional<Serials> serials{};
  std::optional<ByteView> head{};  ///< Absent: not presented.
  std::optional<ByteView> log{};   ///< Absent: not presented.
  ByteView openings{};             ///< Memory openings that came with the log.
  ByteView acknowledgements{};     ///< Acknowledgements that came with the log.
  /// The acknowledgers whose word counts.
  std::vector<crypto::PublicKey> acknowledgers{};
  Bytes nonce{};  ///< What the inspector sent.
  /// All heads of the chip in the ledger, the one reported at the freeze among them.
  std::vector<LedgeredHead> ledgered_heads{};
  /// The log as it was reported at the freeze, where reports hold logs.
  std::optional<ByteView> reported_log{};
  std::optional<KnownEntry> known{};
  const DeclarationIndex* declarations = nullptr;  ///< Null: nothing was declared.
  Window window{};                                 ///< The window of the audit.
  std::vector<Window> held{};  ///< When the Prover held the chip; snapshots outside are not judged.
  /// What the device may run; null: nobody said, and it is not judged.
  const DeviceReference* reference = nullptr;
  /// How delay proofs are judged; null: they are not.
  const DelayPolicy* delay = nullptr;
  /// The allowances that were issued to the chip; null: what it spends is not judged.
  const AllowanceBook* allowances = nullptr;
  Presence presence = Presence::label;
  AppraisalPolicy policy;
};

}  // namespace muster::attestation
