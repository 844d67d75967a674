#pragma once

#include "ledger/base/hash.hpp"
#include "ledger/crypto/sha256.hpp"
#include "sampler/draw/seed.hpp"

namespace muster::draw {

/// The number that a line draws: 256 bits, compared as a big-endian number. The smallest are drawn.
using Ticket = Hash;

/// Makes the tickets of one site. The constant half of the input, seed ||
/// SHA-256("muster/ticket/v1"), is one block of SHA-256 and is hashed once.
class TicketMaker final {
 public:
  explicit TicketMaker(const Seed& seed);

  /// SHA-256(seed || SHA-256("muster/ticket/v1") || leaf).
  /// Cost: one compression.
  [[nodiscard]] Ticket ticket(const Hash& leaf) const { return midstate_.digest({leaf.view()}); }

 private:
  crypto::Sha256Midstate midstate_;
};

/// One ticket by itself.
[[nodiscard]] Ticket ticket(const Seed& seed, const Hash& leaf);

}  // namespace muster::draw
