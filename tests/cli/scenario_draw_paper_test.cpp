// What is filed of draws that were tampered with convinces a stranger who has public keys alone:
// the Verifier's own statements, and the draw made again. An honest draw accuses nobody.

#include "cli/scenario/audit_parties.hpp"
#include "cli/scenario/draw_paper.hpp"
#include "cli/scenario/draw_plays.hpp"
#include "cli/scenario/draw_stage.hpp"
#include "cli/scenario/gate_plays.hpp"
#include "cli/scenario/score.hpp"
#include "ledger/crypto/sha256.hpp"
#include "tests/cli/told_otherwise.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::cli::scenario;
using namespace muster::test;

namespace {

const std::map<std::string, std::string>& draw_papers() {
  static const auto papers = must(tampered_draw_papers());
  return papers;
}

const std::map<std::string, std::string>& gate_papers() {
  static const auto papers =
      must(play_tampered_gates(standard_scenario(), 7, Papers::filed)).papers;
  return papers;
}

std::string kind_of(const std::string& text) { return must(parse_json(text)).at("kind"); }

constexpr const char* fails_as_stated = "made again, the draw fails the questions that are stated";

/// The whole log of a stage whose draw was honest, as a document that says otherwise.
std::string honest_draw_called_tampered(const std::string& tampered, bool at_gates) {
  const Hash seed = crypto::sha256("an honest draw");
  DrawStage stage = must(DrawStage::make(seed, at_gates));
  const auto drawing =
      must(sampler::draw_sample(stage.plan(), {stage.frame()}, stage.value(), auditor_vrf()));
  const sampler::DrawEvidence evidence{
      {stage.frame()}, stage.value(), drawing.seal, drawing.openings};
  CHECK(must(stage.filed(evidence)).empty());
  const Json log = must(stage.signed_log());
  return signed_anew(tampered, [&](Json& shown) {
    shown["log"] = log.at("log");
    shown["checkpoint"] = log.at("checkpoint");
  });
}

}  // namespace

TEST_CASE("V24: of every way to tamper with a draw, what its culprit signed is filed and stands") {
  CHECK(draw_papers().size() == 7);
  for (const auto& filed : draw_papers()) {
    CAPTURE(filed.first);
    CHECK(paper_stands(filed.second));
  }
  CHECK(kind_of(draw_papers().at("a line exchanged")) == "draw");
  CHECK(kind_of(draw_papers().at("another cut-off")) == "draw");
  CHECK(kind_of(draw_papers().at("a proof that is none")) == "draw");
  CHECK(kind_of(draw_papers().at("a chip not frozen")) == "freeze");
  // These the register does not even take.
  CHECK(kind_of(draw_papers().at("a line spared")) == "refusal");
  CHECK(kind_of(draw_papers().at("a line added")) == "refusal");
  CHECK(kind_of(draw_papers().at("another value")) == "refusal");
}

TEST_CASE("V23: of draws at the gates all but a value known before are filed, and stand") {
  CHECK(gate_papers().size() == 6);
  CHECK_FALSE(gate_papers().contains("value known before the arrival"));
  for (const auto& filed : gate_papers()) {
    CAPTURE(filed.first);
    CHECK(paper_stands(filed.second));
  }
  CHECK(kind_of(gate_papers().at("arrival not recorded")) == "draw");
  CHECK(kind_of(gate_papers().at("value of another site")) == "draw");
  CHECK(kind_of(gate_papers().at("a line exchanged at the gate")) == "draw");
  CHECK(kind_of(gate_papers().at("arrival before the plan")) == "refusal");
  CHECK(kind_of(gate_papers().at("a line spared at the gate")) == "refusal");
  CHECK(kind_of(gate_papers().at("fewer lines sealed and opened")) == "refusal");
}

TEST_CASE("whether papers are filed changes nothing of the plays") {
  const auto filed = must(play_tampered_gates(standard_scenario(), 14, Papers::filed));
  const auto not_filed = must(play_tampered_gates(standard_scenario(), 14));
  CHECK(filed.plays.caught == not_filed.plays.caught);
  CHECK(filed.answers == not_filed.answers);
  CHECK(not_filed.papers.empty());
}

