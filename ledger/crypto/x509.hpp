#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"
#include "ledger/base/hash.hpp"
#include "ledger/base/timestamp.hpp"
#include "ledger/crypto/ecdsa.hpp"
#include "ledger/crypto/public_key.hpp"

namespace muster::crypto {

/// The largest certificate or revocation list that is read.
inline constexpr std::size_t max_x509_bytes = std::size_t{1} << 20U;

/// An X.509 certificate: what its bytes say, not whether anybody should believe it.
/// Source: RFC 5280.
class Certificate final {
 public:
  /// Reads exactly one certificate in DER; other encodings and trailing bytes are refused.
  /// Errors: `invalid_input`.
  static Result<Certificate> from_der(ByteView der);
  /// Reads the one certificate of a text in PEM: its armour and nothing else but blanks.
  /// Errors: `invalid_input`. Source: RFC 7468.
  static Result<Certificate> from_pem(std::string_view pem);
  Certificate(Certificate&& other) noexcept;
  Certificate& operator=(Certificate&& other) noexcept;
  ~Certificate();

  [[nodiscard]] ByteView der() const;
  /// SHA-256 of the DER form.
  [[nodiscard]] Hash fingerprint() const;
  /// Distinguished names in the form of RFC 2253, as UTF-8 that may hold anything.
  [[nodiscard]] std::string subject() const;
  [[nodiscard]] std::string issuer() const;
  /// The serial number as upper-case hex.
  [[nodiscard]] std::string serial() const;
  /// The first and the last instant at which it holds. Errors: `invalid_input` on a time that is
  /// none or lies outside the years 1970 to 9999.
  [[nodiscard]] Result<Timestamp> not_before() const;
  [[nodiscard]] Result<Timestamp> not_after() const;
  /// Errors: `invalid_input` on a key of another kind.
  [[nodiscard]] Result<EcdsaPublicKey> p384_key() const;
  /// A key of any kind that signs here: Ed25519, P-256 or P-384.
  /// Errors: `invalid_input` on a key of another kind.
  [[nodiscard]] Result<PublicKey> public_key() const;
  /// Whether it is signed with ECDSA over SHA-384.
  [[nodiscard]] bool has_ecdsa_sha384_signature() const;
  /// Whether it is signed with Ed25519, or with ECDSA over SHA-256 or SHA-384.
  [[nodiscard]] bool has_elliptic_signature() const;
  /// Whether basic constraints make it an authority.
  [[nodiscard]] bool is_authority() const;
  /// How many authorities may stand between it and the end, if it says.
  [[nodiscard]] std::optional<std::size_t> path_length() const;
  /// Whether key usage allows it, or says nothing.
  [[nodiscard]] bool may_sign_certificates() const;
  [[nodiscard]] bool may_sign_data() const;
  /// The dotted identifiers of extensions that must be understood, other than basic constraints
  /// and key usage.
  [[nodiscard]] std::vector<std::string> other_critical_extensions() const;
  /// The content of the one extension `oid` ("2.23.133.5.4.1"), or nothing.
  [[nodiscard]] std::optional<Bytes> extension(const std::string& oid) const;
  /// The UTF-8 of the first alternative name of the kind `oid`, or nothing.
  [[nodiscard]] std::optional<std::string> other_name(const std::string& oid) const;

 private:
  friend class RevocationList;
  friend bool is_issued_by(const Certificate& subject, const Certificate& issuer);
  struct State;
  explicit Certificate(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Whether `issuer` is named as the issuer of `subject`, may sign certificates, and its key
/// verifies the signature. Says nothing of time, path length or revocation.
[[nodiscard]] bool is_issued_by(const Certificate& subject, const Certificate& issuer);

/// A list of certificates that their issuer took back. Source: RFC 5280 section 5.
class RevocationList final {
 public:
  /// Reads exactly one list in DER. Errors: `invalid_input`.
  static Result<RevocationList> from_der(ByteView der);
  RevocationList(RevocationList&& other) noexcept;
  RevocationList& operator=(RevocationList&& other) noexcept;
  ~RevocationList();

  [[nodiscard]] std::string issuer() const;
  /// When it was made, and when the next was due. Errors: `invalid_input`, also when it names none.
  [[nodiscard]] Result<Timestamp> this_update() const;
  [[nodiscard]] Result<Timestamp> next_update() const;
  /// Whether `authority` is its issuer by name and signature, and it has no critical extension
  /// that narrows what it covers.
  [[nodiscard]] bool is_complete_list_of(const Certificate& authority) const;
  /// When `certificate` was revoked; nothing if the list does not hold it.
  /// Requires: is_complete_list_of the certificate's issuer.
  [[nodiscard]] std::optional<Timestamp> revoked_at(const Certificate& certificate) const;

 private:
  struct State;
  explicit RevocationList(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace muster::crypto
