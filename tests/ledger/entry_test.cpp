#include "ledger/entry.hpp"

#include "ledger/crypto/sha256.hpp"
#include "ledger/stored_entry.hpp"
#include "tests/ledger/seeded.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::ledger;
using muster::test::must;
using muster::test::must_fail;
using muster::test::seeded;

namespace {

Entry sample_entry(std::size_t signatures = 2) {
  Envelope envelope{std::string(event_payload_type), R"({"v":1})", {}};
  for (std::size_t i = 0; i < signatures; ++i) {
    must(add_signature(envelope, seeded(static_cast<std::uint8_t>(i + 1))));
  }
  return {
      must(Timestamp::parse("2026-11-23T12:00:00.000Z")), envelope, {41}, crypto::sha256("before")};
}

Result<Entry> parse(const std::string& text) { return parse_entry(as_bytes(text)); }

}  // namespace

TEST_CASE("an entry is written with its fields in canonical order and read back") {
  const Entry entry = sample_entry();

  const std::string text = encode_entry(entry);

  CHECK(text.starts_with(
      R"({"accepted_at":"2026-11-23T12:00:00.000Z","envelope":{"payload":"eyJ2IjoxfQ==",)"
      R"("payloadType":"application/vnd.muster.event+json","signatures":[{"keyid":")"));
  CHECK(
      text.ends_with(R"("}]},"index":41,"previous":")" + entry.previous.to_hex() + R"(","v":1})"));
  CHECK(must(parse_canonical_json(text)).at("envelope") == envelope_json(entry.envelope));
  CHECK(must(parse(text)) == entry);
}

TEST_CASE("an entry has one spelling") {
  const std::string good = encode_entry(sample_entry());
  const auto changed = [&good](std::string_view from, std::string_view to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    return text;
  };

  REQUIRE(parse(good));
  CHECK_FALSE(parse(""));
  CHECK_FALSE(parse(good + "\n"));
  CHECK_FALSE(parse(" " + good));
  CHECK_FALSE(parse(changed(R"("v":1)", R"("v":2)")));
  CHECK_FALSE(parse(changed(R"("v":1)", R"("v":1,"w":1)")));
  CHECK_FALSE(parse(changed(R"("index":41)", R"("index":041)")));
  CHECK_FALSE(parse(changed(R"("index":41)", R"("index":-1)")));
  CHECK_FALSE(parse(changed(R"("index":41)", R"("index":9007199254740992)")));
  CHECK_FALSE(parse(changed("12:00:00.000Z", "12:00:00Z")));
  CHECK_FALSE(parse(changed("2026-11-23", "2026-02-30")));
  CHECK_FALSE(parse(changed("eyJ2IjoxfQ==", "eyJ2IjoxfQ")));
  CHECK_FALSE(parse(changed("eyJ2IjoxfQ==", "eyJ2IjoxfR==")));
  CHECK_FALSE(parse(changed("application/vnd", "application vnd")));
  std::string upper = good;
  for (char& c : upper) c = c >= 'a' && c <= 'f' ? static_cast<char>(c - 32) : c;
  CHECK_FALSE(parse(upper));
}

TEST_CASE("signatures out of order, twice, or none are no entry") {
  Entry entry = sample_entry(3);
  std::swap(entry.envelope.signatures[0], entry.envelope.signatures[1]);
  CHECK_FALSE(parse(encode_entry(entry)));

  entry = sample_entry(3);
  entry.envelope.signatures[1] = entry.envelope.signatures[0];
  CHECK_FALSE(parse(encode_entry(entry)));

  entry.envelope.signatures.clear();
  CHECK_FALSE(parse(encode_entry(entry)));
}

TEST_CASE("every flipped bit of an entry gives other values or none") {
  const Entry entry = sample_entry(1);
  const std::string good = encode_entry(entry);

  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
    const auto parsed = parse(bad);
    if (parsed) CHECK(*parsed != entry);
    if (parsed) CHECK(encode_entry(*parsed) == bad);
  }
}

TEST_CASE("every truncation of an entry is refused, with the byte where it stops") {
  const std::string good = encode_entry(sample_entry(1));
  for (std::size_t size = 0; size < good.size(); ++size) {
    CHECK_FALSE(parse(good.substr(0, size)));
  }
  CHECK(must_fail(parse(R"({"accepted_at":"2026)")) == "entry: byte 16: want a closing quote");
}

TEST_CASE("what a store gives for an entry and is none, or another one, is damage") {
  const std::string text = encode_entry(sample_entry());
  CHECK(must(parse_stored_entry(as_bytes(text), {41})) == sample_entry());
  const auto other = parse_stored_entry(as_bytes(text), {42});
  REQUIRE_FALSE(other);
  CHECK(other.error().code == Errc::corrupt);
  CHECK(other.error().message == "entry 42: has number 41");
  const auto torn = parse_stored_entry(as_bytes(text).first(60), {41});
  REQUIRE_FALSE(torn);
  CHECK(torn.error().code == Errc::corrupt);
  CHECK(torn.error().message.starts_with("entry 41: entry: byte "));
}

TEST_CASE("65,535 bytes are an entry and one more is not") {
  Entry entry = sample_entry(1);
  const std::size_t around = encode_entry(entry).size() - 12;
  entry.envelope.payload = std::string((max_entry_bytes - around) / 4 * 3, 'x');
  CHECK(entry.envelope.payload.size() < max_payload_bytes + 1000);
  entry.envelope.payload.resize(max_payload_bytes);
  CHECK(parse(encode_entry(entry)));
  entry.envelope.payload.push_back('x');
  CHECK_FALSE(parse(encode_entry(entry)));
}
