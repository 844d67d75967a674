#pragma once

#include "ledger/base/json.hpp"
#include "sampler/plan/draw_check.hpp"

namespace muster::sampler {

// The artefacts of a draw as JSON. Readers are strict and name the field.

[[nodiscard]] Json seal_json(const Seal& seal);
Result<Seal> parse_seal(const Json& json);

[[nodiscard]] Json opening_json(const SiteOpening& opening);
Result<SiteOpening> parse_opening(const Json& json, const std::string& where);

[[nodiscard]] Json frame_json(const Frame& frame);
Result<Frame> parse_frame(const Json& json, const std::string& where);

/// Everything about one draw that a stranger needs, in one file: what `muster plan verify` reads.
struct DrawBundle {
  std::string plan;  ///< the canonical document
  DrawEvidence evidence;
  Json ceremony = nullptr;       ///< the transcript, if the value comes from one
  std::string prover_key_hex{};  ///< of the ceremony; whoever trusts the bundle compares them with
  std::string verifier_key_hex{};  ///< the ledger's
  Json beacons = nullptr;          ///< `muster/beacons/v1`, if the value comes from public sources
  std::optional<Timestamp> known_since{};  ///< when the last of these was published; not written
};

/// The bundle as a file. Requires: the beacon of `evidence` is that of `ceremony`, or a value.
[[nodiscard]] Json bundle_json(const DrawBundle& bundle);

/// Reads a bundle; checks a ceremony's signatures with the keys in it, and labels any other value.
/// Errors: `invalid_input` for what cannot be read. What can be read and is wrong is for the
/// checks.
Result<DrawBundle> parse_bundle(std::string_view text);

}  // namespace muster::sampler
