#pragma once

#include "cli/audit/line_appraisal.hpp"

namespace muster::cli {

/// What the device of a challenge signs to show that it is there: registry::attest_message with the
/// challenge's nonce, later than the site's opening.
[[nodiscard]] std::string presence_message(const std::string& origin, const Challenge& challenge);

/// Judges a chip of which no log is read: whether the device that the register knows answered this
/// challenge, and how it was seen. It says nothing of what the chip computes. `answer` is a
/// document of presence_answer.hpp; no bytes: not presented. Hostile bytes end in findings.
[[nodiscard]] LineAppraisal presence_appraisal(const ProverRecord& record,
                                               const Challenge& challenge, const Reading& reading,
                                               const std::optional<Bytes>& answer);

}  // namespace muster::cli
