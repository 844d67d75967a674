#pragma once

#include <string>

#include "registry/state/state.hpp"
#include "sampler/plan/vrf_key.hpp"

namespace muster::cli {

/// The Verifier's key for draws in a key file, plain or encrypted: one of Ed25519 for
/// ECVRF-EDWARDS25519-SHA512-TAI, one of P-256 for ECVRF-P256-SHA256-TAI.
/// Errors: those of `crypto::read_secret_key`; `invalid_input` for a key of another algorithm.
Result<sampler::VrfSecretKey> open_vrf_key(const std::string& file);

/// A registered key as `sampler::VrfPublicKey` spells it: the suites' keys differ in length.
[[nodiscard]] std::string vrf_key_text(const registry::VrfKey& key);

}  // namespace muster::cli
