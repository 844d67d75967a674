#include "tests/attestation/spdm/vectors.hpp"

namespace muster::attestation::spdm {
namespace {

using test::must;
using test::must_fail;

Bytes good_report() { return evidence_of("report.hex", "chain.pem").report; }

}  // namespace

TEST_CASE("a report is taken apart into request, measurements, opaque data and signature") {
  const Bytes report = good_report();
  const Exchange exchange = must(parse_exchange(report));

  CHECK(exchange.request.nonce[0] == 100);
  CHECK(exchange.request.slot == 0);
  REQUIRE(exchange.response.measurements.size() == 3);
  CHECK(exchange.response.measurements[2].index == 3);
  CHECK(exchange.response.measurements[2].type == 1);
  CHECK_FALSE(exchange.response.measurements[2].raw);
  CHECK(exchange.response.measurements[2].value == Bytes(48, 0x33));
  CHECK(exchange.response.nonce[31] == 31);
  CHECK(exchange.signed_size + signature_bytes == report.size());
}

TEST_CASE("opaque data gives versions, counters and the firmware id") {
  const Exchange exchange = must(parse_exchange(good_report()));
  const auto fields = must(parse_opaque(exchange.response.opaque));

  CHECK(driver_version(fields) == "1.2.3");
  CHECK(vbios_version(fields) == "96.00.74.00.20");
  CHECK(must(measurement_counts(fields)) == std::vector<std::uint32_t>{1, 2, 0});
  CHECK(opaque_value(fields, opaque_id::firmware_id)->size() == 48);
  CHECK_FALSE(opaque_value(fields, 999));
  CHECK(opaque_name(20) == "firmware id");
  CHECK(opaque_name(26) == "unknown");
}

TEST_CASE("a report that is cut anywhere is refused with the field and its offset") {
  const Bytes report = good_report();
  for (std::size_t size = 0; size < report.size(); ++size) {
    const auto cut = parse_exchange(ByteView(report).first(size));
    CHECK_FALSE(cut);
  }
  CHECK(must_fail(parse_exchange(ByteView(report).first(20))) ==
        "request: nonce at byte 4: got 16 bytes, want 32");
}

TEST_CASE("a byte too many is refused") {
  Bytes report = good_report();
  report.push_back(0);
  CHECK(must_fail(parse_exchange(report)).starts_with("report at byte "));
}

TEST_CASE("another version, code or operation is refused by name") {
  const auto changed = [](std::size_t at, std::uint8_t value) {
    Bytes report = good_report();
    report[at] = value;
    return must_fail(parse_exchange(report));
  };
  CHECK(changed(0, 0x12) == "request: SPDM version at byte 0: got 12, want 11");
  CHECK(changed(1, 0xE1) == "request: code at byte 1: got e1, want e0");
  CHECK(changed(2, 0x00) == "request: attributes at byte 2: got 00, want 01");
  CHECK(changed(36, 0x01) == "response: slot: got 0, want 1 as the request asks");
  CHECK(changed(38, 0x7F) == "response: code at byte 38: got 7f, want 60");
  CHECK(changed(46, 0x02) == "measurement: specification at byte 46: got 02, want 01");
  CHECK(changed(100, 0x01).find("1 stands twice") != std::string::npos);
}

TEST_CASE("opaque fields must fill the data exactly and stand once") {
  CHECK(must(parse_opaque({})).empty());
  CHECK(must_fail(parse_opaque(Bytes{1, 0, 2, 0, 9})) ==
        "opaque data: field value at byte 4: got 1 bytes, want 2");
  CHECK(must_fail(parse_opaque(Bytes{1, 0, 0, 0, 1, 0, 0, 0})) ==
        "opaque data: field 1 stands twice");
  CHECK_FALSE(measurement_counts({{opaque_id::measurement_counts, {1, 2, 3}}}));
  CHECK(driver_version({{opaque_id::driver_version, to_bytes("1.\x1b[2J")}}).empty());
}

TEST_CASE("PEM is read strictly, so that no byte goes unread") {
  const std::string good = vector_text("chain.pem");
  CHECK(must(parse_pem(good, "CERTIFICATE")).size() == 3);
  CHECK(must(parse_pem("\n" + good + "\r\n\n", "CERTIFICATE")).size() == 3);
  CHECK(must_fail(parse_pem("", "CERTIFICATE")) ==
        "PEM: got no block, want -----BEGIN CERTIFICATE-----");
  CHECK(must_fail(parse_pem("note\n" + good, "CERTIFICATE")) ==
        "PEM line 1: want -----BEGIN CERTIFICATE-----");
  CHECK(must_fail(parse_pem(good.substr(0, 200), "CERTIFICATE")).find("end of the block") !=
        std::string::npos);
  CHECK_FALSE(parse_pem(good, "X509 CRL"));
}

TEST_CASE("a DICE extension of either form names its firmware") {
  const Bytes digest = {0xAA, 0xBB};
  const Bytes fwid = {0x30, 0x07, 0x06, 0x01, 0x2A, 0x04, 0x02, 0xAA, 0xBB};
  Bytes older = {0x30, 14, 0x02, 0x01, 0x01, 0x30, 0x00};
  append(older, fwid);
  Bytes tagged = {0x30, 14, 0x80, 0x01, 'x', 0xA6, 9};
  append(tagged, fwid);

  CHECK(must(dice_firmware_digests(older)) == std::vector<Bytes>{digest});
  CHECK(must(dice_firmware_digests(tagged)) == std::vector<Bytes>{digest});
  CHECK(must(dice_firmware_digests(Bytes{0x30, 0x00})).empty());
  for (const Bytes& form : {older, tagged}) {
    for (std::size_t size = 0; size < form.size(); ++size) {
      CHECK_FALSE(dice_firmware_digests(ByteView(form).first(size)));
    }
  }
  CHECK_FALSE(dice_firmware_digests(Bytes{0x30, 0x81, 0x00}));  // a length in a longer form
  CHECK_FALSE(dice_firmware_digests(Bytes{0x30, 0x80, 0x00, 0x00}));
}

TEST_CASE(
    "a file of another kind is refused, a hostile one of the kind is taken with its problems") {
  CHECK_FALSE(read_evidence(""));
  CHECK_FALSE(
      read_evidence("\x7f"
                    "ELF"));
  CHECK_FALSE(read_evidence("no evidence here"));
  const auto problem = [](const std::string& text) {
    return must(read_evidence(text, "x")).front().problems.front();
  };
  CHECK(problem("abc").starts_with("report: hex"));
  CHECK(problem("[]") == "array: got no report");
  CHECK(problem("[1]") == "item: want an object");
  CHECK(problem("{").starts_with("JSON: "));
  CHECK(problem("{\"arch\":\"HOPPER\",\"extra\":1}") == "field \"extra\": not known");
  CHECK(problem("{\"arch\":1}") == "arch: want a text");
  CHECK(must(read_evidence("abcd")).front().problems.front() == "certificate: none was given");
}

TEST_CASE("reference values are read strictly") {
  CHECK(must(parse_reference(vector_text("reference.json"))).allowed.size() == 2);
  CHECK(must_fail(parse_reference(R"({"source":"x","measurements":{"256":["00"]},"ignored":[]})"))
            .find("\"256\"") != std::string::npos);
  CHECK_FALSE(parse_reference(R"({"source":"x","measurements":{"1":[]},"ignored":[]})"));
  CHECK_FALSE(parse_reference(R"({"source":"x","measurements":{"1":["0"]},"ignored":[]})"));
  CHECK_FALSE(parse_reference(R"({"source":"x","measurements":{},"ignored":[-1]})"));
  CHECK_FALSE(parse_reference(R"({"source":"x","measurements":{},"ignored":[],"more":1})"));
}

}  // namespace muster::attestation::spdm
