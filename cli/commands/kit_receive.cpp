// `kit receive`: a sealed result, taken at the office, judged by the register and recorded.

#include "cli/audit/host_word.hpp"
#include "cli/audit/line_answer.hpp"
#include "cli/audit/line_appraisal.hpp"
#include "cli/audit/opened_kit.hpp"
#include "cli/audit/presented.hpp"
#include "cli/audit/registry_record.hpp"
#include "cli/audit/sealed_answers.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/measure_files.hpp"
#include "cli/new_folder.hpp"
#include "cli/print/number.hpp"
#include "ledger/base/file.hpp"
#include "ledger/crypto/sha256.hpp"
#include "registry/key_validity.hpp"

namespace muster::cli {
namespace {

struct ReceiveOptions {
  std::string plan;
  std::string result;
  KitSource kit;
  std::string gate;
  std::string evidence;
  MeasureOptions measures;
  std::string report;
  Author author;
};

/// Everything that lines are judged by at the office.
struct Office {
  OpenedKit kit;
  KitResult result;
  Hash result_hash{};
  CommittedPlan plan;
  KitMeasures measures;
  std::vector<ProverRecord> records;
  std::string evidence;
};

/// One line as it will be recorded.
struct JudgedLine {
  Challenge challenge;
  FieldAnswer answer;
  Json evidence = Json::array();
};

/// Lines that the register judges otherwise than the laptop did.
struct Difference {
  std::uint64_t line;
  std::string field;
  std::string office;
};

Result<KitResult> read_result(const ReceiveOptions& options, const OpenedKit& kit, Hash& hash) {
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(options.result, max_kit_bytes));
  hash = crypto::sha256(text);
  auto json = parse_json(text);
  if (!json) return failure(std::move(json.error()).during(options.result));
  auto result = open_result(*json, kit.code);
  if (!result) return failure(std::move(result.error()).during(options.result));
  auto checked = check_of_kit(kit, result->answers);
  if (!checked) return failure(std::move(checked.error()).during(options.result));
  if (result->lines != kit.content.chips.size()) {
    return refusal("kit.changed", options.result + ": counts other lines than the kit has");
  }
  return result;
}

/// Names of the parties whose keys signed the closing words and are valid now.
std::vector<std::string> signers_of(const registry::State& state, const ledger::Envelope& closing,
                                    Timestamp now) {
  std::vector<std::string> parties;
  parties.reserve(closing.signatures.size());
  for (const auto& signature : closing.signatures) {
    const registry::RowN row = state.tables().keys.find(signature.keyid.text());
    if (row == registry::no_row) continue;
    const registry::Key& key = state.tables().keys[row];
    const auto public_key = crypto::PublicKey::parse(key.public_key);
    if (!public_key || !registry::key_is_valid(key, state.size(), now)) continue;
    if (!ledger::signature_verifies(closing, signature, *public_key)) continue;
    parties.push_back(state.party_name(key.party));
  }
  return parties;
}

bool inspects(const registry::State& state, const std::string& party) {
  constexpr auto inspecting = registry::roles(
      {registry::Role::verifier, registry::Role::inspector, registry::Role::authority});
  const registry::RowN row = state.tables().parties.find(party);
  return row != registry::no_row && (state.tables().parties[row].roles & inspecting) != 0;
}

/// Who answers for the result, and what the host said to it.
struct Signed {
  std::string team;
  std::string host;
};

Result<Signed> signed_by(const registry::State& state, const Office& office, Timestamp now) {
  const auto parties = signers_of(state, office.result.closing, now);
  const auto team = std::ranges::find_if(
      parties, [&](const std::string& party) { return inspects(state, party); });
  if (team == parties.end()) {
    return refusal("kit.not_signed", "no key of an inspecting party that is valid now signed it");
  }
  Signed found{*team, {}};
  for (const Frozen& frozen : office.plan.freezes) {
    const std::string& prover = frozen.prover.text();
    if (std::ranges::find(parties, prover) != parties.end()) found.host = prover + " signed";
  }
  const HostWord& host = office.result.host;
  if (host.note) found.host = "signed a note, SHA-256 with salt " + host.note->to_hex();
  if (!host.refused.empty()) found.host = "would not sign: " + host.refused;
  if (!found.host.empty()) return found;
  return refusal("kit.host_silent",
                 "neither the host's signature by a key of its Prover, nor its note, nor that it "
                 "refused");
}

Result<Bytes> evidence_of(const Office& office, const FieldLine& line) {
  const Hash& wanted = *line.answer().evidence;
  const auto carried = office.result.evidence.find(wanted);
  if (carried != office.result.evidence.end()) return carried->second;
  if (!office.evidence.empty()) {
    MUSTER_TRY_ASSIGN(auto bytes, presented_evidence(office.evidence, line.chip));
    if (bytes && crypto::sha256(ByteView(*bytes)) == wanted) return std::move(*bytes);
  }
  return failure(Errc::not_found, "line " + std::to_string(line.line + 1) + ": evidence of chip " +
                                      line.chip.to_string() + " with SHA-256 " + wanted.to_hex() +
                                      " is neither in the result nor in --evidence FOLDER");
}

std::string words_of(const FieldAnswer& answer) {
  std::string text = answer.verdict;
  for (const std::string& code : answer.codes) text += " " + code;
  return text;
}

/// The line as the register judges it: by the time and presence of the visit, and by what is known
/// at the office.
Result<JudgedLine> judged_line(const Office& office, const FieldLine& line,
                               std::vector<Json>& reports, std::vector<Difference>& differences) {
  const FieldAnswers& answers = office.result.answers;
  JudgedLine judged{{answers.plan, answers.site, answers.opening, line.line, line.chip,
                     challenge_nonce(line.line, answers.opening, answers.gate)},
                    line.answer()};
  FieldAnswer& answer = judged.answer;
  if (answer.kind == AnswerKind::presented) {
    const ProverRecord* record = record_of(office.records, line.chip);
    if (record == nullptr) {
      return failure(Errc::invalid_input, "chip " + line.chip.to_string() + ": no Prover of plan " +
                                              answers.plan + " held it");
    }
    MUSTER_TRY_ASSIGN(const Bytes evidence, evidence_of(office, line));
    MUSTER_TRY_ASSIGN(const Reading reading,
                      reading_for({&office.plan.plan.request, office.kit.content.basis.origin},
                                  office.measures, answer.at, answer.seen.presence));
    MUSTER_TRY_ASSIGN(const LineAppraisal again,
                      line_appraisal(*record, judged.challenge, reading, evidence));
    const std::string before = words_of(answer);
    answer.verdict = again.verdict;
    answer.codes = again.codes;
    answer.report = crypto::sha256(canonical_json(again.report));
    if (words_of(answer) != before) differences.push_back({line.line, before, words_of(answer)});
    reports.push_back(again.report);
  } else {
    answer.verdict = "not-presented";
    answer.codes = unseen_codes(answer);
    reports.push_back(unseen_report(judged.challenge, answer));
    answer.report = crypto::sha256(canonical_json(reports.back()));
    judged.evidence = host_evidence(answer.host);
  }
  // The sealed file is random bytes around what it holds: its hash tells nothing and needs no salt.
  judged.evidence.push_back(Json{{"sha256", office.result_hash.to_hex()}, {"type", "kit-result"}});
  return judged;
}

Result<void> check_plan(Home& home, const ReceiveOptions& options, const Office& office) {
  if (office.result.answers.plan != options.plan) {
    return refusal("kit.other_plan", options.result + ": is of plan " + office.result.answers.plan +
                                         ", not " + options.plan);
  }
  if (!options.gate.empty() && options.gate != office.result.answers.gate.to_hex()) {
    return refusal("kit.other_gate", options.result + ": its questions were made of gate value " +
                                         office.result.answers.gate.to_hex());
  }
  if (!home.state().statement_index(office.kit.opening())) {
    return refusal("kit.not_opened",
                   "the site's opening is not in the ledger: `muster statement "
                   "submit` the file that `kit unseal` wrote, first");
  }
  return {};
}

/// Those of the options; of what they do not name, the kit's.
Result<KitMeasures> measures_of(const ReceiveOptions& options, const KitMeasures& of_kit) {
  MUSTER_TRY_ASSIGN(KitMeasures measures, read_measures(options.measures));
  if (!measures.reference) measures.reference = of_kit.reference;
  if (!measures.delay) measures.delay = of_kit.delay;
  if (!measures.book) measures.book = of_kit.book;
  return measures;
}

Result<Office> office_of(Home& home, const ReceiveOptions& options) {
  MUSTER_TRY_ASSIGN(OpenedKit kit, open_kit_file(options.kit));
  Hash hash;
  MUSTER_TRY_ASSIGN(KitResult result, read_result(options, kit, hash));
  MUSTER_TRY_ASSIGN(CommittedPlan plan, committed_plan(home, options.plan));
  Office office{std::move(kit), std::move(result), hash, std::move(plan), {}, {}, options.evidence};
  MUSTER_TRY(check_plan(home, options, office));
  MUSTER_TRY_ASSIGN(office.measures, measures_of(options, office.kit.content.basis.measures));
  MUSTER_TRY_ASSIGN(office.records, registry_records(home, office.plan, office.kit.content.chips));
  return office;
}

Result<void> record_all(Context& context, Home& home, const Office& office,
                        const std::vector<JudgedLine>& lines, const Author& author) {
  for (const JudgedLine& line : lines) {
    const bool presented = line.answer.kind == AnswerKind::presented;
    const std::string said =
        presented ? line.answer.verdict : std::string(answer_name(line.answer.kind));
    MUSTER_TRY(check_answered(home, line.challenge, said));
  }
  MUSTER_TRY_ASSIGN(auto writer, StatementWriter::open(context, home, author));
  for (const JudgedLine& line : lines) {
    std::optional<registry::Draft> query;
    if (line.answer.verdict != "consistent") {
      query =
          query_draft(office.plan, line.challenge, line.answer.codes,
                      prover_of(home.state(), office.plan, line.challenge.chip), line.answer.at);
    }
    MUSTER_TRY(add_answer(home.state(), line.challenge, line.answer.verdict,
                          result_draft(line.challenge, line.answer, line.evidence), query, writer));
  }
  return writer.finish();
}

Json differences_json(const std::vector<Difference>& differences) {
  Json list = Json::array();
  for (const Difference& one : differences) {
    list.push_back({{"line", one.line + 1}, {"field", one.field}, {"office", one.office}});
  }
  return list;
}

void print_received(Context& context, const Office& office, const std::vector<JudgedLine>& lines,
                    const std::vector<Difference>& differences, const Signed& who, bool gate_told) {
  std::map<std::string, std::uint64_t> verdicts;
  for (const JudgedLine& line : lines) ++verdicts[line.answer.verdict];
  Json counts = Json::object();
  print::Table table{"Verdicts per chip", {{"verdict"}, print::number_column("chips")}, {}};
  for (const auto& [verdict, count] : verdicts) {
    table.rows.push_back({verdict, print::grouped(count)});
    counts[verdict] = count;
  }
  auto printer = context.printer();
  printer.table(table);
  const std::uint64_t left = office.result.lines - lines.size();
  printer.facts({"",
                 {{"signed by", who.team},
                  {"the host", who.host},
                  {"gate value", office.result.answers.gate.to_hex()},
                  {"lines without an answer", print::grouped(left)}}});
  if (!differences.empty()) {
    print::Table other{"Judged otherwise here than at the site; recorded as here",
                       {print::number_column("line"), {"at the site"}, {"here"}},
                       {}};
    for (const Difference& one : differences) {
      other.rows.push_back({std::to_string(one.line + 1), one.field, one.office});
    }
    printer.table(other);
    printer.note("the register knows more than the kit did (as of " +
                 office.kit.content.basis.made_at.to_string() +
                 "), or a laptop is not to be "
                 "trusted: find out which");
  }
  if (!gate_told)
    printer.note("compare the gate value with what the duty office wrote down (--gate does it)");
  printer.json({{"plan", office.plan.id},
                {"site", office.kit.content.site},
                {"lines", lines.size()},
                {"unanswered", left},
                {"verdicts", counts},
                {"signed_by", who.team},
                {"host", who.host},
                {"gate", office.result.answers.gate.to_hex()},
                {"differences", differences_json(differences)}});
}

Result<ExitCode> kit_receive(Context& context, const ReceiveOptions& options) {
  MUSTER_TRY(check_new({options.report}));
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(const Office office, office_of(*home, options));
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  MUSTER_TRY_ASSIGN(const Signed who, signed_by(home->state(), office, clock->now()));
  std::vector<JudgedLine> lines;
  lines.reserve(office.result.answers.lines.size());
  std::vector<Json> reports;
  std::vector<Difference> differences;
  for (const FieldLine& line : office.result.answers.lines) {
    MUSTER_TRY_ASSIGN(JudgedLine judged, judged_line(office, line, reports, differences));
    lines.push_back(std::move(judged));
  }
  MUSTER_TRY(record_all(context, *home, office, lines, options.author));
  if (!options.report.empty() && !context.options().dry_run) {
    std::string text;
    for (const Json& report : reports) text += canonical_json(report) + "\n";
    MUSTER_TRY(create_file(options.report, as_bytes(text)));
  }
  print_received(context, office, lines, differences, who, !options.gate.empty());
  const bool clean =
      lines.size() == office.result.lines && std::ranges::all_of(lines, [](const JudgedLine& line) {
        return line.answer.verdict == "consistent";
      });
  return clean ? ExitCode::done : ExitCode::no_answer;
}

}  // namespace

void add_kit_receive_command(CLI::App& app, Context& context) {
  CLI::App& kit = noun(app, "kit", "an inspection at a site");
  auto& options = context.keep<ReceiveOptions>();
  CLI::App& verb = add_verb(kit, "receive", "take a sealed result, judge it again and record it",
                            context, [&] { return kit_receive(context, options); });
  verb.add_option("plan", options.plan, "the plan's id")->required();
  verb.add_option("result", options.result, "the file of `kit close`")->required();
  verb.add_option("--kit", options.kit.file, "the kit that it answers, as `kit make` wrote it")
      ->required();
  verb.add_option("--code", options.kit.code, "the kit's code")->required();
  verb.add_option("--gate", options.gate, "the gate value as the duty office wrote it down");
  verb.add_option("--evidence", options.evidence, "folder with evidence that is not in the result");
  // What is not named is the kit's.
  add_measure_options(verb, options.measures);
  verb.add_option("--report", options.report, "new file for the appraisals, one JSON a line");
  verb.add_option("--as", options.author.org, "the inspector's party")->required();
  verb.add_option("--sign", options.author.key_file, "its key file")->required();
}

}  // namespace muster::cli
