// 2,000 audits through real tickets and real log bytes (decision of 2026-11-23 in README.md): the
// share that ends in a finding is not below the promise by more than 0.03; no honest Prover is
// accused. The auditor is a second process. Seeds are fixed in world_side.cpp.
//
//   full_pipeline hidden N | honest N | auditor

#include <cstdlib>
#include <string>

#include "tests/simulation/sides.hpp"

int main(int argc, char** argv) {
  const std::string mode = argc > 1 ? argv[1] : "";
  if (mode == "auditor") return muster::test::auditor_main();
  if (argc != 3 || (mode != "hidden" && mode != "honest")) return 2;
  const auto audits = static_cast<unsigned>(std::strtoul(argv[2], nullptr, 10));
  return muster::test::world_main({argv[0], audits, mode == "honest"});
}
