// Policies and proofs as documents, and delays that an emulated chip logs.

#include "attestation/delay/delay_document.hpp"
#include "tests/attestation/time_mutations.hpp"

using namespace muster;
using namespace muster::attestation;
using namespace muster::attestation::test;

namespace {

Json policy_json() { return delay_policy_json({"tests", known_modulus(0), 1'680'000, 10}); }

std::string policy_error(const Json& json) {
  const auto policy = parse_delay_policy(json);
  return policy ? "" : policy.error().message;
}

DelayDocument some_document() {
  const crypto::DelayTask task{crypto::sha256("an entry"), 2000};
  return {known_modulus(0).digest(), task, crypto::delay_proof(known_modulus(0), task)};
}

std::string document_error(const Json& json) {
  const auto document = parse_delay_document(canonical_json(json));
  return document ? "" : document.error().message;
}

}  // namespace

TEST_CASE("the bound of elapsed time is squarings by the fastest rate times the factor") {
  const DelayPolicy policy = must(parse_delay_policy(policy_json()));

  CHECK(elapsed_at_least_ms(policy, 16'800'000) == 1000);
  CHECK(elapsed_at_least_ms(policy, 16'799'999) == 999);
  CHECK(elapsed_at_least_ms(policy, 1024) == 0);
  // 2^53 - 1 squarings are 17 years at that rate and factor, and the product overflows nothing.
  CHECK(elapsed_at_least_ms(policy, crypto::max_delay_squarings) == 536'142'812'782);
}

TEST_CASE("a delay policy is read as it was written, and a wrong field is named") {
  CHECK(delay_policy_json(must(parse_delay_policy(policy_json()))) == policy_json());
  for (const auto& [key, value] : {std::pair<std::string, Json>{"v", "muster/delay-policy/v2"},
                                   {"modulus", "00"},
                                   {"modulus", 5},
                                   {"squarings_per_s", 0},
                                   {"squarings_per_s", max_squarings_per_s + 1},
                                   {"factor", 0},
                                   {"factor", max_delay_factor + 1},
                                   {"extra", 1}}) {
    Json changed = policy_json();
    changed[key] = value;
    const std::string changed_field = key + " = " + value.dump();
    CAPTURE(changed_field);
    CHECK(policy_error(changed).find("delay policy." + key) != std::string::npos);
  }
  const Json whole = policy_json();
  for (const auto& [key, value] : whole.items()) {
    Json changed = whole;
    changed.erase(key);
    CHECK(policy_error(changed).find("delay policy." + key) != std::string::npos);
  }
}

TEST_CASE("a delay proof as a document is read as it was written, and in no other spelling") {
  const DelayDocument document = some_document();
  const std::string text = encode_delay_document(document);
  const Json json = must(parse_json(text));

  CHECK(must(parse_delay_document(text)) == document);
  CHECK_FALSE(parse_delay_document(text + "\n"));
  for (const auto& [key, value] : {std::pair<std::string, Json>{"v", "muster/delay-proof/v2"},
                                   {"input", std::string(63, '0')},
                                   {"squarings", 1023},
                                   {"output", "AB"},
                                   {"output", std::string(1026, '0')},
                                   {"proof", "0"},
                                   {"extra", 1}}) {
    Json changed = json;
    changed[key] = value;
    const std::string changed_field = key + " = " + value.dump();
    CAPTURE(changed_field);
    CHECK(document_error(changed).find("delay proof." + key) != std::string::npos);
  }
}

TEST_CASE("an emulated chip proves a year's delays, and its log is consistent") {
  Life life(1);
  life.chip.run(day(10), idle_memory);
  for (int month = 0; month < 3; ++month) {
    const NamedEntry begin = life.chip.newest();
    life.chip.run(Timestamp{life.chip.now().ms + 20 * ms_per_day}, idle_memory);
    life.chip.record(delay_since(begin));
  }
  life.chip.power_off(day(80));
  life.freeze();
  life.inspect();
  Subject subject = life.subject(nullptr);
  subject.delay = &slow_policy();

  const Appraisal result = appraise(subject);

  CHECK(codes(result) == "");
  CHECK(result.verdict == ChipVerdict::consistent);
  REQUIRE(result.delays.size() == 3);
  CHECK(result.delays[1].claimed_ms >= 20 * ms_per_day);
  CHECK(result.elapsed_at_least_ms == 3 * 1'024'000);
}
