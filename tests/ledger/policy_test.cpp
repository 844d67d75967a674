#include "ledger/policy.hpp"

#include "tests/ledger/log_operator.hpp"
#include "tests/ledger/support.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::ledger;
using muster::test::log_name;
using muster::test::must;
using muster::test::must_fail;
using muster::test::signer_of;

namespace {

std::string log_line(std::uint64_t number = 1, const std::string& name = log_name) {
  return "log " + VerifierKey(name, signer_of(number).public_key()).to_string() + "\n";
}

/// `witness wN`, with key 100 + N.
std::string witness_line(std::uint64_t number, const std::string& more = "") {
  const std::string name = "w" + std::to_string(number);
  return "witness " + name + " " +
         CosignerKey(name + ".example", signer_of(100 + number).public_key()).to_string() + more +
         "\n";
}

std::string witnesses(std::uint64_t count) {
  std::string lines;
  for (std::uint64_t i = 1; i <= count; ++i) lines += witness_line(i);
  return lines;
}

/// A checkpoint of log 1, cosigned by these witnesses, wN at second 1000 * N.
std::string checkpoint_by(const std::vector<std::uint64_t>& numbers) {
  const std::string text = checkpoint_text({log_name, {5}, Hash{}, {}});
  Note note = sign_note(text, log_name, signer_of(1));
  for (const std::uint64_t number : numbers) {
    const auto signer = signer_of(100 + number);
    note.signatures.push_back(
        cosign(text, {"w" + std::to_string(number) + ".example", &signer}, 1'000 * number));
  }
  return encode_note(note);
}

bool accepted(const std::string& policy, const std::vector<std::uint64_t>& numbers) {
  return must(accepts(checkpoint_by(numbers), must(Policy::parse(policy)))).accepted();
}

std::string error_of(const std::string& policy) { return must_fail(Policy::parse(policy)); }

}  // namespace

TEST_CASE("the example of the specification wants two of three and one of three") {
  const std::string policy = "# two organisations\n\n" + log_line() + witnesses(6) +
                             "group X-witnesses 2 w1 w2 w3\n"
                             "\tgroup  Y-witnesses any w4 w5 w6 \n"
                             "group X-and-Y all X-witnesses Y-witnesses\n"
                             "quorum X-and-Y\n";

  // All 64 subsets against the rule in words.
  for (std::uint64_t set = 0; set < 64; ++set) {
    CAPTURE(set);
    std::vector<std::uint64_t> numbers;
    for (std::uint64_t i = 0; i < 6; ++i) {
      if ((set >> i & 1U) != 0) numbers.push_back(i + 1);
    }
    const auto has = [&](std::uint64_t number) { return (set >> (number - 1) & 1U) != 0; };
    const int of_x = int{has(1)} + int{has(2)} + int{has(3)};
    CHECK(accepted(policy, numbers) == (of_x >= 2 && (has(4) || has(5) || has(6))));
  }
}

TEST_CASE("k of n holds from k witnesses on, for all small k and n") {
  for (std::uint64_t n = 1; n <= 5; ++n) {
    for (std::uint64_t k = 1; k <= n; ++k) {
      std::string policy = log_line() + witnesses(n) + "group all-of-them " + std::to_string(k);
      for (std::uint64_t i = 1; i <= n; ++i) policy += " w" + std::to_string(i);
      policy += "\nquorum all-of-them\n";
      std::vector<std::uint64_t> numbers;
      for (std::uint64_t count = 0; count <= n; ++count) {
        CAPTURE(n);
        CAPTURE(k);
        CAPTURE(count);
        CHECK(accepted(policy, numbers) == (count >= k));
        numbers.push_back(count + 1);
      }
    }
  }
}

TEST_CASE("the verdict names who cosigned and the instant by which a quorum had") {
  const auto policy =
      must(Policy::parse(log_line() + witnesses(3) + "group two 2 w1 w2 w3\nquorum two\n"));

  const auto verdict = must(accepts(checkpoint_by({3, 1, 2}), policy));

  CHECK(verdict.accepted());
  CHECK(verdict.missing.empty());
  CHECK(verdict.checkpoint.size == TreeSize{5});
  CHECK(verdict.log == VerifierKey(log_name, signer_of(1).public_key()).to_string());
  REQUIRE(verdict.cosigned_by.size() == 3);
  CHECK(verdict.cosigned_by[2].witness == "w3");
  CHECK(verdict.cosigned_by[2].time == Timestamp{3'000'000});
  CHECK(verdict.quorum_at == Timestamp{2'000'000});
}

TEST_CASE("without a quorum the verdict says who is missing") {
  const auto policy =
      must(Policy::parse(log_line() + witnesses(3) + "group two 2 w1 w2 w3\nquorum two\n"));

  const auto verdict = must(accepts(checkpoint_by({2}), policy));

  CHECK_FALSE(verdict.accepted());
  CHECK(verdict.log);
  CHECK_FALSE(verdict.quorum_at);
  CHECK(verdict.missing == "quorum two is not reached: no cosignature of w1, w3");
}

TEST_CASE("quorum none wants no witness, a single witness is a quorum") {
  CHECK(accepted(log_line() + "quorum none\n", {}));
  CHECK(accepted(log_line() + witnesses(2) + "quorum w2\n", {2}));
  CHECK_FALSE(accepted(log_line() + witnesses(2) + "quorum w2\n", {1}));
  const auto verdict =
      must(accepts(checkpoint_by({1}), must(Policy::parse(log_line() + "quorum none\n"))));
  CHECK(verdict.accepted());
  CHECK_FALSE(verdict.quorum_at);
}

TEST_CASE("a log is taken by its key and its origin, or by the key that the caller knows") {
  const std::string signed_by_1 = checkpoint_by({});
  const auto taken = [&](const std::string& policy, const VerifierKey* key = nullptr) {
    return must(accepts(signed_by_1, must(Policy::parse(policy + "quorum none\n")), key))
        .accepted();
  };
  const VerifierKey one(log_name, signer_of(1).public_key());
  const VerifierKey two(log_name, signer_of(2).public_key());

  CHECK(taken(log_line(2) + log_line(1)));
  CHECK_FALSE(taken(log_line(2)));
  CHECK_FALSE(taken(log_line(1, "log.example/two")));
  CHECK_FALSE(taken(""));
  CHECK(taken("", &one));
  CHECK_FALSE(taken("", &two));
  CHECK(taken(log_line(1), &one));
  CHECK_FALSE(taken(log_line(2), &one));
}

TEST_CASE("a signature of a known key that does not verify condemns the checkpoint") {
  const auto policy = must(Policy::parse(log_line() + witnesses(2) + "quorum w1\n"));
  Note note = must(parse_note(checkpoint_by({1, 2})));
  note.signatures[2].signature[30] ^= 1U;

  const auto verdict = accepts(encode_note(note), policy);

  REQUIRE_FALSE(verdict);
  CHECK(verdict.error().rule == "checkpoint.bad_signature");
}

TEST_CASE("names are bytes, URLs are kept as they stand") {
  const auto policy =
      must(Policy::parse(log_line() + "witness K\xE2\x84\xAA\xFF " +
                         CosignerKey("w", signer_of(101).public_key()).to_string() +
                         " http://127.0.0.1:1/prefix\ngroup K 1 K\xE2\x84\xAA\xFF\nquorum K\n"));

  CHECK(policy.witnesses()[0].name == "K\xE2\x84\xAA\xFF");
  CHECK(policy.witnesses()[0].url == "http://127.0.0.1:1/prefix");
  CHECK(policy.quorum_name() == "K");
}

TEST_CASE("every error names its line") {
  const std::string two = log_line() + witnesses(2);
  const auto& key = signer_of(101).public_key();

  CHECK(error_of("") == "policy: no quorum line; `quorum none` wants no witness");
  CHECK(error_of("quorum none") == "line 1: does not end in a newline: is the file whole?");
  CHECK(error_of("\n\nquorum\n") == "line 3: want: quorum <name>, or quorum none");
  CHECK(error_of("quorum none\r\n") == "line 1: got a control character");
  CHECK(error_of("witnes x y\n") == "line 1: got \"witnes\", want log, witness, group or quorum");
  CHECK(error_of(two + "quorum w3\n") == "line 4: quorum \"w3\": is defined on no line before");
  CHECK(error_of("quorum w1\n" + two) == "line 1: quorum \"w1\": is defined on no line before");
  CHECK(error_of(two + "quorum w1\nquorum w1\n") == "line 5: a second quorum line, want one");
  CHECK(error_of(two + "group g 0 w1\n") ==
        "line 4: group \"g\": got threshold 0, want any, all or 1 to 1");
  CHECK(error_of(two + "group g 3 w1 w2\n").starts_with("line 4: group \"g\": got threshold 3"));
  CHECK(error_of(two + "group g +1 w1\n").starts_with("line 4: group \"g\": got threshold +1"));
  CHECK(error_of(two + "group g 01 w1\n").starts_with("line 4: group \"g\": got threshold 01"));
  CHECK(error_of(two + "group g all\n") == "line 4: want: group <name> any|all|<k> <member>...");
  CHECK(error_of(two + "group g any w1 w3\n") ==
        "line 4: member \"w3\": is defined on no line before");
  CHECK(error_of(two + "group g any w1 w1\n") ==
        "line 4: member \"w1\": is a member already, and may count once only");
  CHECK(error_of(two + "group g any w1\ngroup h any w1\n")
            .starts_with("line 5: member \"w1\": is a member already"));
  CHECK(error_of(two + "group g any g\n").starts_with("line 4: member \"g\""));
  CHECK(error_of(two + "group g any none\n").starts_with("line 4: member \"none\""));
  CHECK(error_of(two + "group w1 any w2\n") == "line 4: name \"w1\": is defined on a line before");
  CHECK(error_of("witness none " + CosignerKey("w", key).to_string() + "\n") ==
        "line 1: name \"none\": stands for no quorum, choose another");
  CHECK(error_of(log_line() + log_line(1, "other")).starts_with("line 2: log other: its key is"));
  CHECK(error_of(witness_line(1) + "witness x " + CosignerKey("x", key).to_string() + "\n") ==
        "line 2: witness \"x\": its key is that of \"w1\"");
  CHECK(error_of("log " + CosignerKey("w", key).to_string() + "\n") ==
        "line 1: verifier key: got signature type 4, want 1 (Ed25519, of a log)");
  CHECK(error_of("witness w " + VerifierKey("w", key).to_string() + "\n") ==
        "line 1: verifier key: got signature type 1, want 4 (cosignature, of a witness)");
  CHECK(error_of(witness_line(1, " http://a extra")).starts_with("line 1: want: witness"));
  CHECK(error_of(std::string(max_policy_bytes, '\n') + "\n").starts_with("policy: got 262145"));
}

TEST_CASE("32 logs, 32 witnesses and 32 groups are no burden") {
  std::string policy;
  for (std::uint64_t i = 1; i <= 32; ++i) policy += log_line(i, "log.example/" + std::to_string(i));
  policy += witnesses(32) + "group g1 any w1\n";
  for (std::uint64_t i = 2; i <= 32; ++i) {
    policy += "group g" + std::to_string(i) + " all g" + std::to_string(i - 1) + " w" +
              std::to_string(i) + "\n";
  }

  const auto parsed = must(Policy::parse(policy + "quorum g32\n"));

  CHECK(parsed.logs().size() == 32);
  CHECK(parsed.has_quorum(std::vector<bool>(32, true)));
  std::vector<bool> all_but_one(32, true);
  all_but_one[0] = false;
  CHECK_FALSE(parsed.has_quorum(all_but_one));
}
