// `plan floor`: from positions of a site to whether the register knows what stands there.

#include "cli/audit/beacon_spec.hpp"
#include "cli/audit/committed_floor.hpp"
#include "cli/audit/statement_writer.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/new_folder.hpp"
#include "cli/number_option.hpp"
#include "cli/print/number.hpp"
#include "ledger/base/csv.hpp"
#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"
#include "sampler/floor/positions.hpp"
#include "sampler/plan/frame.hpp"

namespace muster::cli {
namespace {

constexpr std::uint64_t most_floor_bytes = std::uint64_t{1} << 30U;

struct FloorNewOptions {
  PlanWish wish;  ///< Of it: id, target, not_covered, and all about the public value.
  std::string host;
  std::string site;
  std::string positions;
  std::uint64_t unregistered = 0;
  std::string out;
};

struct FloorCommitOptions {
  std::string file;
  Author author;
};

struct FloorDrawOptions {
  std::string plan;
  std::string positions;
  BeaconSource beacon;
  std::string sheet;
  std::string answers;
};

Result<std::vector<std::string>> positions_in(const std::string& file) {
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(file, most_floor_bytes));
  return sampler::parse_positions(text, file);
}

void print_floor_plan(print::Printer& printer, const sampler::FloorPlan& plan) {
  const sampler::FloorRequest& request = plan.request;
  printer.heading("Plan " + request.id.text() + ": what stands at site " + request.site.text() +
                  " of " + request.host.text() + ", and does the register know it?");
  printer.facts(
      {"",
       {{"look at",
         {print::counted(plan.sample_size, "position") + " of " + print::grouped(request.positions),
          print::Tone::strong}},
        {"positions, root", request.positions_root.to_hex()},
        {"decided by", request.beacon.kind}}});
  print::Table table{"Positions with a chip that the register does not have there",
                     {print::number_column("so many"), print::number_column("one is drawn with")},
                     {}};
  for (const sampler::FloorPower& point : plan.power) {
    table.rows.push_back({print::grouped(point.unregistered),
                          print::percent(point.probability.convert_to<double>())});
  }
  printer.table(table);
  for (const std::string& gap : plan.not_covered) printer.paragraph("not covered: " + gap);
}

/// Its positions are the host's to list, and its book is what they are held to.
Result<void> check_own_site(const registry::State& state, const PartyId& host, const SiteId& site) {
  const registry::RowN row = state.tables().sites.find(site.text());
  if (row == registry::no_row) {
    return failure(Errc::not_found, "site " + site.text() + ": not registered; `muster site list`");
  }
  const std::string owner = state.party_name(state.tables().sites[row].party);
  if (owner == host.text()) return {};
  return failure(Errc::invalid_input, "--site: " + site.text() + " is a site of " + owner +
                                          ", not of " + host.text() + "; `muster site list`");
}

Result<sampler::FloorRequest> floor_request(Context& context, const Home& home,
                                            const FloorNewOptions& options) {
  const registry::State& state = home.state();
  MUSTER_TRY_ASSIGN(const PlanId id, PlanId::parse(options.wish.id));
  MUSTER_TRY_ASSIGN(const PartyId host, PartyId::parse(options.host));
  MUSTER_TRY_ASSIGN(const SiteId site, SiteId::parse(options.site));
  MUSTER_TRY(check_own_site(state, host, site));
  MUSTER_TRY_ASSIGN(const Frozen frozen, newest_freeze(state, host));
  MUSTER_TRY_ASSIGN(const auto positions, positions_in(options.positions));
  MUSTER_TRY_ASSIGN(const auto target, probability_option(options.wish.target, "--catch"));
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  MUSTER_TRY_ASSIGN(auto beacon, beacon_spec(options.wish, clock->now()));
  return sampler::FloorRequest{
      .id = id,
      .host = host,
      .freeze_statement = frozen.statement,
      .site = site,
      .positions = positions.size(),
      .positions_root = sampler::leaves_root(sampler::position_leaves(site, positions)),
      .unregistered = options.unregistered,
      .target = target,
      .beacon = std::move(beacon),
      .not_covered = options.wish.not_covered};
}

Result<ExitCode> floor_new(Context& context, const FloorNewOptions& options) {
  MUSTER_TRY(check_new({options.out}));
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(auto request, floor_request(context, *home, options));
  MUSTER_TRY_ASSIGN(const auto plan, sampler::make_floor_plan(std::move(request)));
  const Json document = sampler::floor_plan_json(plan);
  if (!options.out.empty() && !context.options().dry_run) {
    MUSTER_TRY(create_file(options.out, as_bytes(canonical_json(document))));
  }
  auto printer = context.printer();
  print_floor_plan(printer, plan);
  printer.json(document);
  return ExitCode::done;
}

Result<ExitCode> floor_commit(Context& context, const FloorCommitOptions& options) {
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(options.file, 1U << 20U));
  auto plan = sampler::parse_floor_plan(text);
  if (!plan) return failure(std::move(plan.error()).during("reading plan " + options.file));
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(auto writer, StatementWriter::open(context, *home, options.author));
  const sampler::FloorRequest& request = plan->request;
  const std::string hash = sampler::floor_plan_hash(*plan).to_hex();
  MUSTER_TRY(
      writer.add({.kind = "plan.commit",
                  .body = {{"plan", request.id.text()},
                           {"prover", request.host.text()},
                           {"freezes", Json::array({Json(request.freeze_statement.to_hex())})},
                           {"document", sampler::floor_plan_json(*plan)},
                           {"plan_hash", hash}}}));
  MUSTER_TRY(writer.finish());
  const std::string statement = writer.statements().front().to_hex();
  auto printer = context.printer();
  printer.facts(
      {"", {{"committed", request.id.text()}, {"plan hash", hash}, {"statement", statement}}});
  printer.json({{"plan", request.id.text()}, {"plan_hash", hash}, {"statement", statement}});
  return ExitCode::done;
}

