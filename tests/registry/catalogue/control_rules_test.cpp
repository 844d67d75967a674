#include "registry/catalogue/control_rules.hpp"

#include <array>

#include "ledger/base/csv.hpp"
#include "tests/registry/catalogue/catalogue_files.hpp"

using namespace muster;
using namespace muster::catalogue;
using namespace muster::test;

namespace {

ControlRules rules() {
  return must(ControlRules::parse(repository_file("data/rules/us_3a090.json")));
}

ChipModel chip(unsigned bits, const char* rate, std::optional<const char*> area) {
  ChipModel model;
  model.name = "made up";
  model.rates = {{"FP8", bits, must(Fixed::parse(rate))}};
  if (area) model.die_area_mm2 = must(Fixed::parse(*area));
  return model;
}

Timestamp on(const char* day) { return must(Timestamp::parse_day_or_instant(day)); }

Classification classed(const ChipModel& model, const char* day = "2026-11-28") {
  return classification(control_figures(model), rules(), on(day));
}

std::string class_of(unsigned bits, const char* rate, std::optional<const char*> area) {
  return classed(chip(bits, rate, area)).name;
}

/// How the table of reference classes says it.
std::string tabled_name(const std::string& name) {
  if (name == "none (consumer)") return "none (Note 2: not datacenter, TPP<4800)";
  if (name == "unknown (no die area)") return "needs die area";
  if (name == "unknown (no rate)") return "unknown";
  return name;
}

}  // namespace

TEST_CASE("every model of the catalogue falls into its tabled class and band") {
  const std::array<std::string_view, 5> columns = {
      "model", "tpp", "performance_density", "eccn_3a090_by_formula", "us_2026_case_by_case_band"};
  const CsvTable table = must(CsvTable::parse(
      repository_file("tests/vectors/registry/control_classes.csv"), "classes.csv", columns));
  CHECK(table.records().size() == bundled_models().all().size());
  for (const CsvRecord& record : table.records()) {
    CAPTURE(record.fields[0]);
    const ChipModel& model = bundled_model(record.fields[0]);
    const Classification found = classed(model);
    CHECK(tabled_name(found.name) == record.fields[3]);
    if (record.fields[4].empty()) continue;
    CHECK((found.bands.size() == 1) == (record.fields[4] == "Y"));
  }
}

TEST_CASE("the limits are decided exactly, on the limit and one step below it") {
  CHECK(class_of(8, "600", "814") == "3A090.a.1");
  CHECK(class_of(8, "599.999999", "100") == "3A090.a.2");
  CHECK(class_of(8, "592", "800") == "3A090.a.2");         // density 5.92 exactly
  CHECK(class_of(8, "592", "800.000001") == "3A090.b.1");  // a hair below
  CHECK(class_of(8, "200", "500") == "3A090.b.2");         // 1600 and 3.2
  CHECK(class_of(8, "200", "500.000001") == "none");
  CHECK(class_of(8, "199.999999", "10") == "none");
  CHECK(class_of(16, "149.7", "628") == "3A090.b.2");  // 2395.2, not 2395
}

TEST_CASE("a missing figure never makes a chip free") {
  CHECK(class_of(8, "300", std::nullopt) == "unknown (no die area)");
  CHECK(class_of(8, "600", std::nullopt) == "3A090.a.1");
  CHECK(class_of(8, "100", std::nullopt) == "none");
  ChipModel bare;
  CHECK(classed(bare).name == "unknown (no rate)");
  CHECK_FALSE(classed(bare).known());
}

TEST_CASE("a class decides from the day on which it is in force, and a band from its own") {
  const ChipModel& h100 = bundled_model("H100 SXM5 80GB");
  const Classification first = classed(h100, "2023-11-17");
  CHECK(first.name == "3A090.a.1");
  CHECK(first.in_force->from == on("2023-11-17"));
  CHECK(first.bands.empty());
  CHECK(classed(h100, "2026-01-14").bands.empty());
  CHECK(classed(h100, "2026-01-15").bands.size() == 1);
}

TEST_CASE("of a day before its first class the list knows no law, and makes no chip free") {
  const ChipModel& h100 = bundled_model("H100 SXM5 80GB");
  for (const char* day : {"2022-12-01", "2023-11-16"}) {
    const Classification found = classed(h100, day);
    CHECK(found.name == "unknown (before the list)");
    CHECK_FALSE(found.known());
    CHECK_FALSE(found.in_force);
  }
  ChipModel consumer = chip(8, "300", "800");
  consumer.datacentre = false;
  CHECK(classed(consumer, "2022-12-01").name == "unknown (before the list)");
}

TEST_CASE("a class that ended decides no more") {
  std::string text = repository_file("data/rules/us_3a090.json");
  const std::string from = "4800\", \"effective_from\": \"2023-11-17\"";
  text.replace(text.find(from), from.size(), from + ", \"effective_until\": \"2025-01-01\"");
  const ControlRules ended = must(ControlRules::parse(text));
  const ControlFigures figures = control_figures(chip(8, "600", "814"));
  CHECK(classification(figures, ended, on("2024-12-31")).name == "3A090.a.1");
  CHECK(classification(figures, ended, on("2025-01-01")).name == "3A090.b.2");
}

TEST_CASE("a product without a model is classed by the figures that its designer registered") {
  const auto tpp = must(Fixed::parse("4800"));
  ControlFigures figures{.name = "own design", .tpp = tpp};
  CHECK(classification(figures, rules(), on("2026-11-28")).name == "3A090.a.1");
  figures.tpp = must(Fixed::parse("2000"));
  CHECK(classification(figures, rules(), on("2026-11-28")).name == "unknown (no die area)");
  figures.density = performance_density(figures.tpp, must(Fixed::parse("300")));
  CHECK(figures.density->text() == "6.666666");
  CHECK(classification(figures, rules(), on("2026-11-28")).name == "3A090.a.2");
}

TEST_CASE("a notice by name stands beside the formula") {
  const Classification found = classed(bundled_model("H20"));
  CHECK(found.name == "none");
  REQUIRE(found.notices.size() == 1);
}

TEST_CASE("a malformed rule file is refused by field") {
  const std::string good = repository_file("data/rules/us_3a090.json");
  const auto changed = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    return must_fail(ControlRules::parse(text));
  };
  CHECK(changed("\"tpp_at_least\": \"4800\"", "\"tpp_at_least\": \"4,800\"")
            .find("rules.classes[0].tpp_at_least") != std::string::npos);
  CHECK(changed("\"class\": \"3A090.a.1\", \"tpp_at", "\"klass\": \"3A090.a.1\", \"tpp_at")
            .find("class: missing") != std::string::npos);
  CHECK(changed("\"id\"", "\"ident\"").find("rules.id: missing") != std::string::npos);
  CHECK(changed("2026-01-15\",\n  \"classes", "2026-02-30\",\n  \"classes").find("rules.amended") !=
        std::string::npos);
  CHECK(changed("4800\", \"effective_from\"", "4800\", \"effective\"")
            .find("rules.classes[0].effective_from") != std::string::npos);
}
