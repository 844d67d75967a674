// The helper that makes a failing walk short.

#include "tests/support/shrink.hpp"

#include <doctest/doctest.h>

#include <numeric>

using muster::test::shrunk;

namespace {

std::vector<int> first(int count) {
  std::vector<int> steps(static_cast<std::size_t>(count));
  std::iota(steps.begin(), steps.end(), 0);
  return steps;
}

bool has(const std::vector<int>& steps, int step) {
  return std::ranges::find(steps, step) != steps.end();
}

}  // namespace

TEST_CASE("a list that fails because of a few steps shrinks to those") {
  const auto fails = [](const std::vector<int>& steps) {
    return has(steps, 17) && has(steps, 300) && has(steps, 301);
  };
  CHECK(shrunk(first(1000), fails) == std::vector<int>{17, 300, 301});
}

TEST_CASE("what fails at any length shrinks to nothing, what needs everything stays") {
  CHECK(shrunk(first(10), [](const std::vector<int>&) { return true; }).empty());
  CHECK(shrunk(first(10), [](const std::vector<int>& steps) { return steps.size() == 10; }) ==
        first(10));
}

TEST_CASE("no single step can go from what is left") {
  // Fails when the sum is at least 50: many lists do, and none that is left has a step to spare.
  const auto fails = [](const std::vector<int>& steps) {
    return std::accumulate(steps.begin(), steps.end(), 0) >= 50;
  };
  const auto left = shrunk(first(40), fails);
  REQUIRE(fails(left));
  for (std::size_t i = 0; i < left.size(); ++i) {
    auto rest = left;
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
    CHECK_FALSE(fails(rest));
  }
}
