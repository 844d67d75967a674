#pragma once

#include <map>
#include <string>
#include <vector>

#include "attestation/device/emulated_chip.hpp"
#include "attestation/run/synthetic_run.hpp"
#include "sampler/beacon/ceremony.hpp"
#include "sampler/plan/frame.hpp"
#include "sampler/plan/plan.hpp"

namespace muster::test {

inline constexpr std::uint64_t fleet_chips = 100;
inline constexpr std::uint64_t hidden_chips = 10;  ///< k: what the plan must catch.
inline constexpr const char* snapshots_per_day = "0.5";

/// The signed keys of both parties of the ceremony; test keys, known to both processes.
[[nodiscard]] crypto::Ed25519Signer prover_signer();
[[nodiscard]] crypto::Ed25519Signer verifier_signer();

/// What the Prover froze, and the escrowed key with it.
[[nodiscard]] sampler::Frame frozen_frame();

/// The plan for `frame`: N = 100, k = 10, t = 0.95.
[[nodiscard]] sampler::Plan committed_plan(const sampler::Frame& frame,
                                           const sampler::VrfPublicKey& vrf_key);

/// The window of the audit.
[[nodiscard]] Window audit_window();
/// When the inspector reads.
[[nodiscard]] Timestamp reading_time();

}  // namespace muster::test
