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

constexpr std::array<Part, 6> evidence_parts{{
    {"log", &EvidenceFile::log, 0, max_evidence_bytes},
    {"head", &EvidenceFile::head, 0, max_head_bytes},
    {"openings", &EvidenceFile::openings, 0, max_evidence_bytes},
    {"device_key", &EvidenceFile::device_key, 32, crypto::max_public_key_bytes},
    {"first_head", &EvidenceFile::first_head, 0, max_head_bytes},
    {"freeze_head", &EvidenceFile::freeze_head, 0, max_head_bytes},
}};

// These two stand only where there is something in them.
constexpr Part acknowledgements_part{"acknowledgements", &EvidenceFile::acknowledgements, 1,
                                     max_evidence_bytes};
constexpr std::string_view more_heads_key = "more_heads";

Result<void> fault(const attestation::CborReader& reader, std::string_view key) {
  if (reader.ok()) return {};
  return failure(Errc::invalid_input, "evidence." + std::string(key) + ": byte " +
                                          std::to_string(reader.offset()) + ": " +
                                          std::string(cbor_fault_text(reader.fault())));
}

/// The value of `part`, whose key was read.
Result<void> read_value(attestation::CborReader& reader, const Part& part, EvidenceFile& evidence) {
  const ByteView value = reader.byte_string();
  reader.require(part.least <= value.size() && value.size() <= part.most);
  MUSTER_TRY(fault(reader, part.key));
  evidence.*part.bytes = to_bytes(value);
  return {};
}

Result<void> read_more_heads(attestation::CborReader& reader, EvidenceFile& evidence) {
  const std::uint64_t count = reader.array();
  reader.require(count >= 1 && count <= max_more_heads);
  for (std::uint64_t i = 0; i < count && reader.ok(); ++i) {
    const ByteView head = reader.byte_string();
    reader.require(head.size() <= max_head_bytes);
    if (reader.ok()) evidence.more_heads.push_back(to_bytes(head));
  }
  return fault(reader, more_heads_key);
}

Result<void> read_optional(attestation::CborReader& reader, std::uint64_t count,
                           EvidenceFile& evidence) {
  std::string_view key = count > 0 ? reader.text() : std::string_view();
  if (count > 0 && key == acknowledgements_part.key) {
    MUSTER_TRY(read_value(reader, acknowledgements_part, evidence));
    --count;
    key = count > 0 ? reader.text() : std::string_view();
  }
  if (count == 0) return {};
  reader.require(count == 1 && key == more_heads_key);
  MUSTER_TRY(fault(reader, more_heads_key));
  return read_more_heads(reader, evidence);
}

}  // namespace

Bytes encoded_evidence(const EvidenceFile& evidence) {
  Bytes bytes;
  attestation::CborWriter writer(bytes);
  const auto write = [&](const Part& part) {
    writer.text(part.key);
    writer.bytes(evidence.*part.bytes);
  };
  const bool acknowledged = !evidence.acknowledgements.empty();
  const bool has_more = !evidence.more_heads.empty();
  writer.map(evidence_parts.size() + (acknowledged ? 1 : 0) + (has_more ? 1 : 0));
  for (const Part& part : evidence_parts) write(part);
  if (acknowledged) write(acknowledgements_part);
  if (has_more) {
    writer.text(more_heads_key);
    writer.array(evidence.more_heads.size());
    for (const Bytes& head : evidence.more_heads) writer.bytes(head);
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
  reader.require(count >= evidence_parts.size() && count <= evidence_parts.size() + 2);
  for (const Part& part : evidence_parts) {
    reader.require(reader.text() == part.key);
    MUSTER_TRY(read_value(reader, part, evidence));
  }
  MUSTER_TRY(read_optional(reader, count - evidence_parts.size(), evidence));
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
