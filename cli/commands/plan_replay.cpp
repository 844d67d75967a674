// `plan replay`: a draw as files that a shell with sha256sum makes anew.

#include <filesystem>

#include "cli/audit/draw_events.hpp"
#include "cli/audit/draw_evidence.hpp"
#include "cli/audit/plan_text.hpp"
#include "cli/audit/replay_files.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/new_folder.hpp"
#include "ledger/base/file.hpp"

namespace muster::cli {
namespace {

struct PlanReplayOptions {
  std::string plan;
  std::vector<std::string> frame_keys;
  BeaconSource beacon;
  std::string out;
};

Result<void> write_replay(const ReplayFiles& replay, const std::string& folder) {
  return create_folder(folder, [&](const std::filesystem::path& aside) -> Result<void> {
    for (const auto& [name, text] : replay.files) {
      MUSTER_TRY(create_file(aside / name, as_bytes(text)));
    }
    return {};
  });
}

Json names_of(const ReplayFiles& replay) {
  Json names = Json::array();
  for (const auto& [name, text] : replay.files) names.push_back(name);
  return names;
}

Result<ExitCode> plan_replay(Context& context, const PlanReplayOptions& options) {
  MUSTER_TRY_ASSIGN(const auto keys, read_frame_keys(options.frame_keys));
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(const auto plan, committed_plan(*home, options.plan));
  MUSTER_TRY_ASSIGN(const auto evidence, draw_evidence(*home, plan, keys, options.beacon));
  MUSTER_TRY_ASSIGN(const auto openings, ledger_openings(*home, plan.id));
  if (const auto frames = sampler::check_frozen_frames(plan.plan, evidence);
      frames.status == sampler::CheckStatus::failed) {
    return failure(Errc::invalid_input,
                   "--frame-key: not the frames that the plan froze: " + frames.detail);
  }
  const ReplayFiles replay =
      replay_files(plan.plan, evidence, opened_seeds(plan, openings, evidence));
  const bool writes = !replay.files.empty() && !context.options().dry_run;
  if (writes) MUSTER_TRY(write_replay(replay, options.out));
  auto printer = context.printer();
  print_abandoned(printer, plan);
  print::Facts facts{"", {{"draw", std::string(sampler::draw_rule(plan.plan))}}};
  if (writes) facts.rows.emplace_back("folder", options.out);
  for (const std::string& command : replay.commands) facts.rows.emplace_back("replay by", command);
  printer.facts(facts);
  std::string sites;
  for (const std::string& site : replay.missing) sites += (sites.empty() ? "" : ", ") + site;
  if (!sites.empty()) {
    printer.note(std::string(replay.files.empty() ? "nothing is written: " : "left out: ") +
                 "the seed is not public before the opening of " + sites);
  } else {
    printer.note(
        "the commands stand in sampler/draw/README.md; what they print is DRAWN, if the "
        "ledger's lines are those of the draw. CHIPS says which chip a leaf is");
  }
  printer.json({{"plan", plan.id},
                {"draw", sampler::draw_rule(plan.plan)},
                {"folder", writes ? Json(options.out) : Json()},
                {"files", names_of(replay)},
                {"commands", replay.commands},
                {"not_opened", replay.missing}});
  return replay.missing.empty() ? ExitCode::done : ExitCode::no_answer;
}

}  // namespace

void add_plan_replay_command(CLI::App& app, Context& context) {
  auto& options = context.keep<PlanReplayOptions>();
  CLI::App& verb = add_verb(noun(app, "plan", "inspection plans"), "replay",
                            "write what a shell with sha256sum makes the draw anew from", context,
                            [&] { return plan_replay(context, options); });
  verb.add_option("plan", options.plan, "the plan's id")->required();
  verb.add_option("--frame-key", options.frame_keys, "PROVER=FILE; one for each Prover")
      ->required();
  verb.add_option("--beacon", options.beacon.file,
                  "values of public sources, or transcript of a ceremony outside the ledger");
  verb.add_option("--out", options.out, "new folder for the files")->required();
}

}  // namespace muster::cli
