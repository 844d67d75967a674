#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "cli/audit/evidence_file.hpp"
#include "ledger/base/check.hpp"
#include "ledger/crypto/public_key.hpp"

// An evidence file has one spelling, keeps its limits, and uses each of its bytes.
int fuzz_evidence_file(const std::uint8_t* data, std::size_t size) {
  using namespace muster;
  using namespace muster::cli;
  const ByteView bytes(data, size);
  const auto evidence = audit::parsed_evidence(bytes);
  if (!evidence) {
    MUSTER_CHECK(evidence.error().message.starts_with("evidence"));
    return 0;
  }
  MUSTER_CHECK(crypto::is_public_key_size(evidence->device_key.size()));
  for (const Bytes* head : {&evidence->head, &evidence->first_head, &evidence->freeze_head}) {
    MUSTER_CHECK(head->size() <= audit::max_head_bytes);
  }
  MUSTER_CHECK(evidence->more_heads.size() <= audit::max_more_heads);
  MUSTER_CHECK(std::ranges::equal(audit::encoded_evidence(*evidence), bytes));
  MUSTER_CHECK(!audit::parsed_evidence(bytes.first(size - 1)));
  return 0;
}
