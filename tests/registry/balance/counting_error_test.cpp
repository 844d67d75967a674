// What a difference shows: known answers of the normal distribution, and what the file of errors
// may say.

#include "registry/balance/counting_error.hpp"

#include "ledger/base/file.hpp"
#include "ledger/base/json.hpp"
#include "tests/support/must.hpp"
#include "tests/support/source_root.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::registry;

namespace {

Json model_json() {
  return {{"id", "m"},
          {"false_alarm", "0.05"},
          {"methods", Json::array({{{"method", "accept"},
                                    {"random", "0.01"},
                                    {"systematic", "0.001"},
                                    {"basis", "assumed"}},
                                   {{"method", "accept.opened"},
                                    {"random", "0"},
                                    {"systematic", "0"},
                                    {"basis", "assumed"}}})}};
}

std::string refused(const Json& json) {
  const auto model = ErrorModel::parse(json.dump());
  return model ? std::string("taken") : model.error().message;
}

}  // namespace

TEST_CASE("the normal distribution and its inverse have the values of the tables") {
  CHECK(normal_below(0) == doctest::Approx(0.5));
  CHECK(normal_below(1.6448536269514722) == doctest::Approx(0.95).epsilon(1e-12));
  CHECK(normal_quantile(0.95) == doctest::Approx(1.6448536269514722).epsilon(1e-12));
  CHECK(normal_quantile(0.975) == doctest::Approx(1.959963984540054).epsilon(1e-12));
  CHECK(normal_quantile(0.5) == doctest::Approx(0.0).epsilon(1e-12));
  CHECK(normal_quantile(0.001) == doctest::Approx(-3.090232306167813).epsilon(1e-12));
}

TEST_CASE("random errors grow with the root of the count, systematic ones with the count") {
  const CountingError random{.method = "r", .random = 0.01, .systematic = 0};
  CHECK(random.variance(10'000) == doctest::Approx(99.0));
  CHECK(random.variance(40'000) == doctest::Approx(4 * 99.0));
  const CountingError whole{.method = "s", .random = 0, .systematic = 0.001};
  CHECK(whole.variance(10'000) == doctest::Approx(100.0));
  CHECK(whole.variance(40'000) == doctest::Approx(16 * 100.0));
}

TEST_CASE("a difference is judged by its limit, and the limit by what it would let pass") {
  // sigma 10, limit 16.449; a loss of 30 passes it with Phi((30 - 16.449) / 10) = Phi(1.3551).
  const DifferenceVerdict inside = judge_difference(-16, 100, 30, 0.05);
  CHECK(inside.sigma == doctest::Approx(10.0));
  CHECK(inside.limit == doctest::Approx(16.448536));
  CHECK(inside.power == doctest::Approx(0.912312).epsilon(1e-5));
  CHECK(inside.found_95 == doctest::Approx(32.897073));
  CHECK_FALSE(inside.beyond);
  CHECK(judge_difference(-17, 100, 30, 0.05).beyond);
  CHECK(judge_difference(17, 100, 30, 0.05).beyond);
  // Where every count is exact, one chip shows.
  const DifferenceVerdict exact = judge_difference(-1, 0, 1, 0.05);
  CHECK(exact.beyond);
  CHECK(exact.power == 1);
  CHECK_FALSE(judge_difference(0, 0, 1, 0.05).beyond);
  // The smallest false alarm that a file may ask for.
  CHECK(judge_difference(-1, 1, 1, 1e-18).limit == doctest::Approx(8.7573).epsilon(1e-4));
}

TEST_CASE("a method has its own error, or that of its first part, or none") {
  const ErrorModel model = must(ErrorModel::parse(model_json().dump()));
  CHECK(model.find("accept.opened")->random == 0);
  CHECK(model.find("accept.sealed")->random == 0.01);
  CHECK(model.find("destroy") == nullptr);
  CHECK(model.variance("destroy", 1000) == 0);
}

TEST_CASE("a file of errors is refused with its field") {
  const auto with = [](const char* field, const Json& value) {
    Json json = model_json();
    json["methods"][0][field] = value;
    return refused(json);
  };
  CHECK(refused(model_json()) == "taken");
  for (const char* bad : {"1", "-0.1", "1e-3", "0.", ".5", "", "0.5x", "nan"}) {
    CHECK(with("random", bad).find("errors.methods[0].random") != std::string::npos);
  }
  CHECK(with("method", "accept.opened").find("stands twice") != std::string::npos);
  CHECK(with("more", "x").find("more") != std::string::npos);
  Json loose = model_json();
  // One less the last of them is one, and no difference would ever show.
  for (const char* rate : {"0.5", "0", "0.0000009", "0.000000000000000001"}) {
    loose["false_alarm"] = rate;
    CHECK(refused(loose).find("errors.false_alarm") != std::string::npos);
  }
  loose["false_alarm"] = "0.000001";
  CHECK(must(ErrorModel::parse(loose.dump())).false_alarm == 1e-6);
}

TEST_CASE("the file that comes with the program is one, and says where each figure is from") {
  const std::string path = std::string(source_root) + "/data/balance_errors.json";
  const ErrorModel model = must(ErrorModel::parse(must(read_text_file(path))));
  CHECK(model.find("accept.sealed")->random > model.find("accept.opened")->random);
  for (const CountingError& error : model.methods) CHECK_FALSE(error.basis.empty());
}
