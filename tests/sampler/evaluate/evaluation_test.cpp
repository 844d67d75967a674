#include "sampler/evaluate/evaluation.hpp"

#include "tests/sampler/plan/frame_fixture.hpp"

using namespace muster;
using namespace muster::sampler;
using namespace muster::test;

namespace {

std::vector<DrawnChip> numbered(std::uint64_t lines) {
  std::vector<DrawnChip> drawn;
  for (std::uint64_t i = 0; i < lines; ++i) drawn.push_back({"ams1", "C" + std::to_string(i)});
  return drawn;
}

LineResult seen(const DrawnChip& chip) {
  return {chip.site, chip.chip, LineVerdict::consistent, {}, Presence::uplink_cut, true};
}

std::vector<LineResult> all_consistent(const std::vector<DrawnChip>& drawn) {
  std::vector<LineResult> results;
  for (const DrawnChip& chip : drawn) results.push_back(seen(chip));
  return results;
}

struct Audit {
  Plan plan = must(make_plan(plain_request(1'000'000, 4000)));
  std::vector<DrawnChip> drawn = numbered(748);
  std::vector<LineResult> results = all_consistent(drawn);

  [[nodiscard]] Evaluation result() const { return must(evaluation(plan, drawn, results)); }
};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("748 clean lines of a million: no sign of it, and at most 3,995 remain") {
  const Audit audit;
  const Evaluation result = audit.result();
  CHECK(result.verdict == AuditVerdict::no_sign_of);
  CHECK(result.recognised_violating_at_most == 3995);
  // 3,995 chips x 1 FLOP/s x 1 day
  CHECK(result.hidden_flop_at_most == number("345168000"));
  CHECK(result.consistent == 748);
}

TEST_CASE("while one line is open nothing is concluded, and the bound counts it") {
  Audit audit;
  audit.results.pop_back();
  const Evaluation result = audit.result();
  CHECK(result.verdict == AuditVerdict::not_concluded);
  CHECK(result.open == 1);
  CHECK(result.read == 747);
  CHECK(*result.recognised_violating_at_most > 3995);
  CHECK(result.open_chips == std::vector<std::string>{"ams1/C747"});
}

TEST_CASE("a query goes from open to consistent or hit, and never changes d") {
  Audit audit;
  audit.results[3].verdict = LineVerdict::query;
  const auto verdict = [&](std::optional<QueryState> state) {
    audit.results[3].query = state;
    return audit.result().verdict;
  };
  CHECK(verdict({}) == AuditVerdict::not_concluded);
  CHECK(verdict(QueryState::open) == AuditVerdict::not_concluded);
  CHECK(verdict(QueryState::answered) == AuditVerdict::not_concluded);
  CHECK(verdict(QueryState::closed_consistent) == AuditVerdict::no_sign_of);
  CHECK(verdict(QueryState::hit) == AuditVerdict::finding);
  CHECK(audit.result().drawn_probability == audit.plan.drawn_probability);
}

TEST_CASE("a query that ended as a hit counts against a line that was read as consistent") {
  Audit audit;
  const auto verdict = [&](QueryState state) {
    audit.results[3].query = state;
    return audit.result().verdict;
  };
  CHECK(verdict(QueryState::hit) == AuditVerdict::finding);
  CHECK(verdict(QueryState::open) == AuditVerdict::not_concluded);
  CHECK(verdict(QueryState::closed_consistent) == AuditVerdict::no_sign_of);
}

TEST_CASE("a contradicted line is a hit, a chip that is not presented open until its deadline") {
  Audit audit;
  audit.results[0].verdict = LineVerdict::contradicted;
  CHECK(audit.result().verdict == AuditVerdict::finding);
  audit.results[0].verdict = LineVerdict::not_presented;
  CHECK(audit.result().verdict == AuditVerdict::not_concluded);
  audit.results[0].query = QueryState::hit;
  CHECK(audit.result().verdict == AuditVerdict::finding);
}

TEST_CASE("a hit beside an open line is named, and the verdict waits") {
  Audit audit;
  audit.results[0].verdict = LineVerdict::contradicted;
  audit.results.pop_back();
  const Evaluation result = audit.result();
  CHECK(result.verdict == AuditVerdict::not_concluded);
  CHECK(result.hits == 1);
  CHECK(has(sentence(audit.plan, result), "1 are hits already"));
}

TEST_CASE("a line that was seen by its label or over the network stays open") {
  Audit audit;
  for (const Presence presence : {Presence::none, Presence::label, Presence::network}) {
    audit.results[5].presence = presence;
    CHECK(audit.result().verdict == AuditVerdict::not_concluded);
  }
  audit.results[5].presence = Presence::bench;
  CHECK(audit.result().verdict == AuditVerdict::no_sign_of);
}

TEST_CASE("without the two silence probes presence is no better than the network") {
  Audit audit;
  audit.results[5].silence_probes = false;
  CHECK(audit.result().verdict == AuditVerdict::not_concluded);
}

TEST_CASE("a plan that settles for the network lists such lines as not covered") {
  PlanRequest request = plain_request(1'000'000, 4000);
  request.presence_required = Presence::network;
  Audit audit{must(make_plan(request))};
  audit.results[5].presence = Presence::network;
  const Evaluation result = audit.result();
  CHECK(result.verdict == AuditVerdict::no_sign_of);
  CHECK(result.weak_presence == 1);
  CHECK(has(result.not_covered.back(), "1 lines seen no better than over the network"));
}

TEST_CASE("strays and double answers are refused by name") {
  Audit audit;
  audit.results.push_back(audit.results[0]);
  CHECK(must_fail(evaluation(audit.plan, audit.drawn, audit.results)) ==
        "results: ams1/C0 is answered twice");
  audit.results.back().chip = "C9999";
  CHECK(must_fail(evaluation(audit.plan, audit.drawn, audit.results)) ==
        "results: ams1/C9999 was not drawn");
  audit.drawn.pop_back();
  CHECK(has(must_fail(evaluation(audit.plan, audit.drawn, {})), "got 747 lines"));
}

TEST_CASE("the sentence holds every part, and no product of unlike chances") {
  PlanRequest request = walk_through();
  request.not_covered = {"12 MI308X: no rate"};
  request.ledger_unaccounted = 31;
  Audit audit{must(make_plan(request)), numbered(125), all_consistent(numbered(125))};
  const std::string text = sentence(audit.plan, audit.result());
  for (const char* part :
       {"NO SIGN of 1e26 FLOP or more hidden by northwind", "2026-07-01 to 2027-01-01",
        "at most 180 days", "with probability 0.95", "125 of 125 lines read, 0 open",
        "more than 400 chips off the register", "12 MI308X: no rate", "refuted: not known",
        "This is not a probability that northwind is honest."}) {
    CAPTURE(part);
    CHECK(has(text, part));
  }
  CHECK(has(first_line(audit.plan), "at most 400 assumed; the ledger's unaccounted total: 31"));
}

TEST_CASE("of an abandoned plan hits are left, and nothing that clears") {
  const Audit audit;
  const Evaluation clean = of_abandoned(audit.result());
  CHECK(clean.verdict == AuditVerdict::not_concluded);
  CHECK_FALSE(clean.recognised_violating_at_most);
  CHECK_FALSE(clean.hidden_flop_at_most);
  const std::string text = sentence(audit.plan, clean);
  CHECK(has(text, "ABANDONED by its Verifier"));
  CHECK_FALSE(has(text, "NO SIGN"));
  CHECK_FALSE(has(text, "with probability"));
  CHECK(evaluation_json(audit.plan, clean).at("abandoned") == true);

  Evaluation hit = audit.result();
  hit.verdict = AuditVerdict::finding;
  CHECK(of_abandoned(hit).verdict == AuditVerdict::finding);
}

TEST_CASE("the JSON of an evaluation has the agreed fields") {
  const Audit audit;
  const Json json = evaluation_json(audit.plan, audit.result());
  CHECK(json.at("verdict") == "no-sign-of");
  CHECK(json.at("abandoned") == false);
  CHECK(json.at("drawn_probability").get<std::string>().size() == 22);
  CHECK(json.at("recognition") == "not known");
  CHECK(json.at("recognised_violating_at_most") == 3995);
  CHECK(json.at("hidden_flop_at_most") == "345168000");
  for (const char* field : {"rule_flop", "excess_flop", "window", "within_days", "offbook_at_most",
                            "lines", "open", "not_covered", "assumptions"}) {
    CHECK(json.contains(field));
  }
  CHECK(parse_json(canonical_json(json)));
}

TEST_CASE("a line result reads back from JSON, strictly") {
  LineResult line = seen({"ams1", "C1"});
  line.verdict = LineVerdict::not_presented;
  line.query = QueryState::answered;
  line.codes = {"chip.absent"};
  const Json json = line_result_json(line);
  CHECK(line_result_json(must(parse_line_result(json, "line"))) == json);
  Json changed = json;
  changed["verdict"] = "fine";
  CHECK(has(must_fail(parse_line_result(changed, "line")), "verdict: got \"fine\""));
  changed = json;
  changed["extra"] = 1;
  CHECK_FALSE(parse_line_result(changed, "line"));
}
