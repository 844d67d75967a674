// How many hits may accuse one of several Provers.

#include "sampler/plan/layout_kinds.hpp"
#include "sampler/stats/acceptance.hpp"

namespace muster::sampler {

FamilyAnswer family_answer(const FamilyLevel& family, const QueryExpectation& honest,
                           std::uint64_t lines) {
  using stats::Real;
  const Real level = stats::level_per_prover(family.provers, family.level).bonferroni;
  const Real open = exp(-Real(honest.close_days) / stats::to_real(honest.mean_close_days.value()));
  const Real hit = (1 - honest.rate.complement()) * open;
  FamilyAnswer answer{level, hit, lines + 1, 0, 0};
  // Hits of honest lines are binomial; the tail is what the first terms leave.
  const Real odds = hit >= 1 ? Real(0) : Real(hit / (1 - hit));
  Real term = hit >= 1 ? Real(lines == 0 ? 1 : 0) : Real(exp(Real(lines) * stats::ln_1_plus(-hit)));
  Real tail = 1;
  for (std::uint64_t hits = 0; hits <= lines; ++hits) {
    if (hits > 0 && tail <= level) {
      answer.accuse_from = hits;
      break;
    }
    tail -= term;
    if (tail < 0) tail = 0;
    term *= odds * Real(lines - hits) / Real(hits + 1);
  }
  answer.wrong_accusation = answer.accuse_from > lines ? Real(0) : tail;
  answer.expected_false = answer.wrong_accusation * Real(family.provers);
  return answer;
}

}  // namespace muster::sampler
