#include <cmath>
#include <limits>

#include "cli/report/chart_data.hpp"
#include "cli/report/html_page.hpp"
#include "cli/report/style_sheet.hpp"
#include "cli/report/svg_file.hpp"
#include "tests/cli/sample_document.hpp"
#include "tests/support/must.hpp"

namespace muster::report {
namespace {

std::size_t occurrences(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

}  // namespace

TEST_CASE("markup escapes what could end a text or an attribute") {
  CHECK(escaped("<a href=\"x\">&'") == "&lt;a href=&quot;x&quot;&gt;&amp;&#39;");
  CHECK(escaped(std::string_view("a\0b\x0c", 4)) ==
        "a\xef\xbf\xbd"
        "b\xef\xbf\xbd");
  CHECK(Markup().element("b", {{"class", "\"><script>"}}, "<").finish() ==
        "<b class=\"&quot;&gt;&lt;script&gt;\">&lt;</b>");
}

TEST_CASE("an attribute without a value is left out") {
  CHECK(Markup().leaf("br", {{"class", ""}}).finish() == "<br/>");
}

TEST_CASE("coordinates have two decimals at most") {
  CHECK(coordinate(12) == "12");
  CHECK(coordinate(0.125) == "0.12");
  CHECK(coordinate(10.50) == "10.5");
  CHECK(coordinate(-0.0001) == "0");
}

TEST_CASE("a CSS string cannot end itself or the style element") {
  CHECK(css_string("SIMULATED 1") == "\"SIMULATED 1\"");
  CHECK(css_string("a\"}</style>") == "\"a\\22 \\7d \\3c \\2f style\\3e \"");
  CHECK(css_string("\xc3\xbc") == "\"\\fc \"");
}

TEST_CASE("linear ticks are round and cover the range") {
  const Scale scale = scale_for({"", ScaleKind::linear, NumberForm::plain, {}, {}}, 3, 309);
  CHECK(scale.low == 0);
  CHECK(scale.high == 400);
  CHECK(ticks(scale, 5) == std::vector<double>{0, 100, 200, 300, 400});
  const Scale share = scale_for({"", ScaleKind::linear, NumberForm::percent, 0.0, 1.0}, 0.3, 0.9);
  CHECK(ticks(share, 5).size() == 6);
  CHECK(tick_label(ticks(share, 5)[3], NumberForm::percent) == "60 %");
}

TEST_CASE("logarithmic ticks are powers of ten, with steps between where there are few") {
  const Axis axis{"", ScaleKind::logarithmic, NumberForm::plain, {}, {}};
  CHECK(ticks(scale_for(axis, 1e20, 1e26), 8).size() == 7);
  const std::vector<double> few = ticks(scale_for(axis, 1, 100), 8);
  CHECK(few == std::vector<double>{1, 2, 5, 10, 20, 50, 100});
  CHECK(tick_label(1e26, NumberForm::plain) == "1e26");
}

TEST_CASE("a scale maps its ends to its ends and holds the rest between") {
  Scale scale = scale_for({"", ScaleKind::logarithmic, NumberForm::plain, {}, {}}, 1, 1e4);
  scale.from = 100;
  scale.to = 500;
  CHECK(scale.position(1) == doctest::Approx(100));
  CHECK(scale.position(100) == doctest::Approx(300));
  CHECK(scale.position(1e9) == doctest::Approx(500));
  CHECK_FALSE(scale.can_show(0));
  CHECK_FALSE(scale.can_show(std::numeric_limits<double>::quiet_NaN()));
}

TEST_CASE("scales stand data that is empty, equal or not finite") {
  const double infinity = std::numeric_limits<double>::infinity();
  for (const ScaleKind kind : {ScaleKind::linear, ScaleKind::logarithmic}) {
    const Axis axis{"", kind, NumberForm::plain, {}, {}};
    for (const auto& [least, most] :
         {std::pair{infinity, -infinity}, {5.0, 5.0}, {0.0, 0.0}, {-3.0, -3.0}}) {
      const Scale scale = scale_for(axis, least, most);
      CHECK(scale.high > scale.low);
      CHECK(ticks(scale, 5).size() < 50);
    }
  }
}

TEST_CASE("a small line chart is drawn byte by byte as agreed") {
  LineChart chart{"T",
                  "D",
                  {"x"},
                  {"y", ScaleKind::linear, NumberForm::plain, 0.0, 1.0},
                  {{"only", {{0, 0}, {1, 1}}}},
                  {}};
  const std::string svg = svg_element(chart, "f");
  CHECK(
      svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" role=\"img\" "
                      "aria-labelledby=\"f-title f-desc\" viewBox=\"0 0 720 362\">"
                      "<title id=\"f-title\">T</title><desc id=\"f-desc\">D</desc>\n"));
  CHECK(svg.find("<path d=\"M44 310 L694 30\" class=\"curve s0\"/>") != std::string::npos);
  CHECK(svg.find("<circle cx=\"694\" cy=\"30\" r=\"3\" class=\"mark s0\">"
                 "<title>1: 1</title></circle>") != std::string::npos);
}

TEST_CASE("a curve is interrupted where the scale cannot show it") {
  LineChart chart{"T", "D", {"x"}, {"y"}, {{"only", {{0, 1}, {1, NAN}, {2, 1}, {3, 2}}}}, {}};
  const std::string svg = svg_element(chart, "f");
  CHECK(occurrences(svg.substr(svg.find("<path"), 60), "M") == 2);
}

TEST_CASE("a bar is as long as its value and small values stay visible") {
  BarChart chart{"T", "D", {"lines"}, {}, {{"a", {100}}, {"b", {0.0001}}, {"c", {0}}}, {}};
  const std::string svg = svg_element(chart, "f");
  CHECK(occurrences(svg, "class=\"bar s0\"") == 2);
  CHECK(svg.find("width=\"1\" height=\"18\"") != std::string::npos);
}

TEST_CASE("a flow node counts what enters or leaves, whichever is more") {
  const FlowChart chart = test::sample_flow();
  CHECK(node_count(chart, 0) == 1'020'000);
  CHECK(node_count(chart, 9) == 298'500);
  CHECK(node_count(chart, 12) == 1'000);
}

TEST_CASE("a chart can be read as a table") {
  const Table flow = data_table(test::sample_flow());
  CHECK(flow.rows.size() == test::sample_flow().links.size());
  CHECK(flow.rows[0][2].text == "1,020,000");
  const Table curve = data_table(test::sample_power_curve());
  CHECK(curve.rows.size() <= 3 * most_listed_points);
  CHECK_FALSE(curve.note.empty());
}

TEST_CASE("a page stands alone: no script, no address to fetch from") {
  const std::string page = html_page(test::sample_document());
  CHECK(page.starts_with("<!DOCTYPE html>\n"));
  CHECK(page.find("<script") == std::string::npos);
  CHECK(page.find("src=") == std::string::npos);
  CHECK(page.find("url(") == std::string::npos);
  CHECK(page.find("<link") == std::string::npos);
  CHECK(occurrences(page, "http") == occurrences(page, "http://www.w3.org/") + 1);  // http-equiv
}

TEST_CASE("a page names its tables, figures, sections and verdicts for screen readers") {
  const std::string page = html_page(test::sample_document());
  CHECK(occurrences(page, "<h1>") == 1);
  CHECK(occurrences(page, "<h2 ") == 4);
  CHECK(occurrences(page, "role=\"img\"") == 3);
  CHECK(occurrences(page, "<title id=\"figure-") == 3);
  CHECK(page.find("<caption><span class=\"number\">Table 1</span>Fleets") != std::string::npos);
  CHECK(page.find("<span class=\"said\">problem: </span>Saltmarsh AI: finding") !=
        std::string::npos);
  CHECK(page.find("scope=\"row\"") != std::string::npos);
}

TEST_CASE("the banner stands on the page and in the margin of every printed page") {
  const std::string page = html_page(test::sample_document());
  CHECK(page.find("<p class=\"banner\" role=\"note\">SIMULATED: Provers") != std::string::npos);
  CHECK(page.find("@top-center { content: \"SIMULATED\\3a  Provers") != std::string::npos);
  Document real = test::sample_document();
  real.banner.clear();
  CHECK(html_page(real).find("class=\"banner\"") == std::string::npos);
  CHECK(html_page(real).find("@top-center") == std::string::npos);
}

TEST_CASE("hostile text stays text wherever it stands") {
  const std::string page = html_page(test::hostile_document());
  CHECK(page.find("<script") == std::string::npos);
  CHECK(page.find("\x1b") == std::string::npos);
  CHECK(page.find("\xe2\x80\xae") == std::string::npos);
  CHECK(occurrences(page, "</style>") == 1);
  CHECK(occurrences(page, "<!--") == 0);
  CHECK(occurrences(page, "&lt;script&gt;") > 30);
}

TEST_CASE("a drawing of its own carries its style sheet") {
  const std::string svg = svg_file(test::sample_bars());
  CHECK(svg.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg "));
  CHECK(occurrences(svg, "<style>") == 1);
  CHECK(svg.find("prefers-color-scheme: dark") != std::string::npos);
}

TEST_CASE("a drawing of its own needs no custom property, which many viewers do not know") {
  const std::string svg = svg_file(test::sample_bars());
  CHECK(svg.find("var(") == std::string::npos);
  const std::string light = ".chart .paper { fill: #ffffff; }";
  const std::string dark = ".chart .paper { fill: #14181d; }";
  CHECK(svg.find(light) < svg.find("prefers-color-scheme: dark"));
  CHECK(svg.find(dark) > svg.find("prefers-color-scheme: dark"));
  CHECK(svg.find(dark) != std::string::npos);
  // Every rule has a value: none is left empty for want of a name.
  CHECK(svg.find(": ;") == std::string::npos);
}

TEST_CASE("a drawing of its own has its title in it, above what a page would show") {
  const BarChart chart = test::sample_bars();
  const std::string svg = svg_file(chart);
  CHECK(svg.find("viewBox=\"0 -30 720 ") != std::string::npos);
  CHECK(occurrences(svg, ">" + chart.title + "<") == 2);  // to be read out, and to be seen
  CHECK(svg_element(chart, "c").find("viewBox=\"0 0 720 ") != std::string::npos);
}

TEST_CASE("the label of a level keeps away from the curves, above or below its line") {
  LineChart chart{"t", "d", {.title = "x"}, {.title = "y", .low = 0, .high = 1}, {{"s", {}}}, {}};
  chart.references.push_back({ReferenceLine::Across::horizontal, 0.5, "asked for"});
  const auto label_at = [&](double y) {
    chart.series[0].points = {{0, y}, {1, y}};  // no point between the two ends
    const std::string svg = svg_element(chart, "c");
    const std::size_t place = svg.rfind("y=\"", svg.find(">asked for<"));
    return std::stod(svg.substr(place + 3));
  };
  CHECK(label_at(0.55) > label_at(0.45));  // further down the page under a curve above
}

}  // namespace muster::report
