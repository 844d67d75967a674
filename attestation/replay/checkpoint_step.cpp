#include "attestation/replay/checkpoint_step.hpp"

#include <charconv>

namespace muster::attestation {

Result<std::uint64_t> checkpoint_step(const SafetensorsIndex& index) {
  const auto found = index.metadata.find(std::string(checkpoint_step_key));
  std::uint64_t step = 0;
  if (found != index.metadata.end()) {
    const std::string& text = found->second;
    const auto [at, problem] = std::from_chars(text.data(), text.data() + text.size(), step);
    if (problem == std::errc() && at == text.data() + text.size()) return step;
  }
  return failure(Errc::invalid_input,
                 "checkpoint.__metadata__.step: want the number of steps done, as text");
}

}  // namespace muster::attestation
