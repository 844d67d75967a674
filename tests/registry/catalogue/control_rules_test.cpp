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

std::string class_of(unsigned bits, const char* rate, std::optional<const char*> area) {
  return classification(chip(bits, rate, area), rules()).name;
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
    const Classification found = classification(model, rules());
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
  CHECK(classification(bare, rules()).name == "unknown (no rate)");
  CHECK_FALSE(classification(bare, rules()).known());
}

TEST_CASE("a notice by name stands beside the formula") {
  const Classification found = classification(bundled_model("H20"), rules());
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
  CHECK(changed("2026-01-15\",\n  \"classes", "2026-02-30\",\n  \"classes") != "");
}
