#pragma once

#include <cstdint>

#include "ledger/base/bytes.hpp"

namespace muster::attestation {

/// What a Prover without the chip's key can do to a log in its hands. For tests and simulated
/// Provers. Entries are named by counter; a counter that the log does not have changes nothing.

/// The log with the memory root of snapshot `counter` (its firmware digest where it is another
/// entry) changed in one bit.
[[nodiscard]] Bytes log_with_edit(ByteView log, std::uint64_t counter);

/// The log without the entries whose counters are in [from, to).
[[nodiscard]] Bytes log_without(ByteView log, std::uint64_t from, std::uint64_t to);

/// The log with entries `counter` and `counter` + 1 exchanged.
[[nodiscard]] Bytes log_with_swap(ByteView log, std::uint64_t counter);

/// The log with entry `counter` twice.
[[nodiscard]] Bytes log_with_copy(ByteView log, std::uint64_t counter);

}  // namespace muster::attestation
