#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "attestation/replay/external_checkpoint.hpp"
#include "ledger/base/check.hpp"

namespace muster::fuzz {

/// A model of others: two weights and a counter, and one checkpoint.
[[nodiscard]] inline const attestation::ExternalSpec& odd_model() {
  static const auto spec = attestation::parse_external_spec(
      R"({"checkpoint_every":7,"code":")" + std::string(64, 'c') +
      R"(","config":"","flop_per_step":"1","model":"external","name":"odd","order":"given",)"
      R"("parameters":2,"random":")" +
      std::string(64, 'a') +
      R"(","steps":7,"tensors":[{"dtype":"F16","name":"w","role":"weights","shape":[2]},)"
      R"({"dtype":"I64","name":"n","role":"state","shape":[]}],"v":"muster/external-spec/v1"})");
  return spec.value();
}

/// A state of it is of its size, and is read again from the one file that it is written as.
inline void check_comes_back(const attestation::ExternalState& state, std::uint64_t step) {
  using namespace attestation;
  MUSTER_CHECK(state.size() == odd_model().state_bytes());
  Bytes file;
  const auto poured = pour_external_checkpoint(odd_model(), state, [&](ByteView piece) {
    append(file, piece);
    return Result<void>();
  });
  MUSTER_CHECK(poured.has_value());
  const auto again = parse_external_end(odd_model(), ByteSource(std::move(file)), step);
  MUSTER_CHECK(again.has_value());
  MUSTER_CHECK(have_same_bytes(*again, state, 0, state.size()).value());
}

}  // namespace muster::fuzz
