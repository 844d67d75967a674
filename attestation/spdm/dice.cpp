#include "attestation/spdm/dice.hpp"

#include <string>

namespace muster::attestation::spdm {
namespace {

constexpr std::uint8_t sequence_tag = 0x30;
constexpr std::uint8_t integer_tag = 0x02;
constexpr std::uint8_t octets_tag = 0x04;
constexpr std::uint8_t identifier_tag = 0x06;
constexpr std::uint8_t fwids_tag = 0xA6;  // [6] constructed

struct Element {
  std::uint8_t tag = 0;
  ByteView content;
};

tl::unexpected<Error> not_der() {
  return failure(Errc::invalid_input, "DICE TCB info: not in DER");
}

/// The element at the front of `bytes`, which then begins behind it. Lengths below 64 KiB, tags of
/// one byte: all that this extension has.
Result<Element> taken_element(ByteView& bytes) {
  if (bytes.size() < 2 || (bytes[0] & 0x1FU) == 0x1F) return not_der();
  std::size_t header = 2;
  std::size_t size = bytes[1];
  if (size >= 0x80) {
    const std::size_t more = size & 0x7FU;
    if (more < 1 || more > 2 || bytes.size() < 2 + more) return not_der();
    size = 0;
    for (std::size_t i = 0; i < more; ++i) size = (size << 8U) | bytes[2 + i];
    const bool shortest = size >= (more == 1 ? 0x80U : 0x100U);
    if (!shortest) return not_der();
    header = 2 + more;
  }
  if (bytes.size() - header < size) return not_der();
  const Element element{bytes[0], bytes.subspan(header, size)};
  bytes = bytes.subspan(header + size);
  return element;
}

Result<ByteView> taken_content(ByteView& bytes, std::uint8_t tag) {
  MUSTER_TRY_ASSIGN(const Element element, taken_element(bytes));
  if (element.tag != tag) return not_der();
  return element.content;
}

/// The digest of one FWID: a hash algorithm and its value.
Result<Bytes> digest_in(ByteView fwid) {
  MUSTER_TRY(taken_content(fwid, identifier_tag));
  MUSTER_TRY_ASSIGN(const ByteView digest, taken_content(fwid, octets_tag));
  if (!fwid.empty()) return not_der();
  return to_bytes(digest);
}

Result<std::vector<Bytes>> digests_in(ByteView list) {
  std::vector<Bytes> digests;
  while (!list.empty()) {
    MUSTER_TRY_ASSIGN(const ByteView item, taken_content(list, sequence_tag));
    MUSTER_TRY_ASSIGN(Bytes digest, digest_in(item));
    digests.push_back(std::move(digest));
  }
  return digests;
}

/// Version, device key, FWID.
Result<std::vector<Bytes>> digest_of_older_form(ByteView fields) {
  MUSTER_TRY(taken_content(fields, integer_tag));
  MUSTER_TRY(taken_content(fields, sequence_tag));
  MUSTER_TRY_ASSIGN(const ByteView fwid, taken_content(fields, sequence_tag));
  if (!fields.empty()) return not_der();
  MUSTER_TRY_ASSIGN(Bytes digest, digest_in(fwid));
  return std::vector<Bytes>{std::move(digest)};
}

Result<std::vector<Bytes>> digests_of_tcb_info(ByteView fields) {
  std::vector<Bytes> digests;
  while (!fields.empty()) {
    MUSTER_TRY_ASSIGN(const Element field, taken_element(fields));
    if (field.tag != fwids_tag) continue;
    MUSTER_TRY_ASSIGN(digests, digests_in(field.content));
  }
  return digests;
}

}  // namespace

Result<std::vector<Bytes>> dice_firmware_digests(ByteView extension) {
  MUSTER_TRY_ASSIGN(const ByteView fields, taken_content(extension, sequence_tag));
  if (!extension.empty()) return not_der();
  const bool older = !fields.empty() && fields[0] == integer_tag;
  return older ? digest_of_older_form(fields) : digests_of_tcb_info(fields);
}

}  // namespace muster::attestation::spdm
