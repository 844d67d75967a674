#pragma once

#include <string>
#include <vector>

#include "cli/audit/frames.hpp"
#include "registry/statement.hpp"

namespace muster::cli::audit {

/// What a Prover is about to freeze.
struct FreezeWish {
  std::string freeze;  ///< Its id.
  PartyId prover;
  Window window;
};

/// The heads that a freeze quotes: one `heads.commit`, or several by rising ids of their chips.
struct QuotedHeads {
  std::vector<registry::Index32> parts{};  ///< Their entries.
  std::uint64_t count = 0;
  Hash root{};  ///< Of the only part, or the RFC 6962 root over those of the parts.
};

/// Of the Prover's statements for that window, those that a freeze of now quotes: where two have
/// chips in one range of ids the newer one. One that was corrected is left out.
[[nodiscard]] QuotedHeads heads_to_quote(const registry::State& state, const PartyId& prover,
                                         const Window& window);

/// A freeze as the register and the frame key make it.
struct MadeFreeze {
  sampler::Frame frame;
  QuotedHeads heads;
  std::uint64_t declarations = 0;
  Hash declarations_root{};
};

/// Computes the frame of now, with `frame_key`, and all that a freeze quotes beside it.
/// Requires: a key of 32 bytes. Errors: those of `registry::frame` and `sampler_frame`.
Result<MadeFreeze> made_freeze(const registry::State& state, const catalogue::ChipModels& models,
                               const FreezeWish& wish, Bytes frame_key);

/// The `freeze.commit` that says it. Requires: heads with at least one part.
[[nodiscard]] registry::Draft freeze_draft(const registry::State& state, const FreezeWish& wish,
                                           const MadeFreeze& made);

}  // namespace muster::cli::audit
