#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ledger/base/check.hpp"
#include "registry/balance/counting_error.hpp"

using namespace muster::registry;

// Errors of counting that are read find each method that they list, and judge any count: every
// figure is finite, a limit is not below 0, and a power is a probability.
int fuzz_balance_errors(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto model = ErrorModel::parse(text);
  if (!model) {
    MUSTER_CHECK(!model.error().message.empty());
    return 0;
  }
  double variance = 0;
  for (const CountingError& item : model->methods) {
    MUSTER_CHECK(model->find(item.method) == &item);
    for (const std::uint64_t count : {std::uint64_t{0}, std::uint64_t{1}, UINT64_MAX}) {
      variance += model->variance(item.method, count);
    }
  }
  for (const double one : {0.0, variance}) {
    const DifferenceVerdict verdict = judge_difference(-1, one, 1, model->false_alarm);
    MUSTER_CHECK(std::isfinite(verdict.sigma) && verdict.sigma >= 0);
    MUSTER_CHECK(std::isfinite(verdict.limit) && verdict.limit >= 0);
    MUSTER_CHECK(verdict.power >= 0 && verdict.power <= 1);
    MUSTER_CHECK(std::isfinite(verdict.found_95));
  }
  return 0;
}
