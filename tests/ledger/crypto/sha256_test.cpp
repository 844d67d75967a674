#include "ledger/crypto/sha256.hpp"

#include "ledger/base/hex.hpp"
#include "ledger/crypto/seeded_random.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using muster::test::must;

TEST_CASE("SHA-256 of the messages of FIPS 180-2 appendix B") {
  CHECK(crypto::sha256("abc").to_hex() ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(crypto::sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq").to_hex() ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST_CASE("pieces, copies and midstates give the digest of the whole") {
  crypto::Sha256 hash;
  hash.update("ab");
  crypto::Sha256 copy = hash;

  CHECK(hash.update("c").finish() == crypto::sha256("abc"));
  CHECK(copy.update("d").finish() == crypto::sha256("abd"));
  CHECK(hash.update("abc").finish() == crypto::sha256("abc"));
  const crypto::Sha256Midstate prefix(as_bytes(std::string(64, 'p')));
  CHECK(prefix.digest({as_bytes("rest")}) == crypto::sha256(std::string(64, 'p') + "rest"));
}

TEST_CASE("HMAC-SHA-256 of RFC 4231 cases 1, 2, 3 and 6") {
  const auto mac = [](const Bytes& key, const std::string& text) {
    return crypto::hmac_sha256(key, as_bytes(text)).to_hex();
  };

  CHECK(mac(Bytes(20, 0x0b), "Hi There") ==
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  CHECK(mac(to_bytes("Jefe"), "what do ya want for nothing?") ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(mac(Bytes(20, 0xaa), std::string(50, '\xdd')) ==
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
  CHECK(mac(Bytes(131, 0xaa), "Test Using Larger Than Block-Size Key - Hash Key First") ==
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST_CASE("seeded bytes do not depend on how they are asked for") {
  crypto::SeededRandom one("x");
  crypto::SeededRandom two("x");
  std::array<std::uint8_t, 40> whole{};
  std::array<std::uint8_t, 40> parts{};

  one.fill(whole);
  for (std::size_t i = 0; i < 40; i += 8) two.fill(std::span(parts).subspan(i, 8));

  CHECK(whole == parts);
  CHECK(crypto::SeededRandom("y").next_u64() != crypto::SeededRandom("x").next_u64());
}
