// `allowance issue` and `allowance audit`: how much a chip may compute, and what it spent.

#include "attestation/device/head.hpp"
#include "cli/allowance_files.hpp"
#include "cli/commands/commands.hpp"
#include "cli/device_log_json.hpp"
#include "cli/key_source.hpp"
#include "cli/print/number.hpp"
#include "ledger/base/file.hpp"

namespace muster::cli {
namespace {

using namespace attestation;

struct AllowanceIssueOptions {
  std::string chip;
  std::string issuer;
  std::uint64_t megacycles = 0;
  std::string from;
  std::string to;
  std::string terms;
  std::string after;
  bool first = false;
  std::string sign;
  std::string out;
};

struct AllowanceAuditOptions {
  std::string chip;
  std::string log;
  std::string head;
  std::string key;
  AllowanceOptions issued;
};

Result<ChipId> allowance_chip(const std::string& text) {
  auto chip = ChipId::parse_typed(text);
  if (!chip) return failure(std::move(chip.error()).during("--chip"));
  return chip;
}

Result<Timestamp> allowance_instant(const std::string& text, const char* option) {
  auto time = Timestamp::parse_day_or_instant(text);
  if (!time) return failure(std::move(time.error()).during(option));
  return time;
}

/// Number of the allowance that the chip had before; 0 for its first.
Result<std::uint64_t> number_before(const AllowanceIssueOptions& options, const ChipId& chip,
                                    const crypto::PublicKey& issuer) {
  if (options.first == !options.after.empty()) {
    return failure(Errc::invalid_input,
                   "--after: want the chip's allowance before this one, or --first if it had none");
  }
  if (options.first) return std::uint64_t{0};
  MUSTER_TRY_ASSIGN(const HandedAllowance before,
                    read_allowance_file(options.after, std::span(&issuer, 1)));
  const Allowance& terms = before.known.terms;
  if (!before.known.by_issuer) {
    return failure(Errc::invalid_input, options.after + ": not signed by the key of --sign");
  }
  if (terms.chip != chip) {
    return failure(Errc::invalid_input,
                   options.after + ": got an allowance of chip " + terms.chip.to_string());
  }
  if (terms.number < max_allowance_number) return terms.number;
  return failure(Errc::invalid_input, options.after + ": no number is left above its own");
}

Result<Allowance> allowance_of(const AllowanceIssueOptions& options,
                               const crypto::PublicKey& issuer_key) {
  MUSTER_TRY_ASSIGN(const ChipId chip, allowance_chip(options.chip));
  auto issuer = PartyId::parse(options.issuer);
  if (!issuer) return failure(std::move(issuer.error()).during("--issuer"));
  MUSTER_TRY_ASSIGN(const std::uint64_t previous, number_before(options, chip, issuer_key));
  MUSTER_TRY_ASSIGN(const Timestamp from, allowance_instant(options.from, "--from"));
  MUSTER_TRY_ASSIGN(const Timestamp to, allowance_instant(options.to, "--to"));
  MUSTER_TRY_ASSIGN(const Hash terms, terms_digest(options.terms));
  if (options.megacycles == 0 || options.megacycles > max_allowance_number) {
    return failure(Errc::invalid_input, "--megacycles: want 1 to 2^53 - 1");
  }
  if (to <= from) return failure(Errc::invalid_input, "--to: want an instant after --from");
  return Allowance{chip, previous + 1, previous, *issuer, options.megacycles, from, to, terms};
}

Result<ExitCode> issue_allowance(Context& context, const AllowanceIssueOptions& options) {
  MUSTER_TRY_ASSIGN(const auto signer, open_signer(options.sign));
  MUSTER_TRY_ASSIGN(const Allowance allowance, allowance_of(options, signer->verifying_key()));
  MUSTER_TRY_ASSIGN(const ledger::Envelope envelope, signed_allowance(allowance, *signer));
  if (!context.options().dry_run) {
    MUSTER_TRY(create_file(options.out, as_bytes(ledger::encode_envelope(envelope))));
  }
  const std::string statement = ledger::statement_hash(envelope).to_hex();
  auto printer = context.printer();
  printer.facts({"",
                 {{"chip", allowance.chip.to_string()},
                  {"number", print::grouped(allowance.number)},
                  {"megacycles", print::grouped(allowance.megacycles)},
                  {"from", allowance.not_before.to_string()},
                  {"to", allowance.not_after.to_string()},
                  {"statement", statement},
                  {"allowance", options.out}}});
  printer.json({{"allowance", parse_json(envelope.payload).value()},
                {"statement", statement},
                {"file", options.out}});
  return ExitCode::done;
}

/// The log of a chip by itself, with the end that a head seals.
struct AuditedChipLog {
  DeviceLog log;
  std::optional<std::uint64_t> sealed;  ///< Counter of the entry that the head names.
  std::vector<std::string> not_run;
};

// What the head has to say. A head that says otherwise than the log is a finding of the log.
Result<void> seal_by_head(const AllowanceAuditOptions& options, const ChipId& chip,
                          AuditedChipLog& audited) {
  if (options.head.empty()) {
    audited.not_run.emplace_back("end of the log: no --head was given, so nobody signed it");
    return {};
  }
  MUSTER_TRY_ASSIGN(const Bytes bytes, read_file(options.head));
  FindingList& findings = audited.log.findings;
  const auto presented = parsed_head(bytes);
  if (!presented) {
    findings.add(
        finding(FindingCode::evidence_unreadable, "a signed head", presented.error().message));
    return {};
  }
  if (presented->head.ueid != ueid_of(chip)) {
    findings.add(finding(FindingCode::id_mismatch, "identity " + ueid_of(chip).to_hex(),
                         "a head of identity " + presented->head.ueid.to_hex()));
  }
  if (options.key.empty()) {
    audited.not_run.emplace_back("signature of the head: no --key was given");
  } else {
    auto key = crypto::PublicKey::parse(options.key);
    if (!key) return failure(std::move(key.error()).during("--key"));
    if (!sign1_verifies(presented->message, *key)) {
      findings.add(finding(FindingCode::sig_bad, "a head signed by the device key",
                           "one that it did not sign"));
    }
  }
  const LogPoint* point = audited.log.at_counter(presented->head.counter);
  if (point == nullptr || point->hash != presented->head.entry) {
    findings.add(finding(FindingCode::chain_break, "entry " + presented->head.entry.to_hex(),
                         "a log without it at the counter that the head names"));
  } else {
    audited.sealed = presented->head.counter;
  }
  return {};
}

Severity worst_severity(const FindingList& findings) {
  Severity worst = Severity::note;
  for (const Finding& item : findings.items()) worst = std::max(worst, item.severity);
  return worst;
}

void print_allowance_audit(print::Printer& printer, const AllowanceUse& use,
                           const AuditedChipLog& audited) {
  const FindingList& findings = audited.log.findings;
  const bool is_clean = worst_severity(findings) == Severity::note;
  printer.paragraph(is_clean ? "What the chip says that it spent is what it was allowed."
                             : "The log does not go with the allowances that were given.",
                    is_clean ? print::Tone::good : print::Tone::bad);
  print_allowance_use(printer, use);
  print::Table table{.columns = {{"finding"}, {"severity"}, {"expected"}, {"found"}}};
  for (const Finding& item : findings.items()) {
    table.rows.push_back({std::string(code_name(item.code)),
                          std::string(severity_name(item.severity)), item.expected, item.found});
  }
  if (!table.rows.empty()) printer.table(table);
  printer.paragraph(
      "The chip counts its own cycles: firmware that lies, or a chip whose key got out, spends "
      "what it likes.");
  for (const std::string& check : audited.not_run) printer.note("not checked: " + check);
}

Result<ExitCode> audit_allowances(Context& context, const AllowanceAuditOptions& options) {
  MUSTER_TRY_ASSIGN(const ChipId chip, allowance_chip(options.chip));
  MUSTER_TRY_ASSIGN(const auto book, allowance_book(options.issued));
  if (!book) return failure(Errc::invalid_input, "--issuer-key: want the key of the issuer");
  MUSTER_TRY_ASSIGN(const Bytes bytes, read_file(options.log));
  AuditedChipLog audited{read_log(bytes), {}, {}};
  if (audited.log.first && audited.log.first->ueid != ueid_of(chip)) {
    audited.log.findings.add(finding(FindingCode::id_mismatch, "a log of " + ueid_of(chip).to_hex(),
                                     "a log of " + audited.log.first->ueid.to_hex()));
  }
  MUSTER_TRY(seal_by_head(options, chip, audited));
  const AllowanceQuestion question{
      chip,
      &*book,
      10 * ms_per_minute,
      true,
      [&](const LoggedAllowance& entry) {
        return !audited.sealed || audited.log.points[entry.point].counter <= *audited.sealed;
      },
      [](const LoggedAllowance&) { return true; }};
  JudgedAllowances judged = judged_allowances(audited.log, bytes, question);
  audited.log.findings.add_all(std::move(judged.findings));
  auto printer = context.printer();
  print_allowance_audit(printer, judged.use, audited);
  const Severity worst = worst_severity(audited.log.findings);
  printer.json({{"chip", chip.to_string()},
                {"consistent", worst == Severity::note},
                {"loaded", judged.use.loaded},
                {"number", judged.use.number},
                {"remaining_megacycles", judged.use.remaining_megacycles},
                {"spent_megacycles", judged.use.spent_megacycles},
                {"findings", device_findings_json(audited.log.findings)},
                {"checks_not_run", audited.not_run}});
  return worst == Severity::note ? ExitCode::done : ExitCode::no_answer;
}

void add_issue_command(CLI::App& allowance, Context& context) {
  auto& options = context.keep<AllowanceIssueOptions>();
  CLI::App& verb = add_verb(allowance, "issue", "sign how much one chip may compute", context,
                            [&] { return issue_allowance(context, options); });
  verb.footer(
      "Example: muster allowance issue --chip CHIP --issuer office --megacycles 17000000000 "
      "--from 2026-07-01 --to 2026-10-01 --terms terms.pdf --first --sign office.key "
      "--out chip.allowance");
  verb.add_option("--chip", options.chip, "chip id")->required();
  verb.add_option("--issuer", options.issuer, "party that issues")->required();
  verb.add_option("--megacycles", options.megacycles, "millions of clock cycles at work")
      ->required();
  verb.add_option("--from", options.from, "from when on it is valid")->required();
  verb.add_option("--to", options.to, "until when: whatever is left then lapses")->required();
  verb.add_option("--terms", options.terms, "file of the terms, whose SHA-256 it names")
      ->required();
  verb.add_option("--after", options.after, "the chip's allowance before this one");
  verb.add_flag("--first", options.first, "the chip had none before");
  verb.add_option("--sign", options.sign, "key file or token of the issuer")->required();
  verb.add_option("--out", options.out, "file for the signed allowance")->required();
}

}  // namespace

void add_allowance_commands(CLI::App& app, Context& context) {
  CLI::App& allowance = noun(app, "allowance", "how much chips may compute, and what they spent");
  add_issue_command(allowance, context);
  auto& options = context.keep<AllowanceAuditOptions>();
  CLI::App& verb = add_verb(allowance, "audit", "hold a chip's log to the allowances it was issued",
                            context, [&] { return audit_allowances(context, options); });
  verb.footer(
      "Example: muster allowance audit CHIP.log --chip CHIP --head CHIP.head --key DEVICE-KEY "
      "--issuer-key ISSUER-KEY --allowance chip.allowance");
  verb.add_option("log", options.log, "the device log")->required();
  verb.add_option("--chip", options.chip, "chip id")->required();
  verb.add_option("--head", options.head, "the signed head that came with it");
  verb.add_option("--key", options.key, "the device's public key, as enrolled");
  add_allowance_options(verb, options.issued);
}

}  // namespace muster::cli
