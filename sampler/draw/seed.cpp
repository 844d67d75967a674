#include "sampler/draw/seed.hpp"

#include "ledger/crypto/sha256.hpp"
#include "sampler/draw/field.hpp"

namespace muster::draw {
Seed site_seed(const SeedParts& parts) {
  Bytes message;
  append_field(message, as_bytes("muster/seed/v1"));
  append_field(message, parts.plan.view());
  append_field(message, as_bytes(parts.site));
  append_field(message, u64be(parts.round));
  append_field(message, parts.randomness);
  append_field(message, parts.beta);
  return Seed{crypto::sha256(message)};
}

}  // namespace muster::draw
