#include "attestation/cbor/utf8.hpp"

#include <cstddef>

namespace muster::attestation {
namespace {

// Length of the sequence that begins with `first`, and the range of its second byte.
struct Lead {
  std::size_t length = 0;
  unsigned least = 0x80;
  unsigned most = 0xBF;
};

Lead lead_of(unsigned first) {
  if (first < 0x80) return {1};
  if (first < 0xC2) return {};
  if (first < 0xE0) return {2};
  if (first == 0xE0) return {3, 0xA0};
  if (first == 0xED) return {3, 0x80, 0x9F};
  if (first < 0xF0) return {3};
  if (first == 0xF0) return {4, 0x90};
  if (first < 0xF4) return {4};
  if (first == 0xF4) return {4, 0x80, 0x8F};
  return {};
}

unsigned byte_at(std::string_view text, std::size_t index) {
  return static_cast<unsigned char>(text[index]);
}

}  // namespace

bool is_utf8(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    const Lead lead = lead_of(byte_at(text, i));
    if (lead.length == 0 || lead.length > text.size() - i) return false;
    for (std::size_t k = 1; k < lead.length; ++k) {
      const unsigned byte = byte_at(text, i + k);
      const bool second = k == 1;
      if (byte < (second ? lead.least : 0x80U) || byte > (second ? lead.most : 0xBFU)) return false;
    }
    i += lead.length;
  }
  return true;
}

}  // namespace muster::attestation
