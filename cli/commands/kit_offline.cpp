// `kit appraise` and `kit note`: lines judged and answered at a site, without a registry.

#include "cli/audit/field_desk.hpp"
#include "cli/audit/host_word.hpp"
#include "cli/audit/line_answer.hpp"
#include "cli/audit/line_appraisal.hpp"
#include "cli/audit/presented.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/new_folder.hpp"
#include "cli/print/number.hpp"
#include "ledger/base/file.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::cli {
namespace {

struct OfflineAppraiseOptions {
  DeskOptions desk;
  std::string evidence;
  SeenWords seen;
  std::vector<std::string> as_presented;
  std::string report;
};

struct NoteOptions {
  DeskOptions desk;
  std::vector<std::string> chips;
  std::string as;
  std::string text;
  HostOptions host;
  std::string report;
};

/// What one call of a verb added, for people and scripts.
struct Added {
  std::uint64_t fresh = 0;
  std::map<std::string, std::uint64_t> verdicts;
  Json lines = Json::array();
  std::string report;
};

Result<std::set<ChipId>> chips_in(const std::vector<std::string>& texts) {
  std::set<ChipId> chips;
  for (const std::string& text : texts) {
    MUSTER_TRY_ASSIGN(const ChipId chip, ChipId::parse_typed(text));
    chips.insert(chip);
  }
  return chips;
}

/// Another chip in a drawn one's place is refused, unless it goes on record as what was shown.
Result<void> check_substitute(std::uint64_t line, const ChipId& chip, const Bytes& evidence,
                              const std::set<ChipId>& as_presented) {
  const auto other = substitute_for(chip, evidence);
  if (!other || as_presented.contains(chip)) return {};
  return refusal("inspect.substituted",
                 "line " + std::to_string(line + 1) + ": its evidence is of chip " +
                     other->to_string() + ", drawn was " + chip.to_string() +
                     "; read that one, or answer the line by `muster kit note`; what the host "
                     "insists on goes on record with --as-presented " +
                     chip.to_string());
}

Result<void> put(FieldDesk& desk, const Challenge& challenge, const FieldAnswer& answer,
                 const Json& report, Added& added) {
  MUSTER_TRY_ASSIGN(const bool fresh,
                    answer_line(desk.answers, challenge.line, challenge.chip, answer));
  if (fresh) ++added.fresh;
  ++added.verdicts[answer.verdict];
  added.lines.push_back({{"line", challenge.line + 1},
                         {"chip", challenge.chip.to_string()},
                         {"answer", answer_name(answer.kind)},
                         {"verdict", answer.verdict},
                         {"findings", answer.codes},
                         {"new", fresh}});
  added.report += canonical_json(report) + "\n";
  return {};
}

Result<void> appraise_line(FieldDesk& desk, std::uint64_t line, const Reading& reading,
                           const FieldAnswer& draft, const Bytes& evidence, Added& added) {
  const Challenge challenge = desk.challenge(line);
  const ProverRecord* record = record_of(desk.kit.content.basis.provers, challenge.chip);
  MUSTER_TRY_ASSIGN(const LineAppraisal judged,
                    line_appraisal(*record, challenge, reading, evidence));
  FieldAnswer answer = draft;
  answer.verdict = judged.verdict;
  answer.codes = judged.codes;
  answer.evidence = crypto::sha256(ByteView(evidence));
  answer.report = crypto::sha256(canonical_json(judged.report));
  return put(desk, challenge, answer, judged.report, added);
}

void print_added(Context& context, const FieldDesk& desk, const Added& added) {
  auto printer = context.printer();
  print::Table table{
      "", {{"line"}, print::whole_id_column("chip"), {"answer"}, {"verdict"}, {"findings"}}, {}};
  for (const Json& line : added.lines) {
    std::string codes;
    for (const Json& code : line["findings"]) {
      codes += (codes.empty() ? "" : " ") + code.get<std::string>();
    }
    table.rows.push_back({std::to_string(line["line"].get<std::uint64_t>()),
                          line["chip"].get<std::string>(), line["answer"].get<std::string>(),
                          line["verdict"].get<std::string>(), codes});
  }
  printer.table(table);
  const std::size_t all = desk.kit.content.chips.size();
  printer.facts({"",
                 {{"new answers", print::grouped(added.fresh)},
                  {"lines answered",
                   print::grouped(desk.answers.lines.size()) + " of " + print::grouped(all)},
                  {"answers", desk.file}}});
  printer.note(not_known_to(desk.kit.content.basis));
  printer.json({{"plan", desk.answers.plan},
                {"site", desk.answers.site},
                {"new", added.fresh},
                {"answered", desk.answers.lines.size()},
                {"lines", added.lines},
                {"of", all},
                {"known_as_of", desk.kit.content.basis.made_at.to_string()}});
}

Result<ExitCode> finish_desk(Context& context, const FieldDesk& desk, const Added& added,
                             const std::string& report) {
  if (!report.empty() && !context.options().dry_run) {
    MUSTER_TRY(create_file(report, as_bytes(added.report)));
  }
  if (added.fresh > 0) MUSTER_TRY(desk.save(context));
  print_added(context, desk, added);
  const bool clean = added.verdicts.size() == added.verdicts.count("consistent");
  return clean ? ExitCode::done : ExitCode::no_answer;
}

Result<ExitCode> kit_appraise(Context& context, const OfflineAppraiseOptions& options) {
  MUSTER_TRY_ASSIGN(const Seen seen, seen_by(options.seen));
  MUSTER_TRY(check_new({options.report}));
  MUSTER_TRY_ASSIGN(const auto as_presented, chips_in(options.as_presented));
  MUSTER_TRY_ASSIGN(FieldDesk desk, open_desk(options.desk));
  MUSTER_TRY_ASSIGN(const auto chips, presented_chips(options.evidence));
  if (chips.empty()) {
    return failure(Errc::invalid_input, options.evidence + ": holds no CHIP.evidence");
  }
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  const KitBasis& basis = desk.kit.content.basis;
  MUSTER_TRY_ASSIGN(const Reading reading,
                    reading_for({&desk.kit.plan.plan.request, basis.origin}, basis.measures,
                                clock->now(), seen.presence));
  FieldAnswer draft{.seen = seen, .by = options.desk.by, .why = options.desk.why};
  draft.at = reading.now;
  std::map<std::uint64_t, ChipId> lines;
  for (const ChipId& chip : chips) {
    MUSTER_TRY_ASSIGN(const std::uint64_t line, desk.line_of(chip));
    lines.emplace(line, chip);
  }
  Added added;
  for (const auto& [line, chip] : lines) {
    MUSTER_TRY_ASSIGN(const auto evidence, presented_evidence(options.evidence, chip));
    if (!evidence) return failure(Errc::not_found, options.evidence + ": changes while it is read");
    MUSTER_TRY(check_substitute(line, chip, *evidence, as_presented));
    MUSTER_TRY(appraise_line(desk, line, reading, draft, *evidence, added));
  }
  return finish_desk(context, desk, added, options.report);
}

Result<ExitCode> kit_note(Context& context, const NoteOptions& options) {
  MUSTER_TRY_ASSIGN(const AnswerKind kind, unseen_answer(options.as, options.host, "kit note",
                                                         "judged by `muster kit appraise`"));
  MUSTER_TRY(check_new({options.report}));
  MUSTER_TRY_ASSIGN(const auto chips, chips_in(options.chips));
  MUSTER_TRY_ASSIGN(FieldDesk desk, open_desk(options.desk));
  for (const ChipId& chip : chips) MUSTER_TRY(desk.line_of(chip));
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  MUSTER_TRY_ASSIGN(const HostWord host, host_word(context, options.host));
  FieldAnswer answer{.kind = kind,
                     .verdict = "not-presented",
                     .host = host,
                     .text = options.text,
                     .by = options.desk.by,
                     .why = options.desk.why};
  answer.at = clock->now();
  answer.codes = unseen_codes(answer);
  Added added;
  for (const ChipId& chip : chips) {
    MUSTER_TRY_ASSIGN(const std::uint64_t line, desk.line_of(chip));
    const Challenge challenge = desk.challenge(line);
    const Json report = unseen_report(challenge, answer);
    answer.report = crypto::sha256(canonical_json(report));
    MUSTER_TRY(put(desk, challenge, answer, report, added));
  }
  const Timestamp due = answer_due(desk.kit.plan.plan, answer.at);
  context.printer().note("each is a query to its Prover, to be closed by " + due.to_string() +
                         "; what is not closed by then is a hit");
  return finish_desk(context, desk, added, options.report);
}

void add_desk_options(CLI::App& verb, DeskOptions& options) {
  verb.add_option("kit", options.kit.file, "the kit")->required();
  verb.add_option("--code", options.kit.code, "26 characters that the duty office reads out")
      ->required();
  verb.add_option("--gate", options.gate, "the value read at the gate; once is enough");
  verb.add_option("--answers", options.answers, "this laptop's answers, made or gone on with")
      ->required();
  verb.add_option("--by", options.by, "who answers: name or initials")->required();
  verb.add_option("--correct", options.why, "why this corrects what was answered before");
}

void add_appraise_verb(CLI::App& kit, Context& context) {
  auto& options = context.keep<OfflineAppraiseOptions>();
  CLI::App& verb = add_verb(kit, "appraise", "offline: judge what the chips presented", context,
                            [&] { return kit_appraise(context, options); });
  add_desk_options(verb, options.desk);
  verb.add_option("--evidence", options.evidence, "folder with CHIP.evidence files")->required();
  verb.add_option("--presence", options.seen.level, "label, network, uplink-cut or bench");
  verb.add_option("--silent-before", options.seen.silent_before,
                  "when the drawn chips were heard before power-off");
  verb.add_option("--silent-after", options.seen.silent_after, "when they were silent after it");
  verb.add_option("--as-presented", options.as_presented,
                  "a drawn chip for which another one was shown, put on record as that");
  verb.add_option("--report", options.report, "new file for the appraisals, one JSON a line");
}

void add_note_verb(CLI::App& kit, Context& context) {
  auto& options = context.keep<NoteOptions>();
  CLI::App& verb =
      add_verb(kit, "note", "offline: note lines that showed no chip: absent, denied, dead",
               context, [&] { return kit_note(context, options); });
  add_desk_options(verb, options.desk);
  verb.add_option("--chip", options.chips, "a drawn chip; repeatable")->required();
  verb.add_option("--answer", options.as, "absent, denied or dead")->required();
  verb.add_option("--text", options.text, "what was seen, in words");
  verb.add_option("--host-note", options.host.note, "what the host signed: hashed with a salt");
  verb.add_option("--host-refused", options.host.refused, "why the host would not sign");
  verb.add_option("--report", options.report, "new file for the answers, one JSON a line");
}

}  // namespace

void add_kit_offline_commands(CLI::App& app, Context& context) {
  CLI::App& kit = noun(app, "kit", "an inspection at a site");
  add_appraise_verb(kit, context);
  add_note_verb(kit, context);
}

}  // namespace muster::cli
