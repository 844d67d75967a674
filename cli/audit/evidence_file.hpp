#pragma once

#include <vector>

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"

namespace muster::cli::audit {

/// Most bytes that one evidence file may have.
inline constexpr std::size_t max_evidence_bytes = std::size_t{1} << 26U;  // 64 MiB
/// Most bytes of one signed head.
inline constexpr std::size_t max_head_bytes = 65'536;
/// Most heads besides the first and that of the freeze.
inline constexpr std::size_t max_more_heads = 4'096;

/// What an inspector carries away from one chip. Whoever wrote it may be an adversary: nothing in
/// it is believed before the appraisal.
struct EvidenceFile {
  Bytes log;                 ///< The device log as read.
  Bytes head;                ///< Signed over the newest entry and the inspector's nonce.
  Bytes openings;            ///< Memory openings of the log's snapshots.
  Bytes device_key;          ///< Of Ed25519, P-256 or P-384; the registry holds its SHA-256.
  Bytes first_head;          ///< The head filed at installation; empty if the Prover gave none.
  Bytes freeze_head;         ///< The head filed at the freeze; empty if the Prover gave none.
  Bytes acknowledgements{};  ///< Of the snapshots of acknowledged epochs; empty if there are none.
  /// Every other head that was filed: of earlier audits, read-outs and new firmware.
  std::vector<Bytes> more_heads{};

  friend bool operator==(const EvidenceFile&, const EvidenceFile&) = default;
};

/// Deterministic CBOR: a map of byte strings with the text keys log, head, openings, device_key,
/// first_head, freeze_head and, unless they are empty, acknowledgements and more_heads (an array),
/// in this order (RFC 8949 section 4.2.1).
[[nodiscard]] Bytes encoded_evidence(const EvidenceFile& evidence);

/// Reads exactly what `encoded_evidence` writes. Takes any bytes.
/// Errors: `invalid_input` with the byte offset: not deterministic, another key, a device key that
/// has not 32, 33 or 49 bytes, a head or their number above its limit, bytes after the end.
Result<EvidenceFile> parsed_evidence(ByteView bytes);

}  // namespace muster::cli::audit
