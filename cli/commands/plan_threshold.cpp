// `plan threshold`: from a rule and a product to the chips that a hidden run needs.

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/data_folder.hpp"
#include "cli/number_option.hpp"
#include "cli/print/number.hpp"
#include "ledger/base/file.hpp"
#include "registry/catalogue/chip_models.hpp"
#include "registry/catalogue/peak_rate.hpp"
#include "sampler/threshold/threshold.hpp"
#include "sampler/threshold/threshold_json.hpp"

namespace muster::cli {
namespace {

struct ThresholdOptions {
  std::string excess;
  std::string rule;
  std::string model;
  std::string days = "30";
  std::string format;
  std::string utilization = "1";
  std::uint64_t rate = 0;
  std::uint64_t offbook = 0;
  bool sparsity = false;
};

Result<sampler::HiddenRun> run_of(const ThresholdOptions& options) {
  MUSTER_TRY_ASSIGN(const auto excess, decimal_option(options.excess, "--excess"));
  const std::string& rule_text = options.rule.empty() ? options.excess : options.rule;
  MUSTER_TRY_ASSIGN(const auto rule, decimal_option(rule_text, "--rule"));
  MUSTER_TRY_ASSIGN(const auto days, decimal_option(options.days, "--days"));
  MUSTER_TRY_ASSIGN(const auto utilization, decimal_option(options.utilization, "--utilization"));
  const sampler::HiddenRun run{rule, excess, days, utilization};
  MUSTER_TRY(sampler::check(run));
  return run;
}

Result<sampler::ChipClass> class_of(const ThresholdOptions& options) {
  if (options.rate > 0) {
    return sampler::chip_class_at(options.model, options.rate, sampler::unlimited_chips);
  }
  MUSTER_TRY_ASSIGN(const std::string folder, data_folder());
  MUSTER_TRY_ASSIGN(const std::string csv, read_text_file(folder + "/chip_models.csv"));
  MUSTER_TRY_ASSIGN(const auto models, catalogue::ChipModels::parse(csv, "chip_models.csv"));
  MUSTER_TRY_ASSIGN(const auto* model, models.find(options.model));
  return sampler::chip_class(*model, {options.format, options.sparsity}, sampler::unlimited_chips);
}

std::string or_none(const std::optional<std::uint64_t>& count) {
  return count ? print::grouped(*count) : "none";
}

Result<ExitCode> plan_threshold(Context& context, const ThresholdOptions& options) {
  MUSTER_TRY_ASSIGN(const auto run, run_of(options));
  MUSTER_TRY_ASSIGN(const auto chips, class_of(options));
  const sampler::UnseenChips unseen{options.offbook, 0, 0, 0};
  MUSTER_TRY_ASSIGN(const auto threshold, sampler::threshold(run, {chips}, unseen));
  auto printer = context.printer();
  printer.facts({"",
                 {{"model", threshold.fastest_model + ", " + threshold.format},
                  {"FLOP per chip and day", threshold.flop_per_chip_day.text()},
                  {"violation chips k", {or_none(threshold.violation_chips), print::Tone::strong}},
                  {"with sparsity", or_none(threshold.violation_chips_sparse)},
                  {"k_eff, less chips off the books", or_none(threshold.effective_chips)}}});
  for (const std::string& assumption : threshold.assumptions) printer.note(assumption);
  const bool none_needed = threshold.effective_chips && *threshold.effective_chips == 0;
  if (none_needed) {
    printer.paragraph(
        "NO GUARANTEE: chips off the books suffice for the run, and no inspection of the register "
        "shows one of it.",
        print::Tone::warn);
  }
  printer.json(sampler::threshold_json(threshold));
  return none_needed ? ExitCode::negative : ExitCode::done;
}

}  // namespace

void add_plan_threshold_command(CLI::App& app, Context& context) {
  CLI::App& plan = noun(app, "plan", "inspection plans");
  auto& options = context.keep<ThresholdOptions>();
  CLI::App& verb = add_verb(plan, "threshold", "the chips that a hidden run needs", context,
                            [&] { return plan_threshold(context, options); });
  verb.add_option("--excess", options.excess, "FLOP that a plan must catch")->required();
  verb.add_option("--rule", options.rule, "FLOP of the rule; the excess when not given");
  verb.add_option("--model", options.model, "chip model of the catalogue")->required();
  verb.add_option("--days", options.days, "the longest run");
  verb.add_option("--format", options.format, "one number format; the fastest when not given");
  verb.add_option("--utilization", options.utilization, "share of the peak; below 1 assumes");
  verb.add_option("--rate", options.rate, "FLOP/s of one chip, instead of the catalogue's");
  verb.add_option("--offbook", options.offbook, "chips the Prover could hold off the books");
  verb.add_flag("--sparsity", options.sparsity, "count the maker's structured sparsity");
}

}  // namespace muster::cli
