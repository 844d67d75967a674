#include "sampler/threshold/hidden_run.hpp"

#include <string>

namespace muster::sampler {
namespace {

Result<void> positive(const char* name, const Decimal& value) {
  static const Decimal most = Decimal::parse("1e60").value();
  if (value <= Decimal() || value > most) {
    return failure(Errc::invalid_input, std::string(name) + ": got " + value.text() +
                                            ", want a number above 0 and at most 1e60");
  }
  return {};
}

}  // namespace

Result<void> check(const HiddenRun& run) {
  MUSTER_TRY(positive("rule_flop", run.rule_flop));
  MUSTER_TRY(positive("excess_flop", run.excess_flop));
  MUSTER_TRY(positive("longest_days", run.longest_days));
  MUSTER_TRY(positive("utilisation", run.utilisation));
  if (run.utilisation > Decimal::from_integer(1)) {
    return failure(Errc::invalid_input,
                   "utilisation: got " + run.utilisation.text() + ", want at most 1");
  }
  if (run.excess_flop > run.rule_flop) {
    return failure(Errc::invalid_input, "excess_flop: got " + run.excess_flop.text() +
                                            ", want at most the rule's " + run.rule_flop.text());
  }
  return {};
}

Result<std::uint64_t> total(const UnseenChips& unseen) {
  constexpr std::uint64_t most = std::uint64_t{1} << 60U;
  for (const std::uint64_t part :
       {unseen.offbook, unseen.exempt, unseen.broken, unseen.leaked, unseen.seen}) {
    if (part > most) return failure(Errc::invalid_input, "unseen chips: too many");
  }
  return unseen.offbook + unseen.exempt + unseen.broken + unseen.leaked + unseen.seen;
}

}  // namespace muster::sampler
