#include "attestation/cbor/reader.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "attestation/cbor/utf8.hpp"

namespace muster::attestation {

std::string_view cbor_fault_text(CborFault fault) {
  switch (fault) {
    case CborFault::none:
      return "no fault";
    case CborFault::truncated:
      return "the bytes end inside an item";
    case CborFault::reserved:
      return "a reserved head";
    case CborFault::indefinite:
      return "an indefinite length";
    case CborFault::not_shortest:
      return "a head that has a shorter form";
    case CborFault::key_order:
      return "map keys out of order";
    case CborFault::unsupported:
      return "a floating point or simple value";
    case CborFault::too_deep:
      return "nesting too deep";
    case CborFault::not_utf8:
      return "text that is not UTF-8";
    case CborFault::wrong_type:
      return "an item of the wrong type";
    case CborFault::wrong_value:
      return "a value outside the format";
  }
  return "no fault";
}

CborReader::Head CborReader::head() {
  if (!ok()) return {};
  if (offset_ >= bytes_.size()) {
    fail(CborFault::truncated);
    return {};
  }
  const std::uint8_t first = bytes_[offset_];
  Head head{static_cast<std::uint8_t>(first >> 5U), static_cast<std::uint8_t>(first & 0x1FU), 0};
  if (head.info < 24) {
    head.argument = head.info;
    ++offset_;
    return head;
  }
  if (head.info > 27) {
    fail(head.info == 31 ? CborFault::indefinite : CborFault::reserved);
    return {};
  }
  const std::size_t width = std::size_t{1} << (head.info - 24U);
  if (bytes_.size() - offset_ - 1 < width) {
    fail(CborFault::truncated);
    return {};
  }
  for (std::size_t i = 1; i <= width; ++i) {
    head.argument = (head.argument << 8U) | bytes_[offset_ + i];
  }
  // Floating point carries its bits here, so the rule of the shortest head is for the others.
  const std::uint64_t least = head.info == 24 ? 24 : std::uint64_t{1} << (width * 4U);
  if (head.major != 7 && head.argument < least) {
    fail(CborFault::not_shortest);
    return {};
  }
  offset_ += 1 + width;
  return head;
}

std::uint64_t CborReader::argument_of(std::uint8_t major) {
  const std::size_t start = offset_;
  const Head found = head();
  if (ok() && found.major != major) {
    offset_ = start;
    fail(CborFault::wrong_type);
    return 0;
  }
  return found.argument;
}

// A number of 1 to 8 bytes behind `first`, read at once where eight bytes are there to be read.
// What is not plainly good is left to `head`, which says what is wrong.
std::uint64_t CborReader::wide_unsigned(std::uint8_t first) {
  constexpr std::size_t widest = 9;
  if (bytes_.size() - offset_ < widest) return argument_of(0);
  const std::size_t width = std::size_t{1} << (first - 24U);
  std::uint64_t eight = 0;
  std::memcpy(&eight, bytes_.data() + offset_ + 1, sizeof eight);
  if constexpr (std::endian::native == std::endian::little) eight = __builtin_bswap64(eight);
  const std::uint64_t value = eight >> (64U - 8U * width);
  const std::uint64_t least = first == 24 ? 24 : std::uint64_t{1} << (width * 4U);
  if (value < least) return argument_of(0);
  offset_ += 1 + width;
  return value;
}

std::int64_t CborReader::integer() {
  const std::size_t start = offset_;
  const Head found = head();
  if (!ok()) return 0;
  if (found.major > 1 || found.argument > static_cast<std::uint64_t>(INT64_MAX)) {
    offset_ = start;
    fail(found.major > 1 ? CborFault::wrong_type : CborFault::wrong_value);
    return 0;
  }
  const auto magnitude = static_cast<std::int64_t>(found.argument);
  return found.major == 0 ? magnitude : -1 - magnitude;
}

ByteView CborReader::content(std::uint64_t size) {
  if (!ok()) return {};
  if (size > bytes_.size() - offset_) {
    fail(CborFault::truncated);
    return {};
  }
  const ByteView view = bytes_.subspan(offset_, static_cast<std::size_t>(size));
  offset_ += view.size();
  return view;
}

std::string_view CborReader::text() {
  const std::string_view value = as_text(content(argument_of(3)));
  if (!is_utf8(value)) fail(CborFault::not_utf8);
  return ok() ? value : std::string_view{};
}

bool CborReader::boolean() {
  const std::size_t start = offset_;
  const Head found = head();
  if (ok() && (found.major != 7 || (found.info != 20 && found.info != 21))) {
    offset_ = start;
    fail(CborFault::wrong_type);
  }
  return ok() && found.info == 21;
}

void CborReader::skip_map(std::uint64_t pairs, unsigned depth) {
  ByteView before;
  for (std::uint64_t i = 0; i < pairs && ok(); ++i) {
    const std::size_t start = offset_;
    skip_nested(depth + 1);
    if (!ok()) return;
    const ByteView key = bytes_.subspan(start, offset_ - start);
    if (i > 0 && !std::ranges::lexicographical_compare(before, key)) fail(CborFault::key_order);
    before = key;
    skip_nested(depth + 1);
  }
}

void CborReader::skip_nested(unsigned depth) {
  if (depth > max_cbor_depth) fail(CborFault::too_deep);
  const Head found = head();
  if (!ok()) return;
  switch (found.major) {
    case 0:
    case 1:
      return;
    case 2:
      content(found.argument);
      return;
    case 3:
      if (!is_utf8(as_text(content(found.argument)))) fail(CborFault::not_utf8);
      return;
    case 4:
      for (std::uint64_t i = 0; i < found.argument && ok(); ++i) skip_nested(depth + 1);
      return;
    case 5:
      skip_map(found.argument, depth);
      return;
    case 6:
      skip_nested(depth + 1);
      return;
    default:
      if (found.info < 20 || found.info > 22) fail(CborFault::unsupported);
  }
}

namespace {

// Walks over well-formed items. `breakable` tells whether a lone break may stand in place of an
// item; `broke` says that it did.
struct Measure {
  ByteView bytes;
  std::size_t offset = 0;
  bool broke = false;

