#pragma once

#include <string>
#include <vector>

#include "attestation/spdm/chain.hpp"

namespace muster::cli {

/// A policy for certificates at `at`, by what was read: roots in PEM, lists in PEM or DER.
/// Errors: `invalid_input`, naming the place in its list.
Result<attestation::spdm::ChainPolicy> carried_chain_policy(Timestamp at,
                                                            const std::vector<std::string>& roots,
                                                            const std::vector<Bytes>& lists);

/// A policy for certificates at `at`, by files: roots (PEM) that somebody vouches for, and lists of
/// what was revoked (PEM or DER). Errors: `not_found`; `invalid_input`, naming the file.
Result<attestation::spdm::ChainPolicy> read_chain_policy(Timestamp at,
                                                         const std::vector<std::string>& roots,
                                                         const std::vector<std::string>& lists);

}  // namespace muster::cli
