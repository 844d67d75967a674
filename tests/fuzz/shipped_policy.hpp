#pragma once

#include <string>

#include "attestation/delay/delay_policy.hpp"
#include "ledger/base/check.hpp"
#include "ledger/base/file.hpp"
#include "tests/support/source_root.hpp"

namespace muster::test {

/// The delay policy that Muster ships, read once.
inline const attestation::DelayPolicy& shipped_policy() {
  static const attestation::DelayPolicy policy = [] {
    const auto text = read_text_file(std::string(source_root) + "/data/delay/rsa-2048.json");
    MUSTER_CHECK(text.has_value());
    return attestation::parse_delay_policy(parse_json(*text).value()).value();
  }();
  return policy;
}

}  // namespace muster::test
