#include "ledger/base/hex.hpp"
#include "ledger/crypto/vrf_ed25519.hpp"
#include "ledger/crypto/vrf_p256.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::crypto;
using muster::test::must;

namespace {

struct Vector {
  const char* secret;
  const char* key;
  Bytes alpha;
  const char* pi;
  const char* beta;
};

// RFC 9381 appendix B.3, examples 16 to 18.
const std::array<Vector, 3> edwards = {{
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
     {},
     "8657106690b5526245a92b003bb079ccd1a92130477671f6fc01ad16f26f723f26f8a57ccaed74ee1b190bed1f479"
     "d9727d2d0f9b005a6e456a35d4fb0daab1268a1b0db10836d9826a528ca76567805",
     "90cf1df3b703cce59e2a35b925d411164068269d7b2d29f3301c03dd757876ff66b71dda49d2de59d03450451af02"
     "6798e8f81cd2e333de5cdf4f3e140fdd8ae"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
     {0x72},
     "f3141cd382dc42909d19ec5110469e4feae18300e94f304590abdced48aed5933bf0864a62558b3ed7f2fea45c92a"
     "465301b3bbf5e3e54ddf2d935be3b67926da3ef39226bbc355bdc9850112c8f4b02",
     "eb4440665d3891d668e7e0fcaf587f1b4bd7fbfe99d0eb2211ccec90496310eb5e33821bc613efb94db5e5b54c70a"
     "848a0bef4553a41befc57663b56373a5031"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
     {0xaf, 0x82},
     "9bc0f79119cc5604bf02d23b4caede71393cedfbb191434dd016d30177ccbf8096bb474e53895c362d8628ee9f9ea"
     "3c0e52c7a5c691b6c18c9979866568add7a2d41b00b05081ed0f58ee5e31b3a970e",
     "645427e5d00c62a23fb703732fa5d892940935942101e456ecca7bb217c61c452118fec1219202a0edcf038bb6373"
     "241578be7217ba85a2687f7a0310b2df19f"},
}};

// RFC 9381 appendix B.1, examples 10 to 12.
const std::array<Vector, 3> p256 = {{
    {"c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721",
     "0360fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6", to_bytes("sample"),
     "035b5c726e8c0e2c488a107c600578ee75cb702343c153cb1eb8dec77f4b5071b4a53f0a46f018bc2c56e58d383f2"
     "305e0975972c26feea0eb122fe7893c15af376b33edf7de17c6ea056d4d82de6bc02f",
     "a3ad7b0ef73d8fc6655053ea22f9bede8c743f08bbed3d38821f0e16474b505e"},
    {"c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721",
     "0360fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6", to_bytes("test"),
     "034dac60aba508ba0c01aa9be80377ebd7562c4a52d74722e0abae7dc3080ddb56c19e067b15a8a8174905b136178"
     "04534214f935b94c2287f797e393eb0816969d864f37625b443f30f1a5a33f2b3c854",
     "a284f94ceec2ff4b3794629da7cbafa49121972671b466cab4ce170aa365f26d"},
    {"2ca1411a41b17b24cc8c3b089cfd033f1920202a6c0de8abb97df1498d50d2c8",
     "03596375e6ce57e0f20294fc46bdfcfd19a39f8161b58695b3ec5b3d16427c274d",
     to_bytes("Example using ECDSA key from Appendix L.4.2 of ANSI.X9-62-2005"),
     "03d03398bf53aa23831d7d1b2937e005fb0062cbefa06796579f2a1fc7e7b8c667d091c00b0f5c3619d10ecea4436"
     "3b5a599cadc5b2957e223fec62e81f7b4825fc799a771a3d7334b9186bdbee87316b1",
     "90871e06da5caa39a3c61578ebb844de8635e27ac0b13e829997d0d95dd98c19"},
}};

std::array<std::uint8_t, 32> secret_of(const Vector& vector) {
  std::array<std::uint8_t, 32> secret{};
  must(fill_from_hex(vector.secret, secret));
  return secret;
}

Bytes hex(const char* text) { return must(bytes_from_hex(text)); }

// Every single flipped bit of the proof, another message, and a cut proof prove nothing.
template <class Key>
void check_tampering(const Key& key, const Bytes& alpha, const Bytes& proof) {
  for (std::size_t bit = 0; bit < proof.size() * 8; ++bit) {
    Bytes flipped = proof;
    flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << (bit % 8)));
    CHECK_FALSE(key.verify(alpha, flipped));
  }
  Bytes other = alpha;
  other.push_back(0);
  CHECK_FALSE(key.verify(other, proof));
  CHECK_FALSE(key.verify(alpha, ByteView(proof).first(proof.size() - 1)));
  CHECK_FALSE(key.verify(alpha, {}));
}

}  // namespace

