// What a kit carries to be judged by. What is taken is written as it was read, shards of other
// chips left out.

#include "cli/audit/kit_basis.hpp"
#include "ledger/base/check.hpp"

int fuzz_kit_basis(const std::uint8_t* data, std::size_t size) {
  using namespace muster;
  using namespace muster::cli;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto json = parse_json(text);
  if (!json) return 0;
  const auto basis = parse_kit_basis(*json);
  if (!basis) return 0;
  const Json written = kit_basis_json(*basis);
  const auto again = parse_kit_basis(written);
  MUSTER_CHECK(again && kit_basis_json(*again) == written);
  MUSTER_CHECK(again->revoked == basis->revoked);
  MUSTER_CHECK(again->measures.reference == basis->measures.reference);
  MUSTER_CHECK(again->measures.delay == basis->measures.delay);
  MUSTER_CHECK(again->measures.allowances == basis->measures.allowances);
  for (const ProverRecord& record : basis->provers) {
    for (const auto& [chip, held] : record.held) {
      MUSTER_CHECK(record_of(basis->provers, chip) != nullptr);
    }
  }
  MUSTER_CHECK(not_known_to(*basis).find(basis->made_at.to_string()) != std::string::npos);
  return 0;
}
