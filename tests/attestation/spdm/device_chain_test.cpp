// Chains of devices with keys of every kind that the register takes.

#include "tests/attestation/spdm/vectors.hpp"
#include "tests/support/source_root.hpp"

namespace muster::attestation::spdm {
namespace {

using test::must;

std::string device_text(const std::string& file) {
  return must(read_text_file(std::filesystem::path(muster::test::source_root) /
                             "tests/vectors/attestation/device" / file));
}

ChainPolicy device_policy(const std::string& lists = "lists.pem") {
  ChainPolicy policy;
  policy.at = must(Timestamp::parse("2026-07-01T00:00:00Z"));
  policy.roots.push_back(must(trusted_root(device_text("root.pem"))));
  policy.lists = must(revocation_lists(as_bytes(device_text(lists))));
  policy.any_elliptic_key = true;
  return policy;
}

Chain judged(const std::string& file, const ChainPolicy& policy = device_policy()) {
  return judged_chain(device_text(file), policy);
}

}  // namespace

TEST_CASE("a device has a key of Ed25519, P-256 or P-384, under authorities of any of them") {
  for (const std::string kind : {"ed25519", "p256", "p384"}) {
    CAPTURE(kind);
    const Chain chain = judged(kind + ".pem");
    CHECK(codes_of(chain.findings) == "");
    CHECK(chain.verified);
    CHECK(chain.root->name == "CN=Maker root");
    REQUIRE(chain.device_key);
    CHECK(chain.device_key->algorithm() == kind);
    // Only P-384 signs reports of SPDM.
    CHECK(chain.leaf_key.has_value() == (kind == "p384"));
  }
}

TEST_CASE("a device with an RSA key has none that the register takes") {
  const Chain chain = judged("rsa.pem");
  CHECK_FALSE(chain.verified);
  CHECK_FALSE(chain.device_key);
  CHECK(codes_of(chain.findings) == "spdm.chain_rule");
}

TEST_CASE("where reports of SPDM are judged, other keys and signatures break the rules") {
  ChainPolicy policy = device_policy();
  policy.any_elliptic_key = false;
  for (const std::string kind : {"ed25519", "p256", "p384"}) {
    CAPTURE(kind);
    const Chain chain = judged(kind + ".pem", policy);  // The root signs with Ed25519.
    CHECK_FALSE(chain.verified);
    CHECK(has(chain.findings, FindingCode::chain_rule));
  }
}

TEST_CASE("a device that its maker took back is known by the list and its date") {
  const ChainPolicy policy = device_policy("lists_p256_revoked.pem");
  CHECK(codes_of(judged("p256.pem", policy).findings) == "spdm.certificate_revoked");
  CHECK(codes_of(judged("p384.pem", policy).findings) == "");
  ChainPolicy later = device_policy();
  later.at = must(Timestamp::parse("2027-07-01T00:00:00Z"));
  CHECK(codes_of(judged("p384.pem", later).findings) ==
        "spdm.revocation_unknown spdm.revocation_unknown");
}

TEST_CASE("every byte changed in a device's chain is found") {
  const ChainPolicy policy = device_policy();
  for (const std::string kind : {"ed25519", "p256"}) {
    const std::string text = device_text(kind + ".pem");
    for (std::size_t i = 0; i < text.size(); i += 7) {
      std::string changed = text;
      changed[i] = changed[i] == 'A' ? 'B' : 'A';
      if (changed == text) continue;
      const Chain chain = judged_chain(changed, policy);
      CAPTURE(i);
      CHECK_FALSE((chain.verified && chain.root && chain.findings.empty()));
    }
  }
}

}  // namespace muster::attestation::spdm
