// `kit open` and `kit record`: at the gate, and chip by chip.

#include "cli/audit/challenge.hpp"
#include "cli/audit/draw_events.hpp"
#include "cli/audit/gate.hpp"
#include "cli/audit/line_answer.hpp"
#include "cli/audit/line_appraisal.hpp"
#include "cli/audit/presented.hpp"
#include "cli/audit/registry_record.hpp"
#include "cli/audit/site_openings.hpp"
#include "cli/audit/statement_writer.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/document_limit.hpp"
#include "cli/measure_files.hpp"
#include "cli/new_folder.hpp"
#include "cli/print/number.hpp"
#include "ledger/base/file.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::cli {
namespace {

struct OpenOptions {
  std::string plan;
  std::vector<std::string> sites;
  std::string gate;
  BeaconSource beacon;
  OpeningKeys keys;
  std::string out;
  Author author;
};

struct RecordOptions {
  std::string plan;
  std::string challenges;
  std::string evidence;
  SeenWords seen;
  MeasureOptions measures;
  std::string report;
  bool rest_not_presented = false;
  Author author;
};

/// Statements by site that a try before this one left in the ledger.
Result<std::map<std::string, Hash>> opened_before(
    Home& home, const CommittedPlan& plan, const std::vector<sampler::SiteOpening>& openings) {
  MUSTER_TRY_ASSIGN(const auto known, ledger_openings(home, plan.id));
  std::map<std::string, Hash> statements;
  for (const LedgerOpening& before : known) {
    const auto same = std::ranges::find(openings, before.site, &sampler::SiteOpening::site);
    if (same == openings.end()) continue;
    if (before.proof != same->proof || before.chips != sorted_chips(*same)) {
      return refusal("draw.opened", plan.id + "/" + before.site + ": with other lines than these");
    }
    statements.emplace(before.site, before.statement);
  }
  return statements;
}

/// The statement of each opening: recorded now, unless a try before this one did.
Result<std::vector<Hash>> record_openings(Context& context, Home& home, const CommittedPlan& plan,
                                          const sampler::BeaconValue& beacon,
                                          const std::vector<sampler::SiteOpening>& openings,
                                          const Author& author) {
  MUSTER_TRY_ASSIGN(const auto before, opened_before(home, plan, openings));
  MUSTER_TRY_ASSIGN(auto writer, StatementWriter::open(context, home, author));
  for (const auto& opening : openings) {
    if (before.contains(opening.site)) continue;
    MUSTER_TRY_ASSIGN(const auto draft, opening_draft(plan, beacon, opening));
    MUSTER_TRY(writer.add(draft));
  }
  MUSTER_TRY(writer.finish());
  std::vector<Hash> statements;
  std::size_t fresh = 0;
  for (const auto& opening : openings) {
    const auto known = before.find(opening.site);
    statements.push_back(known == before.end() ? writer.statements()[fresh++] : known->second);
  }
  return statements;
}

/// The challenges of one opened site, line by line in the order of the opening.
void add_challenges(const CommittedPlan& plan, const sampler::SiteOpening& opening,
                    const Hash& statement, const Hash& gate, std::vector<Challenge>& challenges) {
  const auto chips = sorted_chips(opening);
  for (std::size_t i = 0; i < chips.size(); ++i) {
    challenges.push_back(
        {plan.id, opening.site, statement, i, chips[i], challenge_nonce(i, statement, gate)});
  }
}

Result<ExitCode> kit_open(Context& context, const OpenOptions& options) {
  auto gate = Hash::from_hex(options.gate);
  if (!gate) return failure(std::move(gate.error()).during("--gate"));
  MUSTER_TRY(check_new({options.out}));
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(const auto plan, committed_plan(*home, options.plan));
  MUSTER_TRY_ASSIGN(const auto value, opening_value(*home, plan, options.beacon, options.sites));
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  MUSTER_TRY(check_not_ahead(value, clock->now()));
  const sampler::BeaconValue& beacon = value.beacon;
  MUSTER_TRY_ASSIGN(const auto openings,
                    drawn_openings(*home, plan, beacon, options.keys, options.sites));
  MUSTER_TRY_ASSIGN(const auto statements,
                    record_openings(context, *home, plan, beacon, openings, options.author));
  std::vector<Challenge> challenges;
  for (std::size_t i = 0; i < openings.size(); ++i) {
    add_challenges(plan, openings[i], statements[i], *gate, challenges);
  }
  if (!context.options().dry_run) {
    MUSTER_TRY(create_file(options.out, as_bytes(challenge_lines(challenges))));
  }
  auto printer = context.printer();
  printer.facts({"",
                 {{"opened", print::counted(openings.size(), "site")},
                  {"lines", print::grouped(challenges.size())},
                  {"challenges", options.out}}});
  if (!beacon.verified) printer.note("UNVERIFIED: decided by a value of " + beacon.source);
  printer.json({{"plan", plan.id},
                {"sites", openings.size()},
                {"lines", challenges.size()},
                {"challenges", options.out}});
  return ExitCode::done;
}

struct VerdictTally {
  std::map<std::string, std::uint64_t> verdicts;
  std::string report;
};

Result<std::vector<ProverRecord>> records_of(Home& home, const CommittedPlan& plan,
                                             const std::vector<Challenge>& challenges) {
  std::vector<ChipId> chips;
  chips.reserve(challenges.size());
  for (const Challenge& challenge : challenges) chips.push_back(challenge.chip);
  return registry_records(home, plan, chips);
}

Result<void> record_line(Home& home, const CommittedPlan& plan,
                         const std::vector<ProverRecord>& records, const Challenge& challenge,
                         const Reading& reading, const Seen& seen,
                         const std::optional<Bytes>& evidence, StatementWriter& writer,
                         VerdictTally& tally) {
  const ProverRecord* record = record_of(records, challenge.chip);
  if (record == nullptr) {
    return failure(Errc::invalid_input, "challenge for chip " + challenge.chip.to_string() +
                                            ": no Prover of plan " + plan.id + " held it");
  }
  MUSTER_TRY_ASSIGN(const LineAppraisal line,
                    line_appraisal(*record, challenge, reading, evidence));
  const std::string report = canonical_json(line.report);
  FieldAnswer answer{.verdict = line.verdict, .codes = line.codes, .seen = seen};
  answer.report = crypto::sha256(report);
  std::optional<registry::Draft> query;
  if (line.verdict != "consistent") {
    query = query_draft(plan, challenge, line.codes, record->prover.text(), reading.now);
  }
  MUSTER_TRY(add_answer(home.state(), challenge, line.verdict,
                        result_draft(challenge, answer, Json::array()), query, writer));
  ++tally.verdicts[line.verdict];
  tally.report += report + "\n";
  return {};
}

/// All of them with `--rest-not-presented`, and else those of which the folder has evidence.
Result<std::vector<Challenge>> challenges_to_answer(const std::vector<Challenge>& all,
                                                    const RecordOptions& options) {
  MUSTER_TRY_ASSIGN(auto presented, presented_challenges(all, options.evidence));
  if (options.rest_not_presented) return all;
  if (!presented.empty()) return presented;
  return failure(Errc::invalid_input, options.evidence +
                                          ": holds no CHIP.evidence; --rest-not-presented records "
                                          "every line as not presented");
}

/// Lines without evidence that nobody has answered either.
std::uint64_t not_read_yet(const registry::State& state, const std::vector<Challenge>& all,
                           const std::vector<Challenge>& answered) {
  std::set<ChipId> read;
  for (const Challenge& challenge : answered) read.insert(challenge.chip);
  return static_cast<std::uint64_t>(std::ranges::count_if(all, [&](const Challenge& challenge) {
    if (read.contains(challenge.chip)) return false;
    const registry::Line* line = challenged_line(state, challenge);
    return line == nullptr || line->answered == registry::no_index;
  }));
}

/// Says what came of the lines of one call. The exit code.
ExitCode tell_recorded(Context& context, const CommittedPlan& plan, const VerdictTally& tally,
                       std::uint64_t lines, std::uint64_t not_read) {
  auto printer = context.printer();
  Json counts = Json::object();
  print::Table table{"Verdicts per chip", {{"verdict"}, print::number_column("chips")}, {}};
  for (const auto& [verdict, count] : tally.verdicts) {
    table.rows.push_back({verdict, print::grouped(count)});
    counts[verdict] = count;
  }
  printer.table(table);
  if (not_read > 0) {
    printer.note(print::counted(not_read, "chip") +
                 " without a file: not read yet, and nothing is recorded; what was not presented "
                 "is recorded with --rest-not-presented");
  }
  printer.json({{"plan", plan.id}, {"lines", lines}, {"verdicts", counts}, {"not_read", not_read}});
  const bool clean = tally.verdicts.size() == tally.verdicts.count("consistent");
  return clean && not_read == 0 ? ExitCode::done : ExitCode::no_answer;
}

Result<ExitCode> kit_record(Context& context, const RecordOptions& options) {
  MUSTER_TRY_ASSIGN(const Seen seen, seen_by(options.seen));
  MUSTER_TRY_ASSIGN(const KitMeasures measures, read_measures(options.measures));
  MUSTER_TRY(check_new({options.report}));
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(options.challenges, max_document_bytes));
  MUSTER_TRY_ASSIGN(const auto all, parse_challenges(text, options.challenges));
  MUSTER_TRY_ASSIGN(const auto challenges, challenges_to_answer(all, options));
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(const auto plan, committed_plan(*home, options.plan));
  MUSTER_TRY_ASSIGN(const auto records, records_of(*home, plan, challenges));
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  MUSTER_TRY_ASSIGN(const Reading reading, reading_for({&plan.plan.request, home->state().origin()},
                                                       measures, clock->now(), seen.presence));
  MUSTER_TRY_ASSIGN(auto writer, StatementWriter::open(context, *home, options.author));
  VerdictTally tally;
  auto printer = context.printer();
  {
    auto progress =
        printer.progress({.activity = "appraising", .unit = "chips", .total = challenges.size()});
    for (std::size_t i = 0; i < challenges.size(); ++i) {
      MUSTER_TRY_ASSIGN(const auto evidence,
                        presented_evidence(options.evidence, challenges[i].chip));
      MUSTER_TRY(
          record_line(*home, plan, records, challenges[i], reading, seen, evidence, writer, tally));
      progress.update(i + 1);
    }
  }
  MUSTER_TRY(writer.finish());
  if (!options.report.empty() && !context.options().dry_run) {
    MUSTER_TRY(create_file(options.report, as_bytes(tally.report)));
  }
  return tell_recorded(context, plan, tally, challenges.size(),
                       not_read_yet(home->state(), all, challenges));
}

