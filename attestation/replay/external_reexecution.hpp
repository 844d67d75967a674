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
  const ExternalState& begin;  ///< begin.step is below the specification's `steps`.
  std::uint64_t block;         ///< The number of its block of data.
  ByteView data;               ///< The block itself.
};

/// What it is given: `start` is empty where it shall make the initial state.
struct ExternalInput {
  std::string request;  ///< The canonical document `muster/external-request/v1`.
  Bytes start;          ///< The checkpoint that it begins with.
};

/// The segment after `begin`, which ends at the next checkpoint.
[[nodiscard]] ExternalInput external_segment_input(const ExternalSegment& segment,
                                                   const ReexecutionLimits& limits);

/// Asks for the state at step 0 that follows from the seed: what a program need not offer.
[[nodiscard]] ExternalInput external_initial_input(const ExternalSpec& spec, const Hash& seed,
                                                   const ReexecutionLimits& limits);

}  // namespace muster::attestation
