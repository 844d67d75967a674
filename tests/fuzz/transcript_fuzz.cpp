#include <cstddef>
#include <cstdint>

#include "attestation/replay/transcript.hpp"
#include "ledger/base/check.hpp"

// What is taken as a transcript or as an opening is written as it was read, and its model has a
// size that the trainer may be asked for.
int fuzz_transcript(const std::uint8_t* data, std::size_t size) {
  using namespace muster;
  using namespace muster::attestation;
  const auto text = as_text(ByteView(data, size));
  if (const auto transcript = parse_transcript(text)) {
    MUSTER_CHECK(encode_transcript(*transcript) == text);
    MUSTER_CHECK(check_training_spec(transcript->spec).has_value());
  }
  if (const auto opening = attestation::parse_opening(text))
    MUSTER_CHECK(encode_opening(*opening) == text);
  if (const auto spec = parse_training_spec(text)) {
    MUSTER_CHECK(encode_training_spec(*spec) == text);
  }
  return 0;
}
