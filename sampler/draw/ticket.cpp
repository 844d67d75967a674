#include "sampler/draw/ticket.hpp"

namespace muster::draw {
namespace {

Bytes constant_half(const Seed& seed) {
  Bytes block = to_bytes(seed.value.view());
  append(block, crypto::sha256("muster/ticket/v1").view());
  return block;
}

}  // namespace

TicketMaker::TicketMaker(const Seed& seed) : midstate_(constant_half(seed)) {}

Ticket ticket(const Seed& seed, const Hash& leaf) { return TicketMaker(seed).ticket(leaf); }

}  // namespace muster::draw
