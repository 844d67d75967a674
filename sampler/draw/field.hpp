#pragma once

#include "ledger/base/bytes.hpp"

namespace muster::draw {

/// Appends lp(field): its length as 4 bytes, big-endian, and then the field, so that what stands
/// beside it cannot be taken for a part of it. Requires: field.size() < 2^32.
void append_field(Bytes& message, ByteView field);

}  // namespace muster::draw
