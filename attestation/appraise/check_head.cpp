#include "attestation/appraise/examination.hpp"

namespace muster::attestation {
namespace {

void check_presence(Examination& exam) {
  const Subject& subject = *exam.subject;
  if (subject.presence < subject.policy.least_presence) {
    exam.add(finding(FindingCode::presence_weak,
                     "presence " + std::string(presence_name(subject.policy.least_presence)),
                     "presence " + std::string(presence_name(subject.presence)) +
                         ": a relay to a chip elsewhere is not ruled out"));
  }
}

// False if the identity is another chip's: its log then says nothing about this one.
bool check_identity(Examination& exam) {
  const Subject& subject = *exam.subject;
  const std::string expected = ueid_of(subject.chip).to_hex();
  const std::string found = exam.head->head.ueid.to_hex();
  const bool serial_differs = subject.serials && subject.serials->enrolled != subject.serials->read;
  if (found == expected && !serial_differs) return true;
  Finding made =
      found != expected
          ? finding(FindingCode::id_mismatch, "identity " + expected, "identity " + found)
          : finding(FindingCode::id_mismatch, "serial " + subject.serials->enrolled,
                    "serial " + subject.serials->read);
  made.evidence.push_back(evidence("head", *subject.head));
  exam.add(std::move(made));
  if (found == expected) return true;
  exam.not_run("log", "the device that answered is not the chip asked for");
  return false;
}

void check_signature(Examination& exam) {
  const Subject& subject = *exam.subject;
  if (!subject.device_key) {
    exam.add(finding(FindingCode::evidence_unreadable, "an enrolled device key",
                     "no key in the register: the signature cannot be judged"));
    return;
  }
  exam.head_verified = sign1_verifies(exam.head->message, *subject.device_key);
  if (exam.head_verified) return;
  const std::int64_t algorithm = exam.head->message.algorithm;
  const bool other = algorithm != cose_algorithm(*subject.device_key);
  Finding made = finding(
      FindingCode::sig_bad,
      "a signature by the enrolled device key (" + std::string(subject.device_key->algorithm()) +
          ")",
      other ? "one of COSE algorithm " + std::to_string(algorithm) + ", which is not the key's"
            : "a signature that does not verify");
  made.evidence.push_back(evidence("head", *subject.head));
  exam.add(std::move(made));
}

void check_freshness(Examination& exam) {
  const Subject& subject = *exam.subject;
  const Head& head = exam.head->head;
  exam.head_fresh = head.nonce == subject.nonce;
  if (!exam.head_fresh) {
    Finding made = finding(FindingCode::head_stale, "nonce " + evidence("", subject.nonce).hex,
                           "nonce " + evidence("", head.nonce).hex);
    made.evidence.push_back(evidence("head", *subject.head));
    exam.add(std::move(made));
    return;  // the clock of an old head is not that of the reading
  }
  const std::int64_t apart = static_cast<std::int64_t>(head.clock_ms) - subject.policy.now.ms;
  if (apart > subject.policy.clock_tolerance_ms || -apart > subject.policy.clock_tolerance_ms) {
    exam.add(finding(FindingCode::clock_offset,
                     "clock within " + std::to_string(subject.policy.clock_tolerance_ms) +
                         " ms of " + subject.policy.now.to_string(),
                     "clock " + std::to_string(apart) + " ms off"));
  }
}

void check_state(Examination& exam) {
  const Head& head = exam.head->head;
  if (!head.clock_safe) {
    exam.add(finding(FindingCode::clock_unsafe, "a clock that kept its time",
                     "the head says that the clock lost its time in this epoch"));
  }
  if (head.svn < exam.subject->policy.minimum_svn) {
    exam.add(finding(FindingCode::fw_svn_low,
                     "firmware security version " +
                         std::to_string(exam.subject->policy.minimum_svn) + " or later",
                     "version " + std::to_string(head.svn)));
  }
}

}  // namespace

bool check_head(Examination& exam) {
  const Subject& subject = *exam.subject;
  check_presence(exam);
  auto parsed = parsed_head(*subject.head);
  if (!parsed) {
    Finding made =
        finding(FindingCode::evidence_unreadable, "a signed head", parsed.error().message);
    made.evidence.push_back(evidence("head", *subject.head));
    exam.add(std::move(made));
    exam.not_run("sig.bad", "the head cannot be read");
    return true;
  }
  exam.head = std::move(*parsed);
  if (!check_identity(exam)) return false;
  check_signature(exam);
  check_freshness(exam);
  check_state(exam);
  return true;
}

void check_ledgered_heads(Examination& exam) {
  const Subject& subject = *exam.subject;
  if (subject.ledgered_heads.empty()) {
    exam.not_run("chain.rollback, chain.fork", "the ledger has no earlier head of this chip");
  }
  for (const LedgeredHead& ledgered : subject.ledgered_heads) {
    const auto parsed = parsed_head(ledgered.bytes);
    const bool own = parsed && parsed->head.ueid == ueid_of(subject.chip) && subject.device_key &&
                     sign1_verifies(parsed->message, *subject.device_key);
    if (own) {
      exam.ledgered.push_back({parsed->head, ledgered.bytes, ledgered.accepted_at});
      continue;
    }
    Finding made = finding(
        FindingCode::sig_bad, "a ledgered head by the enrolled device key",
        parsed ? "a head that this key did not sign for this chip" : parsed.error().message);
    made.evidence.push_back(evidence("ledgered head", ledgered.bytes));
    exam.add(std::move(made));
  }
}

}  // namespace muster::attestation
