#include "sampler/plan/size.hpp"

#include "tests/sampler/plan/plan_fixture.hpp"

using namespace muster;
using namespace muster::sampler;
using namespace muster::test;

TEST_CASE("the answer on size has the three rules side by side and exact numbers as text") {
  const Json json = must(size_json({1'000'000, 4'000, probability("0.95"), probability("1"), {}}));
  CHECK(json.at("sample_size") == 748);
  CHECK(json.at("rules").at("exact") == 748);
  CHECK(json.at("rules").at("with_replacement") == 748);
  CHECK(json.at("rules").at("iaea") == 748);
  CHECK(json.at("target") == "0.95");
  CHECK(json.at("detection") == "1");
  CHECK(json.at("reachable") == true);
  CHECK(json.at("power").get<std::string>().substr(0, 6) == "0.9501");
  CHECK(json.at("queries").is_null());
}

TEST_CASE("imperfect detection: the standing example at d from 0.9 to 0.1") {
  const auto size = [](const char* detection) {
    return must(size_json({1'000'000, 4'000, probability("0.95"), probability(detection), {}}))
        .at("sample_size")
        .get<int>();
  };
  CHECK(size("0.9") == 831);
  CHECK(size("0.632") == 1184);
  CHECK(size("0.5") == 1496);
  CHECK(size("0.25") == 2994);
  CHECK(size("0.1") == 7486);
}

TEST_CASE("a target that no census reaches is said to be unreachable") {
  const Json json = must(size_json({100, 1, probability("0.95"), probability("0.5"), {}}));
  CHECK(json.at("reachable") == false);
  CHECK(json.at("sample_size").is_null());
  CHECK(json.at("power").is_null());
}

TEST_CASE("no violation chips, or more than there are, is a wrong question") {
  CHECK_FALSE(size_json({100, 0, probability("0.95"), probability("1"), {}}));
  CHECK_FALSE(size_json({100, 101, probability("0.95"), probability("1"), {}}));
}

TEST_CASE("the paper's Table 1: a count and a dash") {
  stats::PaperPlan plan{number("3.14e23"), 1'000,         number("8.64e19"), number("0.1"),
                        number("30"),      number("365"), probability("0.9")};
  CHECK(must(paper_json(plan)).at("per_year") == 243);
  plan.flop = number("1.27e26");
  const Json dash = must(paper_json(plan));
  CHECK(dash.at("reachable") == false);
  CHECK(dash.at("per_year").is_null());
}
