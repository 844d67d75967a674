// What an operator with all keys can try, who finds it with what, and what convinces a third party
// that has nothing but the operator's key. The table in ledger/README.md, "What a dishonest
// operator can try", case by case.

#include "tests/ledger/dishonest_operator.hpp"

#include <algorithm>

#include "ledger/audit.hpp"
#include "ledger/contradiction.hpp"
#include "tests/ledger/log_operator.hpp"
#include "tests/ledger/support.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::ledger;
using muster::test::envelopes_of;
using muster::test::log_signer;
using muster::test::must;
using muster::test::must_fail;
using muster::test::OperatedLog;
using muster::test::signer_of;
using Outcome = Comparison::Outcome;

namespace {

AuditOptions whole_audit(std::vector<std::string> held = {}) {
  AuditOptions options;
  options.checkpoint_key = OperatedLog::key();
  options.held_checkpoints = std::move(held);
  options.key_lookup = [](const crypto::KeyId&, LogIndex) {
    return std::optional(signer_of(1).public_key());
  };
  return options;
}

std::vector<std::string> codes_in_order(const LogAudit& audit) {
  std::vector<std::string> found;
  for (const AuditFault& fault : audit.faults) found.push_back(fault.code);
  return found;
}

/// What a stranger says who gets the evidence as a file and knows the operator's key.
Conviction third_party(const Comparison& comparison) {
  REQUIRE(comparison.outcome == Outcome::contradicts);
  REQUIRE(comparison.evidence);
  const std::string file = encode_evidence(*comparison.evidence);
  return must(judge_evidence(must(parse_evidence(file)), OperatedLog::keys()));
}

Comparison held_against(OperatedLog& log, const std::string& checkpoint, const std::string& held) {
  return must(compare_with_held({&log.store(), checkpoint}, held, OperatedLog::keys()));
}

/// Another statement in place of entry `at`, signed by its author, who plays along.
OperatedLog with_replaced(const OperatedLog& honest, std::size_t at) {
  return honest.rewritten(
      [at](std::vector<Entry>& entries) { entries[at].envelope = envelopes_of(1, 999)[0]; });
}

}  // namespace

TEST_CASE("one size, two roots: whoever compares two checkpoints has the evidence") {
  OperatedLog honest(10);
  OperatedLog other = with_replaced(honest, 3);
  const std::string shown_to_one = honest.sign_head();
  const std::string shown_to_other = other.sign_head();

  const auto conviction =
      third_party(must(compare_checkpoints(shown_to_one, shown_to_other, OperatedLog::keys())));

  CHECK(conviction.kind == "fork");
  CHECK(conviction.origin == "log.example/one");
  CHECK(conviction.shows.starts_with("the operator signed root"));
  // Each log alone is without fault: that is what a split view is.
  CHECK(audit_log(honest.store(), whole_audit()).good());
  CHECK(audit_log(other.store(), whole_audit()).good());
}

TEST_CASE("two sizes: the smaller checkpoint and the larger log show the fork") {
  for (std::uint64_t before = 1; before < 10; ++before) {
    CAPTURE(before);
    OperatedLog first(before);
    const std::string held = first.sign_head();
    OperatedLog second = with_replaced(OperatedLog(11), before - 1);
    const std::string now = second.sign_head();

    CHECK(must(compare_checkpoints(held, now, OperatedLog::keys())).outcome == Outcome::unknown);
    CHECK(third_party(held_against(second, now, held)).kind == "fork");
  }
}

TEST_CASE("a replaced entry, hashes recomputed and all signed anew, is found by three") {
  OperatedLog honest(10);
  const std::string held = honest.sign_head();
  const Receipt receipt = must(make_receipt(honest.store(), {3}, held));
  OperatedLog other = with_replaced(honest, 3);
  other.append(4, 100);
  const std::string now = other.sign_head();
  REQUIRE(audit_log(other.store(), whole_audit()).good());

  SUBCASE("the auditor with an older checkpoint") {
    CHECK(codes_in_order(audit_log(other.store(), whole_audit({held}))) ==
          std::vector<std::string>{"checkpoint.root"});
    CHECK(third_party(held_against(other, now, held)).kind == "fork");
  }
  SUBCASE("the party with a receipt for that entry") {
    const auto comparison =
        must(compare_with_receipt({&other.store(), now}, receipt, OperatedLog::keys()));
    CHECK(third_party(comparison).kind == "rewrite");
  }
  SUBCASE("a party with a receipt for another entry, by the checkpoint in it") {
    const Receipt elsewhere = must(make_receipt(honest.store(), {8}, held));
    CHECK(third_party(held_against(other, now, elsewhere.proof.checkpoint)).kind == "fork");
  }
  SUBCASE("nobody who has only what the operator shows today") {
    CHECK(held_against(other, now, now).outcome == Outcome::agrees);
  }
}

TEST_CASE("a replaced entry that its author did not sign is found by any audit") {
  OperatedLog other = OperatedLog(6).rewritten(
      [](std::vector<Entry>& entries) { entries[2].envelope.payload = "forged"; });
  other.sign_head();

  CHECK(codes_in_order(audit_log(other.store(), whole_audit())) ==
        std::vector<std::string>{"signature.bad"});
}

