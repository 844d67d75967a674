// Lineages and rules: one large run declared as many small ones is one model.

#include "attestation/account/lineage.hpp"

#include "attestation/account/compute_rules.hpp"
#include "ledger/base/file.hpp"
#include "tests/support/must.hpp"
#include "tests/support/source_root.hpp"

using namespace muster;
using namespace muster::attestation;
using muster::stats::Decimal;
using muster::test::must;

namespace {

Decimal flop(const std::string& text) { return must(Decimal::parse(text)); }

std::string bundled() {
  return must(read_text_file(std::string(muster::test::source_root) + "/data/rules/compute.json"));
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t place = text.find(from);
  REQUIRE(place != std::string::npos);
  return text.replace(place, from.size(), to);
}

}  // namespace

TEST_CASE("a model is its run and all ancestors, each once") {
  const std::map<std::string, RunOrigin> origins{
      {"base", {flop("4e24"), true, {}, {"weights from a journal"}}},
      {"left", {flop("3e24"), true, {"base"}, {}}},
      {"right", {flop("2e24"), true, {"base"}, {}}},
      {"merge", {flop("1e24"), true, {"left", "right"}, {"weights from a journal"}}},
      {"served", {flop("9e24"), false, {"merge"}, {}}},
      {"next", {flop("5e23"), true, {"served", "lost"}, {}}}};

  const Lineage merge = lineage_of("merge", origins);
  CHECK(merge.flop == flop("1e25"));
  CHECK(merge.runs == std::vector<std::string>{"base", "left", "merge", "right"});
  CHECK(merge.outside_parents == std::vector<std::string>{"weights from a journal"});
  CHECK(merge.unknown.empty());

  const Lineage next = lineage_of("next", origins);
  CHECK(next.flop == flop("1.05e25"));  // what serving did makes no model larger
  CHECK(next.unknown == std::vector<std::string>{"lost"});
}

TEST_CASE("a ring of parents ends") {
  const std::map<std::string, RunOrigin> ring{{"a", {flop("1"), true, {"b"}, {}}},
                                              {"b", {flop("2"), true, {"a"}, {}}}};

  CHECK(lineage_of("a", ring).flop == flop("3"));
}

TEST_CASE("a limit is reached by more than it, or by default when something is not shown") {
  ComputeRule rule;
  rule.above = flop("1e25");

  CHECK(rule_outcome(rule, flop("1e25"), false) == RuleOutcome::not_reached);
  CHECK(rule_outcome(rule, flop("10000000000000000000000001"), false) == RuleOutcome::reached);
  CHECK(rule_outcome(rule, flop("1"), true) == RuleOutcome::reached_by_default);
  CHECK(rule_outcome(rule, flop("2e25"), true) == RuleOutcome::reached);
}

TEST_CASE("the bundled rules are read, each with its source and its days") {
  const auto rules = must(parse_compute_rules(bundled()));

  REQUIRE(rules.size() == 4);
  CHECK(rules[0].name == "eu-ai-act-51-2");
  CHECK(rules[0].above == flop("1e25"));
  for (const ComputeRule& rule : rules) CHECK(!rule.source.empty());
  const auto day = [](const char* text) { return must(Timestamp::parse_day_or_instant(text)); };
  const Window of_2024{day("2024-01-01"), day("2025-01-01")};
  const Window of_2026{day("2026-01-01"), day("2027-01-01")};
  CHECK(!rules[0].in_force_in(of_2024));
  CHECK(rules[0].in_force_in(of_2026));
  CHECK(rules[3].in_force_in(of_2024));
  CHECK(!rules[3].in_force_in(of_2026));
}

TEST_CASE("a file of rules with a fault is refused by field") {
  const auto message = [](const std::string& text) {
    return parse_compute_rules(text).error().message;
  };
  const std::string good = bundled();
  CHECK(message("{}").find("rules.id") != std::string::npos);
  CHECK(message(replaced(good, "training_flop", "flop")).find("rules.rules[0].quantity: got") !=
        std::string::npos);
  CHECK(message(replaced(good, "\"1e25\"", "\"0\"")).find("rules.rules[0].above: got 0") !=
        std::string::npos);
  CHECK(message(replaced(good, "\"1e25\"", "\"many\"")).find("rules.rules[0].above") !=
        std::string::npos);
  CHECK(message(replaced(good, "2025-01-20", "2023-10-30")).find("effective_until: got a day") !=
        std::string::npos);
  CHECK(message(replaced(good, "california-sb-53", "eu-ai-act-51-2")).find("a second time") !=
        std::string::npos);
  CHECK(message(replaced(good, "\"meaning\"", "\"means\"")).find("rules.rules[0].mean") !=
        std::string::npos);
}
