#pragma once

#include <bit>

#include "attestation/replay/external_state.hpp"
#include "attestation/replay/external_transcript.hpp"
#include "ledger/crypto/sha256.hpp"
#include "tests/support/must.hpp"

namespace muster::attestation::test {

/// A model that the trainer does not know: weights of three kinds, a momentum and a counter.
inline std::string external_spec_text() {
  return R"({"active_parameters":6,"checkpoint_every":5,"code":")" + std::string(64, 'c') +
         R"(","config":"{\"rate\": 0.1}","flop_per_step":"2.5e3",)"
         R"("model":"external","name":"odd-model.2","order":"seeded","parameters":12,"random":")" +
         std::string(64, 'a') +
         R"(","steps":20,"tensors":[)"
         R"({"dtype":"F32","name":"layer/w","role":"weights","shape":[2,3]},)"
         R"({"dtype":"BF16","name":"layer/b","role":"weights","shape":[4]},)"
         R"({"dtype":"F8_E4M3","name":"packed","role":"weights","shape":[2]},)"
         R"({"dtype":"F64","name":"momentum","role":"state","shape":[2]},)"
         R"({"dtype":"I64","name":"seen","role":"state","shape":[]}],)"
         R"("tokens_per_step":64,"v":"muster/external-spec/v1"})";
}

inline ExternalSpec external_spec() {
  return muster::test::must(parse_external_spec(external_spec_text()));
}

/// A state of it: weights from `first` on, rising by 1/4; two packed bytes; a momentum of twice
/// that; the steps seen.
inline ExternalState external_state(std::uint64_t step, float first) {
  ExternalState state{step, {}};
  const auto put = [&state](std::uint64_t word, int width) {
    for (int i = 0; i < width; ++i) state.bytes.push_back(static_cast<std::uint8_t>(word >> 8 * i));
  };
  for (int i = 0; i < 6; ++i) {
    put(std::bit_cast<std::uint32_t>(first + 0.25F * static_cast<float>(i)), 4);
  }
  for (int i = 0; i < 4; ++i) put(0x3F80U + static_cast<std::uint64_t>(i), 2);
  put(0x2211U, 2);
  for (int i = 0; i < 2; ++i) put(std::bit_cast<std::uint64_t>(2.0 * first + i), 8);
  put(step, 8);
  return state;
}

}  // namespace muster::attestation::test
