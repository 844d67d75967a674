#include "tests/ledger/support.hpp"

#include "ledger/base/check.hpp"
#include "ledger/crypto/sha256.hpp"
namespace muster::test {

crypto::Ed25519Signer signer_of(std::uint64_t number) {
  return crypto::Ed25519Signer(crypto::sha256("test key " + std::to_string(number)).bytes);
}

std::vector<ledger::Envelope> envelopes_of(std::size_t count, std::uint64_t first) {
  const auto signer = signer_of(1);
  const std::vector<const crypto::Signer*> signers{&signer};
  std::vector<ledger::Envelope> envelopes;
  for (std::uint64_t number = first; number < first + count; ++number) {
    std::string payload = R"({"number":)" + std::to_string(number) + "}";
    auto envelope =
        ledger::sign_envelope(std::string(ledger::event_payload_type), std::move(payload), signers);
    MUSTER_CHECK(envelope.has_value());  // a key in memory always signs
    envelopes.push_back(std::move(*envelope));
  }
  return envelopes;
}

}  // namespace muster::test