void add_open(CLI::App& kit, Context& context) {
  auto& options = context.keep<OpenOptions>();
  CLI::App& verb = add_verb(kit, "open", "at the gate: open sites and make the challenges", context,
                            [&] { return kit_open(context, options); });
  verb.add_option("plan", options.plan, "the plan's id")->required();
  verb.add_option("--site", options.sites, "a site; all when none is named");
  verb.add_option("--gate", options.gate, "the value read at the gate, 64 hex digits")->required();
  verb.add_option("--beacon", options.beacon.file,
                  "values of public sources, or transcript of a ceremony outside the ledger");
  verb.add_option("--beacon-value", options.beacon.value, "a value in hex: UNVERIFIED");
  verb.add_option("--beacon-source", options.beacon.source, "who states that value");
  verb.add_option("--frame-key", options.keys.frame_keys, "PROVER=FILE")->required();
  verb.add_option("--vrf-key", options.keys.vrf_key_file, "the Verifier's VRF key file")
      ->required();
  verb.add_option("--out", options.out, "new file for the challenges")->required();
  verb.add_option("--as", options.author.org, "the Verifier")->required();
  verb.add_option("--sign", options.author.key_file, "its key file")->required();
}

void add_record(CLI::App& kit, Context& context) {
  auto& options = context.keep<RecordOptions>();
  CLI::App& verb = add_verb(kit, "record", "judge what the chips presented and record each line",
                            context, [&] { return kit_record(context, options); });
  verb.add_option("plan", options.plan, "the plan's id")->required();
  verb.add_option("--challenges", options.challenges, "the file of `kit open`")->required();
  verb.add_option("--evidence", options.evidence, "folder with CHIP.evidence files")->required();
  verb.add_flag("--rest-not-presented", options.rest_not_presented,
                "record chips without a file as not presented; else they are not read yet");
  verb.add_option("--presence", options.seen.level, "label, network, uplink-cut or bench");
  verb.add_option("--silent-before", options.seen.silent_before,
                  "when the drawn chips were heard before power-off");
  verb.add_option("--silent-after", options.seen.silent_after, "when they were silent after it");
  add_measure_options(verb, options.measures);
  verb.add_option("--report", options.report, "new file for the appraisals, one JSON a line");
  verb.add_option("--as", options.author.org, "the inspector's party")->required();
  verb.add_option("--sign", options.author.key_file, "its key file")->required();
}

}  // namespace

void add_kit_commands(CLI::App& app, Context& context) {
  CLI::App& kit = noun(app, "kit", "an inspection at a site");
  add_open(kit, context);
  add_record(kit, context);
}

}  // namespace muster::cli
