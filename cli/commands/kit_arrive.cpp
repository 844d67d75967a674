// `kit arrive`: the team is at the gate; what decides the site's lines does not exist yet.

#include "cli/audit/gate.hpp"
#include "cli/audit/statement_writer.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"

namespace muster::cli {
namespace {

struct ArriveOptions {
  std::string plan;
  std::string site;
  Author author;
};

Json rounds_json(const std::vector<sampler::PublicRound>& rounds) {
  Json list = Json::array();
  for (const auto& round : rounds) {
    const auto time = sampler::round_time(round);
    list.push_back({{"kind", round.kind},
                    {"round", round.round},
                    {"time", time ? Json(time->to_string()) : Json()}});
  }
  return list;
}

Result<ExitCode> kit_arrive(Context& context, const ArriveOptions& options) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(const auto plan, committed_plan(*home, options.plan));
  MUSTER_TRY_ASSIGN(auto writer, StatementWriter::open(context, *home, options.author));
  MUSTER_TRY(
      writer.add({.kind = "draw.arrive", .body = {{"plan", plan.id}, {"site", options.site}}}));
  MUSTER_TRY(writer.finish());
  auto printer = context.printer();
  Json answer{{"plan", plan.id},
              {"site", options.site},
              {"statement", writer.statements().front().to_hex()},
              {"rounds", Json::array()}};
  print::Facts facts{"", {{"arrived at", plan.id + "/" + options.site}}};
  const bool recorded = !context.options().dry_run;
  if (sampler::drawn_at_gates(plan.plan) && recorded) {
    MUSTER_TRY_ASSIGN(const auto arrived, arrival_at(*home, plan, options.site));
    MUSTER_TRY_ASSIGN(const auto rounds,
                      gate_rounds(plan.plan, arrived.value_or(plan.accepted_at)));
    for (const auto& round : rounds) {
      const auto time = sampler::round_time(round);
      facts.rows.push_back({"lines are decided by", sampler::round_name(round) + ", published " +
                                                        (time ? time->to_string() : "later")});
    }
    answer["rounds"] = rounds_json(rounds);
  }
  printer.facts(facts);
  if (!sampler::drawn_at_gates(plan.plan)) {
    printer.note("the lines of this plan were sealed before; the arrival is only a record");
  }
  printer.json(answer);
  return ExitCode::done;
}

}  // namespace

void add_kit_arrive_command(CLI::App& app, Context& context) {
  auto& options = context.keep<ArriveOptions>();
  CLI::App& verb = add_verb(noun(app, "kit", "an inspection at a site"), "arrive",
                            "at the gate: record the arrival, before anybody knows a line", context,
                            [&] { return kit_arrive(context, options); });
  verb.add_option("plan", options.plan, "the plan's id")->required();
  verb.add_option("--site", options.site, "the site")->required();
  verb.add_option("--as", options.author.org, "the Verifier")->required();
  verb.add_option("--sign", options.author.key_file, "its key file")->required();
}

}  // namespace muster::cli
