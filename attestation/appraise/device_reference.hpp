#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "ledger/base/error.hpp"
#include "ledger/base/hash.hpp"
#include "ledger/base/json.hpp"
#include "ledger/base/timestamp.hpp"

namespace muster::attestation {

/// Since when a digest is not accepted any more, and why.
struct RevokedDigest {
  Timestamp since;
  std::string reason;

  friend bool operator==(const RevokedDigest&, const RevokedDigest&) = default;
};

/// What devices may run, as an inspectorate accepts it on a day: reference values. What was revoked
/// after that day they cannot know.
struct DeviceReference {
  std::string source;  ///< Who says so, for people.
  Timestamp as_of;
  std::set<Hash> firmware{};     ///< Digests of accepted firmware; none: firmware is not judged.
  std::set<Hash> device_code{};  ///< Digests of accepted device code; none: it is not judged.
  std::map<Hash, RevokedDigest> revoked{};  ///< Of either kind.

  friend bool operator==(const DeviceReference&, const DeviceReference&) = default;
};

/// Most digests of one list.
inline constexpr std::size_t max_reference_digests = 100'000;

/// Reads `muster/device-reference/v1`: {"version","source","as_of","firmware":[HEX],
/// "device_code":[HEX],"revoked":[{"digest","since","reason"}]}; digests in lower-case hex, each
/// once in its list.
/// Errors: `invalid_input` naming the field.
Result<DeviceReference> parse_device_reference(const Json& json);

/// The document that `parse_device_reference` reads.
[[nodiscard]] Json device_reference_json(const DeviceReference& reference);

}  // namespace muster::attestation
