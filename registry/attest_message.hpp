#pragma once

#include <string>

#include "ledger/base/chip_id.hpp"
#include "ledger/base/hash.hpp"

namespace muster::registry {

/// What a device is asked: to sign, with its own key, that it is there now.
struct Challenge {
  std::string origin;  ///< Of the log.
  ChipId chip;
  Hash nonce;            ///< Never used before in the log.
  Hash after;            ///< A statement of the log: the answer is later than it.
  std::string firmware;  ///< Digest of what the device runs, in hex; empty if it does not say.
};

/// The bytes that the device signs: "muster/attest/v1\n" and the challenge as canonical JSON.
[[nodiscard]] std::string attest_message(const Challenge& challenge);

}  // namespace muster::registry
