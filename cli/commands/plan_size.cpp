// `plan size`, `plan power` and `plan paper`: numbers about plans, without a registry.

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/number_option.hpp"
#include "cli/print/number.hpp"
#include "cli/print/printer.hpp"
#include "sampler/plan/plan.hpp"
#include "sampler/stats/paper.hpp"
#include "sampler/stats/replacement.hpp"
#include "sampler/stats/tail.hpp"
#include "sampler/stats/thinned.hpp"

namespace muster::cli {
namespace {

struct SizeOptions {
  std::uint64_t population = 0;
  std::uint64_t violation_chips = 0;
  std::uint64_t sample = 0;
  std::string target = "0.95";
  std::string detection = "1";
  std::string snapshots_per_day;  ///< With covered_days in place of `detection`.
  std::string covered_days;
  std::uint64_t leaked = 0;
  std::uint64_t accept = 0;
  std::string query_rate;  ///< Empty: not stated.
  std::uint64_t close_days = 30;
  std::string mean_close_days = "7";
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
  // Whoever has the keys uses those chips first: they are never a random share.
  if (options.leaked > 0 && options.leaked >= options.violation_chips) {
    return refusal("plan.no_guarantee",
                   "no guarantee: chips whose keys leaked suffice for the run");
  }
  return stats::Lot{options.population, options.violation_chips - options.leaked};
}

/// d: as stated, or the chance that the hours covered hold a snapshot.
Result<stats::Probability> detection_of(const SizeOptions& options) {
  if (options.snapshots_per_day.empty()) {
    return probability_option(options.detection, "--detection");
  }
  MUSTER_TRY_ASSIGN(const auto rate,
                    decimal_option(options.snapshots_per_day, "--snapshots-per-day"));
  MUSTER_TRY_ASSIGN(const auto days, decimal_option(options.covered_days, "--covered-days"));
  if (rate.value() <= 0 || days.value() <= 0) {
    return failure(Errc::invalid_input,
                   "--snapshots-per-day and --covered-days: want more than 0 of both");
  }
  return stats::Probability::from_complement(exp(-stats::to_real(rate.value() * days.value())));
}

std::string text_of(const stats::Probability& value) {
  return value.exact() ? value.exact()->text() : stats::digits(stats::Real(1 - value.complement()));
}

Result<std::optional<sampler::QueryExpectation>> queries_of(const SizeOptions& options) {
  if (options.query_rate.empty()) return std::optional<sampler::QueryExpectation>();
  MUSTER_TRY_ASSIGN(const auto rate, probability_option(options.query_rate, "--query-rate"));
  MUSTER_TRY_ASSIGN(const auto mean, decimal_option(options.mean_close_days, "--mean-close-days"));
  if (mean.value() <= 0) {
    return failure(Errc::invalid_input, "--mean-close-days: want more than 0");
  }
  return std::optional(sampler::QueryExpectation{rate, options.close_days, mean});
}

Json queries_json(const sampler::QueryExpectation& asked, const sampler::ExpectedQueries& found) {
  return {{"expected", stats::digits(found.queries)},
          {"any", stats::digits(found.any_query)},
          {"close_days", asked.close_days},
          {"mean_close_days", asked.mean_close_days.text()},
          {"open_after_close_days", stats::digits(found.open_at_end)},
          {"honest_prover_keeps_a_hit", stats::digits(found.honest_hit)}};
}

/// What so many lines ask of a Prover who hides nothing.
Json print_queries(print::Printer& printer, const sampler::QueryExpectation& asked,
                   std::uint64_t lines) {
  const sampler::ExpectedQueries found = sampler::expected_queries(lines, asked);
  printer.facts(
      {"An honest Prover, each query closed in " + asked.mean_close_days.text() +
           " days on average",
       {{"queries expected", stats::digits(found.queries, 4)},
        {"any query", stats::digits(found.any_query, 4)},
        {"one open after " + std::to_string(asked.close_days) + " days",
         stats::digits(found.open_at_end, 4)},
        {"keeps a hit with", {stats::digits(found.honest_hit, 4), print::Tone::strong}}}});
  return queries_json(asked, found);
}

struct Sizes {
  std::optional<std::uint64_t> exact;
  std::optional<std::uint64_t> with_replacement;
  std::optional<stats::IaeaSizes> iaea;
};

/// The rules side by side. Imperfect detection and accepted hits enter the exact size only.
Sizes sizes_of(const stats::Lot& lot, const stats::Probability& detection,
               const stats::Probability& target, std::uint64_t accept) {
  return {accept > 0 ? stats::min_sample_accepting(lot, accept, target)
                     : stats::min_sample(lot, detection, target),
          stats::min_sample_with_replacement(lot, target), stats::iaea_sizes(lot, target)};
}

std::string count_text(const std::optional<std::uint64_t>& count) {
  return count ? print::grouped(*count) : "not reachable";
}

/// The chance that the sample shows no more than the hits that are accepted.
stats::Real passes(const stats::Lot& lot, std::uint64_t inspected,
                   const stats::Probability& detection, std::uint64_t accept) {
  if (accept > 0 && accept >= lot.violating) return 1;
  return accept > 0 ? stats::at_most({lot.size, lot.violating}, inspected, accept)
                    : stats::miss(lot, inspected, detection);
}

/// That a violating chip is drawn, and that one is drawn whose log shows the run: never one number.
struct Powers {
  std::string drawn;
  std::string shown;
};

/// With hits accepted both are the chance that more are seen.
Powers powers_of(const stats::Lot& lot, std::uint64_t inspected, const stats::Real& miss,
                 std::uint64_t accept) {
  const std::string shown = stats::digits(stats::Real(1) - miss);
  if (accept > 0) return {shown, shown};
  return {stats::digits(stats::detection(lot, inspected)), shown};
}

void print_size(print::Printer& printer, const SizeOptions& options, const stats::Lot& lot,
                const Sizes& sizes, const std::string& target, const Powers& power) {
  // These rules know of no other chips than those that are recognised, and accept no hit.
  const std::string plain =
      options.accept > 0 || power.shown != power.drawn ? ", d = 1, no hit accepted" : "";
  const auto simple = sizes.iaea ? std::optional(sizes.iaea->simple) : std::nullopt;
  const auto corrected = sizes.iaea ? std::optional(sizes.iaea->corrected) : std::nullopt;
  print::Facts facts{"",
                     {{"frame", print::counted(lot.size, "chip")},
                      {"violation chips", print::grouped(options.violation_chips)}}};
  if (options.leaked > 0) {
    facts.rows.push_back({"less those with leaked keys", print::grouped(lot.violating)});
  }
  if (options.accept > 0) facts.rows.push_back({"hits accepted", print::grouped(options.accept)});
  facts.rows.insert(
      facts.rows.end(),
      {{"target", target},
       {"inspect", {count_text(sizes.exact), print::Tone::strong}},
       {options.accept > 0 ? "shows more hits with" : "draws a violating chip with", power.drawn},
       {"with replacement" + plain, count_text(sizes.with_replacement)},
       {"IAEA formula" + plain, count_text(simple)},
       {"IAEA corrected" + plain, count_text(corrected)}});
  if (power.shown != power.drawn) {
    facts.rows.insert(facts.rows.end() - 3, {"and its log shows the run", power.shown});
  }
  printer.facts(facts);
}

Result<ExitCode> plan_size(Context& context, const SizeOptions& options) {
  MUSTER_TRY_ASSIGN(const stats::Lot lot, lot_of(options));
  MUSTER_TRY_ASSIGN(const auto target, probability_option(options.target, "--target"));
  MUSTER_TRY_ASSIGN(const auto detection, detection_of(options));
  MUSTER_TRY_ASSIGN(const auto queries, queries_of(options));
  if (options.accept > 0 && !detection.is_one()) {
    return failure(Errc::invalid_input,
                   "--accept: is for chips that are recognised once inspected; leave out the "
                   "chance of it");
  }
  const Sizes sizes = sizes_of(lot, detection, target, options.accept);
  const std::uint64_t inspected = sizes.exact.value_or(lot.size);
  const stats::Real miss = passes(lot, inspected, detection, options.accept);
  const Powers powers = powers_of(lot, inspected, miss, options.accept);
  const std::string& power = powers.shown;
  auto printer = context.printer();
  print_size(printer, options, lot, sizes, text_of(target), powers);
  if (!sizes.exact) {
    printer.note("no sample reaches the target: inspecting every chip gives " + power);
  }
  const Json asked =
      queries && sizes.exact ? print_queries(printer, *queries, *sizes.exact) : Json();
  const auto simple = sizes.iaea ? std::optional(sizes.iaea->simple) : std::nullopt;
  const auto corrected = sizes.iaea ? std::optional(sizes.iaea->corrected) : std::nullopt;
  printer.json({{"population", lot.size},
                {"violation_chips", options.violation_chips},
                {"effective_chips", lot.violating},
                {"target", target.exact()->text()},
                {"detection", text_of(detection)},
                {"accept", options.accept},
                {"sample_size", or_null(sizes.exact)},
                {"power", power},
                {"drawn_probability", powers.drawn},
                {"miss", stats::digits(miss)},
                {"rules",
                 {{"exact", or_null(sizes.exact)},
                  {"with_replacement", or_null(sizes.with_replacement)},
                  {"iaea", or_null(simple)},
                  {"iaea_corrected", or_null(corrected)}}},
                {"queries", asked},
                {"reachable", sizes.exact.has_value()}});
  return sizes.exact ? ExitCode::done : ExitCode::negative;
}

Result<ExitCode> plan_power(Context& context, const SizeOptions& options) {
  MUSTER_TRY_ASSIGN(const stats::Lot lot, lot_of(options));
  MUSTER_TRY_ASSIGN(const auto detection, detection_of(options));
  if (options.sample > lot.size) {
    return failure(Errc::invalid_input, "--sample: got " + std::to_string(options.sample) +
                                            ", want at most the population");
  }
  const stats::Real miss = stats::miss(lot, options.sample, detection);
  const Powers powers = powers_of(lot, options.sample, miss, 0);
  const std::string& power = powers.shown;
  auto printer = context.printer();
  printer.facts({"",
                 {{"frame", print::counted(lot.size, "chip")},
                  {"violation chips", print::grouped(lot.violating)},
                  {"inspected", print::grouped(options.sample)},
                  {"draws a violating chip with", {powers.drawn, print::Tone::strong}},
                  {"and its log shows the run", power},
                  {"misses with", stats::digits(miss)}}});
  printer.json({{"population", lot.size},
                {"violation_chips", lot.violating},
                {"detection", text_of(detection)},
                {"sample_size", options.sample},
                {"power", power},
                {"drawn_probability", powers.drawn},
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
  } else if (plan.snapshots_per_day.value() == 0) {
    printer.paragraph(
        "No log holds a snapshot of any run: no number of inspections reaches the target.");
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
  CLI::Option* detection =
      verb.add_option("--detection", options.detection,
                      "chance that a violating chip, once inspected, is recognised");
  CLI::Option* snapshots =
      verb.add_option("--snapshots-per-day", options.snapshots_per_day,
                      "instead: of each chip, on average, at instants nobody foresees")
          ->excludes(detection);
  CLI::Option* days = verb.add_option("--covered-days", options.covered_days,
                                      "of the run, that the logs read still cover")
                          ->needs(snapshots);
  snapshots->needs(days);
  verb.add_option("--leaked", options.leaked, "chips whose keys leaked: used first by a run");
}

}  // namespace

void add_plan_size_commands(CLI::App& app, Context& context) {
  CLI::App& plan = noun(app, "plan", "inspection plans");
  auto& size = context.keep<SizeOptions>();
  CLI::App& size_verb = add_verb(plan, "size", "the smallest sample for a frame", context,
                                 [&] { return plan_size(context, size); });
  add_lot_options(size_verb, size);
  size_verb.add_option("--target", size.target, "probability to draw a chip of the run");
  size_verb.add_option("--accept", size.accept, "hits that are accepted; 0");
  size_verb.add_option("--query-rate", size.query_rate, "share of honest chips with an anomaly");
  size_verb.add_option("--close-days", size.close_days,
                       "days until an open query becomes a hit; 30");
  size_verb.add_option("--mean-close-days", size.mean_close_days,
                       "mean time that an honest query takes to close; 7");

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
