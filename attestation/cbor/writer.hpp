#pragma once

#include <cstdint>
#include <string_view>

#include "ledger/base/bytes.hpp"

namespace muster::attestation {

/// Appends deterministic CBOR to `out`: shortest heads, definite lengths. The order of map keys is
/// the caller's duty. Source: RFC 8949 section 4.2.1.
class CborWriter final {
 public:
  explicit CborWriter(Bytes& out) : out_(&out) {}

  void unsigned_integer(std::uint64_t value) { head(0, value); }
  /// The number -1 - `argument`.
  void negative(std::uint64_t argument) { head(1, argument); }
  void integer(std::int64_t value);
  void bytes(ByteView value);
  void text(std::string_view value);
  /// Heads: the items follow, written by the caller.
  void array(std::uint64_t items) { head(4, items); }
  void map(std::uint64_t pairs) { head(5, pairs); }
  void tag(std::uint64_t number) { head(6, number); }
  void boolean(bool value) { out_->push_back(value ? 0xF5 : 0xF4); }
  void null() { out_->push_back(0xF6); }

 private:
  void head(std::uint8_t major, std::uint64_t argument);
  Bytes* out_;
};

}  // namespace muster::attestation
