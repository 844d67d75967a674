#include "ledger/crypto/x509.hpp"

#include "ledger/base/base64.hpp"
#include "ledger/base/file.hpp"
#include "tests/support/must.hpp"
#include "tests/support/source_root.hpp"

namespace muster::crypto {
namespace {

using test::must;

/// The DER of the blocks in one of the SPDM vectors.
std::vector<Bytes> blocks_of(const std::string& file) {
  const std::string text = must(read_text_file(std::filesystem::path(muster::test::source_root) /
                                               "tests/vectors/attestation/spdm" / file));
  std::vector<Bytes> blocks;
  std::string content;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("-----END")) blocks.push_back(must(bytes_from_base64(content)));
    content = line.starts_with("-----") ? std::string() : content + line;
  }
  return blocks;
}

std::vector<Certificate> chain() {
  std::vector<Certificate> certificates;
  for (const Bytes& der : blocks_of("chain.pem")) {
    certificates.push_back(must(Certificate::from_der(der)));
  }
  return certificates;
}

}  // namespace

TEST_CASE("a certificate says whose it is, for how long, and what its key may do") {
  const auto certificates = chain();
  const Certificate& leaf = certificates[0];
  CHECK(leaf.subject() == "CN=GHTEST device");
  CHECK(leaf.issuer() == "CN=Muster test authority");
  CHECK(must(leaf.not_before()).to_string() == "2025-01-01T00:00:00.000Z");
  CHECK(must(leaf.not_after()).to_string() == "9999-12-31T23:59:59.000Z");
  CHECK(leaf.has_ecdsa_sha384_signature());
  CHECK(leaf.may_sign_data());
  CHECK_FALSE(leaf.may_sign_certificates());
  CHECK_FALSE(leaf.is_authority());
  CHECK(certificates[1].is_authority());
  CHECK(certificates[1].path_length() == 0);
  CHECK_FALSE(certificates[2].path_length());
  CHECK(leaf.p384_key().has_value());
  CHECK(leaf.other_name("1.3.6.1.4.1.412.274.1") == "MUSTER:GHTEST:0000000000000001");
  CHECK_FALSE(leaf.other_name("1.2.3"));
  CHECK(leaf.extension("2.23.133.5.4.1").has_value());
  CHECK_FALSE(certificates[1].extension("2.23.133.5.4.1"));
  CHECK(leaf.other_critical_extensions().empty());
}

TEST_CASE("issuing goes by name and signature, one way only") {
  const auto certificates = chain();
  CHECK(is_issued_by(certificates[0], certificates[1]));
  CHECK(is_issued_by(certificates[1], certificates[2]));
  CHECK(is_issued_by(certificates[2], certificates[2]));
  CHECK_FALSE(is_issued_by(certificates[0], certificates[2]));
  CHECK_FALSE(is_issued_by(certificates[1], certificates[0]));
  CHECK_FALSE(is_issued_by(certificates[0], certificates[0]));
}

TEST_CASE("a certificate cut, lengthened or encoded otherwise is refused") {
  const Bytes good = blocks_of("chain.pem")[0];
  for (std::size_t size = 0; size < good.size(); ++size) {
    CHECK_FALSE(Certificate::from_der(ByteView(good).first(size)));
  }
  Bytes longer = good;
  longer.push_back(0);
  CHECK_FALSE(Certificate::from_der(longer));
  Bytes indefinite = good;
  indefinite[1] = 0x83;  // the length in one byte more than needed
  indefinite.insert(indefinite.begin() + 2, 0);
  CHECK_FALSE(Certificate::from_der(indefinite));
}

TEST_CASE("a revocation list counts for its issuer only, and names what it holds") {
  const auto certificates = chain();
  const auto lists = blocks_of("revoked_leaf.pem");
  const auto list = must(RevocationList::from_der(lists[0]));
  CHECK(list.issuer() == "CN=Muster test authority");
  CHECK(must(list.this_update()).to_string() == "2026-01-01T00:00:00.000Z");
  CHECK(must(list.next_update()).to_string() == "2027-01-01T00:00:00.000Z");
  CHECK(list.is_complete_list_of(certificates[1]));
  CHECK_FALSE(list.is_complete_list_of(certificates[2]));
  CHECK(list.revoked_at(certificates[0])->to_string() == "2026-03-01T00:00:00.000Z");
  const auto root_list = must(RevocationList::from_der(lists[1]));
  CHECK_FALSE(root_list.revoked_at(certificates[1]));
  Bytes forged = lists[0];
  forged.back() ^= 1U;
  const auto forged_list = RevocationList::from_der(forged);
  CHECK_FALSE((forged_list && forged_list->is_complete_list_of(certificates[1])));
  CHECK_FALSE(RevocationList::from_der(ByteView(lists[0]).first(40)));
}

}  // namespace muster::crypto
