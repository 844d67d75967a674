#include "sampler/plan/vrf_key.hpp"

#include "ledger/base/hex.hpp"
#include "sampler/draw/field.hpp"

namespace muster::sampler {
namespace {

using draw::append_field;

constexpr std::string_view edwards = "edwards25519-sha512-tai:";
constexpr std::string_view p256 = "p256-sha256-tai:";

}  // namespace

Result<VrfPublicKey> VrfPublicKey::parse(std::string_view text) {
  if (text.starts_with(edwards)) {
    MUSTER_TRY_ASSIGN(const Bytes bytes, bytes_from_hex(text.substr(edwards.size())));
    MUSTER_TRY_ASSIGN(const auto key, crypto::VrfEd25519PublicKey::from_bytes(bytes));
    return VrfPublicKey(key);
  }
  if (text.starts_with(p256)) {
    MUSTER_TRY_ASSIGN(const Bytes bytes, bytes_from_hex(text.substr(p256.size())));
    MUSTER_TRY_ASSIGN(const auto key, crypto::VrfP256PublicKey::from_bytes(bytes));
    return VrfPublicKey(key);
  }
  return failure(Errc::invalid_input, "vrf key: got \"" + std::string(text.substr(0, 40)) +
                                          "\", want " + std::string(edwards) + "HEX or " +
                                          std::string(p256) + "HEX");
}

std::string VrfPublicKey::text() const {
  const bool is_edwards = std::holds_alternative<crypto::VrfEd25519PublicKey>(key_);
  return std::string(is_edwards ? edwards : p256) +
         std::visit([](const auto& key) { return to_hex(key.bytes()); }, key_);
}

std::optional<Bytes> VrfPublicKey::output(ByteView message, ByteView proof) const {
  return std::visit(
      [&](const auto& key) -> std::optional<Bytes> {
        const auto beta = key.verify(message, proof);
        if (!beta) return std::nullopt;
        return to_bytes(ByteView(*beta));
      },
      key_);
}

VrfPublicKey VrfSecretKey::public_key() const {
  return std::visit([](const auto& key) { return VrfPublicKey(key.public_key()); }, key_);
}

Bytes VrfSecretKey::prove(ByteView message) const {
  return std::visit([&](const auto& key) { return to_bytes(ByteView(key.prove(message))); }, key_);
}

Bytes vrf_message(const VrfPurpose& purpose) {
  Bytes message;
  append_field(message, as_bytes("muster/vrf/v1"));
  append_field(message, as_bytes(purpose.label));
  append_field(message, purpose.plan.view());
  append_field(message, as_bytes(purpose.site));
  append_field(message, u64be(purpose.round));
  append_field(message, purpose.randomness);
  return message;
}

}  // namespace muster::sampler
