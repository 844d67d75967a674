#include "registry/catalogue/fleets.hpp"

#include "tests/registry/catalogue/catalogue_files.hpp"

using namespace muster;
using namespace muster::catalogue;
using namespace muster::test;

namespace {

FleetModels bundled_map() {
  return must(FleetModels::parse(repository_file("data/fleet_models.csv"), "data/fleet_models.csv",
                                 bundled_models()));
}

}  // namespace

TEST_CASE("every bundled fleet maps to models of the catalogue") {
  const auto rows = must(fleets(repository_file("data/fleets.csv"), "data/fleets.csv"));
  const FleetModels map = bundled_map();
  CHECK(rows.size() == 50);
  std::uint64_t units = 0;
  for (const FleetRow& row : rows) {
    CAPTURE(row.chip);
    CHECK(must(map.members(row.chip)).size() > 0);
    units += row.units;
  }
  CHECK(units > 10'000'000);
}

TEST_CASE("a mixed name takes its fastest member") {
  CHECK(must(bundled_map().fastest("H100/H200"))->name == "H100 SXM5 80GB");
  CHECK(must(bundled_map().fastest("B200"))->name == "GB200 (per GPU)");
  CHECK(must_fail(bundled_map().fastest("Instinct MI308X")).find("no rate") != std::string::npos);
  CHECK_FALSE(bundled_map().members("H100"));
}

TEST_CASE("malformed fleets are refused with file and line") {
  const std::string header =
      "owner,manufacturer,chip,units_median,units_p5,units_p95,as_of,source\n";
  const auto problem = [&](const std::string& line) {
    return must_fail(fleets(header + line, "f.csv"));
  };
  CHECK(problem("A,M,C,1.5,1,2,2026-01-01,s\n").find("f.csv line 2: units_median") == 0);
  CHECK(problem("A,M,C,5,6,7,2026-01-01,s\n").find("want p5 <= median") != std::string::npos);
  CHECK(problem("A,M,C,5,,7,2026-01-01,s\n").find("want both or none") != std::string::npos);
  CHECK(problem("A,M,C,5,4,7,2026-13-01,s\n").find("f.csv line 2") == 0);
  CHECK(problem("A,M,C,5,4,7,2026-01-01,s\nA,M,C,5,4,7,2026-01-01,s\n")
            .find("f.csv line 3: A and C stand twice") == 0);
  CHECK(must_fail(
            FleetModels::parse("fleet_name,models,note\nX,B200;nope,\n", "m.csv", bundled_models()))
            .find("m.csv line 2: chip model: got \"nope\"") == 0);
}
