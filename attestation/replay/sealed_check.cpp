// Whether a sealed replay answers a draw; what it is, is in confidential.cpp.

#include <algorithm>

#include "attestation/replay/confidential.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::attestation {
namespace {

tl::unexpected<Error> differs(const std::string& what) {
  return failure(Errc::invalid_input, "sealed replay: " + what);
}

}  // namespace

Result<void> check_sealed_replay(const SealedReplay& sealed, const ReplayDraw& draw,
                                 const TranscriptCommitment& transcript) {
  if (sealed.draw != crypto::sha256(encode_replay_draw(draw))) return differs("of another draw");
  if (draw.commitment != crypto::sha256(encode_transcript(transcript)) ||
      sealed.commitment != draw.commitment || draw.of != transcript.checkpoints() - 1) {
    return differs("of another transcript");
  }
  if (sealed.text_root != transcript.text_root || sealed.states_root != transcript.states_root) {
    return differs("other roots than the transcript's");
  }
  if (sealed.program != draw.program) return differs("done by another program than was asked for");
  std::vector<std::uint64_t> done;
  done.reserve(sealed.segments.size());
  for (const SealedSegment& segment : sealed.segments) {
    if (segment.segment >= draw.of) return differs("a segment that the run does not have");
    if (segment.grade == ReplayGrade::within && draw.tolerance_l2.empty()) {
      return differs("a segment within a tolerance, and the draw states none");
    }
    if (segment.grade == ReplayGrade::exact &&
        (segment.l2_below != "0" || segment.linf_below != "0")) {
      return differs("a segment that is exact at a distance");
    }
    done.push_back(segment.segment);
  }
  if (!std::ranges::includes(done, draw.segments)) {
    return differs("a segment that was drawn is not in it");
  }
  if (sealed.faults.empty() && done.size() != draw.segments.size() + draw.largest) {
    return differs("not as many segments as were asked for");
  }
  return {};
}

}  // namespace muster::attestation
