// `attest result`: what a Verifier signed about one chip, read by somebody else.

#include <algorithm>

#include "attestation/result/attestation_result.hpp"
#include "cli/chip_verdict.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/print/number.hpp"
#include "ledger/base/file.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::cli {
namespace {

using namespace attestation;

struct ResultOptions {
  std::string file;
  std::string key;
  std::string chip;
  std::string head;
};

print::Tone tone_of(ResultStatus status) {
  if (status == ResultStatus::affirming) return print::Tone::good;
  return status == ResultStatus::none ? print::Tone::plain : print::Tone::bad;
}

/// Why the result is not what its reader asked for; nothing if it is.
Result<std::optional<std::string>> objection(const ResultOptions& options,
                                             const ledger::Envelope& envelope,
                                             const AttestationResult& result) {
  using Objection = std::optional<std::string>;
  auto key = crypto::PublicKey::parse(options.key);
  if (!key) return failure(std::move(key.error()).during("--key"));
  const bool is_signed =
      std::ranges::any_of(envelope.signatures, [&](const ledger::EnvelopeSignature& signature) {
        return ledger::signature_verifies(envelope, signature, *key);
      });
  if (!is_signed) return Objection("no signature of the key given");
  if (!options.chip.empty()) {
    auto chip = ChipId::parse_typed(options.chip);
    if (!chip) return failure(std::move(chip.error()).during("--chip"));
    if (*chip != result.chip) return Objection("of chip " + result.chip.to_string());
  }
  if (options.head.empty()) return Objection();
  MUSTER_TRY_ASSIGN(const Bytes head, read_file(options.head));
  if (result.evidence.head == crypto::sha256(head)) return Objection();
  return Objection("of another head than " + options.head);
}

void print_result(print::Printer& printer, const AttestationResult& result) {
  printer.facts(
      {"",
       {{"chip", result.chip.to_string()},
        {"verdict",
         {std::string(verdict_name(result.verdict)), tone_of(status_from(result.verdict))}},
        {"verifier", result.verifier},
        {"with", result.build},
        {"at", result.policy.now.to_string()},
        {"window", result.window.from.to_string() + " to " + result.window.to.to_string()},
        {"policy", policy_id(result.policy).to_hex()},
        {"presence", std::string(presence_name(result.presence))},
        {"snapshots judged", print::grouped(result.coverage.snapshots)}}});
  print::Table claims{.columns = {{"claim"}, {"status"}}};
  for (std::size_t i = 0; i < claim_count; ++i) {
    claims.rows.push_back(
        {std::string(claim_name(static_cast<Claim>(i))),
         {std::string(status_name(result.claims[i])), tone_of(result.claims[i])}});
  }
  printer.table(claims);
  print::Table findings{.columns = {{"finding"}, {"severity"}, print::number_column("times")}};
  for (const CodeCount& item : result.findings) {
    findings.rows.push_back({std::string(code_name(item.code)),
                             std::string(severity_name(item.severity)),
                             print::grouped(item.count)});
  }
  if (!findings.rows.empty()) printer.table(findings);
  for (const CheckNotRun& check : result.not_run) {
    printer.note("not checked: " + check.check + ": " + check.reason);
  }
}

Result<ExitCode> read_result(Context& context, const ResultOptions& options) {
  MUSTER_TRY_ASSIGN(const std::string text,
                    read_text_file(options.file, ledger::max_envelope_text_bytes));
  auto envelope = ledger::parse_envelope(text);
  if (!envelope) return failure(std::move(envelope.error()).during(options.file));
  if (envelope->payload_type != statement_payload_type) {
    return failure(Errc::invalid_input, options.file + ": got \"" + envelope->payload_type +
                                            "\", want " + std::string(statement_payload_type));
  }
  auto result = parse_result(envelope->payload);
  if (!result) return failure(std::move(result.error()).during(options.file));
  MUSTER_TRY_ASSIGN(const auto why, objection(options, *envelope, *result));
  auto printer = context.printer();
  if (why) {
    printer.paragraph("NOT TAKEN: " + *why + ".", print::Tone::bad);
  } else {
    print_result(printer, *result);
    printer.paragraph(
        "Signed by the key given: its holder judged this head by this policy so. It says nothing "
        "of other chips, and no more of this one than its findings do.");
  }
  printer.json({{"taken", !why.has_value()},
                {"why_not", why ? Json(*why) : Json(nullptr)},
                {"chip", result->chip.to_string()},
                {"verdict", why ? Json(nullptr) : Json(verdict_name(result->verdict))},
                {"statement", why ? Json(nullptr) : parse_json(envelope->payload).value()}});
  return why ? ExitCode::negative : exit_code_of(result->verdict);
}

}  // namespace

void add_attest_result_command(CLI::App& app, Context& context) {
  CLI::App& attest = noun(app, "attest", "evidence from devices, judged");
  auto& options = context.keep<ResultOptions>();
  CLI::App& verb = add_verb(attest, "result", "read what a Verifier signed about one chip", context,
                            [&] { return read_result(context, options); });
  verb.add_option("file", options.file, "as `attest appraise --result` writes it")->required();
  verb.add_option("--key", options.key, "the Verifier's public key")->required();
  verb.add_option("--chip", options.chip, "the chip that it must be of");
  verb.add_option("--head", options.head, "the head that it must be of: a file");
}

}  // namespace muster::cli
