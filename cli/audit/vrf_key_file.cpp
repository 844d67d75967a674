#include "cli/audit/vrf_key_file.hpp"

#include <algorithm>

#include "cli/key_source.hpp"
#include "ledger/crypto/wipe.hpp"

namespace muster::cli {
namespace {

constexpr std::size_t p256_key_digits = 66;

}  // namespace

Result<sampler::VrfSecretKey> open_vrf_key(const std::string& file) {
  MUSTER_TRY_ASSIGN(const crypto::SecretKey key, open_secret_key(file));
  if (const auto* edwards = std::get_if<crypto::Ed25519Signer>(&key)) {
    return sampler::VrfSecretKey(crypto::VrfEd25519Key(edwards->reveal_secret_seed()));
  }
  const auto& point = std::get<crypto::EcdsaSigner>(key);
  if (point.key().curve() != crypto::Curve::p256) {
    return failure(Errc::invalid_input, file + ": got a key of P-384, want ed25519 or p256");
  }
  Bytes secret = point.reveal_secret();
  std::array<std::uint8_t, 32> scalar{};
  std::ranges::copy(secret, scalar.begin());
  auto made = crypto::VrfP256Key::from_scalar(scalar);
  crypto::wipe(secret.data(), secret.size());
  crypto::wipe(scalar.data(), scalar.size());
  if (!made) return failure(std::move(made.error()).during(file));
  return sampler::VrfSecretKey(*made);
}

std::string vrf_key_text(const registry::VrfKey& key) {
  const bool p256 = key.id.size() == p256_key_digits;
  return (p256 ? "p256-sha256-tai:" : "edwards25519-sha512-tai:") + key.id;
}

}  // namespace muster::cli