TEST_CASE("ECVRF on edwards25519 gives the proofs and outputs of RFC 9381") {
  for (const Vector& vector : edwards) {
    const VrfEd25519Key secret(secret_of(vector));
    const auto key = must(VrfEd25519PublicKey::from_bytes(hex(vector.key)));

    const VrfEd25519Proof proof = secret.prove(vector.alpha);

    CHECK(secret.public_key() == key);
    CHECK(to_hex(proof) == vector.pi);
    CHECK(to_hex(key.verify(vector.alpha, proof).value()) == vector.beta);
    CHECK(to_hex(vrf_ed25519_output(proof).value()) == vector.beta);
  }
}

TEST_CASE("a tampered proof on edwards25519 proves nothing") {
  const Vector& vector = edwards[1];
  const auto key = must(VrfEd25519PublicKey::from_bytes(hex(vector.key)));

  check_tampering(key, vector.alpha, hex(vector.pi));
  const auto other = must(VrfEd25519PublicKey::from_bytes(hex(edwards[2].key)));
  CHECK_FALSE(other.verify(vector.alpha, hex(vector.pi)));
}

TEST_CASE("a response that is not reduced is refused: each proof has one encoding") {
  const Vector& vector = edwards[1];
  const auto key = must(VrfEd25519PublicKey::from_bytes(hex(vector.key)));
  // The group order, little-endian: adding it changes the bytes and not the scalar.
  const Bytes order = hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  Bytes proof = hex(vector.pi);
  unsigned carry = 0;
  for (std::size_t i = 0; i < 32; ++i) {
    carry += proof[48 + i] + static_cast<unsigned>(order[i]);
    proof[48 + i] = static_cast<std::uint8_t>(carry);
    carry >>= 8;
  }
  REQUIRE(carry == 0);

  CHECK_FALSE(key.verify(vector.alpha, proof));
}

TEST_CASE("public keys of small order, off the curve or not canonical are refused") {
  const char* const refused[] = {
      // identity, order 2, order 4, order 8, and p itself, which encodes 0 a second time
      "0100000000000000000000000000000000000000000000000000000000000000",
      "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "0000000000000000000000000000000000000000000000000000000000000000",
      "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
      "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      // no point has this y
      "0200000000000000000000000000000000000000000000000000000000000000",
      "00",
  };
  for (const char* text : refused) CHECK_FALSE(VrfEd25519PublicKey::from_bytes(hex(text)));
}

TEST_CASE("ECVRF on P-256 gives the proofs and outputs of RFC 9381") {
  for (const Vector& vector : p256) {
    const auto secret = must(VrfP256Key::from_scalar(secret_of(vector)));
    const auto key = must(VrfP256PublicKey::from_bytes(hex(vector.key)));

    const VrfP256Proof proof = secret.prove(vector.alpha);

    CHECK(secret.public_key() == key);
    CHECK(to_hex(proof) == vector.pi);
    CHECK(to_hex(key.verify(vector.alpha, proof).value()) == vector.beta);
    CHECK(to_hex(vrf_p256_output(proof).value()) == vector.beta);
  }
}

TEST_CASE("a tampered proof on P-256 proves nothing") {
  const Vector& vector = p256[1];
  const auto key = must(VrfP256PublicKey::from_bytes(hex(vector.key)));

  check_tampering(key, vector.alpha, hex(vector.pi));
}

TEST_CASE("keys of P-256 are compressed points and scalars below the order") {
  std::array<std::uint8_t, 32> scalar{};
  CHECK_FALSE(VrfP256Key::from_scalar(scalar));
  must(fill_from_hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", scalar));
  CHECK_FALSE(VrfP256Key::from_scalar(scalar));
  Bytes key = hex(p256[0].key);
  key[0] = 4;
  CHECK_FALSE(VrfP256PublicKey::from_bytes(key));
  CHECK_FALSE(VrfP256PublicKey::from_bytes(Bytes{0}));
  // x = p - 1 is on no point, x = p is not canonical
  CHECK_FALSE(VrfP256PublicKey::from_bytes(
      hex("02ffffffff00000001000000000000000000000000ffffffffffffffffffffffff")));
}
