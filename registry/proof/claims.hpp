#pragma once

#include <string>
#include <vector>

#include "registry/proof/verify.hpp"

namespace muster::registry {

/// What a good proof says, in sentences: what holds for whoever trusts the log's key and SHA-256,
/// and what is the server's word.
struct Claims {
  std::vector<std::string> proven;
  std::vector<std::string> word;
};

[[nodiscard]] Claims claims_of(const ChipFacts& facts);
[[nodiscard]] Claims claims_of(const RosterFacts& facts);

}  // namespace muster::registry
