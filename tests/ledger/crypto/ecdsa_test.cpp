#include "ledger/crypto/ecdsa.hpp"

#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/base/json.hpp"
#include "ledger/crypto/public_key.hpp"
#include "tests/support/foreign.hpp"
#include "tests/support/must.hpp"

namespace muster::crypto {
namespace {

using test::must;

// RFC 6979 appendix A.2.6: curve P-384, SHA-384, message "sample".
constexpr const char* public_key =
    "04"
    "EC3A4E415B4E19A4568618029F427FA5DA9A8BC4AE92E02E06AAE5286B300C64DEF8F0EA9055866064A254515480BC"
    "13"
    "8015D9B72D7D57244EA8EF9AC0C621896708A59367F9DFB9F54CA84B3F1C9DB1288B231C3AE0D4FE7344FD25332647"
    "20";
constexpr const char* known_signature =
    "94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C81A648152E44ACF96E36DD1E80FABE"
    "46"
    "99EF4AEB15F178CEA1FE40DB2603138F130E740A19624526203B6351D0A3A94FA329C145786E679E7B82C71A38628A"
    "C8";

}  // namespace

TEST_CASE("the P-384 signature of RFC 6979 verifies, and no flipped bit of it does") {
  const auto key = must(EcdsaPublicKey::from_point(Curve::p384, must(bytes_from_hex(public_key))));
  Bytes bytes = must(bytes_from_hex(known_signature));
  CHECK(ecdsa_verifies(key, as_bytes("sample"), bytes));
  CHECK_FALSE(ecdsa_verifies(key, as_bytes("simple"), bytes));
  for (std::size_t bit = 0; bit < 8 * bytes.size(); bit += 5) {
    bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    CHECK_FALSE(ecdsa_verifies(key, as_bytes("sample"), bytes));
    bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
  }
}

TEST_CASE("signatures of zeros, of ones and of another length are refused") {
  const auto key = must(EcdsaPublicKey::from_point(Curve::p384, must(bytes_from_hex(public_key))));
  CHECK_FALSE(ecdsa_verifies(key, as_bytes("sample"), Bytes(96, 0)));
  CHECK_FALSE(ecdsa_verifies(key, as_bytes("sample"), Bytes(96, 0xFF)));
  CHECK_FALSE(ecdsa_verifies(key, as_bytes("sample"), Bytes(95, 1)));
  CHECK_FALSE(ecdsa_verifies(key, as_bytes("sample"), {}));
}

TEST_CASE("a P-384 key is a point of the curve") {
  Bytes point = must(bytes_from_hex(public_key));
  CHECK(EcdsaPublicKey::from_point(Curve::p384, point).has_value());
  CHECK_FALSE(EcdsaPublicKey::from_point(Curve::p384, ByteView(point).first(96)));
  point[96] ^= 1U;
  CHECK_FALSE(EcdsaPublicKey::from_point(Curve::p384, point));
  CHECK_FALSE(EcdsaPublicKey::from_point(Curve::p384, Bytes(97, 0)));
}

TEST_CASE("verification agrees with Wycheproof on every raw signature") {
  struct Set {
    Curve curve;
    const char* file;
  };
  for (const Set& set : {Set{Curve::p256, "ecdsa_secp256r1_sha256_p1363_test.json"},
                         Set{Curve::p384, "ecdsa_secp384r1_sha384_p1363_test.json"}}) {
    const auto path =
        test::foreign_vectors(std::string("attestation/wycheproof/testvectors_v1/") + set.file);
    if (!path) return;
    const Json file = must(parse_foreign_json(must(read_text_file(*path))));
    std::size_t seen = 0;
    for (const Json& group : file["testGroups"]) {
      const auto point =
          must(bytes_from_hex(group["publicKey"]["uncompressed"].get<std::string>()));
      const auto key = must(EcdsaPublicKey::from_point(set.curve, point));
      for (const Json& item : group["tests"]) {
        const Bytes message = must(bytes_from_hex(item["msg"].get<std::string>()));
        const Bytes raw = must(bytes_from_hex(item["sig"].get<std::string>()));
        CHECK_MESSAGE(ecdsa_verifies(key, message, raw) == (item["result"] == "valid"),
                      set.file << " " << item["tcId"].dump());
        ++seen;
      }
    }
    CHECK(seen == file["numberOfTests"]);
  }
}

TEST_CASE("a key of either curve is the same from both of its encodings") {
  for (const Curve curve : {Curve::p256, Curve::p384}) {
    for (int i = 0; i < 8; ++i) {
      const EcdsaSigner signer = EcdsaSigner::generate(curve);
      const auto& key = signer.key();
      CHECK(must(EcdsaPublicKey::from_point(curve, key.compressed())) == key);
      CHECK(must(EcdsaPublicKey::from_point(curve, key.uncompressed())) == key);
      const PublicKey any = signer.verifying_key();
      CHECK(must(PublicKey::parse(any.text())) == any);
      CHECK(must(PublicKey::from_bytes(any.bytes())) == any);
    }
  }
}

TEST_CASE("a signer from its secret signs what its key verifies, and nothing else") {
  for (const Curve curve : {Curve::p256, Curve::p384}) {
    const EcdsaSigner made = EcdsaSigner::generate(curve);
    const EcdsaSigner signer = must(EcdsaSigner::from_secret(curve, made.reveal_secret()));
    CHECK(signer.key() == made.key());
    const Bytes signature = must(signer.signature_over(as_bytes("a")));
    CHECK(signature.size() == signature_bytes(curve));
    CHECK(ecdsa_verifies(made.key(), as_bytes("a"), signature));
    CHECK_FALSE(ecdsa_verifies(made.key(), as_bytes("b"), signature));
    CHECK_FALSE(ecdsa_verifies(EcdsaSigner::generate(curve).key(), as_bytes("a"), signature));
  }
}

TEST_CASE("secrets outside 1 to the group's order - 1 are refused") {
  for (const Curve curve : {Curve::p256, Curve::p384}) {
    const std::size_t size = coordinate_bytes(curve);
    CHECK_FALSE(EcdsaSigner::from_secret(curve, Bytes(size, 0)));
    CHECK_FALSE(EcdsaSigner::from_secret(curve, Bytes(size, 0xFF)));
    CHECK_FALSE(EcdsaSigner::from_secret(curve, Bytes(size - 1, 1)));
    CHECK(EcdsaSigner::from_secret(curve, Bytes(size, 1)));
  }
}

TEST_CASE("a public key has one spelling for each algorithm") {
  const std::string p256 = EcdsaSigner::generate(Curve::p256).verifying_key().text();
  CHECK(p256.starts_with("p256:0"));
  CHECK(p256.size() == 5 + 66);
  CHECK_FALSE(PublicKey::parse(p256.substr(5)));
  CHECK_FALSE(PublicKey::parse("p384" + p256.substr(4)));
  CHECK_FALSE(PublicKey::parse(p256 + "00"));
  CHECK_FALSE(PublicKey::parse("p256:04" + p256.substr(7)));
  CHECK_FALSE(PublicKey::parse("P256" + p256.substr(4)));
  CHECK_FALSE(PublicKey::parse(""));
  CHECK_FALSE(PublicKey::parse(std::string(64, 'A')));
  const Bytes point = must(bytes_from_hex(p256.substr(5)));
  CHECK(must(PublicKey::from_bytes(point)).text() == p256);
  for (const std::size_t size : {0U, 31U, 34U, 48U, 50U, 65U}) {
    CHECK_FALSE(PublicKey::from_bytes(Bytes(size, 2)));
  }
  CHECK_FALSE(PublicKey::from_bytes(Bytes(33, 0)));  // no point begins so
}

}  // namespace muster::crypto
