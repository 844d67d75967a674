#pragma once

#include <array>
#include <string>
#include <string_view>

#include "ledger/base/hash.hpp"

namespace muster::draw {

/// What one line of a frozen frame says of a chip. Every field is text that a stranger can copy.
struct FrameLine {
  std::string chip;    ///< The chip's id as it is printed.
  std::string site;    ///< Where it is inspected.
  std::string klass;   ///< Its class of chips with equal rate; "class" in the leaf.
  std::string weight;  ///< Its weight in the plan, an exact decimal.
};

/// Hides the chip behind the leaf from those who know only its id.
using Salt = std::array<std::uint8_t, 16>;

/// The first 16 bytes of HMAC-SHA-256(frame_key, chip). The frame key is held in escrow by the
/// Verifier; opening a line opens its salt alone.
[[nodiscard]] Salt frame_salt(ByteView frame_key, std::string_view chip);

/// SHA-256("muster/frame/leaf/v1" || salt || canonical JSON of chip, class, site and weight).
[[nodiscard]] Hash frame_leaf(const FrameLine& line, const Salt& salt);

}  // namespace muster::draw
