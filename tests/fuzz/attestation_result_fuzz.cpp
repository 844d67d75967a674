// An attestation result, as its Statement or in its envelope: what is read is written again to the
// same bytes, and says no more than its findings do.

#include "attestation/result/attestation_result.hpp"
#include "ledger/base/check.hpp"

int fuzz_attestation_result(const std::uint8_t* data, std::size_t size) {
  using namespace muster;
  using namespace muster::attestation;
  std::string text(reinterpret_cast<const char*>(data), size);
  if (const auto envelope = ledger::parse_envelope(text)) text = envelope->payload;
  const auto result = parse_result(text);
  if (!result) return 0;
  MUSTER_CHECK(encode_result(*result) == text);
  MUSTER_CHECK(result->verdict == verdict_from(result->findings));
  MUSTER_CHECK(result->claims == claims_from(result->findings, result->not_run));
  if (result->verdict != ChipVerdict::consistent) return 0;
  for (const ResultStatus status : result->claims) {
    MUSTER_CHECK(status == ResultStatus::affirming || status == ResultStatus::none);
  }
  return 0;
}
