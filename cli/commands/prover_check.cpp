// `prover check`: a Prover judges its own evidence as an inspector would, before it files.

#include <algorithm>
#include <map>

#include "attestation/appraise/remedy.hpp"
#include "attestation/device/head.hpp"
#include "cli/audit/evidence_file.hpp"
#include "cli/audit/line_appraisal.hpp"
#include "cli/audit/presented.hpp"
#include "cli/audit/registry_record.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/declaration_files.hpp"
#include "cli/demand_options.hpp"
#include "cli/home.hpp"
#include "cli/measure_files.hpp"
#include "cli/print/number.hpp"
#include "cli/roster_query.hpp"
#include "cli/row_json.hpp"

namespace muster::cli {
namespace {

struct ProverCheckOptions {
  RosterQuery query;
  std::string evidence;
  std::vector<std::string> declarations;
  std::string rate = "0.1";
  DemandOptions demand;
  MeasureOptions measures;
  bool chips = false;
};

/// What the evidence of all chips comes to.
struct CheckedChips {
  std::map<std::string, std::uint64_t> verdicts;
  std::map<std::string, std::vector<ChipId>> codes;  ///< Chips with the finding.
  Json chips = Json::array();
  std::uint64_t snapshots = 0;
  std::uint64_t due = 0;
};

/// What cannot be checked before an inspector comes is taken as it will have to be: seen with the
/// uplink cut, with the nonce and at the time that the head itself has.
Result<LineAppraisal> judged_as_read(const ProverRecord& record, const ChipId& chip,
                                     const std::optional<Bytes>& evidence, Reading reading) {
  Bytes nonce;
  if (evidence) {
    const auto file = audit::parsed_evidence(*evidence);
    const auto head = file ? attestation::parsed_head(file->head)
                           : Result<attestation::PresentedHead>(failure(file.error()));
    if (head) {
      nonce = head->head.nonce;
      reading.now = Timestamp{static_cast<std::int64_t>(
          std::min(head->head.clock_ms, static_cast<std::uint64_t>(max_json_integer)))};
    }
  }
  return evidence_appraisal(record, chip, std::move(nonce), reading, evidence);
}

Result<ProverRecord> record_with_drafts(Home& home, const ProverCheckOptions& options,
                                        const PartyId& prover, const Window& window,
                                        const std::vector<ChipId>& chips) {
  MUSTER_TRY_ASSIGN(ProverRecord record, record_now(home, prover, window, chips));
  if (options.declarations.empty()) return record;
  auto filed = record.declarations.filed();
  for (const std::string& stem : options.declarations) {
    MUSTER_TRY_ASSIGN(auto declaration, read_declaration(stem));
    filed.push_back({std::move(declaration), true});
  }
  record.declarations = attestation::DeclarationIndex(std::move(filed));
  return record;
}

void add_chip_to(const ChipId& chip, const LineAppraisal& line, CheckedChips& checked) {
  ++checked.verdicts[line.verdict];
  for (const std::string& code : line.codes) checked.codes[code].push_back(chip);
  checked.snapshots += line.report["snapshots"].get<std::uint64_t>();
  checked.due += line.report["due"].get<std::uint64_t>();
  checked.chips.push_back(line.report);
}

/// A finding of an appraisal by its stable name; nothing for what the register adds to one.
std::optional<attestation::FindingCode> finding_called(const std::string& name) {
  for (std::size_t i = 0; i < attestation::finding_codes; ++i) {
    const auto code = static_cast<attestation::FindingCode>(i);
    if (attestation::code_name(code) == name) return code;
  }
  return std::nullopt;
}

std::string remedy_called(const std::string& name) {
  if (const auto code = finding_called(name)) return std::string(attestation::remedy_of(*code));
  if (name == "head.withheld") {
    return "put the bytes of every head that was filed into the evidence";
  }
  return "have the enrolment restated by a key that is trusted";
}

/// Whether the finding keeps a chip from being consistent.
bool is_more_than_note(const std::string& name) {
  const auto code = finding_called(name);
  return !code || attestation::usual_severity(*code) > attestation::Severity::note;
}

Json print_remedies(print::Printer& printer, const CheckedChips& checked) {
  print::Table table{.columns = {{"finding", print::Align::left, print::Overflow::keep},
                                 print::number_column("chips"),
                                 {"the first", print::Align::left, print::Overflow::elide},
                                 {"what helps"}}};
  Json list = Json::array();
  for (const auto& [code, chips] : checked.codes) {
    table.rows.push_back({code, print::grouped(std::uint64_t{chips.size()}),
                          chips.front().to_string(),
                          (is_more_than_note(code) ? "" : "(a note) ") + remedy_called(code)});
    Json ids = Json::array();
    for (const ChipId& chip : chips) ids.push_back(chip.to_string());
    list.push_back({{"code", code},
                    {"query", is_more_than_note(code)},
                    {"remedy", remedy_called(code)},
                    {"chips", std::move(ids)}});
  }
  if (!table.rows.empty()) printer.table(table);
  return list;
}

Json print_evidence_counts(print::Printer& printer, const CheckedChips& checked, std::size_t all) {
  const auto count = [&](const char* verdict) {
    const auto found = checked.verdicts.find(verdict);
    return found == checked.verdicts.end() ? std::uint64_t{0} : found->second;
  };
  const std::uint64_t consistent = count("consistent");
  printer.facts({"Evidence of the window",
                 {{"chips held", print::grouped(std::uint64_t{all})},
                  {"consistent", print::grouped(consistent)},
                  {"query", print::grouped(count("query"))},
                  {"contradicted", print::grouped(count("contradicted"))},
                  {"open", print::grouped(count("open"))},
                  {"no evidence", print::grouped(count("not-presented"))},
                  {"snapshots in the window", print::grouped(checked.snapshots)},
                  {"due instants looked for", print::grouped(checked.due)}}});
  Json verdicts = Json::object();
  for (const auto& [verdict, chips] : checked.verdicts) verdicts[verdict] = chips;
  return {{"chips", all},
          {"verdicts", std::move(verdicts)},
          {"snapshots", checked.snapshots},
          {"due", checked.due}};
}

Result<ExitCode> check_prover(Context& context, const ProverCheckOptions& options) {
  MUSTER_TRY_ASSIGN(const auto window, window_of(options.query));
  MUSTER_TRY_ASSIGN(const PartyId prover, PartyId::parse(options.query.party));
  MUSTER_TRY_ASSIGN(const KitMeasures measures, read_measures(options.measures));
  MUSTER_TRY_ASSIGN(const auto demand, evidence_demand(options.demand));
  MUSTER_TRY_ASSIGN(const auto presented, presented_chips(options.evidence));
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(const auto holdings,
                    holdings_of(*home, selection_of(options.query), window, home->state().size()));
  std::vector<ChipId> chips;
  chips.reserve(holdings.size());
  for (const auto& held : holdings) chips.push_back(held.chip);
  MUSTER_TRY_ASSIGN(const ProverRecord record,
                    record_with_drafts(*home, options, prover, *window, chips));
  CheckedChips checked;
  for (const ChipId& chip : chips) {
    MUSTER_TRY_ASSIGN(const auto evidence, presented_evidence(options.evidence, chip));
    Reading reading{window->to, attestation::Presence::uplink_cut, options.rate, demand};
    put_measures(measures, reading);
    MUSTER_TRY_ASSIGN(const LineAppraisal line, judged_as_read(record, chip, evidence, reading));
    add_chip_to(chip, line, checked);
  }
  const auto strangers = std::ranges::count_if(
      presented, [&](const ChipId& chip) { return !std::ranges::binary_search(chips, chip); });
  auto printer = context.printer();
  Json result = print_evidence_counts(printer, checked, chips.size());
  result["findings"] = print_remedies(printer, checked);
  result["not_held"] = strangers;
  if (options.chips) result["lines"] = std::move(checked.chips);
  if (strangers > 0) {
    printer.note(print::counted(static_cast<std::uint64_t>(strangers), "evidence file") +
                 " of chips that were not held in the window");
  }
  printer.paragraph(
      "Not checked here: presence, the inspector's nonce, the time of reading, and whether what is "
      "declared is true. Of each chip the newest declarations count, as if the freeze were now.");
  printer.json(result);
  const auto found = checked.verdicts.find("consistent");
  const bool all_consistent = found != checked.verdicts.end() && found->second == chips.size();
  if (chips.empty()) return ExitCode::no_answer;
  return all_consistent ? ExitCode::done : ExitCode::negative;
}

}  // namespace

void add_prover_check_command(CLI::App& app, Context& context) {
  CLI::App& prover = noun(app, "prover", "what a Prover owes, and how its evidence stands");
  auto& options = context.keep<ProverCheckOptions>();
  CLI::App& verb = add_verb(prover, "check", "judge one's own evidence before filing it", context,
                            [&] { return check_prover(context, options); });
  verb.add_option("party", options.query.party, "the Prover")->required();
  verb.add_option("--window", options.query.window, "FROM..TO")->required();
  verb.add_option("--evidence", options.evidence, "folder with files CHIP.evidence")->required();
  verb.add_option("--declaration", options.declarations,
                  "a run that is not filed yet: STEM.json and its two manifests; again for others");
  verb.add_option("--rate", options.rate, "snapshots per powered day that the plan will demand");
  add_demand_options(verb, options.demand);
  add_memory_option(verb, options.demand);
  add_measure_options(verb, options.measures);
  verb.add_flag("--chips", options.chips, "every chip's appraisal, in JSON");
}

}  // namespace muster::cli