/// All that a floor draw is made again from.
struct PlayedFloor {
  CommittedFloor floor;
  FloorValue value;
  sampler::FloorDraw drawn;
};

Result<PlayedFloor> played_floor(Home& home, const FloorDrawOptions& options) {
  MUSTER_TRY_ASSIGN(auto floor, committed_floor(home, options.plan));
  MUSTER_TRY_ASSIGN(const auto positions, positions_in(options.positions));
  MUSTER_TRY_ASSIGN(auto value, floor_value(home, floor, options.beacon));
  MUSTER_TRY_ASSIGN(auto drawn, sampler::draw_positions(floor.plan, positions, value.value.beacon));
  return PlayedFloor{std::move(floor), std::move(value), std::move(drawn)};
}

Json floor_value_json(const FloorValue& value) {
  Json json = beacon_json(value.value.beacon);
  json["later_than_plan"] = value.time_unshown.empty() ? Json(true) : Json();
  return json;
}

void note_value(print::Printer& printer, const FloorValue& value) {
  if (!value.value.beacon.verified) printer.note("UNVERIFIED value: " + value.value.beacon.source);
  if (!value.time_unshown.empty()) printer.note(value.time_unshown);
}

/// What an inspector fills in: `plan floor evaluate --answers` reads it back.
std::string answer_sheet(const sampler::FloorDraw& drawn) {
  std::string text = "position,found,name,seen,note\n";
  for (const auto& line : drawn.positions) {
    const std::vector<std::string> fields{line.position, "", "", "", ""};
    text += csv_line(fields);
  }
  return text;
}

