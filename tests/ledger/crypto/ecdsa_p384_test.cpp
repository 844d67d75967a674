#include "ledger/crypto/ecdsa_p384.hpp"

#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/base/json.hpp"
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
constexpr const char* signature =
    "94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C81A648152E44ACF96E36DD1E80FABE"
    "46"
    "99EF4AEB15F178CEA1FE40DB2603138F130E740A19624526203B6351D0A3A94FA329C145786E679E7B82C71A38628A"
    "C8";

}  // namespace

TEST_CASE("the P-384 signature of RFC 6979 verifies, and no flipped bit of it does") {
  const auto key = must(P384PublicKey::from_point(must(bytes_from_hex(public_key))));
  Bytes bytes = must(bytes_from_hex(signature));
  CHECK(p384_sha384_verifies(key, as_bytes("sample"), bytes));
  CHECK_FALSE(p384_sha384_verifies(key, as_bytes("simple"), bytes));
  for (std::size_t bit = 0; bit < 8 * bytes.size(); bit += 5) {
    bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    CHECK_FALSE(p384_sha384_verifies(key, as_bytes("sample"), bytes));
    bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
  }
}

TEST_CASE("signatures of zeros, of ones and of another length are refused") {
  const auto key = must(P384PublicKey::from_point(must(bytes_from_hex(public_key))));
  CHECK_FALSE(p384_sha384_verifies(key, as_bytes("sample"), Bytes(96, 0)));
  CHECK_FALSE(p384_sha384_verifies(key, as_bytes("sample"), Bytes(96, 0xFF)));
  CHECK_FALSE(p384_sha384_verifies(key, as_bytes("sample"), Bytes(95, 1)));
  CHECK_FALSE(p384_sha384_verifies(key, as_bytes("sample"), {}));
}

TEST_CASE("a P-384 key is an uncompressed point of the curve") {
  Bytes point = must(bytes_from_hex(public_key));
  CHECK(P384PublicKey::from_point(point).has_value());
  CHECK_FALSE(P384PublicKey::from_point(ByteView(point).first(96)));
  point[96] ^= 1U;
  CHECK_FALSE(P384PublicKey::from_point(point));
  CHECK_FALSE(P384PublicKey::from_point(Bytes(97, 0)));
}

TEST_CASE("P-384 verification agrees with Wycheproof on every raw signature") {
  const auto path = test::foreign_vectors(
      "attestation/wycheproof/testvectors_v1/ecdsa_secp384r1_sha384_p1363_test.json");
  if (!path) return;
  const Json file = must(parse_foreign_json(must(read_text_file(*path))));
  std::size_t seen = 0;
  for (const Json& group : file["testGroups"]) {
    const Bytes point = must(bytes_from_hex(group["publicKey"]["uncompressed"].get<std::string>()));
    const auto key = must(P384PublicKey::from_point(point));
    for (const Json& item : group["tests"]) {
      const Bytes message = must(bytes_from_hex(item["msg"].get<std::string>()));
      const Bytes raw = must(bytes_from_hex(item["sig"].get<std::string>()));
      CHECK_MESSAGE(p384_sha384_verifies(key, message, raw) == (item["result"] == "valid"),
                    item["tcId"].dump());
      ++seen;
    }
  }
  CHECK(seen == file["numberOfTests"]);
}

}  // namespace muster::crypto
