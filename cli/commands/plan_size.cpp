// `plan size`, `plan power` and `plan paper`: numbers about plans, without a registry.

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/number_option.hpp"
#include "cli/print/number.hpp"
#include "cli/print/printer.hpp"
#include "sampler/stats/paper.hpp"
#include "sampler/stats/replacement.hpp"
#include "sampler/stats/thinned.hpp"

namespace muster::cli {
namespace {

struct SizeOptions {
  std::uint64_t population = 0;
  std::uint64_t violation_chips = 0;
  std::uint64_t sample = 0;
  std::string target = "0.95";
  std::string detection = "1";
};

struct PaperOptions {
  std::string flop;
  std::uint64_t population = 0;
  std::string flop_per_chip_day = "8.64e19";
  std::string snapshots_per_day = "0.1";
  std::string period_days = "30";
  std::string run_days = "365";
  std::string target = "0.9";
};

template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Result<stats::Lot> lot_of(const SizeOptions& options) {
  constexpr std::uint64_t most = std::uint64_t{1} << 53U;
  if (options.population == 0 || options.population > most) {
    return failure(Errc::invalid_input,
                   "--population: got " + std::to_string(options.population) + ", want 1 to 2^53");
  }
  if (options.violation_chips > options.population) {
    return failure(Errc::invalid_input,
                   "--violation-chips: got " + std::to_string(options.violation_chips) +
                       ", want at most the population of " + std::to_string(options.population));
  }
  return stats::Lot{options.population, options.violation_chips};
}

struct Sizes {
  std::optional<std::uint64_t> exact;
  std::optional<std::uint64_t> with_replacement;
  std::optional<stats::IaeaSizes> iaea;
};

/// The rules side by side. Imperfect detection enters the exact size only.
Sizes sizes_of(const stats::Lot& lot, const stats::Probability& detection,
               const stats::Probability& target) {
  return {stats::min_sample(lot, detection, target),
          stats::min_sample_with_replacement(lot, target), stats::iaea_sizes(lot, target)};
}

std::string count_text(const std::optional<std::uint64_t>& count) {
  return count ? print::grouped(*count) : "not reachable";
}

Result<ExitCode> plan_size(Context& context, const SizeOptions& options) {
  MUSTER_TRY_ASSIGN(const stats::Lot lot, lot_of(options));
  MUSTER_TRY_ASSIGN(const auto target, probability_option(options.target, "--target"));
  MUSTER_TRY_ASSIGN(const auto detection, probability_option(options.detection, "--detection"));
  const Sizes sizes = sizes_of(lot, detection, target);
  const std::uint64_t inspected = sizes.exact.value_or(lot.size);
  const stats::Real miss = stats::miss(lot, inspected, detection);
  const std::string power = stats::digits(stats::Real(1) - miss);
  const auto simple = sizes.iaea ? std::optional(sizes.iaea->simple) : std::nullopt;
  const auto corrected = sizes.iaea ? std::optional(sizes.iaea->corrected) : std::nullopt;
  auto printer = context.printer();
  printer.facts({"",
                 {{"frame", print::counted(lot.size, "chip")},
                  {"violation chips", print::grouped(lot.violating)},
                  {"target", target.exact()->text()},
                  {"inspect", {count_text(sizes.exact), print::Tone::strong}},
                  {"draws a violating chip with", power},
                  {"with replacement", count_text(sizes.with_replacement)},
                  {"IAEA formula", count_text(simple)},
                  {"IAEA corrected", count_text(corrected)}}});
  if (!sizes.exact) {
    printer.note("no sample reaches the target: inspecting every chip gives " + power);
  }
  printer.json({{"population", lot.size},
                {"violation_chips", lot.violating},
                {"target", target.exact()->text()},
                {"detection", detection.exact()->text()},
                {"sample_size", or_null(sizes.exact)},
                {"power", power},
                {"miss", stats::digits(miss)},
                {"rules",
                 {{"exact", or_null(sizes.exact)},
                  {"with_replacement", or_null(sizes.with_replacement)},
                  {"iaea", or_null(simple)},
                  {"iaea_corrected", or_null(corrected)}}},
                {"reachable", sizes.exact.has_value()}});
  return sizes.exact ? ExitCode::done : ExitCode::negative;
}

Result<ExitCode> plan_power(Context& context, const SizeOptions& options) {
  MUSTER_TRY_ASSIGN(const stats::Lot lot, lot_of(options));
  MUSTER_TRY_ASSIGN(const auto detection, probability_option(options.detection, "--detection"));
  if (options.sample > lot.size) {
    return failure(Errc::invalid_input, "--sample: got " + std::to_string(options.sample) +
                                            ", want at most the population");
  }
  const stats::Real miss = stats::miss(lot, options.sample, detection);
  const std::string power = stats::digits(stats::Real(1) - miss);
  auto printer = context.printer();
  printer.facts({"",
                 {{"frame", print::counted(lot.size, "chip")},
                  {"violation chips", print::grouped(lot.violating)},
                  {"inspected", print::grouped(options.sample)},
                  {"draws a violating chip with", {power, print::Tone::strong}},
                  {"misses with", stats::digits(miss)}}});
  printer.json({{"population", lot.size},
                {"violation_chips", lot.violating},
                {"detection", detection.exact()->text()},
                {"sample_size", options.sample},
                {"power", power},
                {"miss", stats::digits(miss)}});
  return ExitCode::done;
}

Result<stats::PaperPlan> paper_plan(const PaperOptions& options) {
  MUSTER_TRY_ASSIGN(const auto flop, decimal_option(options.flop, "--flop"));
  MUSTER_TRY_ASSIGN(const auto rate,
                    decimal_option(options.flop_per_chip_day, "--flop-per-chip-day"));
  MUSTER_TRY_ASSIGN(const auto snapshots,
                    decimal_option(options.snapshots_per_day, "--snapshots-per-day"));
  MUSTER_TRY_ASSIGN(const auto period, decimal_option(options.period_days, "--period-days"));
  MUSTER_TRY_ASSIGN(const auto run, decimal_option(options.run_days, "--run-days"));
  MUSTER_TRY_ASSIGN(const auto target, probability_option(options.target, "--target"));
  const stats::PaperPlan plan{flop, options.population, rate, snapshots, period, run, target};
  MUSTER_TRY(stats::check(plan));
  return plan;
}

Result<ExitCode> plan_paper(Context& context, const PaperOptions& options) {
  MUSTER_TRY_ASSIGN(const stats::PaperPlan plan, paper_plan(options));
  const auto counts = stats::paper_counts(plan);
  const auto exact = stats::paper_exact(plan);
  auto printer = context.printer();
  if (counts) {
    printer.facts({"",
                   {{"inspections a period", stats::digits(counts->per_period)},
                    {"inspections a year", print::grouped(counts->whole_per_year)},
                    {"exact, without replacement, a period",
                     exact ? print::grouped(exact->per_period) : "not reachable"}}});
  } else {
    printer.paragraph("Alone and within " + plan.run_days.text() +
                      " days this population cannot do that much. That is no reason to inspect "
                      "nothing: pool it with others.");
  }
  printer.json({{"per_period", counts ? Json(stats::digits(counts->per_period)) : Json(nullptr)},
                {"per_year", counts ? Json(counts->whole_per_year) : Json(nullptr)},
                {"exact_per_period", exact ? Json(exact->per_period) : Json(nullptr)},
                {"violation_chips", exact ? Json(exact->violating) : Json(nullptr)},
                {"reachable", counts.has_value()}});
  return ExitCode::done;
}

void add_lot_options(CLI::App& verb, SizeOptions& options) {
  verb.add_option("--population", options.population, "chips in the frame")->required();
  verb.add_option("--violation-chips", options.violation_chips, "chips that a hidden run needs")
      ->required();
  verb.add_option("--detection", options.detection,
                  "chance that a violating chip, once inspected, is recognised");
}

}  // namespace

void add_plan_size_commands(CLI::App& app, Context& context) {
  CLI::App& plan = noun(app, "plan", "inspection plans");
  auto& size = context.keep<SizeOptions>();
  CLI::App& size_verb = add_verb(plan, "size", "the smallest sample for a frame", context,
                                 [&] { return plan_size(context, size); });
  add_lot_options(size_verb, size);
  size_verb.add_option("--target", size.target, "probability to draw a chip of the run");

  auto& power = context.keep<SizeOptions>();
  CLI::App& power_verb = add_verb(plan, "power", "what a given sample catches", context,
                                  [&] { return plan_power(context, power); });
  add_lot_options(power_verb, power);
  power_verb.add_option("--sample", power.sample, "chips inspected")->required();

  auto& paper = context.keep<PaperOptions>();
  CLI::App& verb = add_verb(plan, "paper", "equation 1 of Shavit 2023 (Table 1 by default)",
                            context, [&] { return plan_paper(context, paper); });
  verb.add_option("--flop", paper.flop, "H: FLOP of the run")->required();
  verb.add_option("--population", paper.population, "C: chips")->required();
  verb.add_option("--flop-per-chip-day", paper.flop_per_chip_day, "a");
  verb.add_option("--snapshots-per-day", paper.snapshots_per_day, "f");
  verb.add_option("--period-days", paper.period_days, "T_m");
  verb.add_option("--run-days", paper.run_days, "T");
  verb.add_option("--target", paper.target, "p");
}

}  // namespace muster::cli