TEST_CASE("a dropped entry moves the ones behind it, which their receipts show") {
  OperatedLog honest(10);
  const Receipt receipt = must(make_receipt(honest.store(), {7}, honest.sign_head()));
  OperatedLog other =
      honest.rewritten([](std::vector<Entry>& entries) { entries.erase(entries.begin() + 4); });
  const std::string now = other.sign_head();

  const auto comparison =
      must(compare_with_receipt({&other.store(), now}, receipt, OperatedLog::keys()));

  CHECK(third_party(comparison).kind == "rewrite");
}

TEST_CASE("a rollback is found at once, and convicts as soon as the log has grown again") {
  OperatedLog honest(10);
  const std::string held = honest.sign_head();
  const Receipt receipt = must(make_receipt(honest.store(), {8}, held));
  OperatedLog cut = honest.rewritten(
      [](std::vector<Entry>& entries) { entries.erase(entries.begin() + 6, entries.end()); });
  const std::string then = cut.sign_head();

  // Withheld or gone, nobody outside can tell: an older state of a log is no contradiction.
  const auto short_of_checkpoint = held_against(cut, then, held);
  CHECK(short_of_checkpoint.outcome == Outcome::unknown);
  CHECK(short_of_checkpoint.why.find("want a log of at least 10") != std::string::npos);
  CHECK(must(compare_with_receipt({&cut.store(), then}, receipt, OperatedLog::keys())).outcome ==
        Outcome::unknown);
  CHECK(codes_in_order(audit_log(cut.store(), whole_audit({held}))) ==
        std::vector<std::string>{"checkpoint.size"});

  cut.append(4, 200);
  const std::string now = cut.sign_head();
  CHECK(third_party(held_against(cut, now, held)).kind == "fork");
  CHECK(third_party(must(compare_with_receipt({&cut.store(), now}, receipt, OperatedLog::keys())))
            .kind == "rewrite");
}

TEST_CASE("the log's own software refuses to sign over a rollback and over a replaced entry") {
  OperatedLog honest(10);
  const std::string newest = honest.sign_head();

  OperatedLog cut = honest.rewritten([](std::vector<Entry>& entries) { entries.resize(6); });
  must(cut.store().put_checkpoint(newest));
  CHECK(must_fail(publish_checkpoint(cut.store(), log_signer)).find("an older copy was restored") !=
        std::string::npos);
  OperatedLog other = with_replaced(honest, 3);
  must(other.store().put_checkpoint(newest));
  CHECK(publish_checkpoint(other.store(), log_signer).error().code == Errc::corrupt);
}

TEST_CASE("an entry dated before those in front of it is found by any audit, and convicts") {
  OperatedLog other =
      OperatedLog(8).rewritten([](std::vector<Entry>& entries) { entries[5].accepted_at.ms = 1; });
  const std::string now = other.sign_head();

  CHECK(codes_in_order(audit_log(other.store(), whole_audit())) ==
        std::vector<std::string>{"entry.accepted_at"});
  const auto comparison = must(look_for_disorder({&other.store(), now}, OperatedLog::keys()));
  CHECK(third_party(comparison).kind == "disorder");
  CHECK(comparison.why.find("entry 5 as accepted at 1970-01-01T00:00:00.001Z") !=
        std::string::npos);
}

TEST_CASE("an entry dated back no further than the one in front of it shows only afterwards") {
  OperatedLog honest(8);
  const std::string held = honest.sign_head();
  OperatedLog other = honest.rewritten(
      [](std::vector<Entry>& entries) { entries[5].accepted_at = entries[4].accepted_at; });
  const std::string now = other.sign_head();

  CHECK(audit_log(other.store(), whole_audit()).good());
  CHECK(must(look_for_disorder({&other.store(), now}, OperatedLog::keys())).outcome ==
        Outcome::agrees);
  CHECK(codes_in_order(audit_log(other.store(), whole_audit({held}))) ==
        std::vector<std::string>{"checkpoint.root"});
  CHECK(third_party(held_against(other, now, held)).kind == "fork");
}

TEST_CASE("a checkpoint over entries that are not shown is named by the audit of what is shown") {
  OperatedLog whole(10);
  const std::string signed_over_all = whole.sign_head();
  OperatedLog shown(7);
  must(shown.store().put_checkpoint(signed_over_all));

  CHECK(codes_in_order(audit_log(shown.store(), whole_audit())) ==
        std::vector<std::string>{"checkpoint.size"});
}

TEST_CASE("an honest log agrees with all its checkpoints and receipts") {
  OperatedLog log(1);
  std::vector<std::string> checkpoints{log.sign_head()};
  for (std::uint64_t i = 1; i < 20; ++i) {
    log.append(1, i);
    checkpoints.push_back(log.sign_head());
  }
  const LogCopy copy{&log.store(), checkpoints.back()};

  for (const std::string& held : checkpoints) {
    CHECK(must(compare_with_held(copy, held, OperatedLog::keys())).outcome == Outcome::agrees);
    const Receipt receipt = must(make_receipt(log.store(), {0}, held));
    CHECK(must(compare_with_receipt(copy, receipt, OperatedLog::keys())).outcome ==
          Outcome::agrees);
  }
  CHECK(audit_log(log.store(), whole_audit(checkpoints)).good());
}

TEST_CASE("a copy that is not what its checkpoint was signed over is no evidence") {
  OperatedLog honest(6);
  const std::string now = honest.sign_head();
  OperatedLog damaged = with_replaced(honest, 2);

  const auto comparison =
      compare_with_held({&damaged.store(), now}, honest.sign_head(), OperatedLog::keys());

  CHECK(comparison.error().code == Errc::corrupt);
}
