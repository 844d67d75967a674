// `delay prove` and `delay verify`: that time passed, by squarings one after the other.

#include <limits>

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/delay_files.hpp"
#include "cli/print/number.hpp"
#include "ledger/base/file.hpp"

namespace muster::cli {
namespace {

using namespace attestation;

struct DelayOptions {
  std::string policy;
  std::string input;
  std::uint64_t squarings = 0;
  std::uint64_t memory_mib = 16;
  std::string file;
};

/// Squarings between two looks at the clock of the progress line.
constexpr std::uint64_t squarings_at_once = 50'000;

/// The bounds of a lower bound; no statement of this module goes without it.
constexpr std::string_view what_a_delay_shows =
    "It shows that this time passed after the input was known, while the policy is right about the "
    "fastest rate and nobody knows the factors of the modulus. It does not show who squared, or "
    "what a chip did.";

Result<Hash> delay_input(const DelayOptions& options) {
  auto input = Hash::from_hex(options.input);
  if (!input) return failure(std::move(input.error()).during("--input"));
  return input;
}

Result<DelayDocument> proven_delay(print::Printer& printer, const DelayOptions& options,
                                   const DelayPolicy& policy) {
  MUSTER_TRY_ASSIGN(const Hash input, delay_input(options));
  if (options.squarings < crypto::min_delay_squarings ||
      options.squarings > crypto::max_delay_squarings) {
    return failure(Errc::invalid_input,
                   "--squarings: got " + std::to_string(options.squarings) + ", want " +
                       std::to_string(crypto::min_delay_squarings) + " to 2^53 - 1");
  }
  constexpr std::uint64_t most_mib = 65'536;
  if (options.memory_mib == 0 || options.memory_mib > most_mib) {
    return failure(Errc::invalid_input,
                   "--memory: got " + std::to_string(options.memory_mib) + ", want 1 to 65536");
  }
  const crypto::DelayTask task{input, options.squarings};
  crypto::DelayEvaluation evaluation(policy.modulus, task, std::size_t{options.memory_mib} << 20U);
  auto progress =
      printer.progress({.activity = "squaring", .unit = "squarings", .total = options.squarings});
  std::uint64_t left = options.squarings;
  while (left > 0) {
    left = evaluation.advance(squarings_at_once);
    progress.update(options.squarings - left);
  }
  return DelayDocument{policy.modulus.digest(), task, evaluation.proof()};
}

void print_delay(print::Printer& printer, const DelayDocument& document,
                 const DelayPolicy& policy) {
  const std::uint64_t ms = elapsed_at_least_ms(policy, document.task.squarings);
  printer.facts({"",
                 {{"input", document.task.input.to_hex()},
                  {"squarings", print::grouped(document.task.squarings)},
                  {"took at least", print::duration(static_cast<std::int64_t>(ms)) + " (" +
                                        print::grouped(ms) + " ms)"},
                  {"at", delay_basis(policy)},
                  {"modulus", document.modulus.to_hex()}}});
  printer.paragraph(what_a_delay_shows);
}

Json delay_json(const DelayDocument& document, const DelayPolicy& policy) {
  return {{"input", document.task.input.to_hex()},
          {"squarings", document.task.squarings},
          {"modulus", document.modulus.to_hex()},
          {"squarings_per_s", policy.squarings_per_s},
          {"factor", policy.factor},
          {"at_least_ms", elapsed_at_least_ms(policy, document.task.squarings)}};
}

Result<ExitCode> prove_delay(Context& context, const DelayOptions& options) {
  MUSTER_TRY_ASSIGN(const DelayPolicy policy, read_delay_policy(options.policy));
  auto printer = context.printer();
  MUSTER_TRY_ASSIGN(const DelayDocument document, proven_delay(printer, options, policy));
  if (!context.options().dry_run) {
    MUSTER_TRY(create_file(options.file, as_bytes(encode_delay_document(document))));
  }
  print_delay(printer, document, policy);
  Json json = delay_json(document, policy);
  json["proof"] = options.file;
  printer.json(json);
  return ExitCode::done;
}

/// What is wrong with the proof; empty if nothing is.
Result<std::string> delay_problem(const DelayOptions& options, const DelayDocument& document,
                                  const DelayPolicy& policy) {
  if (!options.input.empty()) {
    MUSTER_TRY_ASSIGN(const Hash input, delay_input(options));
    if (input != document.task.input) return "another input than the one given";
  }
  if (document.modulus != policy.modulus.digest()) {
    return "under another modulus than that of the policy, " + policy.modulus.digest().to_hex();
  }
  if (crypto::delay_verifies(policy.modulus, document.task, document.proof)) return std::string();
  return "the proof does not verify";
}

Result<ExitCode> verify_delay(Context& context, const DelayOptions& options) {
  MUSTER_TRY_ASSIGN(const DelayPolicy policy, read_delay_policy(options.policy));
  MUSTER_TRY_ASSIGN(const DelayDocument document, read_delay_document(options.file));
  MUSTER_TRY_ASSIGN(const std::string problem, delay_problem(options, document, policy));
  const bool valid = problem.empty();
  auto printer = context.printer();
  printer.paragraph(valid ? "The proof verifies." : "NOT PROVEN: " + problem + ".",
                    valid ? print::Tone::good : print::Tone::bad);
  if (valid) print_delay(printer, document, policy);
  Json json = delay_json(document, policy);
  if (!valid) json["at_least_ms"] = nullptr;
  json["valid"] = valid;
  json["problem"] = valid ? Json(nullptr) : Json(problem);
  printer.json(json);
  return valid ? ExitCode::done : ExitCode::negative;
}

}  // namespace

void add_delay_commands(CLI::App& app, Context& context) {
  CLI::App& delay = noun(app, "delay", "proofs that time passed");
  auto& proving = context.keep<DelayOptions>();
  CLI::App& prove_verb = add_verb(delay, "prove", "square one after the other, and prove it",
                                  context, [&] { return prove_delay(context, proving); });
  prove_verb.footer(
      "Example: muster delay prove --policy data/delay/rsa-2048.json --input $(printf %064d 1) "
      "--squarings 1000000 --out one.delay");
  prove_verb.add_option("--policy", proving.policy, "delay policy (JSON), which has the modulus")
      ->required();
  prove_verb
      .add_option("--input", proving.input, "what it begins with: 64 hex digits, as of an entry")
      ->required();
  prove_verb.add_option("--squarings", proving.squarings, "how many, from 1024 on")->required();
  prove_verb.add_option("--memory", proving.memory_mib, "MiB for what shortens the proof");
  prove_verb.add_option("--out", proving.file, "file for the proof")->required();
  auto& checked = context.keep<DelayOptions>();
  CLI::App& verify_verb = add_verb(delay, "verify", "how much time passed at least", context,
                                   [&] { return verify_delay(context, checked); });
  verify_verb.footer("Example: muster delay verify one.delay --policy data/delay/rsa-2048.json");
  verify_verb.add_option("file", checked.file, "the proof")->required();
  verify_verb.add_option("--policy", checked.policy, "delay policy (JSON)")->required();
  verify_verb.add_option("--input", checked.input, "what it must have begun with");
}

}  // namespace muster::cli
