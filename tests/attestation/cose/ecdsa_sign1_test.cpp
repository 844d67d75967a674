// COSE_Sign1 by ECDSA on P-256 and P-384, beside EdDSA: the enrolled key decides by what rule a
// message is judged. Foreign vectors: cose-wg/Examples, read in place where they are.

#include "attestation/cbor/writer.hpp"
#include "attestation/cose/sign1.hpp"
#include "ledger/base/base64.hpp"
#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/base/json.hpp"
#include "ledger/crypto/ecdsa.hpp"
#include "ledger/crypto/ed25519.hpp"
#include "tests/support/foreign.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::attestation;
using muster::crypto::Curve;
using muster::crypto::EcdsaSigner;
using muster::test::must;

namespace {

std::optional<std::filesystem::path> ecdsa_examples() {
  return muster::test::foreign_vectors("attestation/cose");
}

struct Example {
  explicit Example(const std::string& name)
      : json(must(parse_foreign_json(must(read_text_file(*ecdsa_examples() / name))))),
        bytes(must(bytes_from_hex(json.at("output").at("cbor").get<std::string>()))) {}

  [[nodiscard]] crypto::PublicKey key(Curve curve) const {
    const Json& fields = json.at("input").at("sign0").at("key");
    Bytes point{0x04};
    for (const char* half : {"x", "y"}) {
      append(point, must(bytes_from_any_base64(fields.at(half).get<std::string>())));
    }
    return must(crypto::EcdsaPublicKey::from_point(curve, point));
  }

  Json json;
  Bytes bytes;
};

EcdsaSigner signer(Curve curve, std::uint8_t number) {
  Bytes secret(crypto::coordinate_bytes(curve));
  secret.back() = number;
  return must(EcdsaSigner::from_secret(curve, secret));
}

/// The same message with another signature.
Bytes with_signature(const Sign1& message, ByteView signature) {
  Bytes out;
  CborWriter writer(out);
  writer.tag(cose_sign1_tag);
  writer.array(4);
  writer.bytes(message.protected_header);
  writer.map(0);
  writer.bytes(message.payload);
  writer.bytes(signature);
  return out;
}

bool verifies(ByteView bytes, const crypto::PublicKey& key) {
  const auto message = parsed_sign1(bytes);
  return message && sign1_verifies(*message, key);
}

/// Order of the group of P-256. Source: SP 800-186 section 3.2.1.3.
const char* const p256_order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

/// order - s, both of 32 bytes.
Bytes other_form(ByteView s) {
  const Bytes order = must(bytes_from_hex(p256_order));
  Bytes difference(32);
  int borrow = 0;
  for (std::size_t i = 32; i-- > 0;) {
    const int digit = order[i] - s[i] - borrow;
    borrow = digit < 0 ? 1 : 0;
    difference[i] = static_cast<std::uint8_t>(digit + 256 * borrow);
  }
  return difference;
}

}  // namespace

TEST_CASE("ES256 and ES384 examples verify under their own keys alone") {
  if (!ecdsa_examples()) return;
  const Example first("ecdsa-examples/ecdsa-sig-01.json");
  const Example second("ecdsa-examples/ecdsa-sig-02.json");

  CHECK(must(parsed_sign1(first.bytes)).algorithm == cose_es256);
  CHECK(verifies(first.bytes, first.key(Curve::p256)));
  CHECK(must(parsed_sign1(second.bytes)).algorithm == cose_es384);
  CHECK(verifies(second.bytes, second.key(Curve::p384)));
  CHECK_FALSE(verifies(first.bytes, second.key(Curve::p384)));
  CHECK_FALSE(verifies(second.bytes, first.key(Curve::p256)));
}

TEST_CASE("ES512, and P-256 with SHA-512, are no algorithms of a device key") {
  if (!ecdsa_examples()) return;
  const Example other("ecdsa-examples/ecdsa-sig-04.json");  // the key is on P-256

  REQUIRE(parsed_sign1(other.bytes));
  CHECK_FALSE(verifies(other.bytes, other.key(Curve::p256)));
  CHECK_FALSE(verifies(Example("ecdsa-examples/ecdsa-sig-03.json").bytes,
                       other.key(Curve::p256)));  // P-521
}

