#include "attestation/replay/adam.hpp"

#include <cmath>

#include "attestation/replay/exact_math.hpp"
#include "attestation/replay/parameters.hpp"

namespace muster::attestation {

Adam adam_at(const TrainingSpec& spec, std::uint64_t step) {
  const double beta1 = decimal_of(spec.beta1).value();
  const double beta2 = decimal_of(spec.beta2).value();
  return {static_cast<float>(decimal_of(spec.learning_rate).value()),
          static_cast<float>(beta1),
          static_cast<float>(beta2),
          static_cast<float>(decimal_of(spec.epsilon).value()),
          static_cast<float>(1.0 / (1.0 - exact_power(beta1, step))),
          static_cast<float>(1.0 / (1.0 - exact_power(beta2, step)))};
}

void adam_step(const Adam& adam, std::span<const float> gradient, std::span<float> weights,
               std::span<float> first, std::span<float> second) {
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    const float g = gradient[i];
    first[i] = adam.beta1 * first[i] + (1.0F - adam.beta1) * g;
    second[i] = adam.beta2 * second[i] + (1.0F - adam.beta2) * (g * g);
    const float mean = first[i] * adam.correction1;
    const float spread = std::sqrt(second[i] * adam.correction2) + adam.epsilon;
    weights[i] -= adam.rate * (mean / spread);
  }
}

}  // namespace muster::attestation
