#pragma once

#include <optional>
#include <string>
#include <vector>

#include "attestation/spdm/finding.hpp"
#include "ledger/base/hash.hpp"
#include "ledger/base/timestamp.hpp"
#include "ledger/crypto/x509.hpp"

namespace muster::attestation::spdm {

/// A root that somebody vouches for.
struct TrustedRoot {
  Hash fingerprint;  ///< SHA-256 of the certificate in DER.
  std::string name;  ///< Who it belongs to, for the statement.
};

/// The root of NVIDIA's device identity certificates.
/// Source: NVIDIA nvtrust, local_gpu_verifier, certs/verifier_device_root.pem.
[[nodiscard]] TrustedRoot nvidia_device_root();

/// A root given as a file with one certificate in PEM; its subject is the name.
/// Errors: `invalid_input`.
Result<TrustedRoot> trusted_root(std::string_view pem);

/// Revocation lists from a file: any number in PEM, or one in DER.
/// Errors: `invalid_input`.
Result<std::vector<crypto::RevocationList>> revocation_lists(ByteView file);

/// What a chain is judged by.
struct ChainPolicy {
  Timestamp at;  ///< The instant for which certificates must hold.
  std::vector<TrustedRoot> roots{};
  std::vector<crypto::RevocationList> lists{};
  /// Whether a certificate of unknown revocation keeps the verdict open, or is only noted.
  bool revocation_required = true;
  /// Whether keys and signatures of Ed25519 and P-256 count as well. Reports of SPDM want P-384; a
  /// device that signs for itself may have any key that the register takes.
  bool any_elliptic_key = false;
};

/// What is known of taking one certificate back.
enum class Revocation { not_revoked, revoked, unknown, not_applicable };
[[nodiscard]] std::string_view revocation_name(Revocation revocation);

/// What a certificate says, for reports.
struct CertificateFacts {
  std::string subject;
  std::string issuer;
  std::string serial;
  std::optional<Timestamp> not_before{};
  std::optional<Timestamp> not_after{};
  Hash fingerprint{};
  Revocation revocation = Revocation::unknown;
};

/// A judged chain of certificates, leaf first. Devices of one batch share all but the leaf.
struct Chain {
  std::vector<CertificateFacts> certificates;
  std::vector<Finding> findings;
  bool verified = false;              ///< Each issued by the next, rules kept, the last by itself.
  std::optional<TrustedRoot> root{};  ///< The pinned root it ends in.
  std::optional<crypto::EcdsaPublicKey> leaf_key{};  ///< Also of a chain that does not verify.
  std::optional<crypto::PublicKey>
      device_key{};      ///< The leaf's, of any kind that the policy takes.
  std::string device{};  ///< "maker:product:serial" as the leaf says; or empty.
  std::optional<std::vector<Bytes>> firmware_digests{};  ///< As the leaf says.
};

/// Judges the chain in `pem`. Takes any text; what is wrong ends in findings.
/// Cost: one P-384 verification per certificate, half a millisecond each.
[[nodiscard]] Chain judged_chain(std::string_view pem, const ChainPolicy& policy);

}  // namespace muster::attestation::spdm
