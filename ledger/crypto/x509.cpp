#include "ledger/crypto/x509.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>

#include "ledger/base/base64.hpp"
#include "ledger/base/check.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/crypto/x509_handles.hpp"

namespace muster::crypto {

using namespace detail;

struct Certificate::State {
  CertificateHandle handle;
  Bytes der;

  /// What the library found in the extensions. Computed once, when the certificate is read.
  [[nodiscard]] std::uint32_t flags() const { return X509_get_extension_flags(handle.get()); }
};

Certificate::Certificate(std::unique_ptr<State> state) : state_(std::move(state)) {}
Certificate::Certificate(Certificate&& other) noexcept = default;
Certificate& Certificate::operator=(Certificate&& other) noexcept = default;
Certificate::~Certificate() = default;

Result<Certificate> Certificate::from_der(ByteView der) {
  if (der.size() > max_x509_bytes) {
    return failure(Errc::invalid_input,
                   "certificate: longer than " + std::to_string(max_x509_bytes) + " bytes");
  }
  const unsigned char* at = der.data();
  CertificateHandle handle(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  ERR_clear_error();
  if (!handle || at != der.data() + der.size()) {
    return failure(Errc::invalid_input, "certificate: not one X.509 certificate in DER");
  }
  unsigned char* again = nullptr;
  const int size = i2d_X509(handle.get(), &again);
  const std::unique_ptr<unsigned char, decltype([](unsigned char* p) { OPENSSL_free(p); })> owned(
      again);
  const bool same = size >= 0 && static_cast<std::size_t>(size) == der.size() &&
                    std::equal(der.begin(), der.end(), again);
  if (!same) return failure(Errc::invalid_input, "certificate: not in the one DER encoding");
  if ((X509_get_extension_flags(handle.get()) & EXFLAG_INVALID) != 0) {
    ERR_clear_error();
    return failure(Errc::invalid_input, "certificate: extensions that contradict RFC 5280");
  }
  return Certificate(std::make_unique<State>(State{std::move(handle), to_bytes(der)}));
}

Result<Certificate> Certificate::from_pem(std::string_view pem) {
  std::string body;
  for (const char c : pem) {
    if (c != '\r' && c != '\n' && c != '\t') body += c;
  }
  constexpr std::string_view begin = "-----BEGIN CERTIFICATE-----";
  constexpr std::string_view end = "-----END CERTIFICATE-----";
  const bool armoured =
      body.size() > begin.size() + end.size() && body.starts_with(begin) && body.ends_with(end);
  if (!armoured) {
    return failure(Errc::invalid_input, "certificate: want one in PEM, and nothing else");
  }
  auto der = bytes_from_base64(
      std::string_view(body).substr(begin.size(), body.size() - begin.size() - end.size()));
  if (!der) return failure(std::move(der.error()).during("certificate"));
  return from_der(*der);
}

ByteView Certificate::der() const { return state_->der; }

Hash Certificate::fingerprint() const { return sha256(ByteView(state_->der)); }

std::string Certificate::subject() const {
  return name_text(X509_get_subject_name(state_->handle.get()));
}

std::string Certificate::issuer() const {
  return name_text(X509_get_issuer_name(state_->handle.get()));
}

std::string Certificate::serial() const {
  const ASN1_INTEGER* number = X509_get0_serialNumber(state_->handle.get());
  const std::unique_ptr<BIGNUM, Freed<BN_free>> value(ASN1_INTEGER_to_BN(number, nullptr));
  if (!value) return {};
  char* text = BN_bn2hex(value.get());
  MUSTER_CHECK(text != nullptr);
  std::string serial(text);
  OPENSSL_free(text);
  return serial;
}

Result<Timestamp> Certificate::not_before() const {
  return timestamp_of(X509_get0_notBefore(state_->handle.get()), "not before");
}

Result<Timestamp> Certificate::not_after() const {
  return timestamp_of(X509_get0_notAfter(state_->handle.get()), "not after");
}

namespace {

/// Whether the certificate's key is a point on the curve that OpenSSL calls `name`.
bool is_on_curve(const X509* certificate, std::string_view name) {
  const EVP_PKEY* key = X509_get0_pubkey(certificate);
  std::array<char, 32> group{};
  std::size_t group_size = 0;
  const bool found = key != nullptr && EVP_PKEY_is_a(key, "EC") == 1 &&
                     EVP_PKEY_get_group_name(key, group.data(), group.size(), &group_size) == 1 &&
                     std::string_view(group.data(), group_size) == name;
  ERR_clear_error();
  return found;
}

/// The bits of the key: the point, or the 32 bytes of Ed25519.
ByteView key_bits(const X509* certificate) {
  const ASN1_BIT_STRING* bits = X509_get0_pubkey_bitstr(certificate);
  return {bits->data, static_cast<std::size_t>(bits->length)};
}

}  // namespace

Result<EcdsaPublicKey> Certificate::p384_key() const {
  if (!is_on_curve(state_->handle.get(), "secp384r1")) {
    return failure(Errc::invalid_input, "certificate key: not one on P-384");
  }
  return EcdsaPublicKey::from_point(Curve::p384, key_bits(state_->handle.get()));
}

Result<PublicKey> Certificate::public_key() const {
  const X509* certificate = state_->handle.get();
  for (const auto& [curve, name] :
       {std::pair(Curve::p256, "prime256v1"), std::pair(Curve::p384, "secp384r1")}) {
    if (!is_on_curve(certificate, name)) continue;
    MUSTER_TRY_ASSIGN(EcdsaPublicKey key, EcdsaPublicKey::from_point(curve, key_bits(certificate)));
    return PublicKey(std::move(key));
  }
  const EVP_PKEY* key = X509_get0_pubkey(certificate);
  const bool is_ed25519 = key != nullptr && EVP_PKEY_is_a(key, "ED25519") == 1;
  ERR_clear_error();
  if (!is_ed25519) {
    return failure(Errc::invalid_input, "certificate key: not one of Ed25519, P-256 or P-384");
  }
  MUSTER_TRY_ASSIGN(const Ed25519PublicKey ed25519,
                    Ed25519PublicKey::from_bytes(key_bits(certificate)));
  return PublicKey(ed25519);
}

bool Certificate::has_ecdsa_sha384_signature() const {
  return X509_get_signature_nid(state_->handle.get()) == NID_ecdsa_with_SHA384;
}

bool Certificate::has_elliptic_signature() const {
  const int algorithm = X509_get_signature_nid(state_->handle.get());
  return algorithm == NID_ED25519 || algorithm == NID_ecdsa_with_SHA256 ||
         algorithm == NID_ecdsa_with_SHA384;
}

bool Certificate::is_authority() const {
  const std::uint32_t wanted = EXFLAG_BCONS | EXFLAG_CA;
  return (state_->flags() & wanted) == wanted;
}

std::optional<std::size_t> Certificate::path_length() const {
  const long length = X509_get_pathlen(state_->handle.get());
  if (length < 0) return std::nullopt;
  return static_cast<std::size_t>(length);
}

bool Certificate::may_sign_certificates() const {
  return (X509_get_key_usage(state_->handle.get()) & KU_KEY_CERT_SIGN) != 0;
}

bool Certificate::may_sign_data() const {
  return (X509_get_key_usage(state_->handle.get()) & KU_DIGITAL_SIGNATURE) != 0;
}

std::vector<std::string> Certificate::other_critical_extensions() const {
  std::vector<std::string> found;
  for (int i = 0; i < X509_get_ext_count(state_->handle.get()); ++i) {
    X509_EXTENSION* extension = X509_get_ext(state_->handle.get(), i);
    if (X509_EXTENSION_get_critical(extension) == 0) continue;
    const ASN1_OBJECT* object = X509_EXTENSION_get_object(extension);
    const int kind = OBJ_obj2nid(object);
    if (kind != NID_basic_constraints && kind != NID_key_usage) found.push_back(dots_of(object));
  }
  return found;
}

std::optional<Bytes> Certificate::extension(const std::string& oid) const {
  const ObjectHandle object = object_from_dots(oid);
  const int index = X509_get_ext_by_OBJ(state_->handle.get(), object.get(), -1);
  if (index < 0) return std::nullopt;
  const ASN1_OCTET_STRING* data =
      X509_EXTENSION_get_data(X509_get_ext(state_->handle.get(), index));
  const unsigned char* first = ASN1_STRING_get0_data(data);
  return Bytes(first, first + ASN1_STRING_length(data));
}

std::optional<std::string> Certificate::other_name(const std::string& oid) const {
  const std::unique_ptr<GENERAL_NAMES, Freed<GENERAL_NAMES_free>> names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(state_->handle.get(), NID_subject_alt_name, nullptr, nullptr)));
  ERR_clear_error();
  if (!names) return std::nullopt;
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_OTHERNAME || dots_of(name->d.otherName->type_id) != oid) continue;
    const ASN1_TYPE* value = name->d.otherName->value;
    if (value->type != V_ASN1_UTF8STRING) continue;
    const unsigned char* first = ASN1_STRING_get0_data(value->value.utf8string);
    return std::string(first, first + ASN1_STRING_length(value->value.utf8string));
  }
  return std::nullopt;
}

