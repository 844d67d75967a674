#pragma once

#include <string_view>

#include "attestation/appraise/finding.hpp"

namespace muster::attestation {

/// What a Prover can do about a finding before it files, or what answers the query afterwards: one
/// sentence without a full stop. A remedy is no promise that the answer is accepted.
[[nodiscard]] std::string_view remedy_of(FindingCode code);

}  // namespace muster::attestation
