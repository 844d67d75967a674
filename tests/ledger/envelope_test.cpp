#include "ledger/envelope.hpp"

#include "ledger/base/base64.hpp"
#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/sha256.hpp"
#include "tests/ledger/seeded.hpp"
#include "tests/support/must.hpp"
#include "tests/support/source_root.hpp"

using namespace muster;
using namespace muster::ledger;
using muster::test::must;
using muster::test::must_fail;
using muster::test::seeded;

namespace {

Envelope twice_signed() {
  const auto one = seeded(1);
  const auto two = seeded(2);
  const std::vector<const crypto::Signer*> signers{&one, &two};
  return must(sign_envelope(std::string(event_payload_type), R"({"a":"????"})", signers));
}

}  // namespace

TEST_CASE("the PAE is that of the published vectors") {
  const auto vectors = must(parse_json(must(read_text_file(
      std::string(muster::test::source_root) + "/tests/vectors/ledger/dsse_pae_vectors.json"))));
  REQUIRE(vectors.size() == 5);
  for (const Json& vector : vectors) {
    const Bytes payload = must(bytes_from_hex(vector.at("payloadHex").get<std::string>()));
    CHECK(to_hex(pae(vector.at("payloadType").get<std::string>(), as_text(payload))) ==
          vector.at("paeHex").get<std::string>());
  }
}

TEST_CASE("the statement hash is the hash of the PAE and ignores signatures") {
  Envelope envelope = twice_signed();
  const Hash hash = statement_hash(envelope);

  CHECK(hash == crypto::sha256(pae(envelope.payload_type, envelope.payload)));
  envelope.signatures.pop_back();
  CHECK(statement_hash(envelope) == hash);
  envelope.payload += ' ';
  CHECK(statement_hash(envelope) != hash);
}

TEST_CASE("an envelope goes out in normal form and comes back") {
  const Envelope envelope = twice_signed();

  const std::string text = encode_envelope(envelope);

  CHECK(text == canonical_json(envelope_json(envelope)));
  CHECK(must(parse_envelope(text)) == envelope);
  CHECK(envelope.signatures[0].keyid < envelope.signatures[1].keyid);
}

TEST_CASE("either base64 alphabet, any order and white space come in; one form goes out") {
  const Envelope envelope = twice_signed();
  Json json = envelope_json(envelope);
  std::swap(json["signatures"][0], json["signatures"][1]);
  for (Json* text : {&json["payload"], &json["signatures"][0]["sig"]}) {
    std::string url = text->get<std::string>();
    for (char& c : url) c = c == '+' ? '-' : c == '/' ? '_' : c;
    while (url.ends_with('=')) url.pop_back();
    *text = url;
  }
  REQUIRE(json["payload"].get<std::string>().find('_') != std::string::npos);

  CHECK(must(parse_envelope(json.dump(2))) == envelope);
}

TEST_CASE("only the key that signed verifies, and only these bytes") {
  Envelope envelope = twice_signed();
  const auto one = seeded(1).public_key();
  const auto two = seeded(2).public_key();
  const bool first_is_one = envelope.signatures[0].keyid == crypto::KeyId::of(one);
  const auto& by_one = envelope.signatures[first_is_one ? 0 : 1];

  CHECK(signature_verifies(envelope, by_one, one));
  CHECK_FALSE(signature_verifies(envelope, by_one, two));
  envelope.payload_type += "x";
  CHECK_FALSE(signature_verifies(envelope, by_one, one));
}

TEST_CASE("signing twice with one key leaves one signature") {
  Envelope envelope = twice_signed();

  must(add_signature(envelope, seeded(1)));

  CHECK(envelope == twice_signed());
}

TEST_CASE("what is not an envelope is refused by name") {
  const Json good = envelope_json(twice_signed());
  const auto refused = [&good](const std::function<void(Json&)>& change) {
    Json bad = good;
    change(bad);
    return must_fail(parse_envelope(bad.dump()));
  };

  CHECK(refused([](Json& e) { e.erase("payload"); }).starts_with("envelope.payload"));
  CHECK(refused([](Json& e) { e["payload"] = 1; }).starts_with("envelope.payload"));
  CHECK(refused([](Json& e) { e["payload"] = "a"; }).starts_with("envelope.payload"));
  CHECK(refused([](Json& e) { e["payload"] = std::string(64'004, 'A'); }) ==
        "envelope.payload: got 48003 bytes, want at most 48000");
  CHECK(refused([](Json& e) { e["payloadType"] = ""; }).starts_with("envelope.payloadType"));
  CHECK(refused([](Json& e) { e["payloadType"] = "a b"; }).starts_with("envelope.payloadType"));
  CHECK(refused([](Json& e) { e["signatures"] = Json::array(); }) ==
        "envelope.signatures: got 0, want 1 to 16");
  CHECK(refused([](Json& e) {
          e["signatures"] = Json(std::vector<Json>(17, e["signatures"][0]));
        }) == "envelope.signatures: got 17, want 1 to 16");
  CHECK(refused([](Json& e) {
          e["signatures"].push_back(e["signatures"][0]);
        }).ends_with("stands twice"));
  CHECK(refused([](Json& e) {
          e["signatures"][1]["keyid"] = "A";
        }).starts_with("envelope.signatures[1].keyid"));
  CHECK(refused([](Json& e) { e["signatures"][0]["sig"] = "AAAA"; }) ==
        "envelope.signatures[0].sig: got 3 bytes, want 64 (Ed25519, P-256) or 96 (P-384)");
  CHECK(refused([](Json& e) { e = Json::array(); }) == "envelope: got an array, want an object");
  CHECK_FALSE(parse_envelope(""));
  CHECK_FALSE(parse_envelope(good.dump() + "x"));
  CHECK_FALSE(parse_envelope(R"({"payload":"","payload":""})"));
  CHECK_FALSE(parse_envelope(std::string(max_envelope_text_bytes + 1, ' ')));
}

TEST_CASE("unknown fields are refused with their rule code, at every level") {
  for (const char* pointer : {"/x", "/signatures/0/cert"}) {
    Json bad = envelope_json(twice_signed());
    bad[Json::json_pointer(pointer)] = 1;

    const auto refused = parse_envelope(bad.dump());

    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::invalid_input);
    CHECK(refused.error().rule == "envelope.unknown_field");
  }
}
