// `plan draw` and `plan verify`: the draw by the Verifier, and again by a stranger.

#include "cli/audit/draw_events.hpp"
#include "cli/audit/draw_evidence.hpp"
#include "cli/audit/plan_text.hpp"
#include "cli/audit/rest.hpp"
#include "cli/audit/statement_writer.hpp"
#include "cli/audit/vrf_key_file.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/print/number.hpp"
#include "ledger/base/hex.hpp"

namespace muster::cli {
namespace {

struct DrawOptions {
  std::string plan;
  BeaconSource beacon;
  std::vector<std::string> frame_keys;
  std::string vrf_key_file;
  Author author;
};

void add_draw_inputs(CLI::App& verb, DrawOptions& options) {
  verb.add_option("plan", options.plan, "the plan's id")->required();
  verb.add_option("--beacon", options.beacon.file,
                  "values of public sources, or transcript of a ceremony outside the ledger");
  verb.add_option("--beacon-value", options.beacon.value, "a value in hex: UNVERIFIED");
  verb.add_option("--beacon-source", options.beacon.source, "who states that value");
  verb.add_option("--frame-key", options.frame_keys, "PROVER=FILE; one for each Prover")
      ->required();
}

/// What is sealed of a draw, and by which value.
struct SealedDraw {
  sampler::Seal seal;
  DrawValue value;
};

/// At the gates there is no value yet, and the seal binds the numbers alone.
Result<SealedDraw> sealed_draw(Home& home, const CommittedPlan& plan,
                               const std::vector<sampler::Frame>& frames,
                               const sampler::VrfSecretKey& secret, const BeaconSource& source) {
  if (sampler::drawn_at_gates(plan.plan)) {
    if (!source.file.empty() || !source.value.empty()) {
      return failure(Errc::invalid_input, "beacon: plan " + plan.id +
                                              " draws at the gates; a value is for `muster kit "
                                              "open`, after the arrival");
    }
    return SealedDraw{sampler::gate_seal(plan.plan),
                      {{"gate", 0, {0}, true, "each site by values of its own"}, "gate"}};
  }
  MUSTER_TRY_ASSIGN(auto value, draw_value(home, plan, source));
  MUSTER_TRY_ASSIGN(const auto seen, seen_chips(home, plan.plan));
  MUSTER_TRY_ASSIGN(auto drawing,
                    sampler::draw_sample(plan.plan, frames, value.beacon, secret, seen));
  return SealedDraw{std::move(drawing.seal), std::move(value)};
}

Result<ExitCode> plan_draw(Context& context, const DrawOptions& options) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(const auto plan, committed_plan(*home, options.plan));
  MUSTER_TRY_ASSIGN(const auto keys, read_frame_keys(options.frame_keys));
  MUSTER_TRY_ASSIGN(const auto frames, plan_frames(*home, plan, keys));
  MUSTER_TRY_ASSIGN(const auto secret, open_vrf_key(options.vrf_key_file));
  MUSTER_TRY_ASSIGN(const auto drawn, sealed_draw(*home, plan, frames, secret, options.beacon));
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  MUSTER_TRY(check_not_ahead(drawn.value, clock->now()));
  const sampler::Seal& seal = drawn.seal;
  const sampler::BeaconValue& beacon = drawn.value.beacon;
  MUSTER_TRY_ASSIGN(auto writer, StatementWriter::open(context, *home, options.author));
  MUSTER_TRY(writer.add(seal_draft(plan.id, seal, drawn.value.kind)));
  MUSTER_TRY(writer.finish());
  auto printer = context.printer();
  print::Table table{sampler::drawn_at_gates(plan.plan)
                         ? "Sealed: how many lines at each site; which ones is decided at the gates"
                         : "Sealed before the first visit; which lines, only the Verifier knows",
                     {{"site"}, print::number_column("lines"), print::id_column("root")},
                     {}};
  Json sites = Json::array();
  for (const auto& site : seal.sites) {
    table.rows.push_back({site.site, print::grouped(site.lines), site.root.to_hex()});
    sites.push_back({{"site", site.site}, {"lines", site.lines}, {"root", site.root.to_hex()}});
  }
  printer.table(table);
  if (!beacon.verified) printer.note("UNVERIFIED seed: " + beacon.source);
  printer.json({{"plan", plan.id},
                {"lines", seal.lines},
                {"cut_off", seal.cut_off.to_hex()},
                {"beacon", beacon_json(beacon)},
                {"sites", sites},
                {"statement", writer.statements().front().to_hex()}});
  return beacon.verified ? ExitCode::done : ExitCode::no_answer;
}

Result<ExitCode> plan_verify(Context& context, const DrawOptions& options) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(const auto plan, committed_plan(*home, options.plan));
  MUSTER_TRY_ASSIGN(const auto keys, read_frame_keys(options.frame_keys));
  MUSTER_TRY_ASSIGN(const auto evidence, draw_evidence(*home, plan, keys, options.beacon));
  MUSTER_TRY_ASSIGN(const auto checks, ledger_draw_checks(*home, plan, evidence));
  auto printer = context.printer();
  print_abandoned(printer, plan);
  printer.paragraph("Time of freeze: " + sampler::freeze_time_text(plan.plan.freeze) + ".",
                    plan.plan.freeze.head ? print::Tone::plain : print::Tone::warn);
  printer.table(checks_table(checks));
  if (sampler::drawn_at_gates(plan.plan)) {
    printer.facts({"", {{"value", "each site by values of its own, after the arrival there"}}});
  } else {
    printer.facts(
        {"", {{"value", to_hex(evidence.beacon.randomness)}, {"from", evidence.beacon.source}}});
  }
  Json answer = sampler::checks_json(checks);
  answer["beacon"] = beacon_json(evidence.beacon);
  answer["abandoned"] = plan.abandoned.has_value();
  answer["time_of_freeze"] = sampler::freeze_time_text(plan.plan.freeze);
  printer.json(answer);
  if (sampler::any_failed(checks)) return ExitCode::negative;
  return sampler::all_ok(checks) && !plan.abandoned ? ExitCode::done : ExitCode::no_answer;
}

}  // namespace

void add_plan_draw_commands(CLI::App& app, Context& context) {
  CLI::App& plan = noun(app, "plan", "inspection plans");
  auto& draw = context.keep<DrawOptions>();
  CLI::App& draw_verb = add_verb(plan, "draw", "draw the sample and seal it in the ledger", context,
                                 [&] { return plan_draw(context, draw); });
  add_draw_inputs(draw_verb, draw);
  draw_verb.add_option("--vrf-key", draw.vrf_key_file, "the Verifier's VRF key file")->required();
  draw_verb.add_option("--as", draw.author.org, "the Verifier")->required();
  draw_verb.add_option("--sign", draw.author.key_file, "its key file")->required();

  auto& verify = context.keep<DrawOptions>();
  CLI::App& verify_verb = add_verb(plan, "verify", "make the draw anew, trusting nobody", context,
                                   [&] { return plan_verify(context, verify); });
  add_draw_inputs(verify_verb, verify);
}

}  // namespace muster::cli