  bool take(std::uint64_t size) {
    if (size > bytes.size() - offset) return false;
    offset += static_cast<std::size_t>(size);
    return true;
  }

  bool items(std::uint64_t count, unsigned depth) {
    for (std::uint64_t i = 0; i < count; ++i) {
      if (!item(depth + 1, false)) return false;
    }
    return true;
  }

  bool indefinite(unsigned major, unsigned depth) {
    if (major < 2 || major > 5) return false;
    std::uint64_t count = 0;
    while (item(depth + 1, true)) {
      if (broke) {
        broke = false;
        return major != 5 || count % 2 == 0;
      }
      ++count;
    }
    return false;
  }

  bool item(unsigned depth, bool breakable) {
    if (depth > max_cbor_depth || offset >= bytes.size()) return false;
    const unsigned first = bytes[offset++];
    const unsigned major = first >> 5U;
    const unsigned info = first & 0x1FU;
    if (first == 0xFF) return broke = breakable;
    if (info > 27 && info < 31) return false;
    if (info == 31) return indefinite(major, depth);
    std::uint64_t argument = info;
    if (info > 23) {
      const std::size_t start = offset;
      if (!take(std::uint64_t{1} << (info - 24U))) return false;
      argument = 0;
      for (std::size_t i = start; i < offset; ++i) argument = (argument << 8U) | bytes[i];
    }
    return contents(major, argument, depth);
  }

  bool contents(unsigned major, std::uint64_t argument, unsigned depth) {
    if (major == 2 || major == 3) return take(argument);
    if (major == 4) return items(argument, depth);
    if (major == 5) return argument <= UINT64_MAX / 2 && items(argument * 2, depth);
    if (major == 6) return items(1, depth);
    return true;
  }
};

}  // namespace

std::optional<std::size_t> well_formed_size(ByteView bytes) {
  Measure measure{bytes};
  if (!measure.item(0, false)) return std::nullopt;
  return measure.offset;
}

}  // namespace muster::attestation
