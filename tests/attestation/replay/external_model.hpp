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

/// The bytes of a state of it: weights from `first` on, rising by 1/4; two packed bytes; a momentum
/// of twice that; the steps seen.
inline Bytes external_bytes(std::uint64_t step, float first) {
  Bytes bytes;
  const auto put = [&bytes](std::uint64_t word, int width) {
    for (int i = 0; i < width; ++i) bytes.push_back(static_cast<std::uint8_t>(word >> 8 * i));
  };
  for (int i = 0; i < 6; ++i) {
    put(std::bit_cast<std::uint32_t>(first + 0.25F * static_cast<float>(i)), 4);
  }
  for (int i = 0; i < 4; ++i) put(0x3F80U + static_cast<std::uint64_t>(i), 2);
  put(0x2211U, 2);
  for (int i = 0; i < 2; ++i) put(std::bit_cast<std::uint64_t>(2.0 * first + i), 8);
  put(step, 8);
  return bytes;
}

inline ExternalState external_state(std::uint64_t step, float first) {
  return {step, external_bytes(step, first)};
}

/// The same with some bits of one byte changed.
inline ExternalState changed_state(std::uint64_t step, float first, std::size_t place,
                                   std::uint8_t bits) {
  Bytes bytes = external_bytes(step, first);
  bytes.at(place) ^= bits;
  return {step, std::move(bytes)};
}

/// All bytes of a state, wherever they lie.
inline Bytes bytes_of_state(const ExternalState& state) {
  Bytes bytes(static_cast<std::size_t>(state.size()));
  muster::test::must(state.read(0, bytes));
  return bytes;
}

/// The state as one safetensors file.
inline Bytes checkpoint_file(const ExternalSpec& spec, const ExternalState& state) {
  Bytes file;
  muster::test::must(pour_external_checkpoint(spec, state, [&](ByteView piece) -> Result<void> {
    append(file, piece);
    return {};
  }));
  return file;
}

}  // namespace muster::attestation::test
