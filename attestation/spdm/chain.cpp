#include "attestation/spdm/chain.hpp"

#include <algorithm>

#include "attestation/spdm/dice.hpp"
#include "attestation/spdm/pem.hpp"
#include "ledger/base/check.hpp"

namespace muster::attestation::spdm {
namespace {

using crypto::Certificate;
using crypto::RevocationList;

// DMTF's name for a device, "maker:product:serial". Source: DSP0274 1.1.1, section 10.7.
constexpr const char* dmtf_device_info = "1.3.6.1.4.1.412.274.1";

std::string place(std::size_t index) { return "certificate " + std::to_string(index); }

/// One chain on its way to a judgement.
class ChainJudge final {
 public:
  ChainJudge(const ChainPolicy& policy, Chain& chain) : policy_(policy), chain_(chain) {}

  void judge(std::string_view pem) {
    if (!read(pem)) return;
    take_leaf();
    for (std::size_t i = 0; i < certificates_.size(); ++i) {
      check_rules(i);
      check_time(i);
    }
    check_links();
    for (std::size_t i = 0; i < certificates_.size(); ++i) check_revocation(i);
    check_root();
  }

 private:
  bool read(std::string_view pem) {
    auto blocks = parse_pem(pem, "CERTIFICATE");
    if (!blocks) return unreadable(blocks.error().message, "certificates");
    for (std::size_t i = 0; i < blocks->size(); ++i) {
      auto certificate = Certificate::from_der((*blocks)[i]);
      if (!certificate) return unreadable(certificate.error().message, place(i));
      certificates_.push_back(std::move(certificate).value());
      chain_.certificates.push_back(facts_of(certificates_.back()));
    }
    return true;
  }

  bool unreadable(const std::string& problem, const std::string& where) {
    add(FindingCode::unreadable, "a chain of X.509 certificates, leaf first", problem, where);
    return false;
  }

  static CertificateFacts facts_of(const Certificate& certificate) {
    CertificateFacts facts;
    facts.subject = certificate.subject();
    facts.issuer = certificate.issuer();
    facts.serial = certificate.serial();
    if (const auto time = certificate.not_before()) facts.not_before = *time;
    if (const auto time = certificate.not_after()) facts.not_after = *time;
    facts.fingerprint = certificate.fingerprint();
    return facts;
  }

  void take_leaf() {
    const Certificate& leaf = certificates_.front();
    chain_.device = leaf.other_name(dmtf_device_info).value_or(std::string());
    take_key(leaf);
    const auto extension = leaf.extension(dice_tcb_info);
    if (!extension) return;
    auto digests = dice_firmware_digests(*extension);
    if (digests) {
      chain_.firmware_digests = std::move(digests).value();
    } else {
      add(FindingCode::unreadable, "a DICE firmware extension", digests.error().message, place(0));
    }
  }

  void take_key(const Certificate& leaf) {
    if (auto key = leaf.p384_key()) {
      chain_.leaf_key = *key;
      chain_.device_key = *key;
    } else if (!policy_.any_elliptic_key) {
      break_rule("a P-384 key", key.error().message, 0);
    } else if (auto other = leaf.public_key()) {
      chain_.device_key = *other;
    } else {
      break_rule("a key of Ed25519, P-256 or P-384", other.error().message, 0);
    }
  }

  void check_signature(const Certificate& certificate, std::size_t i) {
    if (certificate.has_ecdsa_sha384_signature()) return;
    if (!policy_.any_elliptic_key) {
      break_rule("a signature by ECDSA with SHA-384", "another algorithm", i);
    } else if (!certificate.has_elliptic_signature()) {
      break_rule("a signature by Ed25519, or by ECDSA with SHA-256 or SHA-384", "another algorithm",
                 i);
    }
  }

  void check_rules(std::size_t i) {
    const Certificate& certificate = certificates_[i];
    check_signature(certificate, i);
    for (const std::string& oid : certificate.other_critical_extensions()) {
      break_rule("no critical extension but key usage and basic constraints", oid, i);
    }
    if (i + 1 < certificates_.size() && certificate.subject() == certificate.issuer()) {
      break_rule("a root at the end only", "one before it", i);
    }
    if (i == 0) {
      if (!certificate.may_sign_data()) break_rule("a key that may sign data", "key usage", i);
      if (certificate.is_authority()) break_rule("a device", "an authority", i);
      return;
    }
    if (!certificate.is_authority()) break_rule("an authority", "none", i);
    if (!certificate.may_sign_certificates()) {
      break_rule("a key that may sign certificates", "key usage", i);
    }
    const std::optional<std::size_t> length = certificate.path_length();
    if (length && *length + 1 < i) {
      break_rule("at most " + std::to_string(*length) + " authorities below", std::to_string(i - 1),
                 i);
    }
  }

  void check_time(std::size_t i) {
    const CertificateFacts& facts = chain_.certificates[i];
    if (!facts.not_before || !facts.not_after) {
      break_rule("times of validity", "unreadable times", i);
      return;
    }
    if (policy_.at < *facts.not_before) {
      add(FindingCode::certificate_early, "valid at " + policy_.at.to_string(),
          "valid from " + facts.not_before->to_string(), place(i));
    }
    if (policy_.at > *facts.not_after) {
      add(FindingCode::certificate_expired, "valid at " + policy_.at.to_string(),
          "expired on " + facts.not_after->to_string(), place(i));
    }
  }

