#include <optional>
#include <random>
#include <vector>

#include "ledger/base/base64.hpp"
#include "ledger/base/hash.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/base/names.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using muster::test::must;
using muster::test::must_fail;

namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Base64 digit by digit from single bits, as RFC 4648 section 4 tells it.
std::string slow_base64(const Bytes& bytes) {
  std::string bits;
  for (const std::uint8_t byte : bytes) {
    for (unsigned shift = 8; shift > 0; --shift) bits += (byte >> (shift - 1)) % 2 == 1 ? '1' : '0';
  }
  while (bits.size() % 6 != 0) bits += '0';
  std::string text;
  for (std::size_t at = 0; at < bits.size(); at += 6) {
    text += alphabet[std::stoul(bits.substr(at, 6), nullptr, 2)];
  }
  while (text.size() % 4 != 0) text += '=';
  return text;
}

/// The bytes whose base64 `text` is; none if it is of no bytes.
std::optional<Bytes> slow_bytes(std::string_view text) {
  Bytes bytes;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text.substr(0, text.find('='))) {
    const auto value = alphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    bits = (bits << 6U | static_cast<std::uint32_t>(value)) & 0xFFFFU;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes.push_back(static_cast<std::uint8_t>(bits >> count));
  }
  return slow_base64(bytes) == text ? std::optional(bytes) : std::nullopt;
}

/// Whether the strict reader says what the slow one says, about a text of any bytes.
bool reads_as_slowly(const std::string& text) {
  const auto read = bytes_from_base64(text);
  const auto slow = slow_bytes(text);
  return read.has_value() == slow.has_value() && (!read || *read == *slow);
}
}  // namespace

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

TEST_CASE("base64 of all of one and two bytes, and of many more, is what single bits make of it") {
  for (std::uint32_t value = 0; value < 0x10000U; ++value) {
    const Bytes two{static_cast<std::uint8_t>(value >> 8U), static_cast<std::uint8_t>(value)};
    REQUIRE(to_base64(two) == slow_base64(two));
    if (value < 256) REQUIRE(to_base64({&two[1], 1}) == slow_base64({two[1]}));
  }
  std::mt19937 random(64);
  for (std::size_t size = 3; size < 400; ++size) {
    Bytes bytes(size);
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
    REQUIRE(to_base64(bytes) == slow_base64(bytes));
    REQUIRE(reads_as_slowly(to_base64(bytes)));
  }
}

TEST_CASE("what base64 takes is what single bits take, at each byte value in each place") {
  // Digits with and without spare bits, padding, the other alphabet, white space.
  const std::string kinds = "AQgw/B=-\n";
  std::size_t wrong = 0;
  for (std::size_t place = 0; place < 4; ++place) {
    for (std::size_t rest = 0; rest < kinds.size() * kinds.size() * kinds.size(); ++rest) {
      std::string text{kinds[rest % 9], kinds[rest / 9 % 9], kinds[rest / 81]};
      text.insert(place, 1, '\0');
      for (unsigned value = 0; value < 256; ++value) {
        text[place] = static_cast<char>(value);
        if (!reads_as_slowly(text)) ++wrong;
      }
    }
  }
  CHECK(wrong == 0);
  std::mt19937 random(4648);
  for (std::size_t turn = 0; turn < 20'000; ++turn) {
    Bytes bytes(random() % 40);
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
    std::string text = to_base64(bytes);
    // Another byte in a place, one more, one less, or an end cut off.
    const std::size_t place = random() % (text.size() + 1);
    const auto value = static_cast<char>(random());
    if (place < text.size() && turn % 4 == 0) text[place] = value;
    if (turn % 4 == 1) text.insert(place, 1, value);
    if (turn % 4 == 2) text.resize(place);
    if (place < text.size() && turn % 4 == 3) text.erase(place, 1);
    REQUIRE(reads_as_slowly(text));
  }
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
