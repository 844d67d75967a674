// An appraisal as other tools take it: the Statement, its conclusions, and its signature.

#include <cstdlib>
#include <functional>
#include <set>

#include "attestation/result/attestation_result.hpp"
#include "ledger/base/file.hpp"
#include "tests/attestation/world.hpp"
#include "tests/support/source_root.hpp"

using namespace muster;
using namespace muster::attestation;
using namespace muster::attestation::test;
using muster::test::must_fail;

namespace {

const ResultAuthor author{"inspectorate.example", "muster test"};

crypto::Ed25519Signer verifier() {
  return crypto::Ed25519Signer(crypto::sha256("a verifier").bytes);
}

/// One chip that trained for a declared run, and its evidence.
struct Judged {
  explicit Judged(bool is_declared = true) : run(run_spec("R-result")), life(1, "0.5") {
    const Seat seat{life.chip.chip(), 3};
    life.live(run.memory(seat));
    const std::array<Seat, 1> seats{seat};
    index =
        DeclarationIndex({{run.declaration(seats, life.chip.snapshot_instants()), is_declared}});
  }
  [[nodiscard]] AttestationResult of(const Subject& subject) const {
    return must(attestation_result(subject, appraise(subject), author));
  }
  [[nodiscard]] AttestationResult result() const { return of(life.subject(&index)); }

  SyntheticRun run;
  Life life;
  DeclarationIndex index;
};

std::string claims_of(const AttestationResult& result) {
  std::string text;
  for (std::size_t i = 0; i < claim_count; ++i) {
    if (result.claims[i] == ResultStatus::affirming) continue;
    text += (text.empty() ? "" : " ") + std::string(claim_name(static_cast<Claim>(i))) + "=" +
            std::string(status_name(result.claims[i]));
  }
  return text;
}

std::string vector_path(const std::string& name) {
  return std::string(muster::test::source_root) + "/tests/vectors/attestation/result/" + name;
}

/// The stored envelope; with MUSTER_ACCEPT=1 it is written anew, and the test fails all the same.
void check_golden(const std::string& name, const AttestationResult& result) {
  const auto signer = verifier();
  const std::string made = ledger::encode_envelope(must(signed_result(result, signer))) + "\n";
  if (std::getenv("MUSTER_ACCEPT") != nullptr) {
    must(write_file_atomically(vector_path(name), as_bytes(made)));
    FAIL_CHECK(name << ": rewritten");
    return;
  }
  CHECK(must(read_text_file(vector_path(name))) == made);
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  const auto at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), by);
}

}  // namespace

TEST_CASE("the result of a consistent chip affirms every claim, by policy, time and evidence") {
  const Judged judged;

  const AttestationResult result = judged.result();

  CHECK(result.verdict == ChipVerdict::consistent);
  CHECK(claims_of(result).empty());
  CHECK(result.findings.empty());
  CHECK(result.policy.now == day(104));
  CHECK(result.evidence.head == crypto::sha256(judged.life.read.head));
  CHECK(result.evidence.log == crypto::sha256(judged.life.read.log));
  CHECK(result.evidence.runs == std::vector<std::string>{"R-result"});
  CHECK(result.coverage.snapshots > 20);
}

TEST_CASE("the Statement names the chip by its id and the digest of its head") {
  const Judged judged;

  const Json json = must(parse_canonical_json(encode_result(judged.result())));

  CHECK(json.at("_type") == "https://in-toto.io/Statement/v1");
  CHECK(json.at("subject").size() == 1);
  CHECK(json.at("subject")[0].at("name") == chip_number(1).to_string());
  CHECK(json.at("subject")[0].at("digest").at("sha256") ==
        crypto::sha256(judged.life.read.head).to_hex());
  CHECK(json.at("predicate").at("status") == "affirming");
  CHECK(json.at("predicate").at("claims").at("memory") == "affirming");
  CHECK(json.at("predicate").at("verifier").at("id") == "inspectorate.example");
}

TEST_CASE("the envelopes of three results are those of the vectors") {
  const Judged declared;
  const Judged late(false);
  Subject absent = declared.life.subject(&declared.index);
  absent.head.reset();
  absent.log.reset();
  absent.openings = {};

  check_golden("consistent.dsse.json", declared.result());
  check_golden("query.dsse.json", late.result());
  check_golden("not_presented.dsse.json", declared.of(absent));
}

