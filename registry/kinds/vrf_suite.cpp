#include "ledger/base/hex.hpp"
#include "ledger/crypto/vrf_p256.hpp"
#include "registry/chip_rules.hpp"
#include "registry/kinds/groups.hpp"

namespace muster::registry {
namespace {

constexpr std::string_view p256_suite = "ECVRF-P256-SHA256-TAI";
constexpr std::size_t edwards_key_digits = 64;

/// Keys of the two suites have different lengths, by which a plan tells them apart.
Result<void> vrf_key_fits(const Body& body) {
  const std::string& key = body.text("vrf_key");
  if (body.text("suite") != p256_suite) {
    if (key.size() == edwards_key_digits) return {};
    return refusal("vrf.key",
                   "got " + std::to_string(key.size()) + " hex digits, a key of this suite has 64");
  }
  const auto point = bytes_from_hex(key);
  if (point && crypto::VrfP256PublicKey::from_bytes(*point)) return {};
  return refusal("vrf.key", "want a compressed point of P-256, 66 hex digits");
}

}  // namespace

Result<void> vrf_key_stands(const Case& found) {
  MUSTER_TRY(vrf_key_fits(found.body()));
  const std::string& key = found.body().text("vrf_key");
  const RowN old = found.tables().vrf_keys.find(key);
  if (old == no_row) return {};
  return id_in_use(found.state, "vrf.exists", key, found.tables().vrf_keys[old].index);
}

}  // namespace muster::registry
