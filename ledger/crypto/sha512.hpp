#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>

#include "ledger/base/bytes.hpp"

namespace muster::crypto {

using Sha512Digest = std::array<std::uint8_t, 64>;

/// The SHA-512 digest of the concatenation of `parts`, for formats of others that ask for it.
/// Source: FIPS 180-4.
[[nodiscard]] Sha512Digest sha512(std::initializer_list<ByteView> parts);

}  // namespace muster::crypto
