// `scenario verify`: a finding of a played audit, judged by a stranger with public keys alone.

#include "cli/audit/draw_evidence.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/scenario/finding_bundle.hpp"
#include "cli/scenario/paper_bundle.hpp"
#include "ledger/base/file.hpp"

namespace muster::cli {
namespace {

constexpr std::size_t most_key_bytes = 4'096;

struct VerifyFindingOptions {
  std::string file;
  std::string keys;
};

Result<scenario::FindingKeys> read_finding_keys(const std::string& file) {
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(file, most_key_bytes));
  auto json = parse_json(text);
  if (!json) return failure(std::move(json.error()).during("reading " + file));
  auto keys = scenario::parse_finding_keys(*json);
  if (!keys) return failure(std::move(keys.error()).during("reading " + file));
  return keys;
}

print::Cell stands_cell(bool stands) {
  return stands ? print::Cell{"yes", print::Tone::good} : print::Cell{"NO", print::Tone::bad};
}

/// What was filed of an attempt against a register.
Result<ExitCode> verify_paper(Context& context, const std::string& file, std::string_view text,
                              const scenario::FindingKeys& keys) {
  auto review = scenario::reviewed_paper(text, keys);
  if (!review) return failure(std::move(review.error()).during("reading " + file));
  auto printer = context.printer();
  printer.table(checks_table(review->checks));
  printer.facts(
      {"SIMULATED", {{"shows", review->shows}, {"stands", stands_cell(review->stands())}}});
  Json answer = sampler::checks_json(review->checks);
  answer["shows"] = review->shows;
  answer["stands"] = review->stands();
  printer.json(answer);
  return review->stands() ? ExitCode::done : ExitCode::negative;
}

Result<ExitCode> verify_finding(Context& context, const VerifyFindingOptions& options) {
  MUSTER_TRY_ASSIGN(const auto keys, read_finding_keys(options.keys));
  MUSTER_TRY_ASSIGN(const std::string text,
                    read_text_file(options.file, scenario::max_finding_bytes));
  if (scenario::is_paper(text)) return verify_paper(context, options.file, text, keys);
  auto review = scenario::reviewed_finding(text, keys);
  if (!review) return failure(std::move(review.error()).during("reading " + options.file));
  std::string codes;
  for (const std::string& code : review->codes) codes += (codes.empty() ? "" : ", ") + code;
  auto printer = context.printer();
  printer.table(checks_table(review->checks));
  printer.facts({"SIMULATED",
                 {{"chip", review->chip},
                  {"verdict", review->verdict},
                  {"findings", codes.empty() ? "none: nothing was presented to judge" : codes},
                  {"by the inspector's word", std::string(review->by_word())},
                  {"stands", stands_cell(review->stands())}}});
  Json answer = sampler::checks_json(review->checks);
  answer["chip"] = review->chip;
  answer["verdict"] = review->verdict;
  answer["codes"] = review->codes;
  answer["by_word"] = review->by_word();
  answer["stands"] = review->stands();
  printer.json(answer);
  return review->stands() ? ExitCode::done : ExitCode::negative;
}

}  // namespace

void add_scenario_verify_command(CLI::App& app, Context& context) {
  CLI::App& group = noun(app, "scenario", "SIMULATED: worlds, evasions, and how often they pass");
  auto& options = context.keep<VerifyFindingOptions>();
  CLI::App& verb = add_verb(group, "verify", "judge what was filed of a play, by public keys",
                            context, [&] { return verify_finding(context, options); });
  verb.add_option("file", options.file, "a bundle of `scenario score --bundles`")->required();
  verb.add_option("--keys", options.keys, "the public keys, such as keys.json beside the bundles")
      ->required();
}

}  // namespace muster::cli
