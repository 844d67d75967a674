// What an inspector files of a hit convinces a stranger who has public keys alone, and nothing else
// does: not a bundle with a byte changed, and not one that the inspector himself made up.

#include <functional>
#include <map>
#include <set>

#include "cli/scenario/audit_parties.hpp"
#include "cli/scenario/audit_room.hpp"
#include "cli/scenario/finding_bundle.hpp"
#include "cli/scenario/fleet_scenario.hpp"
#include "cli/scenario/row.hpp"
#include "ledger/crypto/seeded_random.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::cli::scenario;
using namespace muster::test;

namespace {

/// Ten chips in one site, all drawn often: small bundles.
ScenarioFile small_world() {
  ScenarioFile scenario = must(made_scenario({.chips = 10, .sites = 1, .violation_chips = 5}));
  const stats::Decimal none;
  scenario.noise = {none, none, none, none, none, none, none};
  return scenario;
}

AuditRoom opened_room(const Prover& prover) {
  return must(AuditRoom::open(prover, {.auditor = {MUSTER_SCENARIO_AUDITOR}, .threads = 1}));
}

Prover prover_of(std::uint64_t heads_every_days) {
  std::set<attestation::Evasion> all;
  for (const Tactic& tactic : tactics()) all.insert(tactic.evasion);
  ScenarioFile world = small_world();
  world.announced.heads_every_days = heads_every_days;
  return Prover(std::move(world), all);
}

/// Where no heads are asked for at beacon times, and where they are each week.
AuditRoom& small_room(HeadsAsked heads) {
  static const Prover without = prover_of(0);
  static const Prover with = prover_of(7);
  static AuditRoom plain = opened_room(without);
  static AuditRoom weekly = opened_room(with);
  return heads == HeadsAsked::always ? weekly : plain;
}

std::string finding_of(std::string_view tactic, HeadsAsked heads = HeadsAsked::as_announced) {
  const Hiding hiding{std::string(tactic), {tactic_named(tactic)}, 10};
  return must(small_room(heads).finding(hiding, "test/" + hiding.name, 20));
}

/// Tactics of the plays that whole audits catch, and whether they need heads at beacon times.
std::map<std::string_view, HeadsAsked> caught_tactics() {
  std::map<std::string_view, HeadsAsked> names;
  for (const PlayFacts& facts : plays()) {
    if (facts.promise == PromiseKind::not_caught) continue;
    for (const std::string_view name : facts.tactics) names.emplace(name, facts.heads);
  }
  return names;
}

bool stands(std::string_view text, const FindingKeys& keys = played_keys()) {
  const auto review = reviewed_finding(text, keys);
  return review && review->stands();
}

/// The bundle changed by somebody who has the inspector's key, and signed again.
std::string signed_again(const std::string& text,
                         const std::function<void(FindingParts&)>& change) {
  const Json json = must(parse_json(text));
  FindingParts parts{json.at("opening"),
                     json.at("filings"),
                     json.at("filed_late"),
                     json.at("ceremony"),
                     json.at("seal"),
                     json.at("site"),
                     json.at("evidence"),
                     json.at("chip").get<std::string>(),
                     json.at("verdict").get<std::string>(),
                     json.at("codes").get<std::vector<std::string>>()};
  change(parts);
  return signed_finding(parts, auditor_signer());
}

}  // namespace

TEST_CASE("every tactic that audits catch leaves a finding that a stranger comes to as well") {
  for (const auto& item : caught_tactics()) {
    const std::string tactic(item.first);
    CAPTURE(tactic);
    const std::string text = finding_of(tactic, item.second);
    REQUIRE_FALSE(text.empty());
    const FindingReview review = must(reviewed_finding(text, played_keys()));
    for (const auto& check : review.checks) {
      CAPTURE(check.check);
      CAPTURE(check.detail);
      CHECK(check.status != sampler::CheckStatus::failed);
    }
    CHECK(review.stands());
    CHECK(review.verdict != "consistent");
    // Only what the chip's own signatures say needs nobody's word.
    CHECK((review.verdict == "contradicted") == review.by_word().empty());
  }
}

TEST_CASE("a bundle in which any byte is changed does not stand") {
  const std::string text = finding_of("forked");
  REQUIRE(stands(text));
  crypto::SeededRandom random("flipped bytes");

  for (int i = 0; i < 300; ++i) {
    std::string changed = text;
    const std::size_t place = random.below(changed.size());
    changed[place] = static_cast<char>(changed[place] ^ (1 << random.below(7)));
    CAPTURE(place);
    CHECK_FALSE(stands(changed));
  }
}

TEST_CASE("a bundle that was cut, or has something behind it, does not stand") {
  const std::string text = finding_of("hidden run");

  CHECK(stands(text));
  CHECK_FALSE(stands(text.substr(0, text.size() - 1)));
  CHECK_FALSE(stands(text + "\n"));
}

TEST_CASE("other keys than those of the audit's parties make nothing stand") {
  const std::string text = finding_of("hidden run");
  FindingKeys exchanged = played_keys();
  std::swap(exchanged.prover, exchanged.inspector);

  CHECK_FALSE(stands(text, exchanged));
  const Json keys = finding_keys_json(played_keys());
  CHECK(stands(text, must(parse_finding_keys(keys))));
}

TEST_CASE("an inspector who signs what he made up is found out by the rest of the bundle") {
  const std::string text = finding_of("hidden run");
  REQUIRE(stands(signed_again(text, [](FindingParts&) {})));

  CHECK_FALSE(
      stands(signed_again(text, [](FindingParts& parts) { parts.codes = {"chain.fork"}; })));
  CHECK_FALSE(
      stands(signed_again(text, [](FindingParts& parts) { parts.verdict = "contradicted"; })));
  // What the Prover had declared is left out: the plan that the ceremony names is another.
  CHECK_FALSE(stands(signed_again(
      text, [](FindingParts& parts) { parts.opening["declarations"] = Json::array(); })));
  CHECK_FALSE(stands(signed_again(text, [](FindingParts& parts) {
    for (Json& heads : parts.filings["heads"]) heads = Json::array();
  })));
  // A line that was not drawn, and a value that somebody liked better.
  CHECK_FALSE(stands(
      signed_again(text, [](FindingParts& parts) { parts.site["lines"].erase(std::size_t{0}); })));
  CHECK_FALSE(stands(signed_again(text, [](FindingParts& parts) {
    std::string nonce = parts.ceremony["verifier"]["nonce"].get<std::string>();
    nonce[0] = nonce[0] == '0' ? '1' : '0';
    parts.ceremony["verifier"]["nonce"] = nonce;
  })));
}

TEST_CASE("what is no bundle is refused by its field") {
  CHECK(must_fail(reviewed_finding("{}", played_keys())).find("version") != std::string::npos);
  CHECK(must_fail(parse_finding_keys(Json::object())).find("version") != std::string::npos);
}
