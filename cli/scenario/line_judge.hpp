#pragma once

#include "attestation/run/declaration_index.hpp"
#include "cli/scenario/told.hpp"
#include "sampler/evaluate/line_result.hpp"

namespace muster::cli::scenario {

/// What an appraisal goes by, apart from what the chip's owner presents.
struct JudgedLine {
  const Register* known;
  const Filed* filed;
  const attestation::DeclarationIndex* explains;  ///< with what was filed late
  std::string site;
  std::string chip;  ///< of the frame
  Hash nonce;
};

/// The challenge for a drawn chip: SHA-256(chip id || the ceremony's value).
[[nodiscard]] Hash line_nonce(std::string_view chip, ByteView beacon_value);

/// Judges one `{"head","log","openings"}` in hex, or `{"refused"}`, as the inspector of a played
/// audit does: verdict, and the codes of all findings above a note, in their order.
/// Errors: `invalid_input` by field.
Result<sampler::LineResult> line_verdict(const JudgedLine& line, const Json& evidence);

}  // namespace muster::cli::scenario
