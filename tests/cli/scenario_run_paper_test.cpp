// What is filed of declared runs convinces a stranger who has public keys alone: what the Prover
// committed to or declared, and the training or the account made again. An honest run accuses
// nobody, and what the Prover did not sign does not either.

#include <array>

#include "cli/scenario/account_paper.hpp"
#include "cli/scenario/audit_parties.hpp"
#include "cli/scenario/declaration_plays.hpp"
#include "cli/scenario/paper_parts.hpp"
#include "cli/scenario/run_paper.hpp"
#include "ledger/base/base64.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/envelope.hpp"
#include "tests/cli/told_otherwise.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::cli::scenario;
using namespace muster::test;
using muster::cli::RunReview;

namespace {

const Hash seed = crypto::sha256("scenario run paper test");

std::map<std::string, std::string> papers_of(std::string_view game, std::uint64_t plays) {
  const Attempts played = play_declarations(game, seed, plays, {}, Papers::filed);
  CHECK_FALSE(played.unfiled.has_value());
  return played.papers;
}

const std::map<std::string, std::string>& spoofs() {
  static const auto papers = papers_of("spoofed", 12);
  return papers;
}

const std::map<std::string, std::string>& chains() {
  static const auto papers = papers_of("chained", 6);
  return papers;
}

Json finds_of(const std::string& text) { return must(parse_json(text)).at("shown").at("finds"); }

/// The commitment of `shown`, signed by somebody else than the Prover.
Json signed_by_inspector(const Json& shown) {
  const auto envelope = must(ledger::parse_envelope(shown.at("commitment").dump()));
  const auto signer = auditor_signer();
  const std::array<const crypto::Signer*, 1> signers{&signer};
  return ledger::envelope_json(
      must(ledger::sign_envelope(envelope.payload_type, envelope.payload, signers)));
}

constexpr const char* roots = "text, leaves and checkpoints are those committed to";
constexpr const char* trained = "the trainer does not make the run that was committed to";

}  // namespace

TEST_CASE("V14: of every spoof that its commitment shows, a document is filed that stands") {
  CHECK(spoofs().size() == 5);
  // Of a text that was not committed to, nobody knows who brought it.
  CHECK_FALSE(spoofs().contains("text chosen after s_rand"));
  for (const auto& filed : spoofs()) {
    CAPTURE(filed.first);
    CHECK(paper_stands(filed.second));
  }
  CHECK(finds_of(spoofs().at("initial weights chosen")) == "run.unseeded");
  CHECK(finds_of(spoofs().at("order chosen")) == "run.unseeded");
  CHECK(finds_of(spoofs().at("two runs glued together")) == "run.impossible_update");
  CHECK(finds_of(spoofs().at("interpolated beside the line")) == mismatched_segment);
  CHECK(finds_of(spoofs().at("checkpoint exchanged after the draw")) == mismatched_segment);
}

TEST_CASE("V14: signs are no proof, and leave nothing that could be filed") {
  CHECK(papers_of("interpolated", 2).empty());
  CHECK(papers_of("elsewhere", 1).empty());
}

TEST_CASE("a run with any one byte changed does not stand") {
  check_no_byte_may_change(spoofs().at("interpolated beside the line"), 40);
  check_no_byte_may_change(spoofs().at("two runs glued together"), 20);
}

TEST_CASE("a run that the inspector tells otherwise does not stand, whoever signs it again") {
  const std::string text = spoofs().at("interpolated beside the line");
  const Json other = must(parse_json(spoofs().at("two runs glued together"))).at("shown");
  const auto failing = [&](const std::function<void(Json&)>& change) {
    return failed_check(signed_anew(text, change));
  };
  CHECK(failing([](Json&) {}) == "none");
  CHECK(failing([](Json& shown) { shown["commitment"] = signed_by_inspector(shown); }) ==
        "the Prover signed the commitment");
  CHECK(failing([&](Json& shown) { shown["commitment"] = other.at("commitment"); }) == roots);
  CHECK(failing([&](Json& shown) { shown["text"] = other.at("text"); }) == roots);
  CHECK(failing([&](Json& shown) { shown["checkpoints"] = other.at("checkpoints"); }) == roots);
  CHECK(failing([](Json& shown) { std::swap(shown["leaves"][3], shown["leaves"][4]); }) == roots);
  CHECK(failing([](Json& shown) { shown["leaves"].erase(0); }) == roots);
  CHECK(failing([](Json& shown) { shown["finds"] = "run.unseeded"; }) == trained);
  CHECK(failing([](Json& shown) { shown["finds"] = "run.out_of_order"; }) == trained);
}

TEST_CASE("an honest run that is called a spoof does not stand") {
  const SmallRun run(synthetic_text(seed), small_spec(crypto::sha256("given"), 12));
  const ShownRun honest{&run.text(), run.spec(), run.checkpoints()};
  CHECK(must(run_paper(honest, honest, reviewed_run(honest, committed(honest), 12, seed))).empty());
  // Somebody shows other checkpoints than the Prover committed to, and finds that they are forged.
  ShownRun forged = honest;
  forged.checkpoints[5] = between(forged.checkpoints[4], forged.checkpoints[6], 0.5, 40);
  RunReview review = reviewed_run(forged, committed(honest), 12, seed);
  REQUIRE_FALSE(review.is_clean());
  const std::string claimed = must(run_paper(forged, honest, review));
  REQUIRE_FALSE(claimed.empty());
  CHECK(failed_check(claimed) == trained);
  // Every code, and every checkpoint of the honest run.
  for (const char* code : {"run.unseeded", "run.not_a_state", "run.impossible_update"}) {
    CAPTURE(code);
    CHECK(failed_check(signed_anew(claimed, [&](Json& shown) { shown["finds"] = code; })) ==
          trained);
  }
  for (const std::size_t place : {std::size_t{0}, std::size_t{7}, std::size_t{12}}) {
    CAPTURE(place);
    const Bytes file = attestation::encode_checkpoint(run.spec(), run.checkpoints()[place]);
    CHECK(failed_check(signed_anew(claimed, [&](Json& shown) {
            shown["checkpoints"] = Json::array({to_base64(file)});
          })) == trained);
  }
}