  void check_links() {
    for (std::size_t i = 0; i + 1 < certificates_.size(); ++i) {
      if (is_issued_by(certificates_[i], certificates_[i + 1])) continue;
      linked_ = false;
      add(FindingCode::chain_broken, "issued and signed by " + place(i + 1), "it is not", place(i));
    }
    const std::size_t last = certificates_.size() - 1;
    if (is_issued_by(certificates_[last], certificates_[last])) return;
    linked_ = false;
    add(FindingCode::chain_broken, "signed by itself, as a root is", "it is not", place(last));
  }

  void check_revocation(std::size_t i) {
    Revocation& status = chain_.certificates[i].revocation;
    if (i + 1 == certificates_.size()) {
      status = Revocation::not_applicable;  // a root is taken back by unpinning it
      return;
    }
    const Certificate& issuer = certificates_[i + 1];
    bool out_of_date = false;
    for (const RevocationList& list : policy_.lists) {
      if (!list.is_complete_list_of(issuer)) continue;
      const auto revoked = list.revoked_at(certificates_[i]);
      if (revoked) {
        status = Revocation::revoked;
        add(FindingCode::certificate_revoked, "not revoked", "revoked on " + revoked->to_string(),
            place(i));
        return;
      }
      if (is_current(list)) {
        status = Revocation::not_revoked;
      } else {
        out_of_date = true;
      }
    }
    if (status != Revocation::unknown) return;
    Finding made =
        finding(FindingCode::revocation_unknown, "a current revocation list of " + place(i + 1),
                out_of_date ? "one that is out of date" : "none", place(i));
    if (!policy_.revocation_required) made.severity = Severity::note;
    chain_.findings.push_back(std::move(made));
  }

  [[nodiscard]] bool is_current(const RevocationList& list) const {
    const auto from = list.this_update();
    const auto to = list.next_update();
    return from && to && *from <= policy_.at && policy_.at <= *to;
  }

  void check_root() {
    const Hash fingerprint = certificates_.back().fingerprint();
    const auto pinned = std::ranges::find(policy_.roots, fingerprint, &TrustedRoot::fingerprint);
    if (pinned != policy_.roots.end()) {
      chain_.root = *pinned;
    } else {
      add(FindingCode::root_unknown, "a root that is vouched for",
          "SHA-256 " + fingerprint.to_hex(), place(certificates_.size() - 1));
    }
    chain_.verified = linked_ && rules_kept_;
  }

  void break_rule(std::string expected, std::string found, std::size_t index) {
    rules_kept_ = false;
    add(FindingCode::chain_rule, std::move(expected), std::move(found), place(index));
  }

  void add(FindingCode code, std::string expected, std::string found, std::string where) {
    chain_.findings.push_back(
        finding(code, std::move(expected), std::move(found), std::move(where)));
  }

  const ChainPolicy& policy_;
  Chain& chain_;
  std::vector<Certificate> certificates_;
  bool linked_ = true;
  bool rules_kept_ = true;
};

}  // namespace

TrustedRoot nvidia_device_root() {
  const auto fingerprint =
      Hash::from_hex("102bf659d5419614c9d8e6aecebc80454eb26b1df6a769ac720b9a690b167b48");
  MUSTER_CHECK(fingerprint.has_value());
  return {*fingerprint, "NVIDIA Device Identity CA"};
}

Result<TrustedRoot> trusted_root(std::string_view pem) {
  MUSTER_TRY_ASSIGN(const std::vector<Bytes> blocks, parse_pem(pem, "CERTIFICATE"));
  if (blocks.size() != 1) {
    return failure(Errc::invalid_input,
                   "root: got " + std::to_string(blocks.size()) + " certificates, want 1");
  }
  MUSTER_TRY_ASSIGN(const Certificate certificate, Certificate::from_der(blocks.front()));
  return TrustedRoot{certificate.fingerprint(), certificate.subject()};
}

Result<std::vector<RevocationList>> revocation_lists(ByteView file) {
  std::vector<Bytes> blocks;
  if (as_text(file).starts_with("-----BEGIN")) {
    MUSTER_TRY_ASSIGN(blocks, parse_pem(as_text(file), "X509 CRL"));
  } else {
    blocks.push_back(to_bytes(file));
  }
  std::vector<RevocationList> lists;
  for (const Bytes& block : blocks) {
    MUSTER_TRY_ASSIGN(RevocationList list, RevocationList::from_der(block));
    lists.push_back(std::move(list));
  }
  return lists;
}

std::string_view revocation_name(Revocation revocation) {
  switch (revocation) {
    case Revocation::not_revoked:
      return "not revoked";
    case Revocation::revoked:
      return "revoked";
    case Revocation::unknown:
      return "unknown";
    case Revocation::not_applicable:
      return "root";
  }
  return "unknown";
}

Chain judged_chain(std::string_view pem, const ChainPolicy& policy) {
  Chain chain;
  ChainJudge(policy, chain).judge(pem);
  return chain;
}

}  // namespace muster::attestation::spdm
