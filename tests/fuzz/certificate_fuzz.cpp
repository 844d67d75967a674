// The first byte chooses: r for a revocation list, anything else for a certificate. What is
// accepted has one spelling, uses each of its bytes, says the same each time, and is issued by the
// test root only if the test root issued it.

#include <algorithm>
#include <filesystem>

#include "attestation/spdm/pem.hpp"
#include "ledger/base/check.hpp"
#include "ledger/base/file.hpp"
#include "ledger/base/utf8.hpp"
#include "ledger/crypto/x509.hpp"
#include "tests/support/source_root.hpp"

namespace {

using namespace muster;
using namespace muster::crypto;

/// What the PEM files of the test vectors hold: all that the test root ever signed is among it.
std::vector<Bytes> known_files(std::string_view label) {
  std::vector<Bytes> known;
  const std::filesystem::path folder =
      std::filesystem::path(muster::test::source_root) / "tests/vectors/attestation/spdm";
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    if (file.path().extension() != ".pem") continue;
    const auto blocks = attestation::spdm::parse_pem(read_text_file(file.path()).value(), label);
    if (blocks) known.insert(known.end(), blocks->begin(), blocks->end());
  }
  MUSTER_CHECK(known.size() > 3);
  return known;
}

const Certificate& root() {
  static const Certificate one = [] {
    const auto text = read_text_file(std::filesystem::path(muster::test::source_root) /
                                     "tests/vectors/attestation/spdm/root.pem");
    const auto blocks = attestation::spdm::parse_pem(text.value(), "CERTIFICATE");
    return Certificate::from_der(blocks.value().front()).value();
  }();
  return one;
}

bool is_known(std::string_view label, ByteView der) {
  static const std::vector<Bytes> certificates = known_files("CERTIFICATE");
  static const std::vector<Bytes> lists = known_files("X509 CRL");
  const auto& known = label == "CERTIFICATE" ? certificates : lists;
  return std::ranges::any_of(known, [&](const Bytes& one) { return std::ranges::equal(one, der); });
}

void check_time(const Result<Timestamp>& time) {
  if (time) MUSTER_CHECK(Timestamp::parse(time->to_string()).value() == *time);
}

void check_certificate(ByteView der) {
  const auto certificate = Certificate::from_der(der);
  if (!certificate) return;
  MUSTER_CHECK(std::ranges::equal(certificate->der(), der));
  MUSTER_CHECK(!Certificate::from_der(der.first(der.size() - 1)));
  Bytes longer = to_bytes(der);
  longer.push_back(0);
  MUSTER_CHECK(!Certificate::from_der(longer));
  MUSTER_CHECK(is_utf8(certificate->subject()) && is_utf8(certificate->issuer()));
  check_time(certificate->not_before());
  check_time(certificate->not_after());
  if (const auto key = certificate->p384_key()) {
    MUSTER_CHECK(EcdsaPublicKey::from_point(Curve::p384, key->compressed()).value() == *key);
  }
  if (certificate->path_length()) MUSTER_CHECK(certificate->is_authority());
  for (const std::string& oid : certificate->other_critical_extensions()) {
    MUSTER_CHECK(!oid.empty());
    (void)certificate->extension(oid);
  }
  (void)certificate->other_name("1.3.6.1.4.1.412.274.1");
  (void)certificate->extension("2.23.133.5.4.1");
  (void)(certificate->has_ecdsa_sha384_signature() && certificate->may_sign_data());
  if (is_issued_by(*certificate, root())) MUSTER_CHECK(is_known("CERTIFICATE", der));
  if (is_issued_by(*certificate, *certificate)) MUSTER_CHECK(certificate->may_sign_certificates());
}

void check_list(ByteView der) {
  const auto list = RevocationList::from_der(der);
  if (!list) return;
  MUSTER_CHECK(!RevocationList::from_der(der.first(der.size() - 1)));
  MUSTER_CHECK(is_utf8(list->issuer()));
  check_time(list->this_update());
  check_time(list->next_update());
  if (!list->is_complete_list_of(root())) return;
  MUSTER_CHECK(is_known("X509 CRL", der));
  (void)list->revoked_at(root());
}

}  // namespace

int fuzz_certificate(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const ByteView der(data + 1, size - 1);
  if (data[0] == 'r') {
    check_list(der);
  } else {
    check_certificate(der);
  }
  return 0;
}
