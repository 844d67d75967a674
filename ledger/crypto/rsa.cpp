#include "ledger/crypto/rsa.hpp"

#include <openssl/err.h>
#include <openssl/rsa.h>

#include "ledger/crypto/openssl_handles.hpp"

namespace muster::crypto {

using namespace detail;

struct RsaPublicKey::State {
  KeyHandle key;
};

RsaPublicKey::RsaPublicKey(std::unique_ptr<State> state) : state_(std::move(state)) {}
RsaPublicKey::RsaPublicKey(RsaPublicKey&& other) noexcept = default;
RsaPublicKey& RsaPublicKey::operator=(RsaPublicKey&& other) noexcept = default;
RsaPublicKey::~RsaPublicKey() = default;

Result<RsaPublicKey> RsaPublicKey::of(const Certificate& certificate) {
  const ByteView der = certificate.der();
  const unsigned char* at = der.data();
  const CertificateHandle handle(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  KeyHandle key(handle ? X509_get_pubkey(handle.get()) : nullptr);
  ERR_clear_error();
  if (!key || EVP_PKEY_is_a(key.get(), "RSA") != 1) {
    return failure(Errc::invalid_input, "certificate key: not one of RSA");
  }
  return RsaPublicKey(std::make_unique<State>(State{std::move(key)}));
}

int RsaPublicKey::bits() const { return EVP_PKEY_get_bits(state_->key.get()); }

bool RsaPublicKey::verifies_sha512(ByteView message, ByteView signature) const {
  const DigestContextHandle context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* options = nullptr;  // belongs to `context`
  const bool holds = context &&
                     EVP_DigestVerifyInit(context.get(), &options, EVP_sha512(), nullptr,
                                          state_->key.get()) == 1 &&
                     EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PADDING) == 1 &&
                     EVP_DigestVerify(context.get(), signature.data(), signature.size(),
                                      message.data(), message.size()) == 1;
  ERR_clear_error();
  return holds;
}

}  // namespace muster::crypto
