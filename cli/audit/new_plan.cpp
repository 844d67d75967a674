#include "cli/audit/new_plan.hpp"

#include "cli/audit/plan_charts.hpp"
#include "cli/audit/plan_text.hpp"
#include "cli/command.hpp"
#include "cli/new_folder.hpp"
#include "cli/print/number.hpp"
#include "cli/report/svg_file.hpp"
#include "ledger/base/file.hpp"
#include "registry/statement.hpp"

namespace muster::cli {
namespace {

/// Refuses a plan that no statement could commit.
Result<void> check_size(Context& context, const Home& home, const sampler::Plan& plan,
                        const std::string& verifier) {
  const registry::State& state = home.state();
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  const crypto::Ed25519Signer nobody(std::array<std::uint8_t, 32>{});  // nothing is signed
  registry::StatementMaker maker({.origin = state.origin(),
                                  .org = verifier,
                                  .next_number = registry::next_number(state, verifier)},
                                 nobody, context.random());
  MUSTER_TRY_ASSIGN(
      const auto made,
      maker.payload({.kind = "plan.commit", .body = commit_body(plan), .event_time = clock->now()},
                    &state));
  if (made.first.size() <= ledger::max_payload_bytes) return {};
  const std::size_t frame_count = plan.request.frames.size();
  return refusal("plan.too_large",
                 "the statement that commits it would have " + print::grouped(made.first.size()) +
                     " bytes, want at most " + print::grouped(ledger::max_payload_bytes) + " (" +
                     print::counted(frame_count, "Prover") + ", " +
                     print::counted(plan.request.sites.size(), "site") + ", " +
                     print::counted(plan.request.classes.size(), "class", "classes") +
                     "); pool fewer Provers, or say less in --not-covered");
}

Result<void> write_files(const sampler::Plan& plan, const Json& document, const PlanFiles& files) {
  if (!files.out.empty()) {
    MUSTER_TRY(create_file(files.out, as_bytes(canonical_json(document))));
  }
  if (!files.svg.empty()) {
    MUSTER_TRY(create_file(files.svg, as_bytes(report::svg_file(power_chart(plan)))));
  }
  if (files.evasion_svg.empty()) return {};
  return create_file(files.evasion_svg, as_bytes(report::svg_file(evasion_chart(plan))));
}

}  // namespace

CLI::Option* add_plan_files(CLI::App& verb, PlanFiles& files) {
  verb.add_option("--svg", files.svg, "draw its power over sizes of run into this new file");
  verb.add_option("--evasion-svg", files.evasion_svg,
                  "draw its power over lengths of run into this new file");
  return verb.add_option("--out", files.out, "write the plan to this new file");
}

Result<void> check_new_plan(const PlanFiles& files) {
  return check_new({files.out, files.svg, files.evasion_svg});
}

Json commit_body(const sampler::Plan& plan) {
  Json freezes = Json::array();
  Json provers = Json::array();
  for (const auto& frame : plan.request.frames) {
    freezes.push_back(frame.freeze_statement.to_hex());
    provers.push_back(frame.prover.text());
  }
  Json body = {{"plan", plan.request.id.text()},
               {"freezes", freezes},
               {"document", sampler::plan_json(plan)},
               {"plan_hash", sampler::plan_hash(plan).to_hex()}};
  if (provers.size() == 1) {
    body["prover"] = provers.front();
  } else {
    body["pool"] = provers;
  }
  return body;
}

Result<void> give_plan(Context& context, const Home& home, const sampler::Plan& plan,
                       const std::string& verifier, const PlanFiles& files) {
  MUSTER_TRY(check_size(context, home, plan, verifier));
  const Json document = sampler::plan_json(plan);
  if (!context.options().dry_run) MUSTER_TRY(write_files(plan, document, files));
  auto printer = context.printer();
  print_plan(printer, plan);
  printer.json(document);
  return {};
}

}  // namespace muster::cli
