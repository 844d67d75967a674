#include <cstddef>
#include <cstdint>

#include "attestation/replay/external_transcript.hpp"
#include "ledger/base/check.hpp"

// What is taken as a transcript or as an opening is written as it was read, its model has a size
// that the trainer may be asked for, and a model of others lies in a state of its size to the byte.
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
  if (const auto transcript = parse_external_transcript(text)) {
    MUSTER_CHECK(encode_external_transcript(*transcript) == text);
    MUSTER_CHECK(outline_of(parse_any_transcript(text).value()).is_external);
    MUSTER_CHECK(transcript->spec.state_bytes() <= max_external_state_bytes);
    MUSTER_CHECK(transcript->outline().segments() >= 1);
  }
  if (const auto spec = parse_external_spec(text)) {
    MUSTER_CHECK(encode_external_spec(*spec) == text);
    std::uint64_t end = 0;
    for (const ExternalTensor& tensor : spec->tensors) {
      MUSTER_CHECK(tensor.offset == end);
      end += tensor.bytes;
    }
    MUSTER_CHECK(end == spec->state_bytes() && spec->flop() > stats::Decimal());
  }
  return 0;
}