TEST_CASE("the failing examples do not verify under the key that they name") {
  if (!ecdsa_examples()) return;
  for (const char* number : {"01", "02", "03", "04", "06", "07"}) {
    CAPTURE(number);
    const Example failing("sign1-tests/sign-fail-" + std::string(number) + ".json");
    CHECK_FALSE(verifies(failing.bytes, failing.key(Curve::p256)));
  }
}

TEST_CASE("an algorithm outside the protected header does not count") {
  if (!ecdsa_examples()) return;
  CHECK_FALSE(parsed_sign1(Example("sign1-tests/sign-pass-01.json").bytes));
}

TEST_CASE("a message signed here names the algorithm of its key") {
  const Bytes payload = to_bytes("the payload");
  for (const Curve curve : {Curve::p256, Curve::p384}) {
    const EcdsaSigner key = signer(curve, 7);
    const Bytes bytes = must(signed_sign1(payload, key));

    const Sign1 message = must(parsed_sign1(bytes));

    const bool small = curve == Curve::p256;
    CHECK(to_hex(message.protected_header) == (small ? "a10126" : "a1013822"));
    CHECK(message.signature.size() == (small ? 64 : 96));
    CHECK(sign1_verifies(message, key.key()));
    CHECK_FALSE(sign1_verifies(message, signer(curve, 8).key()));
    CHECK_FALSE(sign1_verifies(message, crypto::Ed25519Signer({}).public_key()));
    CHECK_FALSE(verifies(bytes, signer(small ? Curve::p384 : Curve::p256, 7).key()));
  }
}

TEST_CASE("the message does not choose the algorithm: the key does") {
  const EcdsaSigner key = signer(Curve::p256, 7);
  const Bytes payload = to_bytes("the payload");
  // {1: -8}: says EdDSA, and is well signed over that header by a key on P-256.
  const Bytes header{0xA1, 0x01, 0x27};
  const Bytes signature = must(key.signature_over(sign1_signed_bytes(header, payload)));
  const Sign1 message{header, payload, signature, cose_eddsa};

  CHECK(key.verifying_key().verifies(sign1_signed_bytes(header, payload), signature));
  CHECK_FALSE(verifies(with_signature(message, signature), key.key()));
}

TEST_CASE("a signature is r and s in full: DER, a byte less and a byte more are none") {
  for (const Curve curve : {Curve::p256, Curve::p384}) {
    const EcdsaSigner key = signer(curve, 7);
    const Bytes bytes = must(signed_sign1(to_bytes("the payload"), key));
    const Sign1 message = must(parsed_sign1(bytes));
    const Bytes der = crypto::der_of_raw_signature(curve, message.signature);
    Bytes longer = to_bytes(message.signature);
    longer.insert(longer.begin(), 0);

    CHECK(verifies(with_signature(message, message.signature), key.key()));
    CHECK_FALSE(verifies(with_signature(message, der), key.key()));
    CHECK_FALSE(verifies(with_signature(message, longer), key.key()));
    for (std::size_t size = 0; size < message.signature.size(); ++size) {
      CHECK_FALSE(verifies(with_signature(message, message.signature.first(size)), key.key()));
    }
  }
}

TEST_CASE("both forms of an ECDSA signature are good, with s in the lower half and in the upper") {
  const EcdsaSigner key = signer(Curve::p256, 7);
  const Bytes bytes = must(signed_sign1(to_bytes("the payload"), key));
  const Sign1 message = must(parsed_sign1(bytes));
  Bytes other = to_bytes(message.signature.first(32));
  append(other, other_form(message.signature.subspan(32)));

  CHECK(other != to_bytes(message.signature));
  CHECK(verifies(with_signature(message, other), key.key()));
}

TEST_CASE("r and s of zero, and of the group's order, are refused") {
  const EcdsaSigner key = signer(Curve::p256, 7);
  const Bytes bytes = must(signed_sign1(to_bytes("the payload"), key));
  const Sign1 message = must(parsed_sign1(bytes));
  const Bytes zero(32);
  const Bytes order = must(bytes_from_hex(p256_order));
  for (const Bytes& bad : {zero, order}) {
    Bytes in_r = bad;
    append(in_r, message.signature.subspan(32));
    Bytes in_s = to_bytes(message.signature.first(32));
    append(in_s, bad);
    CHECK_FALSE(verifies(with_signature(message, in_r), key.key()));
    CHECK_FALSE(verifies(with_signature(message, in_s), key.key()));
  }
}
