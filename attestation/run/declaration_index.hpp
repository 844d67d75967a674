#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "attestation/run/declaration.hpp"

namespace muster::attestation {

/// A declaration and whether it was in the ledger when the frame was frozen. One filed later
/// explains nothing; it only tells what an unexplained snapshot would have been.
struct FiledDeclaration {
  Declaration declaration;
  bool before_freeze = true;
};

/// Everything that one Prover declared, for look-up. Built once, used for all of its chips.
class DeclarationIndex final {
 public:
  /// One assignment of a chip.
  struct Held {
    std::uint32_t run;  ///< Place in `filed()`.
    std::uint32_t item;
  };
  /// Where a chunk digest is declared.
  struct Place {
    std::uint64_t prefix;  ///< First 8 bytes of the digest.
    std::uint32_t run;
    std::uint32_t step;   ///< Place in `Declaration::steps`.
    std::uint32_t chunk;  ///< Place in `StepCommitment::chunks`.
  };

  DeclarationIndex() = default;
  /// Cost: n log n for n declared chunk digests.
  explicit DeclarationIndex(std::vector<FiledDeclaration> filed);

  [[nodiscard]] const std::vector<FiledDeclaration>& filed() const { return filed_; }
  [[nodiscard]] const Declaration& declaration(std::uint32_t run) const {
    return filed_[run].declaration;
  }
  /// What `chip` was assigned to, in any order of time.
  [[nodiscard]] std::span<const Held> held_by(const ChipId& chip) const;
  /// Places whose digest begins like `chunk`; the caller compares the rest.
  [[nodiscard]] std::span<const Place> places_of(const Hash& chunk) const;
  [[nodiscard]] const Hash& digest_at(const Place& place) const {
    return declaration(place.run).steps[place.step].chunks[place.chunk];
  }
  /// The commitment to `step` of `shard`, or null.
  [[nodiscard]] const StepCommitment* commitment(std::uint32_t run, std::uint32_t shard,
                                                 std::uint64_t step) const;

 private:
  std::vector<FiledDeclaration> filed_;
  std::unordered_map<ChipId, std::vector<Held>> held_;
  std::vector<Place> places_;
};

}  // namespace muster::attestation
