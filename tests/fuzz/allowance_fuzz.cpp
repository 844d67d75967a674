// Allowances as a stranger hands them in: what is taken is written as it means, and a meter takes
// nothing from whoever does not have its issuer's key.

#include "attestation/allowance/allowance_meter.hpp"
#include "ledger/base/check.hpp"
#include "ledger/crypto/sha256.hpp"

int fuzz_allowance(const std::uint8_t* data, std::size_t size) {
  using namespace muster;
  using namespace muster::attestation;
  const auto text = as_text(ByteView(data, size));
  if (const auto allowance = parse_allowance(text)) {
    MUSTER_CHECK(encode_allowance(*allowance) == text);
    MUSTER_CHECK(allowance->number > allowance->previous && allowance->megacycles > 0);
  }
  static const crypto::PublicKey issuer(
      crypto::Ed25519Signer(crypto::sha256("a key that signs nothing").bytes).public_key());
  const auto handed = read_allowance(text, std::span(&issuer, 1));
  if (!handed) return 0;
  MUSTER_CHECK(!handed->known.by_issuer);
  const Allowance& terms = handed->known.terms;
  AllowanceMeter meter(terms.chip, issuer);
  MUSTER_CHECK(!meter.load(text, terms.not_before).has_value());
  MUSTER_CHECK(meter.available(terms.not_before) == 0);
  return 0;
}
