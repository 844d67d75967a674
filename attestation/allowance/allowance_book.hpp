#pragma once

#include <map>
#include <optional>

#include "attestation/allowance/allowance.hpp"

namespace muster::attestation {

/// An allowance that somebody showed, and whether one of the issuers' keys signed it.
struct KnownAllowance {
  Allowance terms;
  bool by_issuer = false;
};

/// What an auditor holds the use of a chip against: the allowances that were issued.
struct AllowanceBook {
  std::map<Hash, KnownAllowance> allowances{};  ///< By statement hash.
  std::optional<Hash> policy{};  ///< The terms that all of them must name; none: not judged.
  /// The most FLOP that the chip's product does in a million cycles; none: what was declared is not
  /// held against what was spent.
  std::optional<std::uint64_t> flop_per_megacycle{};
};

}  // namespace muster::attestation