bool is_issued_by(const Certificate& subject, const Certificate& issuer) {
  X509* below = subject.state_->handle.get();
  X509* above = issuer.state_->handle.get();
  const bool named = X509_check_issued(above, below) == X509_V_OK;
  EVP_PKEY* key = X509_get0_pubkey(above);
  const bool verified = named && key != nullptr && X509_verify(below, key) == 1;
  ERR_clear_error();
  return verified;
}

struct RevocationList::State {
  ListHandle handle;
};

RevocationList::RevocationList(std::unique_ptr<State> state) : state_(std::move(state)) {}
RevocationList::RevocationList(RevocationList&& other) noexcept = default;
RevocationList& RevocationList::operator=(RevocationList&& other) noexcept = default;
RevocationList::~RevocationList() = default;

Result<RevocationList> RevocationList::from_der(ByteView der) {
  if (der.size() > max_x509_bytes) {
    return failure(Errc::invalid_input,
                   "revocation list: longer than " + std::to_string(max_x509_bytes) + " bytes");
  }
  const unsigned char* at = der.data();
  ListHandle handle(d2i_X509_CRL(nullptr, &at, static_cast<long>(der.size())));
  ERR_clear_error();
  if (!handle || at != der.data() + der.size()) {
    return failure(Errc::invalid_input, "revocation list: not one X.509 list in DER");
  }
  return RevocationList(std::make_unique<State>(State{std::move(handle)}));
}