TEST_CASE("what a policy asks only at times is in the result, and in the digest of the policy") {
  const Judged judged;
  const AttestationResult plain = judged.result();
  std::set<Hash> digests{policy_id(plain.policy)};
  using Ask = std::function<void(AppraisalPolicy&)>;
  for (const Ask& ask : {Ask([](AppraisalPolicy& p) { p.require_window_head = true; }),
                         Ask([](AppraisalPolicy& p) { p.require_precommitments = true; }),
                         Ask([](AppraisalPolicy& p) { p.require_acknowledged = true; })}) {
    Subject subject = judged.life.subject(&judged.index);
    ask(subject.policy);
    const AttestationResult result = judged.of(subject);
    digests.insert(policy_id(result.policy));
    const AttestationResult again = must(parse_result(encode_result(result)));
    CHECK(policy_id(again.policy) == policy_id(result.policy));
    CHECK(again.policy.require_acknowledged == subject.policy.require_acknowledged);
  }
  CHECK(digests.size() == 4);
}

TEST_CASE("each kind of fault is told of the claim that it is about, and of no other") {
  const Judged judged;
  const Subject good = judged.life.subject(&judged.index);
  const auto claims = [&](const std::function<void(Subject&)>& spoil) {
    Subject subject = good;
    spoil(subject);
    return claims_of(judged.of(subject));
  };

  CHECK(claims([](Subject& s) { s.presence = Presence::network; }) == "presence=warning");
  CHECK(claims([](Subject& s) { s.nonce = nonce_of("another"); }) == "freshness=warning");
  CHECK(claims([](Subject& s) { s.serials = Serials{"1", "2"}; }) == "identity=warning");
  CHECK(claims([](Subject& s) { s.policy.now.ms += ms_per_day; }) == "clock=warning");
  CHECK(claims([](Subject& s) { s.policy.rate = rate("1"); }) == "snapshots=warning");
  CHECK(claims([](Subject& s) { s.openings = {}; }) == "memory=warning");
  CHECK(claims([](Subject& s) { s.policy.minimum_svn = 9; }) == "firmware=warning");
  CHECK(claims([](Subject& s) { s.reference = nullptr; }) == "firmware=none");
  CHECK(claims([](Subject& s) { s.log = ByteView(); }) ==
        "log=warning clock=none snapshots=none memory=none firmware=none");
  CHECK(claims([](Subject& s) {
          s.device_key.reset();
        }).starts_with("identity=warning freshness=none"));
  const Bytes garbage(3, 0xFF);
  CHECK(claims([&](Subject& s) { s.log = ByteView(garbage); }) ==
        "identity=none freshness=none log=none clock=none snapshots=none memory=none "
        "firmware=none");
}

TEST_CASE(
    "of a chip that was not presented nothing is affirmed, and it has no head to be named by") {
  const Judged judged;
  Subject subject = judged.life.subject(&judged.index);
  subject.head.reset();

  const AttestationResult result = judged.of(subject);

  CHECK(result.verdict == ChipVerdict::not_presented);
  for (const ResultStatus status : result.claims) CHECK(status == ResultStatus::none);
  const Json json = must(parse_json(encode_result(result)));
  CHECK(json.at("subject")[0].at("digest").at("ueid") == ueid_of(chip_number(1)).to_hex());
  CHECK(json.at("predicate").at("status") == "none");
}

TEST_CASE("a contradiction contraindicates, and the other claims stand") {
  Judged judged;
  Life& life = judged.life;
  Life twin(1, "0.5");
  twin.chip.run(day(50), idle_memory);
  twin.freeze();
  Subject subject = life.subject(&judged.index);
  subject.ledgered_heads.push_back({twin.frozen.head, day(101)});

  const AttestationResult result = judged.of(subject);

  CHECK(result.verdict == ChipVerdict::contradicted);
  CHECK(claims_of(result) == "log=contraindicated");
}

TEST_CASE("every finding is about one claim, and every claim has a finding") {
  std::set<Claim> claims;
  for (std::size_t i = 0; i < finding_codes; ++i) {
    claims.insert(claim_of(static_cast<FindingCode>(i)));
  }

  CHECK(claims.size() == claim_count);
  CHECK(claim_of(FindingCode::snap_absent) == Claim::memory);
  CHECK(claim_of(FindingCode::memory_partial) == Claim::memory);
  CHECK(claim_of(FindingCode::decl_after_draw) == Claim::memory);
  CHECK(claim_of(FindingCode::epoch_order) == Claim::log);
  CHECK(claim_of(FindingCode::epoch_rate) == Claim::snapshots);
}

