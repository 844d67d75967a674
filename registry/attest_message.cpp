#include "registry/attest_message.hpp"

#include "ledger/base/json.hpp"

namespace muster::registry {

std::string attest_message(const Challenge& challenge) {
  const Json firmware = challenge.firmware.empty() ? Json() : Json(challenge.firmware);
  return "muster/attest/v1\n" + canonical_json({{"after", challenge.after.to_hex()},
                                                {"chip", challenge.chip.to_string()},
                                                {"firmware", firmware},
                                                {"nonce", challenge.nonce.to_hex()},
                                                {"origin", challenge.origin}});
}

}  // namespace muster::registry
