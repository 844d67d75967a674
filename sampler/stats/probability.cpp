#include "sampler/stats/probability.hpp"

#include <limits>

#include "ledger/base/check.hpp"

namespace muster::stats {

Result<Probability> Probability::parse(std::string_view text) {
  const bool percent = text.ends_with('%');
  MUSTER_TRY_ASSIGN(const Decimal number,
                    Decimal::parse(percent ? text.substr(0, text.size() - 1) : text));
  return from(percent ? Decimal(number.value() / 100) : number);
}

Result<Probability> Probability::from(const Decimal& value) {
  if (value.value() < 0 || value.value() > 1) {
    return failure(Errc::invalid_input, "probability: got " + value.text() + ", want 0 to 1");
  }
  Probability made;
  made.exact_ = value;
  made.complement_ = to_real(1 - value.value());
  made.is_zero_ = value.value() == 0;
  made.is_one_ = value.value() == 1;
  made.ln_complement_ = made.is_one_ ? -std::numeric_limits<double>::infinity()
                                     : made.ln_complement_real().convert_to<double>();
  return made;
}

Probability Probability::from_complement(const Real& complement) {
  MUSTER_CHECK(complement > 0 && complement < 1);
  Probability made;
  made.complement_ = complement;
  made.ln_complement_ = made.ln_complement_real().convert_to<double>();
  return made;
}

Real Probability::ln_complement_real() const {
  return exact_ ? ln_1_plus(-to_real(exact_->value())) : ln_1_plus(complement_ - 1);
}

int Probability::compare(const Real& miss) const {
  const Real difference = complement_ - miss;
  if (abs(difference) <= complement_ * Real("1e-40")) return 0;
  return difference > 0 ? 1 : -1;
}

}  // namespace muster::stats
