// Whatever is shown as a proof of an output of the draw's keyed hash: it proves the one output that
// the key's holder computes, and nothing for another message or under another key. The input is one
// byte that chooses the curve, the proof, and behind its length the message.

#include <algorithm>

#include "ledger/base/check.hpp"
#include "ledger/crypto/vrf_ed25519.hpp"
#include "ledger/crypto/vrf_p256.hpp"

namespace {

using namespace muster;
using namespace muster::crypto;

constexpr std::size_t longest_proof = 81;

template <class Key, class PublicKey, class OutputOf>
void check(const Key& key, const PublicKey& other, ByteView proof, ByteView message,
           const OutputOf& output_of) {
  const auto honest = key.prove(message);
  const auto wanted = key.public_key().verify(message, honest);
  MUSTER_CHECK(wanted && output_of(honest) == wanted);
  const auto shown = key.public_key().verify(message, proof);
  if (!shown) return;
  MUSTER_CHECK(*shown == *wanted);
  MUSTER_CHECK(output_of(proof) == shown);
  MUSTER_CHECK(!other.verify(message, proof));
}

void check_ed25519(ByteView proof, ByteView message) {
  static const VrfEd25519Key key(std::array<std::uint8_t, 32>{1});
  static const VrfEd25519PublicKey other =
      VrfEd25519Key(std::array<std::uint8_t, 32>{2}).public_key();
  check(key, other, proof, message, vrf_ed25519_output);
}

void check_p256(ByteView proof, ByteView message) {
  static const VrfP256Key key = VrfP256Key::from_scalar({1, 2, 3}).value();
  static const VrfP256PublicKey other = VrfP256Key::from_scalar({4, 5, 6}).value().public_key();
  check(key, other, proof, message, vrf_p256_output);
}

}  // namespace

int fuzz_vrf(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const ByteView rest(data + 1, size - 1);
  const ByteView proof = rest.first(std::min(rest.size(), longest_proof - data[0] % 2));
  const ByteView message = rest.subspan(proof.size());
  if (data[0] % 2 == 0) {
    check_p256(proof, message);
  } else {
    check_ed25519(proof, message);
  }
  if (const auto key =
          VrfEd25519PublicKey::from_bytes(rest.first(std::min<std::size_t>(rest.size(), 32)))) {
    (void)key->verify(message, proof);
  }
  if (const auto key =
          VrfP256PublicKey::from_bytes(rest.first(std::min<std::size_t>(rest.size(), 33)))) {
    (void)key->verify(message, proof);
  }
  return 0;
}
