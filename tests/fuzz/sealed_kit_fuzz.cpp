// A kit on its way to a site: whoever changes a byte of it gives the inspector no other lines. What
// opens under the code is written again to what opens to the same.

#include "cli/audit/sealed_kit.hpp"
#include "ledger/base/check.hpp"
#include "ledger/crypto/seeded_random.hpp"
#include "ledger/envelope.hpp"

int fuzz_sealed_kit(const std::uint8_t* data, std::size_t size) {
  using namespace muster;
  using namespace muster::cli;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)read_code(text);
  const auto json = parse_json(text);
  if (!json) return 0;
  const std::string code(26, '7');
  const auto kit = open_kit(*json, code);
  if (!kit) return 0;
  crypto::SeededRandom random("sealed kit");
  const auto again = open_kit(seal_kit(*kit, code, random).value(), code);
  MUSTER_CHECK(again && again->chips == kit->chips &&
               ledger::statement_hash(again->opening.envelope) ==
                   ledger::statement_hash(kit->opening.envelope));
  return 0;
}