std::string RevocationList::issuer() const {
  return name_text(X509_CRL_get_issuer(state_->handle.get()));
}

Result<Timestamp> RevocationList::this_update() const {
  return timestamp_of(X509_CRL_get0_lastUpdate(state_->handle.get()), "this update");
}

Result<Timestamp> RevocationList::next_update() const {
  return timestamp_of(X509_CRL_get0_nextUpdate(state_->handle.get()), "next update");
}

bool RevocationList::is_complete_list_of(const Certificate& authority) const {
  X509_CRL* list = state_->handle.get();
  X509* above = authority.state_->handle.get();
  if (X509_NAME_cmp(X509_CRL_get_issuer(list), X509_get_subject_name(above)) != 0) return false;
  if ((X509_get_key_usage(above) & KU_CRL_SIGN) == 0) return false;
  for (int i = 0; i < X509_CRL_get_ext_count(list); ++i) {
    if (X509_EXTENSION_get_critical(X509_CRL_get_ext(list, i)) != 0) return false;
  }
  EVP_PKEY* key = X509_get0_pubkey(above);
  const bool verified = key != nullptr && X509_CRL_verify(list, key) == 1;
  ERR_clear_error();
  return verified;
}

std::optional<Timestamp> RevocationList::revoked_at(const Certificate& certificate) const {
  X509_REVOKED* entry = nullptr;
  const int held = X509_CRL_get0_by_serial(
      state_->handle.get(), &entry, X509_get0_serialNumber(certificate.state_->handle.get()));
  if (held == 0 || entry == nullptr) return std::nullopt;
  // A date that cannot be read revokes from the beginning.
  return timestamp_of(X509_REVOKED_get0_revocationDate(entry), "revoked").value_or(Timestamp{});
}

}  // namespace muster::crypto
