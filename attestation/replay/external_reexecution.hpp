#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "attestation/replay/external_state.hpp"
#include "attestation/replay/reexecution.hpp"

namespace muster::attestation {

/// The file with the block of data that a segment learned, in the program's folder.
inline constexpr std::string_view reexecution_block_file = "data.block";

/// What a program needs to do a segment of a model of others again.
struct ExternalSegment {
  const ExternalSpec& spec;
  const Hash& seed;            ///< See `data_seed`.
  const ExternalState& begin;  ///< Its step is below the specification's `steps`.
  std::uint64_t block;         ///< The number of its block of data.
  ByteView data;               ///< The block itself.
};

/// Asks for the segment after `begin`, which ends at the next checkpoint: the canonical document
/// `muster/external-request/v1`. `start` is the SHA-256 of the checkpoint that it begins with, one
/// file in whatever files `begin` lies (`pour_external_checkpoint`).
[[nodiscard]] std::string external_segment_request(const ExternalSegment& segment,
                                                   const Hash& start,
                                                   const ReexecutionLimits& limits);

/// Asks for the state at step 0 that follows from the seed: what a program need not offer.
[[nodiscard]] std::string external_initial_request(const ExternalSpec& spec, const Hash& seed,
                                                   const ReexecutionLimits& limits);

}  // namespace muster::attestation
