#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "attestation/replay/external_checkpoint.hpp"
#include "attestation/replay/external_replay.hpp"
#include "attestation/replay/reexecution.hpp"
#include "ledger/base/check.hpp"

namespace {

/// Two weights and a counter.
const muster::attestation::ExternalSpec& odd_spec() {
  static const auto spec = muster::attestation::parse_external_spec(
      R"({"checkpoint_every":7,"code":")" + std::string(64, 'c') +
      R"(","config":"","flop_per_step":"1","model":"external","name":"odd","order":"given",)"
      R"("parameters":2,"random":")" +
      std::string(64, 'a') +
      R"(","steps":7,"tensors":[{"dtype":"F16","name":"w","role":"weights","shape":[2]},)"
      R"({"dtype":"I64","name":"n","role":"state","shape":[]}],"v":"muster/external-spec/v1"})");
  return spec.value();
}

/// The same of a model of others.
void look_at_external_end(muster::ByteView bytes, std::uint64_t step) {
  using namespace muster;
  using namespace muster::attestation;
  const auto end = parse_external_end(odd_spec(), ByteSource(to_bytes(bytes)), step);
  if (!end) return;
  MUSTER_CHECK(end->size() == odd_spec().state_bytes());
  MUSTER_CHECK(external_state_faults(odd_spec(), *end).value().size() <= 1);
  Bytes file;
  const auto poured = pour_external_checkpoint(odd_spec(), *end, [&](ByteView piece) {
    append(file, piece);
    return Result<void>();
  });
  MUSTER_CHECK(poured.has_value());
  const auto again = parse_external_end(odd_spec(), ByteSource(std::move(file)), step);
  MUSTER_CHECK(again.has_value());
  MUSTER_CHECK(have_same_bytes(*again, *end, 0, end->size()).value());
}

}  // namespace

// What a program of others leaves behind: an answer that is taken says little and only of the step
// that was asked for; an end that is taken is a state that training can go on from, and is written
// as it was read.
int fuzz_reexecution(const std::uint8_t* data, std::size_t size) {
  using namespace muster;
  using namespace muster::attestation;
  constexpr std::uint64_t step = 7;
  const ByteView bytes(data, size);
  if (const auto answer = parse_reexecution_answer(as_text(bytes), step)) {
    MUSTER_CHECK(answer->executor.size() <= 1'000 && answer->message.size() <= 1'000);
    MUSTER_CHECK(!answer->is_done || !parse_reexecution_answer(as_text(bytes), step + 1));
  }
  TrainingSpec spec;
  spec.context = 1;
  spec.width = 1;
  spec.hidden = 1;
  spec.heads = 1;
  if (const auto end = parse_reexecuted_end(spec, bytes, step)) {
    const auto is_finite = [](float number) { return std::isfinite(number); };
    MUSTER_CHECK(std::ranges::all_of(end->weights, is_finite));
    MUSTER_CHECK(std::ranges::all_of(end->second, [](float number) { return number >= 0; }));
    const auto again = parse_reexecuted_end(spec, encode_checkpoint(spec, *end), step);
    MUSTER_CHECK(again.has_value() && *again == *end);
  }
  look_at_external_end(bytes, step);
  return 0;
}
