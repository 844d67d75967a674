#include "tests/cli/told_otherwise.hpp"

#include "cli/scenario/audit_parties.hpp"
#include "cli/scenario/paper_bundle.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/seeded_random.hpp"
#include "ledger/crypto/sha256.hpp"
#include "tests/support/must.hpp"

namespace muster::test {

using namespace cli::scenario;

bool paper_stands(std::string_view text, const FindingKeys& keys) {
  const auto review = reviewed_paper(text, keys);
  return review && review->stands();
}

std::string signed_anew(const std::string& text, const std::function<void(Json&)>& change) {
  Json json = must(parse_json(text));
  change(json["shown"]);
  json.erase("signature");
  const std::string message = std::string(paper_version) + "\n" + canonical_json(json);
  json["signature"] = to_hex(auditor_signer().sign(as_bytes(message)));
  return canonical_json(json);
}

std::string failed_check(const std::string& text) {
  const auto review = reviewed_paper(text, played_keys());
  if (!review) return review.error().message;
  for (const auto& check : review->checks) {
    if (check.status == sampler::CheckStatus::failed) return check.check;
  }
  return "none";
}

void check_no_byte_may_change(const std::string& text, int tries) {
  crypto::SeededRandom random(crypto::sha256(text));
  REQUIRE(paper_stands(text));
  for (int i = 0; i < tries; ++i) {
    std::string changed = text;
    const auto place = random.below(changed.size());
    changed[place] = static_cast<char>(changed[place] ^ static_cast<char>(1 + random.below(127)));
    CAPTURE(place);
    CHECK_FALSE(paper_stands(changed));
  }
}

void check_stands_by_these_keys_alone(const std::string& text) {
  REQUIRE(paper_stands(text));
  FindingKeys keys = played_keys();
  keys.register_operator =
      ledger::VerifierKey(std::string(register_origin), prover_signer().public_key());
  CHECK_FALSE(paper_stands(text, keys));
  keys = played_keys();
  keys.inspector = prover_signer().public_key();
  CHECK_FALSE(paper_stands(text, keys));
}

}  // namespace muster::test
