#include "cli/audit/plan_charts.hpp"

#include "cli/report/svg_file.hpp"
#include "tests/sampler/plan/plan_fixture.hpp"

using namespace muster;
using namespace muster::test;
using sampler::LineOutcome;

namespace {

/// The picture after `lines` lines of a plan, all consistent, looked at after every 50.
report::LineChart after(const sampler::Plan& plan, std::size_t lines) {
  const std::vector<LineOutcome> clean(lines, LineOutcome::consistent);
  return cli::looks_chart(plan, sampler::looks(plan, clean, 50));
}

}  // namespace

TEST_CASE("the confidence sequence of a clean inspection falls to what a run needs, and is drawn") {
  const sampler::Plan plan = million();

  const report::LineChart chart = after(plan, plan.sample_size);

  const auto& points = chart.series.front().points;
  REQUIRE(points.size() > 10);
  for (std::size_t i = 1; i < points.size(); ++i) {
    CHECK(points[i].x > points[i - 1].x);
    CHECK(points[i].y <= points[i - 1].y);
  }
  REQUIRE(chart.references.size() == 1);
  CHECK(chart.references.front().value == 4'000);
  // Looking at every line costs more lines than one look at the end, which rules a run out.
  CHECK(points.back().y > 4'000);
  CHECK(points.back().y < 10'000);
  CHECK(report::svg_file(chart).find("nan") == std::string::npos);
}

TEST_CASE("a frame that is read to its last chip is drawn, with nothing left possible") {
  const sampler::Plan plan = must(sampler::make_plan(plain_request(200, 2)));

  const report::LineChart chart = after(plan, 200);

  CHECK(chart.series.front().points.back().y == 0);
  const std::string drawing = report::svg_file(chart);
  CHECK(drawing.find("nan") == std::string::npos);
  CHECK(drawing.find("inf") == std::string::npos);
}
