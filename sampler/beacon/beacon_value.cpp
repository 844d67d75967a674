#include "sampler/beacon/beacon_value.hpp"

#include "ledger/base/hex.hpp"

namespace muster::sampler {

Result<BeaconValue> stated_value(std::string_view hex, const std::string& source,
                                 std::uint64_t round) {
  if (source.empty()) {
    return failure(Errc::invalid_input, "beacon value: say who states it (--beacon-source)");
  }
  auto bytes = bytes_from_hex(hex);
  if (!bytes) return failure(std::move(bytes.error()).during("beacon value"));
  if (bytes->size() < 32 || bytes->size() > 64) {
    return failure(Errc::invalid_input,
                   "beacon value: got " + std::to_string(bytes->size()) + " bytes, want 32 to 64");
  }
  return BeaconValue{"value", round, std::move(*bytes), false, source + " (UNVERIFIED)"};
}

}  // namespace muster::sampler