TEST_CASE("a run stands by its Prover's key alone") {
  FindingKeys keys = played_keys();
  keys.prover = auditor_signer().public_key();
  CHECK_FALSE(paper_stands(spoofs().at("order chosen"), keys));
  CHECK_FALSE(paper_stands(chains().at("common steps left out, a part replayed"), keys));
}

TEST_CASE("V15: of every way to declare one run as several, a document is filed that stands") {
  CHECK(chains().size() == 6);
  for (const auto& filed : chains()) {
    CAPTURE(filed.first);
    CHECK(paper_stands(filed.second));
  }
  CHECK(finds_of(chains().at("common steps left out, a part replayed")) == "run.unseeded");
  for (const Json& found : finds_of(chains().at("no parents named"))) {
    CHECK(found.get<std::string>().starts_with("run.shared_weights of R-part-"));
  }
  for (const char* way : {"parents named", "merged"}) {
    const Json finds = finds_of(chains().at(way));
    CHECK(finds[0].get<std::string>().starts_with("california-sb-53 reached by R-part-"));
  }
}

TEST_CASE("V19: of all figures that an account queries, a document is filed that stands") {
  const auto papers = papers_of("figures", 8);
  CHECK(papers.size() == 7);
  CHECK_FALSE(papers.contains("a slow format"));  // what could hide is printed as before
  for (const auto& filed : papers) {
    CAPTURE(filed.first);
    CHECK(paper_stands(filed.second));
  }
  CHECK(finds_of(papers.at("above the peak")) == Json::array({"flop.impossible of R-1"}));
  CHECK(finds_of(papers.at("two runs on the same chips"))[0] == "run.overlap of R-1");

  const auto above = papers_of("above", 40);
  REQUIRE(above.size() == 1);
  CHECK(paper_stands(above.begin()->second));
  check_stands_by_these_keys_alone(papers.at("above the peak"));
  check_no_byte_may_change(papers.at("above the peak"), 12);
}

TEST_CASE("an account that the inspector tells otherwise does not stand") {
  const std::string text = chains().at("no parents named");
  const Json other = must(parse_json(chains().at("merged"))).at("shown");
  const auto failing = [&](const std::function<void(Json&)>& change) {
    return failed_check(signed_anew(text, change));
  };
  constexpr const char* finds = "the account of what was declared finds what is stated";
  CHECK(failing([](Json&) {}) == "none");
  CHECK(failing([](Json& shown) { shown["finds"].push_back("flop.impossible of R-part-1"); }) ==
        finds);
  CHECK(failing([](Json& shown) { shown["finds"].erase(0); }) == finds);
  CHECK(failing([&](Json& shown) { shown["finds"] = other.at("finds"); }) == finds);
  CHECK(failing([](Json& shown) { shown["prover"] = "nobody"; }) == finds);
  CHECK(failing([](Json& shown) {
          shown["log"]["entries"].erase(shown["log"]["entries"].size() - 1);
        }) == "the operator signed a checkpoint of these entries");
  CHECK(failing([&](Json& shown) { shown["log"] = other.at("log"); }) ==
        "the operator signed a checkpoint of these entries");
}

TEST_CASE("honest runs whose account finds nothing accuse nobody") {
  const Window window{Timestamp::parse("2026-02-01T00:00:00.000Z").value(),
                      Timestamp::parse("2026-03-01T00:00:00.000Z").value()};
  HeldFleet fleet = must(HeldFleet::make(seed, {1}, "a1"));
  const RunStatement run{
      .run = "R-1", .window = window, .flop = stats::Decimal::parse("1e24").value(), .chips = {0}};
  CHECK(must(account_paper(fleet, {run}, window)).empty());

  const Json log = must(signed_log_json(*fleet.world));
  const std::string claimed = signed_anew(chains().at("no parents named"), [&](Json& shown) {
    shown["log"] = log.at("log");
    shown["checkpoint"] = log.at("checkpoint");
  });
  constexpr const char* finds = "the account of what was declared finds what is stated";
  CHECK(failed_check(claimed) == finds);
  CHECK(failed_check(signed_anew(claimed, [](Json& shown) { shown["finds"] = Json::array(); })) ==
        finds);
}

TEST_CASE("what is no document of a run or of an account is refused by name") {
  const auto refusal = [](const std::string& text, const char* field, const Json& value) {
    return must_fail(reviewed_paper(signed_anew(text, [&](Json& shown) { shown[field] = value; }),
                                    played_keys()));
  };
  const std::string run = spoofs().at("order chosen");
  CHECK(refusal(run, "text", "?").find("text") != std::string::npos);
  CHECK(refusal(run, "text", "").find("text") != std::string::npos);
  CHECK(refusal(run, "leaves", {"?"}).find("leaves") != std::string::npos);
  CHECK(refusal(run, "checkpoints", Json::array()).find("checkpoints") != std::string::npos);
  CHECK(refusal(run, "checkpoints", {"AAAA"}).find("checkpoints") != std::string::npos);
  const std::string account = chains().at("merged");
  CHECK(refusal(account, "window",
                {{"from", "2026-02-01T00:00:00.000Z"}, {"to", "2026-02-01T00:00:00.000Z"}})
            .find("window") != std::string::npos);
  CHECK(refusal(account, "finds", "all").find("finds") != std::string::npos);
}
