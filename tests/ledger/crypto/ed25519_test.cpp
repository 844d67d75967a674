#include "ledger/crypto/ed25519.hpp"

#include <algorithm>

#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/base/json.hpp"
#include "ledger/crypto/key_id.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using muster::test::must;

namespace {

std::array<std::uint8_t, 32> seed_of(const std::string& hex) {
  std::array<std::uint8_t, 32> seed{};
  must(fill_from_hex(hex, seed));
  return seed;
}

}  // namespace

TEST_CASE("RFC 8032 section 7.1 test 2: key, signature, and nothing else") {
  const crypto::Ed25519Signer signer(
      seed_of("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"));
  const Bytes message{0x72};

  const auto signature = signer.sign(message);

  CHECK(to_hex(signer.public_key().bytes()) ==
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  CHECK(to_hex(signature) ==
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
  CHECK(crypto::ed25519_verifies(signer.public_key(), message, signature));
  CHECK_FALSE(crypto::ed25519_verifies(signer.public_key(), Bytes{0x73}, signature));
}

TEST_CASE("every flipped bit of a signature is refused") {
  const crypto::Ed25519Signer signer(seed_of(std::string(64, '7')));
  const auto good = signer.sign(as_bytes("muster"));

  for (std::size_t bit = 0; bit < 512; ++bit) {
    auto bad = good;
    bad[bit / 8] = static_cast<std::uint8_t>(bad[bit / 8] ^ (1U << (bit % 8)));
    CHECK_FALSE(crypto::ed25519_verifies(signer.public_key(), as_bytes("muster"), bad));
  }
}

TEST_CASE("small-order and non-canonical keys are refused at the door") {
  for (const char* bad : {"0000000000000000000000000000000000000000000000000000000000000000",
                          "0100000000000000000000000000000000000000000000000000000000000000",
                          "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                          "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
                          "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"}) {
    CAPTURE(bad);
    CHECK_FALSE(crypto::Ed25519PublicKey::from_bytes(must(bytes_from_hex(bad))));
  }
}

TEST_CASE("a key id is 32 lower-case hex digits and follows from the key") {
  const crypto::Ed25519Signer signer(seed_of(std::string(64, '1')));
  const auto id = crypto::KeyId::of(signer.public_key());

  CHECK(must(crypto::KeyId::parse(id.text())) == id);
  CHECK_FALSE(crypto::KeyId::parse(id.text() + "0"));
}
