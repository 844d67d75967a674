// 2,000 audits through real tickets and real log bytes (decision of 2026-11-23 in README.md): the
// share that ends in a finding is not below the promise by more than 0.03; no honest Prover is
// accused. The world is cli/scenario's standard one without noise; the inspector is a second
// process.
//
//   full_pipeline hidden N | honest N | auditor

#include <cstdio>
#include <cstdlib>
#include <string>

#include "cli/scenario/audit_parties.hpp"
#include "cli/scenario/audit_room.hpp"
#include "cli/scenario/auditor.hpp"
#include "ledger/base/check.hpp"
#include "sampler/simulate/interval.hpp"

namespace {

using namespace muster;
using namespace muster::cli::scenario;

template <class T>
T held(Result<T> result) {
  if (!result) std::fprintf(stderr, "full_pipeline: %s\n", result.error().message.c_str());
  MUSTER_CHECK(result.has_value());
  return std::move(*result);
}

ScenarioFile quiet_world() {
  ScenarioFile scenario = standard_scenario();
  const stats::Decimal none;
  scenario.noise = {none, none, none, none, none, none, none};
  return scenario;
}

int play(const std::string& program, bool honest, std::uint64_t audits) {
  const ScenarioFile scenario = quiet_world();
  const auto plan = held(committed_plan(scenario.announced, anomaly_rate(scenario.noise),
                                        roots_of_nothing(), auditor_vrf().public_key()));
  const double promise = plan.detection_probability.convert_to<double>();
  const Prover prover(scenario, {attestation::Evasion::hidden_run});
  AuditRoom room = held(AuditRoom::open(prover, {{program, "auditor"}, 2}));
  Hiding hiding{honest ? "honest" : "hidden run"};
  if (!honest) {
    hiding.tactics = {tactic_named("hidden run")};
    hiding.chips = plan.run_chips();
  }
  const AuditCount count = held(room.play(hiding, "full_pipeline/" + hiding.name, audits));
  const std::uint64_t findings = honest ? count.honest_accused : count.caught;
  const double lower = sampler::rate_interval({count.plays, findings}, 0.01).lower;
  std::printf("%s: %llu of %llu audits ended in a finding (lower bound %.4f); promised %.4f\n",
              hiding.name.c_str(), static_cast<unsigned long long>(findings),
              static_cast<unsigned long long>(count.plays), lower, promise);
  const bool holds = honest ? count.honest_queries == 0 : lower >= promise - 0.03;
  std::printf("%d passed, %d failed\n", holds ? 1 : 0, holds ? 0 : 1);
  return holds ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string mode = argc > 1 ? argv[1] : "";
  if (mode == "auditor") return auditor_main();
  if (argc != 3 || (mode != "hidden" && mode != "honest")) return 2;
  const std::uint64_t audits = std::strtoul(argv[2], nullptr, 10);
  return audits == 0 ? 2 : play(argv[0], mode == "honest", audits);
}
