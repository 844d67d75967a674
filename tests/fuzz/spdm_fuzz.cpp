#include <cstddef>
#include <cstdint>
#include <string_view>

#include "attestation/spdm/appraise.hpp"
#include "attestation/spdm/dice.hpp"
#include "attestation/spdm/pem.hpp"
#include "ledger/base/check.hpp"

namespace {

using namespace muster;
using namespace muster::attestation;

/// Whoever has no nonce, no reference values and no root to judge by never sees "consistent", and
/// every result can be printed and read again.
void judge(const spdm::Evidence& evidence) {
  spdm::ChainPolicy policy;
  policy.at = Timestamp{1'767'225'600'000};  // 2026-01-01
  const auto result = spdm::appraise(evidence, spdm::judged_chain(evidence.chain_pem, policy), {});
  MUSTER_CHECK(result.verdict != spdm::Verdict::consistent);
  MUSTER_CHECK(parse_json(spdm::appraisal_json(result).dump()));
}

void judge_file(std::string_view text) {
  const auto items = spdm::read_evidence(text);
  if (!items) return;
  MUSTER_CHECK(!items->empty());
  for (const spdm::Evidence& item : *items) judge(item);
}

/// A report that is accepted uses each of its bytes.
void take_apart(ByteView report) {
  const auto exchange = spdm::parse_exchange(report);
  if (!exchange) return;
  MUSTER_CHECK(exchange->signed_size + spdm::signature_bytes == report.size());
  MUSTER_CHECK(!spdm::parse_exchange(report.first(report.size() - 1)));
  const auto fields = spdm::parse_opaque(exchange->response.opaque);
  if (!fields) return;
  std::size_t size = 0;
  for (const spdm::OpaqueField& field : *fields) size += 4 + field.value.size();
  MUSTER_CHECK(size == exchange->response.opaque.size());
}

}  // namespace

// The first byte chooses the door: a file, a raw report, certificates, a DICE extension, reference
// values. Printable digits 0 to 4 choose in that order.
int fuzz_spdm(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView rest(data + 1, size - 1);
  const std::string_view text(reinterpret_cast<const char*>(rest.data()), rest.size());
  switch ((data[0] + 2U) % 5) {
    case 0:
      judge_file(text);
      break;
    case 1:
      take_apart(rest);
      break;
    case 2:
      judge({{}, {}, std::string(text), {}, {}});
      break;
    case 3:
      (void)spdm::dice_firmware_digests(rest);
      break;
    default:
      (void)spdm::parse_reference(text);
  }
  return 0;
}
