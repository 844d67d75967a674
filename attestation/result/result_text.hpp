#pragma once

#include <string_view>

#include "attestation/result/attestation_result.hpp"
#include "ledger/base/json.hpp"

namespace muster::attestation {

/// Whether `text` may stand as a name or reason in a result: 1 to `max_result_text` of printable
/// ASCII.
[[nodiscard]] bool is_result_text(std::string_view text);

/// The policy as it stands in a result, without its id and the time of the reading.
[[nodiscard]] Json policy_json(const AppraisalPolicy& policy);

}  // namespace muster::attestation
