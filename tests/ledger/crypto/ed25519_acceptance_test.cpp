// The pinned acceptance rule at the edges where libraries disagree, and the peer library.

#include <openssl/evp.h>

#include <algorithm>
#include <memory>

#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/base/json.hpp"
#include "ledger/crypto/ed25519.hpp"
#include "ledger/crypto/seeded_random.hpp"
#include "tests/support/foreign.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using muster::test::foreign_vectors;
using muster::test::must;

namespace {

Bytes field(const Json& object, const char* name) {
  return must(bytes_from_hex(object.at(name).get<std::string>()));
}

bool accepts(ByteView key_bytes, ByteView message, ByteView signature) {
  const auto key = crypto::Ed25519PublicKey::from_bytes(key_bytes);
  return key && crypto::ed25519_verifies(*key, message, signature);
}

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

bool openssl_accepts(ByteView key_bytes, ByteView message, ByteView signature) {
  const std::unique_ptr<EVP_PKEY, FreeKey> key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key_bytes.data(), key_bytes.size()));
  const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
  return EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                          message.size()) == 1;
}

Bytes openssl_signature(ByteView seed, ByteView message) {
  const std::unique_ptr<EVP_PKEY, FreeKey> key(
      EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()));
  const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
  Bytes signature(64);
  std::size_t size = signature.size();
  REQUIRE(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1);
  REQUIRE(EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) ==
          1);
  return signature;
}

}  // namespace

TEST_CASE("every Wycheproof case for Ed25519 is judged as Wycheproof judges it") {
  const auto path = foreign_vectors("attestation/wycheproof/testvectors_v1/ed25519_test.json");
  if (!path) return;
  const Json vectors = must(parse_foreign_json(must(read_text_file(*path))));
  std::size_t count = 0;
  for (const Json& group : vectors.at("testGroups")) {
    const Bytes key = field(group.at("publicKey"), "pk");
    for (const Json& test : group.at("tests")) {
      CAPTURE(test.at("tcId").get<int>());
      const bool valid = test.at("result").get<std::string>() == "valid";
      CHECK(accepts(key, field(test, "msg"), field(test, "sig")) == valid);
      ++count;
    }
  }
  CHECK(count == vectors.at("numberOfTests").get<std::size_t>());
}

TEST_CASE("all 12 cases of ed25519-speccheck are refused") {
  // Libsodium alone accepts number 3, whose key has a small-order part and still satisfies the
  // cofactorless equation; such a key does not pass the door here. All others fail in both.
  const auto path = foreign_vectors("attestation/ed25519_speccheck/cases.json");
  if (!path) return;
  const Json cases = must(parse_foreign_json(must(read_text_file(*path))));
  REQUIRE(cases.size() == 12);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    CAPTURE(i);
    CHECK_FALSE(accepts(field(cases[i], "pub_key"), field(cases[i], "message"),
                        field(cases[i], "signature")));
  }
}

TEST_CASE("OpenSSL and this library make the same signatures and accept each other's") {
  crypto::SeededRandom random("peer");
  for (std::size_t size = 0; size < 200; ++size) {
    std::array<std::uint8_t, 32> seed{};
    random.fill(seed);
    Bytes message(size);
    random.fill(message);
    const crypto::Ed25519Signer signer(seed);
    const auto key = signer.public_key();

    const auto ours = signer.sign(message);
    const Bytes theirs = openssl_signature(seed, message);

    CHECK(std::ranges::equal(ours, theirs));
    CHECK(openssl_accepts(key.bytes(), message, ours));
    CHECK(crypto::ed25519_verifies(key, message, theirs));
    Bytes wrong = theirs;
    wrong[size % 64] ^= 4U;
    CHECK_FALSE(openssl_accepts(key.bytes(), message, wrong));
    CHECK_FALSE(crypto::ed25519_verifies(key, message, wrong));
  }
}
