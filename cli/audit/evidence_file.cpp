#include "cli/audit/evidence_file.hpp"

#include <array>
#include <span>
#include <string>

#include "attestation/cbor/reader.hpp"
#include "attestation/cbor/writer.hpp"
#include "ledger/crypto/public_key.hpp"

namespace muster::cli::audit {
namespace {

struct Part {
  std::string_view key;
  Bytes EvidenceFile::*bytes;
  std::size_t least;
  std::size_t most;
};

// The last one stands only where there is something in it.
constexpr std::array<Part, 7> parts{{
    {"log", &EvidenceFile::log, 0, max_evidence_bytes},
    {"head", &EvidenceFile::head, 0, max_head_bytes},
    {"openings", &EvidenceFile::openings, 0, max_evidence_bytes},
    {"device_key", &EvidenceFile::device_key, 32, crypto::max_public_key_bytes},
    {"first_head", &EvidenceFile::first_head, 0, max_head_bytes},
    {"freeze_head", &EvidenceFile::freeze_head, 0, max_head_bytes},
    {"acknowledgements", &EvidenceFile::acknowledgements, 1, max_evidence_bytes},
}};

}  // namespace

Bytes encoded_evidence(const EvidenceFile& evidence) {
  Bytes bytes;
  attestation::CborWriter writer(bytes);
  const std::size_t count = parts.size() - (evidence.acknowledgements.empty() ? 1 : 0);
  writer.map(count);
  for (const Part& part : std::span(parts).first(count)) {
    writer.text(part.key);
    writer.bytes(evidence.*part.bytes);
  }
  return bytes;
}

Result<EvidenceFile> parsed_evidence(ByteView bytes) {
  if (bytes.size() > max_evidence_bytes) {
    return failure(Errc::invalid_input, "evidence: got " + std::to_string(bytes.size()) +
                                            " bytes, want at most " +
                                            std::to_string(max_evidence_bytes));
  }
  attestation::CborReader reader(bytes);
  EvidenceFile evidence;
  const std::uint64_t count = reader.map();
  reader.require(count == parts.size() || count == parts.size() - 1);
  for (const Part& part : std::span(parts).first(reader.ok() ? count : 1)) {
    reader.require(reader.text() == part.key);
    const ByteView value = reader.byte_string();
    reader.require(part.least <= value.size() && value.size() <= part.most);
    if (!reader.ok()) {
      return failure(Errc::invalid_input,
                     "evidence." + std::string(part.key) + ": byte " +
                         std::to_string(reader.offset()) + ": " +
                         std::string(attestation::cbor_fault_text(reader.fault())));
    }
    evidence.*part.bytes = to_bytes(value);
  }
  if (!crypto::is_public_key_size(evidence.device_key.size())) {
    return failure(Errc::invalid_input, "evidence.device_key: got " +
                                            std::to_string(evidence.device_key.size()) +
                                            " bytes, want 32, 33 or 49");
  }
  if (reader.at_end()) return evidence;
  return failure(Errc::invalid_input,
                 "evidence: bytes after the end, at byte " + std::to_string(reader.offset()));
}

}  // namespace muster::cli::audit
