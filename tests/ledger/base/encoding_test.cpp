#include <vector>

#include "ledger/base/base64.hpp"
#include "ledger/base/hash.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/base/names.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using muster::test::must;
using muster::test::must_fail;

TEST_CASE("base64 of the strings of RFC 4648 section 10") {
  const std::vector<std::pair<std::string, std::string>> cases = {{"", ""},
                                                                  {"f", "Zg=="},
                                                                  {"fo", "Zm8="},
                                                                  {"foo", "Zm9v"},
                                                                  {"foob", "Zm9vYg=="},
                                                                  {"fooba", "Zm9vYmE="},
                                                                  {"foobar", "Zm9vYmFy"}};

  for (const auto& [plain, encoded] : cases) {
    CHECK(to_base64(as_bytes(plain)) == encoded);
    CHECK(must(bytes_from_base64(encoded)) == to_bytes(plain));
  }
}

TEST_CASE("base64 of every length comes back, and every wrong character in it is refused") {
  Bytes bytes;
  for (std::size_t size = 0; size < 50; ++size) {
    const std::string text = to_base64(bytes);
    REQUIRE(must(bytes_from_base64(text)) == bytes);
    for (std::size_t i = 0; i < text.size(); ++i) {
      for (const char wrong : {'-', ' ', '\n', '\0', '\x7F', '\xC3'}) {
        std::string bad = text;
        bad[i] = wrong;
        REQUIRE_FALSE(bytes_from_base64(bad));
      }
      // Another digit, or padding, gives other bytes or nothing, never the same bytes.
      for (const char digit : {'A', 'B', '='}) {
        if (text[i] == digit) continue;
        std::string other = text;
        other[i] = digit;
        const auto decoded = bytes_from_base64(other);
        REQUIRE((!decoded || *decoded != bytes));
      }
    }
    bytes.push_back(static_cast<std::uint8_t>(size * 37 + 201));
  }
}

TEST_CASE("strict base64 refuses spare bits, missing padding, white space and the other alphabet") {
  for (const char* bad : {"Zh==", "Zg", "Zg=", "Zm 9", "Zm9v\n", "-_-_", "====", "Z==="}) {
    CAPTURE(bad);
    CHECK_FALSE(bytes_from_base64(bad));
  }
  CHECK(must(bytes_from_any_base64("-_-_")) == must(bytes_from_base64("+/+/")));
  CHECK(must(bytes_from_any_base64("Zg")) == to_bytes("f"));
  CHECK_FALSE(bytes_from_any_base64("-/-/"));
}

TEST_CASE("hex comes back, in either case, and says what was wrong") {
  const Bytes bytes{0x00, 0x7F, 0xFF};

  CHECK(to_hex(bytes) == "007fff");
  CHECK(must(bytes_from_hex("007FfF")) == bytes);
  CHECK(must_fail(bytes_from_hex("0")) == "hex: got an odd number of digits, 1, want pairs");
  std::string upper = Hash{}.to_hex();
  upper.back() = 'A';
  CHECK(must_fail(Hash::from_hex(upper)) ==
        "hash: hex: got upper-case digits, want lower-case ones");
  CHECK(must_fail(Hash::from_hex("0042")) == "hash: got 4 characters, want 64 hex digits");
}

TEST_CASE("names are short, plain, and begin with a letter or digit") {
  CHECK(PartyId::parse("northwind"));
  CHECK(PartyId::parse("A.b_c-1"));
  for (const std::string& bad : {std::string(), std::string("-a"), std::string("a b"),
                                 std::string(65, 'a'), std::string("a\0b", 3), std::string("ä")}) {
    CHECK_FALSE(PartyId::parse(bad));
  }
}