TEST_CASE("a draw or a freeze with any one byte changed does not stand") {
  check_no_byte_may_change(draw_papers().at("a line exchanged"), 12);
  check_no_byte_may_change(gate_papers().at("arrival not recorded"), 12);
  check_no_byte_may_change(draw_papers().at("a chip not frozen"), 12);
}

TEST_CASE("a draw that the inspector tells otherwise does not stand, whoever signs it again") {
  const std::string text = draw_papers().at("a line exchanged");
  const auto failing = [&](const std::function<void(Json&)>& change) {
    return failed_check(signed_anew(text, change));
  };
  CHECK(failing([](Json&) {}) == "none");
  CHECK(failing([](Json& shown) { shown["finds"] = Json::array(); }) == fails_as_stated);
  CHECK(failing([](Json& shown) {
          shown["finds"] = {"every site is opened with a proof of the plan's key"};
        }) == fails_as_stated);
  CHECK(failing([](Json& shown) { shown["plan"] = "P2"; }) == fails_as_stated);
  CHECK(failing([](Json& shown) {
          shown["log"]["entries"].erase(shown["log"]["entries"].size() - 1);
        }) == "the operator signed a checkpoint of these entries");
  CHECK(failing([](Json& shown) {
          auto& entries = shown["log"]["entries"];
          std::swap(entries[entries.size() - 1], entries[entries.size() - 2]);
        }) == "the operator signed a checkpoint of these entries");
}

TEST_CASE("a frame by another key than it was frozen with accuses nobody") {
  for (const char* way : {"a line exchanged", "a chip not frozen"}) {
    CAPTURE(way);
    const std::string changed = signed_anew(
        draw_papers().at(way), [](Json& shown) { shown["frame_key"] = std::string(64, '7'); });
    CHECK_FALSE(paper_stands(changed));
  }
  CHECK(failed_check(signed_anew(draw_papers().at("a line exchanged"), [](Json& shown) {
          shown["frame_key"] = std::string(64, '7');
        })) == "frames are the frozen ones");
}

TEST_CASE("an honest draw that is called tampered with does not stand") {
  const std::string claimed =
      honest_draw_called_tampered(draw_papers().at("a line exchanged"), false);
  CHECK(failed_check(claimed) == fails_as_stated);
  const std::string admitted =
      signed_anew(claimed, [](Json& shown) { shown["finds"] = Json::array(); });
  CHECK(failed_check(admitted) == fails_as_stated);
}

TEST_CASE("a frame that was frozen whole is not one without a chip") {
  const std::string text = draw_papers().at("a chip not frozen");
  const Json draw = must(parse_json(draw_papers().at("a line exchanged"))).at("shown");
  const std::string claimed = signed_anew(text, [&](Json& shown) {
    shown["log"] = draw.at("log");
    shown["checkpoint"] = draw.at("checkpoint");
  });
  CHECK(failed_check(claimed) == "the frozen root is that of the frame without the chip");
  CHECK(failed_check(signed_anew(text, [](Json& shown) { shown["freeze"] = "F9"; })) ==
        "the frozen root is that of the frame without the chip");
}

TEST_CASE("draws and freezes stand by the keys of their register and of their inspector alone") {
  for (const char* way : {"a line exchanged", "a chip not frozen"}) {
    CAPTURE(way);
    check_stands_by_these_keys_alone(draw_papers().at(way));
  }
}

TEST_CASE("what is no document of a draw is refused by name") {
  const auto refusal = [](const std::string& text, const char* field, const Json& value) {
    return must_fail(reviewed_paper(signed_anew(text, [&](Json& shown) { shown[field] = value; }),
                                    played_keys()));
  };
  const std::string draw = draw_papers().at("a line exchanged");
  CHECK(refusal(draw, "frame_key", "12").find("frame_key") != std::string::npos);
  CHECK(refusal(draw, "plan", 7).find("plan") != std::string::npos);
  CHECK(refusal(draw, "more", 7).find("more") != std::string::npos);
  CHECK(refusal(draw_papers().at("a chip not frozen"), "frame_key", "12").find("frame_key") !=
        std::string::npos);
}
