#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "attestation/replay/external_replay.hpp"
#include "attestation/replay/reexecution.hpp"
#include "ledger/base/check.hpp"
#include "tests/fuzz/odd_model.hpp"

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
  if (const auto end = parse_external_end(fuzz::odd_model(), ByteSource(to_bytes(bytes)), step)) {
    MUSTER_CHECK(external_state_faults(fuzz::odd_model(), *end).value().size() <= 1);
    fuzz::check_comes_back(*end, step);
  }
  return 0;
}
