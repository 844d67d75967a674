// The published evidence of real NVIDIA GPUs, read in place beside the project.

#include "tests/support/foreign.hpp"

#include <filesystem>

#include "tests/attestation/spdm/vectors.hpp"

namespace muster::attestation::spdm {
namespace {

using test::must;

/// The folder, looked for once, so that its absence is printed once.
const std::optional<std::filesystem::path>& foreign_folder() {
  static const auto folder = test::foreign_vectors("attestation/spdm_nvidia");
  return folder;
}

bool absent() { return !foreign_folder(); }

std::string foreign_text(const char* file) {
  return must(read_text_file(*foreign_folder() / file));
}

Evidence hopper() {
  return must(read_evidence(foreign_text("hopperAttestationReport.txt"),
                            foreign_text("hopperCertChain.txt")))
      .front();
}

ChainPolicy policy_of_today() {
  ChainPolicy policy;
  policy.at = must(Timestamp::parse("2026-11-23T00:00:00Z"));
  policy.roots = {nvidia_device_root()};
  return policy;
}

Json parsed(const char* file) { return must(parse_foreign_json(foreign_text(file))); }

}  // namespace

TEST_CASE("a real Hopper report verifies to NVIDIA's root, and stays open for want of references") {
  if (absent()) return;
  const Evidence evidence = hopper();
  const Appraisal result =
      appraise(evidence, judged_chain(evidence.chain_pem, policy_of_today()), {});

  CHECK(result.signature_verified);
  CHECK(result.chain.verified);
  REQUIRE(result.chain.root);
  CHECK(result.chain.root->name == "NVIDIA Device Identity CA");
  CHECK(result.chain.certificates.size() == 5);
  CHECK(result.chain.device == "NVIDIA:GH100:48B02D51C9C1070B");
  CHECK(result.verdict == Verdict::open);
  CHECK(result.statement ==
        "signed by a key that the maker certified; the key may have left the chip");
  CHECK_FALSE(has(result.findings, FindingCode::firmware_id_mismatch));
  CHECK_FALSE(has(result.findings, FindingCode::firmware_id_missing));
  CHECK(has(result.findings, FindingCode::reference_missing));
  CHECK(has(result.findings, FindingCode::nonce_unknown));
}

TEST_CASE("the fields of the Hopper report are those that NVIDIA's tool reads from it") {
  if (absent()) return;
  const Json want = parsed("spdm_parsed_output.json");
  const Exchange exchange = must(parse_exchange(hopper().report));
  const auto opaque = must(parse_opaque(exchange.response.opaque));

  CHECK("0x" + to_hex(exchange.response.nonce) == want["Nonce"]);
  CHECK("0x" + to_hex(exchange.response.signature) == want["Signature"]);
  CHECK(exchange.response.opaque.size() == want["OpaqueLength"]);
  const Json& blocks = want["MeasurementRecord"]["MeasurementBlocks"];
  REQUIRE(blocks.size() == exchange.response.measurements.size());
  for (const Measurement& measurement : exchange.response.measurements) {
    const Json& block = blocks[std::to_string(measurement.index)];
    CHECK("0x" + to_hex(measurement.value) == block["DMTFSpecMeasurementValue"]);
    CHECK(measurement.type == block["DMTFSpecMeasurementValueType"]);
  }
  const Json& fields = want["OpaqueData"]["OpaqueDataField"];
  CHECK(must(measurement_counts(opaque)) ==
        fields["OPAQUE_FIELD_ID_MSRSCNT"].get<std::vector<std::uint32_t>>());
  CHECK("0x" + to_hex(*opaque_value(opaque, opaque_id::firmware_id)) ==
        fields["OPAQUE_FIELD_ID_FWID"]);
  const Json request = parsed("spdm_req_parsed_output.json");
  CHECK("0x" + to_hex(exchange.request.nonce) == request["Nonce"]);
}

TEST_CASE("the evidence of an attestation tool is read, with its nonce and architecture") {
  if (absent()) return;
  const auto items = must(read_evidence(foreign_text("hopper_evidence.json")));
  REQUIRE(items.size() == 1);
  CHECK(items[0].problems.empty());
  ReportPolicy policy;
  const Bytes nonce = must(bytes_from_hex(items[0].nonce_hex));
  policy.nonce.emplace();
  std::ranges::copy(nonce, policy.nonce->begin());
  const Appraisal result =
      appraise(items[0], judged_chain(items[0].chain_pem, policy_of_today()), policy);
  CHECK(result.signature_verified);
  CHECK(result.chain.root.has_value());
  CHECK_FALSE(has(result.findings, FindingCode::nonce_mismatch));
  CHECK_FALSE(has(result.findings, FindingCode::architecture_mismatch));
  CHECK_FALSE(has(result.findings, FindingCode::unreadable));
}

TEST_CASE("every byte flipped in the real report breaks its signature or its form") {
  if (absent()) return;
  const Evidence good = hopper();
  const Chain chain = judged_chain(good.chain_pem, policy_of_today());
  for (std::size_t at = 0; at < good.report.size(); ++at) {
    Evidence changed = good;
    changed.report[at] ^= static_cast<std::uint8_t>(1U << (at % 8));
    CHECK_MESSAGE(!appraise(changed, chain, {}).signature_verified, "byte ", at);
  }
}

TEST_CASE("the real report cut at every offset is unreadable") {
  if (absent()) return;
  const Bytes report = hopper().report;
  for (std::size_t size = 0; size < report.size(); ++size) {
    CHECK_FALSE(parse_exchange(ByteView(report).first(size)));
  }
}

TEST_CASE("every byte changed in the real chain breaks the chain or the pinned root") {
  if (absent()) return;
  const std::string good = foreign_text("hopperCertChain.txt");
  const ChainPolicy policy = policy_of_today();
  for (std::size_t at = 0; at + 1 < good.size(); ++at) {  // the last is an empty line's end
    std::string changed = good;
    changed[at] = static_cast<char>(changed[at] ^ (1 << (at % 7)));
    const Chain chain = judged_chain(changed, policy);
    CHECK_MESSAGE(!(chain.verified && chain.root), "byte ", at);
  }
}

}  // namespace muster::attestation::spdm
