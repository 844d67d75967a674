#include "attestation/account/plausible.hpp"

#include "registry/catalogue/peak_rate.hpp"

namespace muster::attestation {
namespace {

using stats::Decimal;
using stats::Rational;

Decimal hundredths(int n) { return Decimal(Rational(n, 100)); }

// Operations for each byte that memory can deliver, below which a chip counts as bound by compute:
// an H20 has 37, an A100 153, an H100 295.
constexpr std::uint64_t few_operations_a_byte = 60;

bool has_few_operations_a_byte(const catalogue::ChipModel& model) {
  const auto rate = catalogue::peak_rate(model, {.format = "BF16/FP16"});
  if (!rate || !model.memory_tb_per_s) return false;
  // TB/s in millionths, so that 60 operations a byte are 60 * units * 10^6 operations a second.
  const auto bandwidth = Rational(model.memory_tb_per_s->units()) * 1'000'000;
  return Rational(rate->flop_per_s) < bandwidth * few_operations_a_byte;
}

void add(const AccountedRun& run, const char* code, Severity severity, std::string text,
         std::vector<AccountFinding>& findings) {
  findings.push_back({code, run.run.text(), std::move(text), severity});
}

}  // namespace

MfuLimits mfu_limits(const catalogue::ChipModel& model) {
  if (has_few_operations_a_byte(model)) {
    return {hundredths(15), hundredths(85), hundredths(95)};
  }
  return {hundredths(15), hundredths(60), hundredths(75)};
}

MfuBand mfu_band(const Decimal& mfu, const MfuLimits& limits) {
  if (mfu > Decimal::from_integer(1)) return MfuBand::impossible;
  if (mfu > limits.review_most) return MfuBand::implausible;
  if (mfu > limits.normal_most) return MfuBand::review;
  if (mfu < limits.unexplained_below) return MfuBand::unexplained;
  return MfuBand::normal;
}

void check_formula(const AccountedRun& run, std::vector<AccountFinding>& findings) {
  if (run.use == RunUse::idle && run.flop > Decimal()) {
    add(run, "flop.formula", Severity::query, "operations of a run that is declared idle",
        findings);
  }
  if (!run.tokens || run.use == RunUse::idle) return;
  const Decimal active =
      run.active_parameters ? Decimal::from_integer(*run.active_parameters) : run.parameters;
  const Decimal once = active * Decimal::from_integer(*run.tokens);
  const bool serves = run.use == RunUse::inference;
  // Attention adds to each of these, recomputation too: they are what a run has at least.
  const Decimal least = once * Decimal::from_integer(serves ? 2 : 4);
  const Decimal usual = once * Decimal::from_integer(serves ? 2 : 6);
  const std::string of = " of its parameters and tokens";
  if (run.flop < least) {
    add(run, "flop.formula", Severity::query,
        std::string("fewer operations than ") + (serves ? "2 N D" : "4 N D") + of, findings);
  } else if (run.flop < usual) {
    add(run, "flop.frozen", Severity::note,
        "between 4 N D and 6 N D" + of + ": only if weights were frozen", findings);
  } else if (run.flop > usual * Decimal::from_integer(2)) {
    add(run, "flop.formula", Severity::query,
        std::string("more than twice ") + (serves ? "2 N D" : "6 N D") + of, findings);
  }
}

}  // namespace muster::attestation
