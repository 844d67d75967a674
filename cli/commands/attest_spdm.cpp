// `attest spdm`: the signed measurement report of a real accelerator, judged.

#include "attestation/spdm/appraise.hpp"
#include "cli/chain_policy.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/document_limit.hpp"
#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"

namespace muster::cli {
namespace {

namespace spdm = attestation::spdm;

struct SpdmOptions {
  std::string file;
  std::string chain;
  std::string nonce;
  std::string device;
  std::string reference;
  std::vector<std::string> roots;
  std::vector<std::string> lists;
  bool revocation_optional = false;
};

Result<spdm::ChainPolicy> chain_policy(Context& context, const SpdmOptions& options) {
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  MUSTER_TRY_ASSIGN(auto policy, read_chain_policy(clock->now(), options.roots, options.lists));
  policy.revocation_required = !options.revocation_optional;
  if (policy.roots.empty()) policy.roots.push_back(spdm::nvidia_device_root());
  return policy;
}

Result<spdm::ReportPolicy> report_policy(const SpdmOptions& options) {
  spdm::ReportPolicy policy;
  if (!options.nonce.empty()) {
    std::array<std::uint8_t, spdm::nonce_bytes> nonce{};
    auto filled = fill_from_hex(options.nonce, nonce);
    if (!filled) return failure(std::move(filled.error()).during("--nonce"));
    policy.nonce = nonce;
  }
  if (!options.device.empty()) policy.device = options.device;
  if (options.reference.empty()) return policy;
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(options.reference));
  auto reference = spdm::parse_reference(text);
  if (!reference) return failure(std::move(reference.error()).during(options.reference));
  policy.reference = std::move(*reference);
  return policy;
}

Result<std::vector<spdm::Evidence>> evidence_in(const SpdmOptions& options) {
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(options.file, max_document_bytes));
  std::string chain;
  if (!options.chain.empty()) {
    MUSTER_TRY_ASSIGN(chain, read_text_file(options.chain));
  }
  auto evidence = spdm::read_evidence(text, chain);
  if (!evidence) return failure(std::move(evidence.error()).during(options.file));
  return evidence;
}

ExitCode exit_of(spdm::Verdict verdict) {
  switch (verdict) {
    case spdm::Verdict::consistent:
      return ExitCode::done;
    case spdm::Verdict::contradicted:
      return ExitCode::negative;
    case spdm::Verdict::open:
    case spdm::Verdict::query:
      break;
  }
  return ExitCode::no_answer;
}

/// A contradiction outweighs an open question, which outweighs nothing.
ExitCode worse(ExitCode one, ExitCode other) {
  if (one == ExitCode::negative || other == ExitCode::negative) return ExitCode::negative;
  return one == ExitCode::done ? other : one;
}

void print_report(print::Printer& printer, const spdm::Appraisal& result) {
  const bool good = result.verdict == spdm::Verdict::consistent;
  printer.facts({"",
                 {{"device", result.chain.device.empty() ? "unknown" : result.chain.device},
                  {"verdict",
                   {std::string(spdm::verdict_name(result.verdict)),
                    good ? print::Tone::good : print::Tone::bad}},
                  {"root", result.chain.root ? result.chain.root->name : "unknown"},
                  {"signature", result.signature_verified ? "verifies" : "does not verify"}}});
  printer.paragraph(result.statement);
  print::Table table{.columns = {{"finding"}, {"where"}, {"expected"}, {"found"}}};
  for (const spdm::Finding& finding : result.findings) {
    table.rows.push_back({std::string(spdm::code_name(finding.code)), finding.where,
                          finding.expected, finding.found});
  }
  if (!table.rows.empty()) printer.table(table);
  for (const std::string& check : result.checks_not_run) printer.note("not checked: " + check);
}

Result<ExitCode> appraise_report(Context& context, const SpdmOptions& options) {
  MUSTER_TRY_ASSIGN(const auto evidence, evidence_in(options));
  MUSTER_TRY_ASSIGN(const auto chains, chain_policy(context, options));
  MUSTER_TRY_ASSIGN(const auto reports, report_policy(options));
  auto printer = context.printer();
  ExitCode worst = ExitCode::done;
  for (const spdm::Evidence& item : evidence) {
    const auto result = spdm::appraise(item, spdm::judged_chain(item.chain_pem, chains), reports);
    worst = worse(worst, exit_of(result.verdict));
    print_report(printer, result);
    // One report is one object; a file of several is a stream.
    const Json json = spdm::appraisal_json(result);
    evidence.size() == 1 ? printer.json(json) : printer.json_line(json);
  }
  return worst;
}

}  // namespace

void add_attest_spdm_command(CLI::App& app, Context& context) {
  CLI::App& attest = noun(app, "attest", "evidence from devices, judged");
  auto& options = context.keep<SpdmOptions>();
  CLI::App& verb = add_verb(attest, "spdm", "judge the measurement report of an accelerator",
                            context, [&] { return appraise_report(context, options); });
  verb.add_option("file", options.file, "JSON of the maker's tools, or the report in hex")
      ->required();
  verb.add_option("--cert-chain", options.chain, "PEM, leaf first; for a report in hex");
  verb.add_option("--nonce", options.nonce, "the nonce that was asked with, 64 hex digits");
  verb.add_option("--device", options.device, "maker:product:serial that was asked");
  verb.add_option("--reference", options.reference, "reference values (JSON)");
  verb.add_option("--root", options.roots, "trusted root (PEM); NVIDIA's when not given");
  verb.add_option("--crl", options.lists, "revocation lists (PEM or DER)");
  verb.add_flag("--revocation-optional", options.revocation_optional,
                "unknown revocation is noted and does not keep the verdict open");
}

}  // namespace muster::cli
