#pragma once

#include <string>
#include <vector>

#include "ledger/base/names.hpp"
#include "sampler/draw/leaf.hpp"

namespace muster::sampler {

/// What a Prover froze: its lines, and the key that hides them from those without it.
struct Frame {
  PartyId prover;
  Bytes key;                           ///< 32 bytes, in escrow with the Verifier
  std::vector<draw::FrameLine> lines;  ///< sorted by chip, each once
};

/// Errors: `invalid_input` unless sorted, without duplicates, and with a key of 32 bytes.
Result<void> check(const Frame& frame);

/// The leaves of the lines, in their order.
[[nodiscard]] std::vector<Hash> frame_leaves(const Frame& frame);

/// The root that a freeze quotes: the Merkle tree of RFC 6962 over the leaves as they are.
[[nodiscard]] Hash leaves_root(const std::vector<Hash>& leaves);

/// A line by its place.
struct LinePlace {
  std::size_t frame;
  std::size_t line;
};

/// All lines of one site over all frames, by frame and line.
struct SiteLines {
  std::string site;
  std::vector<LinePlace> places;
  std::vector<Hash> leaves;
};

/// The lines of `frames` by site, sites sorted. `leaves` are those of each frame.
[[nodiscard]] std::vector<SiteLines> lines_by_site(const std::vector<Frame>& frames,
                                                   const std::vector<std::vector<Hash>>& leaves);

}  // namespace muster::sampler