Result<ExitCode> floor_draw(Context& context, const FloorDrawOptions& options) {
  MUSTER_TRY(check_new({options.sheet}));
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(const auto played, played_floor(*home, options));
  const auto& drawn = played.drawn;
  if (!options.sheet.empty() && !context.options().dry_run) {
    MUSTER_TRY(create_file(options.sheet, as_bytes(answer_sheet(drawn))));
  }
  auto printer = context.printer();
  print::Table table{
      "Look at these positions; anybody who has plan, positions and value draws them",
      {print::number_column("no."), {"position"}, print::id_column("ticket")},
      {}};
  Json lines = Json::array();
  for (const auto& line : drawn.positions) {
    table.rows.push_back({std::to_string(lines.size() + 1), line.position, line.ticket.to_hex()});
    lines.push_back({{"position", line.position},
                     {"leaf", line.leaf.to_hex()},
                     {"ticket", line.ticket.to_hex()}});
  }
  printer.table(table);
  note_value(printer, played.value);
  printer.json({{"plan", played.floor.place.id},
                {"plan_hash", played.floor.place.hash.to_hex()},
                {"site", played.floor.plan.request.site.text()},
                {"seed", drawn.seed.value.to_hex()},
                {"positions", std::move(lines)},
                {"beacon", floor_value_json(played.value)}});
  return played.value.shown() ? ExitCode::done : ExitCode::no_answer;
}

void print_floor_result(print::Printer& printer, const CommittedFloor& floor,
                        const sampler::FloorEvaluation& result) {
  using sampler::AuditVerdict;
  const auto tone = result.verdict == AuditVerdict::no_sign_of ? print::Tone::good
                    : result.verdict == AuditVerdict::finding  ? print::Tone::bad
                                                               : print::Tone::warn;
  printer.facts({"",
                 {{"verdict", {std::string(sampler::verdict_name(result.verdict)), tone}},
                  {"positions drawn", print::grouped(result.lines)},
                  {"looked at", print::grouped(result.answered)},
                  {"consistent", print::grouped(result.consistent) + ", of which " +
                                     print::grouped(result.empty) + " empty"},
                  {"hits", print::grouped(result.hits)},
                  {"open", print::grouped(result.open)}}});
  print::Table table{"", {{"position"}, {"counts as"}, {"what stood there"}}, {}};
  for (const sampler::FloorLine& line : result.judged) {
    if (line.outcome == sampler::LineOutcome::consistent) continue;
    const bool hit = line.outcome == sampler::LineOutcome::hit;
    std::string words;
    for (const std::string& word : line.words) words += (words.empty() ? "" : "; ") + word;
    table.rows.push_back(
        {line.position, {hit ? "HIT" : "open", hit ? print::Tone::bad : print::Tone::warn}, words});
  }
  if (!table.rows.empty()) printer.table(table);
  printer.paragraph(sampler::floor_sentence(floor.plan, result), print::Tone::strong);
}

Result<ExitCode> floor_evaluate(Context& context, const FloorDrawOptions& options) {
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(options.answers, most_floor_bytes));
  MUSTER_TRY_ASSIGN(const auto answers, sampler::parse_floor_answers(text, options.answers));
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(const auto played, played_floor(*home, options));
  const CommittedFloor& floor = played.floor;
  auto result = sampler::floor_evaluation(
      floor.plan, played.drawn, answers,
      [&](const std::string& name) { return register_word(*home, floor, name); });
  if (!result) return failure(std::move(result.error()).during(options.answers));
  const auto& plans = home->state().tables().plans;
  const bool abandoned = plans[plans.find(floor.place.id)].abandoned != registry::no_index;
  if (abandoned && result->verdict == sampler::AuditVerdict::no_sign_of) {
    result->verdict = sampler::AuditVerdict::not_concluded;
  }
  auto printer = context.printer();
  if (abandoned) {
    printer.paragraph("ABANDONED: the Verifier gave plan " + floor.place.id +
                          " up. Its positions clear nobody; hits among them stay what they are.",
                      print::Tone::bad);
  }
  print_floor_result(printer, floor, *result);
  note_value(printer, played.value);
  Json json = sampler::floor_evaluation_json(floor.plan, *result);
  json["beacon"] = floor_value_json(played.value);
  json["abandoned"] = abandoned;
  printer.json(json);
  if (result->verdict == sampler::AuditVerdict::finding) return ExitCode::negative;
  const bool clean = result->verdict == sampler::AuditVerdict::no_sign_of;
  return clean && played.value.shown() ? ExitCode::done : ExitCode::no_answer;
}

