// Foreign vectors: cose-wg/Examples, read in place where they are.

#include "attestation/cose/sign1.hpp"

#include <filesystem>

#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/base/json.hpp"
#include "ledger/crypto/ed25519.hpp"
#include "tests/support/foreign.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::attestation;
using muster::test::must;
namespace fs = std::filesystem;

namespace {

std::optional<fs::path> examples() { return muster::test::foreign_vectors("attestation/cose"); }

Json example(const std::string& name) {
  return must(parse_foreign_json(must(read_text_file(*examples() / name))));
}

Bytes message_of(const Json& json) {
  return must(bytes_from_hex(json.at("output").at("cbor").get<std::string>()));
}

crypto::Ed25519Signer test_signer() {
  std::array<std::uint8_t, 32> seed{};
  seed[0] = 42;
  return crypto::Ed25519Signer(seed);
}

}  // namespace

TEST_CASE("the EdDSA example verifies, and no message with a changed byte does") {
  if (!examples()) return;
  const Json json = example("eddsa-examples/eddsa-sig-01.json");
  const auto& key_hex = json.at("input").at("sign0").at("key").at("x_hex");
  const auto key =
      must(crypto::Ed25519PublicKey::from_bytes(must(bytes_from_hex(key_hex.get<std::string>()))));
  Bytes bytes = message_of(json);

  const Sign1 message = must(parsed_sign1(bytes));

  CHECK(message.algorithm == cose_eddsa);
  CHECK(as_text(message.payload) == "This is the content.");
  CHECK(sign1_verifies(message, key));
  const std::size_t unprotected_end = 13;  // A1 04 42 31 31: not covered by the signature
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i >= 8 && i < unprotected_end) continue;
    bytes[i] ^= 1U;
    const auto changed = parsed_sign1(bytes);
    CHECK_FALSE((changed && sign1_verifies(*changed, key)));
    bytes[i] ^= 1U;
  }
}

TEST_CASE("the signed bytes are those of the examples") {
  if (!examples()) return;
  for (const char* name : {"eddsa-examples/eddsa-sig-01.json", "sign1-tests/sign-pass-03.json",
                           "sign1-tests/sign-pass-01.json"}) {
    CAPTURE(name);
    const Json json = example(name);
    const Bytes bytes = message_of(json);
    const auto message = parsed_sign1(bytes);
    if (!message) continue;  // a pass without tag, or without an algorithm among the protected
    const Bytes expected =
        must(bytes_from_hex(json.at("intermediates").at("ToBeSign_hex").get<std::string>()));
    CHECK(sign1_signed_bytes(message->protected_header, message->payload) == expected);
  }
}

TEST_CASE("the failing examples are refused or do not verify") {
  if (!examples()) return;
  const auto key = test_signer().public_key();
  for (const char* name : {"01", "02", "03", "04", "06", "07"}) {
    const Bytes bytes = message_of(example("sign1-tests/sign-fail-" + std::string(name) + ".json"));
    const auto message = parsed_sign1(bytes);
    CHECK_FALSE((message && sign1_verifies(*message, key)));
  }
  CHECK_FALSE(parsed_sign1(message_of(example("sign1-tests/sign-fail-01.json"))));  // tag 998
}

TEST_CASE("a message signed here verifies under its key alone") {
  const Bytes payload = to_bytes("the payload");
  const Bytes bytes = must(signed_sign1(payload, test_signer()));

  const Sign1 message = must(parsed_sign1(bytes));

  CHECK(sign1_verifies(message, test_signer().public_key()));
  CHECK_FALSE(sign1_verifies(message, crypto::Ed25519Signer({}).public_key()));
  CHECK(to_hex(message.protected_header) == "a10127");
}

TEST_CASE("what is not exactly one tagged COSE_Sign1 is refused") {
  const Bytes good = must(signed_sign1(to_bytes("x"), test_signer()));
  Bytes longer = good;
  longer.push_back(0);
  Bytes untagged(good.begin() + 1, good.end());
  Bytes other_tag = good;
  other_tag[0] = 0xD1;

  CHECK_FALSE(parsed_sign1(longer));
  CHECK_FALSE(parsed_sign1(untagged));
  CHECK_FALSE(parsed_sign1(other_tag));
  CHECK_FALSE(parsed_sign1(Bytes(max_sign1_bytes + 1)));
  for (std::size_t size = 0; size < good.size(); ++size) {
    CHECK_FALSE(parsed_sign1(ByteView(good).first(size)));
  }
}

TEST_CASE("a critical header is refused: it would demand what is not understood") {
  // {1: -8, 2: [1]}
  CHECK_FALSE(parsed_sign1(must(bytes_from_hex("d28446a20127028101a0404101"))));
}
