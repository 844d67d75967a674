#include <cstddef>
#include <cstdint>
#include <set>
#include <string_view>

#include "attestation/account/compute_rules.hpp"
#include "ledger/base/check.hpp"

using namespace muster;
using namespace muster::attestation;

// Rules that are read have names of their own, limits above nothing, an end after their beginning,
// and judge any amount: never less strictly when something is not shown.
int fuzz_compute_rules(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto rules = parse_compute_rules(text);
  if (!rules) {
    MUSTER_CHECK(!rules.error().message.empty());
    return 0;
  }
  std::set<std::string> names;
  for (const ComputeRule& rule : *rules) {
    MUSTER_CHECK(names.insert(rule.name).second);
    MUSTER_CHECK(rule.above > stats::Decimal());
    MUSTER_CHECK(!rule.until || *rule.until > rule.from);
    MUSTER_CHECK(rule_outcome(rule, rule.above, false) == RuleOutcome::not_reached);
    MUSTER_CHECK(rule_outcome(rule, rule.above, true) == RuleOutcome::reached_by_default);
  }
  return 0;
}
