#pragma once

#include <vector>

#include "ledger/envelope.hpp"

namespace muster::test {

/// A key that follows from a small number.
[[nodiscard]] crypto::Ed25519Signer signer_of(std::uint64_t number);

/// Signed envelopes number `first` and on; always the same bytes.
[[nodiscard]] std::vector<ledger::Envelope> envelopes_of(std::size_t count,
                                                         std::uint64_t first = 0);

}  // namespace muster::test
