// `attest appraise`: the evidence of one chip, judged.

#include "attestation/appraise/appraise.hpp"
#include "attestation/result/attestation_result.hpp"
#include "cli/allowance_files.hpp"
#include "cli/app.hpp"
#include "cli/audit/line_appraisal.hpp"
#include "cli/audit/reference_file.hpp"
#include "cli/chip_verdict.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/declaration_files.hpp"
#include "cli/delay_files.hpp"
#include "cli/demand_options.hpp"
#include "cli/key_source.hpp"
#include "cli/new_folder.hpp"
#include "cli/print/number.hpp"
#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"

namespace muster::cli {
namespace {

using namespace attestation;

struct AppraiseOptions {
  std::string chip;
  std::string device_key;
  std::string head;
  std::string log;
  std::string openings;
  std::string acknowledgements;
  std::string nonce;
  std::string reported_log;
  std::vector<std::string> ledgered;
  std::vector<std::string> declarations;
  std::vector<std::string> late_declarations;
  std::string window;
  std::vector<std::string> held;
  std::string rate;
  std::string presence = "label";
  std::string least_presence = "uplink-cut";
  std::string enrolled_serial;
  std::string read_serial;
  std::string reference;
  std::string delay_policy;
  AllowanceOptions allowances;
  DemandOptions demand;
  std::uint64_t memory_bytes = 0;
  bool require_window_head = false;
  bool epochs_need_no_ledger = false;
  std::string result;
  std::string sign;
  std::string verifier;
};

/// The files that a subject borrows from.
struct Evidence {
  std::optional<Bytes> head;
  std::optional<Bytes> log;
  std::optional<Bytes> reported_log;
  Bytes openings;
  Bytes acknowledgements;
  std::vector<std::pair<Bytes, Timestamp>> ledgered;
  DeclarationIndex declarations;
  std::optional<DeviceReference> reference;
  std::optional<DelayPolicy> delay;
  std::optional<AllowanceBook> allowances;
};

Result<std::optional<Bytes>> optional_file(const std::string& path) {
  if (path.empty()) return std::optional<Bytes>();
  MUSTER_TRY_ASSIGN(Bytes bytes, read_file(path));
  return std::optional(std::move(bytes));
}

/// "FILE@INSTANT": the last @ divides, since instants have none.
Result<std::pair<Bytes, Timestamp>> ledgered_head(const std::string& text) {
  const auto at = text.rfind('@');
  if (at == std::string::npos) {
    return failure(Errc::invalid_input, "--ledgered: got \"" + text + "\", want FILE@INSTANT");
  }
  auto time = Timestamp::parse_day_or_instant(text.substr(at + 1));
  if (!time) return failure(std::move(time.error()).during("--ledgered"));
  MUSTER_TRY_ASSIGN(Bytes bytes, read_file(text.substr(0, at)));
  return std::pair(std::move(bytes), *time);
}

Result<DeclarationIndex> declarations_of(const AppraiseOptions& options) {
  std::vector<FiledDeclaration> filed;
  for (const std::string& stem : options.declarations) {
    MUSTER_TRY_ASSIGN(Declaration declaration, read_declaration(stem));
    filed.push_back({std::move(declaration), true});
  }
  for (const std::string& stem : options.late_declarations) {
    MUSTER_TRY_ASSIGN(Declaration declaration, read_declaration(stem));
    filed.push_back({std::move(declaration), false});
  }
  return DeclarationIndex(std::move(filed));
}

Result<Evidence> evidence_of(const AppraiseOptions& options) {
  Evidence evidence;
  MUSTER_TRY_ASSIGN(evidence.head, optional_file(options.head));
  MUSTER_TRY_ASSIGN(evidence.log, optional_file(options.log));
  MUSTER_TRY_ASSIGN(evidence.reported_log, optional_file(options.reported_log));
  MUSTER_TRY_ASSIGN(auto openings, optional_file(options.openings));
  if (openings) evidence.openings = std::move(*openings);
  MUSTER_TRY_ASSIGN(auto acknowledgements, optional_file(options.acknowledgements));
  if (acknowledgements) evidence.acknowledgements = std::move(*acknowledgements);
  for (const std::string& text : options.ledgered) {
    MUSTER_TRY_ASSIGN(auto head, ledgered_head(text));
    evidence.ledgered.push_back(std::move(head));
  }
  MUSTER_TRY_ASSIGN(evidence.declarations, declarations_of(options));
  MUSTER_TRY_ASSIGN(evidence.reference, read_reference(options.reference));
  MUSTER_TRY_ASSIGN(evidence.delay, read_optional_delay_policy(options.delay_policy));
  MUSTER_TRY_ASSIGN(evidence.allowances, allowance_book(options.allowances));
  return evidence;
}

Result<Window> window_of(const std::string& text, const char* option) {
  const auto dots = text.find("..");
  if (dots == std::string::npos) {
    return failure(Errc::invalid_input,
                   std::string(option) + ": got \"" + text + "\", want FROM..TO");
  }
  auto from = Timestamp::parse_day_or_instant(text.substr(0, dots));
  if (!from) return failure(std::move(from.error()).during(option));
  auto to = Timestamp::parse_day_or_instant(text.substr(dots + 2));
  if (!to) return failure(std::move(to.error()).during(option));
  if (*from < *to) return Window{*from, *to};
  return failure(Errc::invalid_input,
                 std::string(option) + ": got an end that is not after its beginning");
}

Result<Presence> presence_of(const std::string& text, const char* option) {
  for (const Presence presence :
       {Presence::label, Presence::network, Presence::uplink_cut, Presence::bench}) {
    if (presence_name(presence) == text) return presence;
  }
  return failure(Errc::invalid_input, std::string(option) + ": got \"" + text +
                                          "\", want label, network, uplink-cut or bench");
}

Result<AppraisalPolicy> policy_of(Context& context, const AppraiseOptions& options,
                                  const sampler::EvidenceDemand& demand) {
  auto rate = SnapshotRate::parse(options.rate);
  if (!rate) return failure(std::move(rate.error()).during("--rate"));
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  AppraisalPolicy policy{.rate = *rate, .now = clock->now()};
  put_demand(demand, policy);
  policy.require_ledgered_epochs = !options.epochs_need_no_ledger;
  policy.require_window_head = options.require_window_head;
  policy.memory_bytes = options.memory_bytes;
  MUSTER_TRY_ASSIGN(policy.least_presence, presence_of(options.least_presence, "--least-presence"));
  return policy;
}

Result<void> add_identity(const AppraiseOptions& options, Subject& subject) {
  if (!options.device_key.empty()) {
    auto key = crypto::PublicKey::parse(options.device_key);
    if (!key) return failure(std::move(key.error()).during("--device-key"));
    subject.device_key = *key;
  }
  if (options.enrolled_serial.empty() != options.read_serial.empty()) {
    return failure(Errc::invalid_input, "--serial-enrolled and --serial-read: give both or none");
  }
  if (!options.read_serial.empty()) {
    subject.serials = Serials{options.enrolled_serial, options.read_serial};
  }
  if (options.nonce.empty()) return {};
  auto nonce = bytes_from_hex(options.nonce);
  if (!nonce) return failure(std::move(nonce.error()).during("--nonce"));
  subject.nonce = std::move(*nonce);
  return {};
}

Result<Subject> subject_of(Context& context, const AppraiseOptions& options,
                           const Evidence& evidence) {
  auto chip = ChipId::parse_typed(options.chip);
  if (!chip) return failure(std::move(chip.error()).during("--chip"));
  MUSTER_TRY_ASSIGN(const auto demand, stated_demand(options.demand));
  MUSTER_TRY_ASSIGN(const AppraisalPolicy policy, policy_of(context, options, demand));
  Subject subject{.chip = *chip, .acknowledgers = demand.acknowledgers, .policy = policy};
  MUSTER_TRY(add_identity(options, subject));
  if (evidence.head) subject.head = ByteView(*evidence.head);
  if (evidence.log) subject.log = ByteView(*evidence.log);
  if (evidence.reported_log) subject.reported_log = ByteView(*evidence.reported_log);
  subject.openings = evidence.openings;
  subject.acknowledgements = evidence.acknowledgements;
  for (const auto& [bytes, time] : evidence.ledgered) {
    subject.ledgered_heads.push_back({ByteView(bytes), time});
  }
  subject.declarations = &evidence.declarations;
  MUSTER_TRY_ASSIGN(subject.window, window_of(options.window, "--window"));
  for (const std::string& text : options.held) {
    MUSTER_TRY_ASSIGN(const Window held, window_of(text, "--held"));
    subject.held.push_back(held);
  }
  if (subject.held.empty()) subject.held.push_back(subject.window);
  if (evidence.reference) subject.reference = &*evidence.reference;
  if (evidence.delay) subject.delay = &*evidence.delay;
  if (evidence.allowances) subject.allowances = &*evidence.allowances;
  MUSTER_TRY_ASSIGN(subject.presence, presence_of(options.presence, "--presence"));
  return subject;
}

void print_appraisal(print::Printer& printer, const Appraisal& result) {
  const bool good = result.verdict == ChipVerdict::consistent;
  printer.facts(
      {"",
       {{"chip", result.chip.to_string()},
        {"verdict",
         {std::string(verdict_name(result.verdict)), good ? print::Tone::good : print::Tone::bad}},
        {"entries", print::grouped(result.coverage.entries)},
        {"snapshots judged", print::grouped(result.coverage.snapshots)},
        {"due instants", print::grouped(result.coverage.due)}}});
  print::Table table{.columns = {{"finding"}, {"severity"}, {"expected"}, {"found"}}};
  for (const Finding& finding : result.findings.items()) {
    table.rows.push_back({std::string(code_name(finding.code)),
                          std::string(severity_name(finding.severity)), finding.expected,
                          finding.found});
  }
  if (!table.rows.empty()) printer.table(table);
  print_proven_delays(printer, result);
  print_allowance_use(printer, result.allowance);
  printer.paragraph(result.summary);
  printer.paragraph("Times: " + time_statement(result.coverage) + ".");
  for (const CheckNotRun& check : result.not_run) {
    printer.note("not checked: " + check.check + ": " + check.reason);
  }
}

/// Writes what other tools take, signed.
Result<void> write_result(const AppraiseOptions& options, const Subject& subject,
                          const Appraisal& appraisal, bool dry_run) {
  if (options.result.empty()) return {};
  MUSTER_TRY(check_new({options.result}));
  MUSTER_TRY_ASSIGN(const auto signer, open_signer(options.sign));
  const std::string own = signer->verifying_key().text();
  MUSTER_TRY_ASSIGN(
      const AttestationResult result,
      attestation_result(subject, appraisal,
                         {options.verifier.empty() ? own : options.verifier, version_text}));
  MUSTER_TRY(parse_result(encode_result(result)));  // what no reader takes is not written
  MUSTER_TRY_ASSIGN(const ledger::Envelope envelope, signed_result(result, *signer));
  if (dry_run) return {};
  return create_file(options.result, as_bytes(ledger::encode_envelope(envelope)));
}

Result<ExitCode> appraise_chip(Context& context, const AppraiseOptions& options) {
  MUSTER_TRY_ASSIGN(const Evidence evidence, evidence_of(options));
  MUSTER_TRY_ASSIGN(const Subject subject, subject_of(context, options, evidence));
  const Appraisal result = appraise(subject);
  MUSTER_TRY(write_result(options, subject, result, context.options().dry_run));
  auto printer = context.printer();
  print_appraisal(printer, result);
  Json json = appraisal_json(result);
  json["result"] = options.result.empty() ? Json(nullptr) : Json(options.result);
  printer.json(json);
  return exit_code_of(result.verdict);
}

void add_evidence_options(CLI::App& verb, AppraiseOptions& options) {
  verb.add_option("--chip", options.chip, "chip id")->required();
  verb.add_option("--device-key", options.device_key,
                  "enrolled device key: 64 hex digits, or p256: or p384: and a point");
  verb.add_option("--head", options.head, "signed head; not presented when not given");
  verb.add_option("--log", options.log, "device log; not presented when not given");
  verb.add_option("--openings", options.openings, "memory openings that came with it");
  verb.add_option("--acknowledgements", options.acknowledgements,
                  "acknowledgements that came with the log");
  verb.add_option("--nonce", options.nonce, "the nonce that was sent, in hex");
  verb.add_option("--reported-log", options.reported_log, "the log as reported at the freeze");
  verb.add_option("--ledgered", options.ledgered, "an earlier head: FILE@INSTANT; repeatable");
  verb.add_option("--declaration", options.declarations,
                  "STEM of a declaration: STEM.json, STEM.assignments.ndjson, STEM.steps.ndjson");
  verb.add_option("--late-declaration", options.late_declarations,
                  "like it, filed after the freeze: explains nothing");
  verb.add_option("--serial-enrolled", options.enrolled_serial, "serial number in the register");
  verb.add_option("--serial-read", options.read_serial, "serial number read off the package");
}

void add_result_options(CLI::App& verb, AppraiseOptions& options) {
  CLI::Option* const result =
      verb.add_option("--result", options.result,
                      "write the result for other tools: an in-toto Statement (attest result)");
  CLI::Option* const sign =
      verb.add_option("--sign", options.sign, "the Verifier's key, which signs it");
  result->needs(sign);
  sign->needs(result);
  verb.add_option("--verifier", options.verifier, "who judges, in words; the key when not given")
      ->needs(result);
}

}  // namespace

void add_attest_commands(CLI::App& app, Context& context) {
  CLI::App& attest = noun(app, "attest", "evidence from devices, judged");
  auto& options = context.keep<AppraiseOptions>();
  CLI::App& verb = add_verb(attest, "appraise", "judge the evidence of one chip", context,
                            [&] { return appraise_chip(context, options); });
  add_evidence_options(verb, options);
  verb.add_option("--window", options.window, "the window of the audit: FROM..TO")->required();
  verb.add_option("--held", options.held, "when the Prover had the chip; the window if not given");
  verb.add_option("--rate", options.rate, "snapshots per powered day that must be taken")
      ->required();
  verb.add_option("--presence", options.presence,
                  "how it was seen: label, network, uplink-cut, bench");
  verb.add_option("--least-presence", options.least_presence, "what the plan asks for");
  verb.add_option("--reference", options.reference, "digests that devices may run (JSON)");
  verb.add_option("--delay-policy", options.delay_policy, "how delay proofs are judged (JSON)");
  add_allowance_options(verb, options.allowances);
  add_demand_options(verb, options.demand);
  verb.add_option("--memory-bytes", options.memory_bytes,
                  "memory of the chip, all of which must be hashed; not judged when not given")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 52U));
  verb.add_flag("--require-window-head", options.require_window_head,
                "ask for a head filed since the window's end, over all its entries");
  add_result_options(verb, options);
  verb.add_flag("--epochs-unledgered", options.epochs_need_no_ledger,
                "do not ask that heads over epochs were ledgered in time");
}

}  // namespace muster::cli