TEST_CASE("what is written is read as it was, and signed by who signed it") {
  const Judged judged(false);
  const std::string text = encode_result(judged.result());

  const AttestationResult again = must(parse_result(text));

  CHECK(encode_result(again) == text);
  CHECK(again.verdict == ChipVerdict::query);
  const auto signer = verifier();
  const auto envelope = must(signed_result(again, signer));
  CHECK(envelope.payload_type == "application/vnd.in-toto+json");
  CHECK(ledger::signature_verifies(envelope, envelope.signatures[0], signer.public_key()));
  const crypto::Ed25519Signer other(crypto::sha256("another").bytes);
  CHECK_FALSE(ledger::signature_verifies(envelope, envelope.signatures[0], other.public_key()));
}

TEST_CASE("a result that says other than its findings is refused, and named") {
  const Judged judged(false);
  const std::string text = encode_result(judged.result());
  const auto why = [&](std::string_view what, std::string_view by) {
    return must_fail(parse_result(replaced(text, what, by)));
  };

  CHECK(why(R"("verdict":"query")", R"("verdict":"consistent")").find("predicate.verdict") !=
        std::string::npos);
  CHECK(why(R"("memory":"warning")", R"("memory":"affirming")").find("predicate.claims") !=
        std::string::npos);
  CHECK(why(R"("severity":"query")", R"("severity":"note")").find("predicate.verdict") !=
        std::string::npos);
  CHECK(why(R"("minimum_svn":0)", R"("minimum_svn":1)").find("policy.id") != std::string::npos);
  CHECK(why(R"("rate":"0.5")", R"("rate":"0.50")").find("policy.rate") != std::string::npos);
  CHECK(why("attestation-result/v1", "attestation-result/v2").find("predicateType") !=
        std::string::npos);
  CHECK(why("Statement/v1", "Statement/v0").find("_type") != std::string::npos);
  CHECK(why(R"("code":"decl.after_draw")", R"("code":"decl.before")").find("findings.code") !=
        std::string::npos);
  CHECK(why(R"("count":)", R"("counts":)").find("findings") != std::string::npos);
  CHECK(why(R"("presence":"uplink-cut")", R"("presence":"seen")").find("presence") !=
        std::string::npos);
  CHECK(
      why(R"(.000Z","checks_not_run")", R"(Z","checks_not_run")").find("as this version writes") !=
      std::string::npos);
  CHECK(must_fail(parse_result("{}")).find("_type") != std::string::npos);
  CHECK(must_fail(parse_result("[")).size() > 5);
}

TEST_CASE("a result of another head than its subject names is refused") {
  const Judged judged;
  const std::string digest = crypto::sha256(judged.life.read.head).to_hex();
  std::string text = encode_result(judged.result());

  const auto why = must_fail(
      parse_result(replaced(text, R"("head":")" + digest, R"("head":")" + std::string(64, '0'))));

  CHECK(why.find("not the head that was judged") != std::string::npos);
}

TEST_CASE("an author without a name, or with one that does not print, makes no result") {
  const Judged judged;
  const Subject subject = judged.life.subject(&judged.index);
  const Appraisal appraisal = appraise(subject);

  CHECK_FALSE(attestation_result(subject, appraisal, {"", "muster"}).has_value());
  CHECK_FALSE(attestation_result(subject, appraisal, {"tab\t", "muster"}).has_value());
  CHECK_FALSE(attestation_result(subject, appraisal, {"x", std::string(301, 'x')}).has_value());
}

TEST_CASE("the largest result fits an envelope") {
  Judged judged;
  Appraisal appraisal = appraise(judged.life.subject(&judged.index));
  for (std::size_t i = 0; i < finding_codes; ++i) {
    appraisal.findings.add(finding(static_cast<FindingCode>(i), "", ""));
  }
  for (std::size_t i = 0; i < 100; ++i) {
    appraisal.not_run.push_back({"check " + std::to_string(i), std::string(200, 'x')});
  }
  appraisal.verdict = ChipVerdict::not_presented;
  const Subject subject = judged.life.subject(&judged.index);
  const auto result = must(attestation_result(subject, appraisal, author));

  const auto signer = verifier();
  const auto text = ledger::encode_envelope(must(signed_result(result, signer)));

  CHECK(result.not_run.size() == max_result_items);
  CHECK(must(ledger::parse_envelope(text)).payload == encode_result(result));
  CHECK(must(parse_result(encode_result(result))).findings.size() == finding_codes);
}