void add_floor_new(CLI::App& floor, Context& context) {
  auto& options = context.keep<FloorNewOptions>();
  PlanWish& wish = options.wish;
  CLI::App& verb = add_verb(floor, "new", "plan a draw of positions at a site", context,
                            [&] { return floor_new(context, options); });
  verb.add_option("host", options.host, "who runs the site and listed its positions")->required();
  verb.add_option("--id", wish.id, "the plan's id")->required();
  verb.add_option("--site", options.site, "the site")->required();
  verb.add_option("--positions", options.positions,
                  "CSV or NDJSON of every place where a chip can stand: position, or rack and slot")
      ->required();
  verb.add_option("--unregistered", options.unregistered,
                  "one of so many positions with chips off the register must be drawn")
      ->required();
  verb.add_option("--catch", wish.target, "probability to draw one of them");
  verb.add_option("--beacon", wish.beacon,
                  "ceremony, value, or behind commas nist-v2, drand-quicknet, ceremony");
  verb.add_option("--beacon-at", wish.beacon_at, "instant of the public values, still to come");
  verb.add_option("--nist-certificate", wish.nist_certificate, "NIST's certificate in PEM");
  verb.add_option("--not-covered", wish.not_covered, "what is left out, in words; repeatable");
  verb.add_option("--out", options.out, "write the plan to this new file");
}

void add_floor_inputs(CLI::App& verb, FloorDrawOptions& options) {
  verb.add_option("plan", options.plan, "the plan's id")->required();
  verb.add_option("--positions", options.positions, "the list that the plan committed")->required();
  verb.add_option("--beacon", options.beacon.file,
                  "values of public sources, or transcript of a ceremony outside the ledger");
  verb.add_option("--beacon-value", options.beacon.value, "a value in hex: UNVERIFIED");
  verb.add_option("--beacon-source", options.beacon.source, "who states that value");
}

}  // namespace

void add_plan_floor_commands(CLI::App& app, Context& context) {
  CLI::App& floor = noun(noun(app, "plan", "inspection plans"), "floor",
                         "positions of a site against the register");
  add_floor_new(floor, context);
  auto& commit = context.keep<FloorCommitOptions>();
  CLI::App& commit_verb = add_verb(floor, "commit", "commit such a plan to the ledger", context,
                                   [&] { return floor_commit(context, commit); });
  commit_verb.add_option("file", commit.file, "the plan's file")->required();
  commit_verb.add_option("--as", commit.author.org, "the Verifier")->required();
  commit_verb.add_option("--sign", commit.author.key_file, "its key file")->required();

  auto& draw = context.keep<FloorDrawOptions>();
  CLI::App& draw_verb = add_verb(floor, "draw", "the positions to look at, for anybody", context,
                                 [&] { return floor_draw(context, draw); });
  add_floor_inputs(draw_verb, draw);
  draw_verb.add_option("--sheet", draw.sheet, "write a CSV to fill in to this new file");

  auto& evaluate = context.keep<FloorDrawOptions>();
  CLI::App& verb = add_verb(floor, "evaluate", "what the answers show, against the register",
                            context, [&] { return floor_evaluate(context, evaluate); });
  add_floor_inputs(verb, evaluate);
  verb.add_option("--answers", evaluate.answers,
                  "CSV or NDJSON: position, found (chip, empty, unreadable), name, seen, note")
      ->required();
}

}  // namespace muster::cli
