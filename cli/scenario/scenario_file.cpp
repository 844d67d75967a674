#include "cli/scenario/scenario_file.hpp"

#include <numeric>

#include "attestation/device/snapshot_law.hpp"
#include "ledger/base/json_fields.hpp"

namespace muster::cli::scenario {
namespace {

using stats::Decimal;

constexpr std::size_t most_text = 256;
constexpr std::size_t most_sites = 1'000;
constexpr std::int64_t most_window_days = 3'650;

tl::unexpected<Error> wrong(const std::string& where, const std::string& what) {
  return failure(Errc::invalid_input, where + ": " + what);
}

Result<std::string> short_text(FieldReader& fields, std::string_view key) {
  MUSTER_TRY_ASSIGN(std::string text, fields.text(key));
  if (text.size() <= most_text) return text;
  return wrong(fields.path(key), "got " + std::to_string(text.size()) + " bytes, want at most " +
                                     std::to_string(most_text));
}

/// A decimal in [least, most].
Result<Decimal> figure(FieldReader& fields, std::string_view key, int least, int most) {
  MUSTER_TRY_ASSIGN(const Decimal value, fields.parsed<Decimal>(key));
  if (value.value() >= least && value.value() <= most) return value;
  return wrong(fields.path(key), "got " + value.text() + ", want " + std::to_string(least) +
                                     " to " + std::to_string(most));
}

Result<std::uint64_t> whole(FieldReader& fields, std::string_view key, std::int64_t least,
                            std::int64_t most = max_json_integer) {
  MUSTER_TRY_ASSIGN(const std::int64_t value, fields.integer(key, least, most));
  return static_cast<std::uint64_t>(value);
}

Result<ScenarioSite> parse_site(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(auto fields, FieldReader::open(json, where));
  MUSTER_TRY_ASSIGN(const SiteId site, fields.parsed<SiteId>("site"));
  MUSTER_TRY_ASSIGN(const std::uint64_t chips,
                    whole(fields, "chips", 1, static_cast<std::int64_t>(most_chips)));
  MUSTER_TRY(fields.finish());
  return ScenarioSite{site, chips};
}

Result<std::vector<ScenarioSite>> parse_sites(const Json& json, const std::string& where) {
  std::vector<ScenarioSite> sites;
  if (json.empty() || json.size() > most_sites) {
    return wrong(where, "got " + std::to_string(json.size()) + " sites, want 1 to " +
                            std::to_string(most_sites));
  }
  for (std::size_t i = 0; i < json.size(); ++i) {
    const std::string here = where + "[" + std::to_string(i) + "]";
    MUSTER_TRY_ASSIGN(ScenarioSite site, parse_site(json[i], here));
    if (!sites.empty() && !(sites.back().site < site.site)) {
      return wrong(here + ".site", "got " + site.site.text() + " after " +
                                       sites.back().site.text() + ", want sites sorted, each once");
    }
    sites.push_back(std::move(site));
  }
  return sites;
}

Result<QueryAnswers> parse_queries(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(auto fields, FieldReader::open(json, where));
  MUSTER_TRY_ASSIGN(const Decimal mean, figure(fields, "mean_days", 0, 365));
  MUSTER_TRY_ASSIGN(const std::uint64_t close, whole(fields, "close_days", 1, 365));
  MUSTER_TRY(fields.finish());
  if (mean.value() == 0) return wrong(fields.path("mean_days"), "got 0, want more");
  return QueryAnswers{mean, close};
}

/// What the plan must catch, in one of its two forms.
Result<void> read_excess(FieldReader& fields, Announced& announced) {
  const bool as_chips = fields.has("violation_chips");
  if (as_chips == fields.has("excess_flop")) {
    return wrong(fields.path("violation_chips"),
                 std::string(as_chips ? "got excess_flop too" : "got neither it nor excess_flop") +
                     ", want one of them");
  }
  if (as_chips) {
    MUSTER_TRY_ASSIGN(announced.violation_chips,
                      whole(fields, "violation_chips", 1, static_cast<std::int64_t>(most_chips)));
    return {};
  }
  MUSTER_TRY_ASSIGN(const Decimal flop, fields.parsed<Decimal>("excess_flop"));
  if (flop.value() <= 0)
    return wrong(fields.path("excess_flop"), "got " + flop.text() + ", want more than 0");
  announced.excess_flop = flop;
  return {};
}

Result<void> check_sizes(const Announced& announced, const std::string& where) {
  if (announced.chips() > most_chips) {
    return wrong(where + ".sites", "got " + std::to_string(announced.chips()) +
                                       " chips, want at most " + std::to_string(most_chips));
  }
  if (announced.violation_chips && *announced.violation_chips > announced.chips()) {
    return wrong(where + ".violation_chips",
                 "got " + std::to_string(*announced.violation_chips) + ", want at most the " +
                     std::to_string(announced.chips()) + " chips of the sites");
  }
  return {};
}

Result<Noise> parse_noise(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(auto fields, FieldReader::open(json, where));
  Noise noise;
  MUSTER_TRY_ASSIGN(noise.failures_a_year, figure(fields, "failures_a_year", 0, 1));
  MUSTER_TRY_ASSIGN(noise.repair_days, figure(fields, "repair_days", 0, 365));
  MUSTER_TRY_ASSIGN(noise.power_cuts_a_year, figure(fields, "power_cuts_a_year", 0, 1'000));
  MUSTER_TRY_ASSIGN(noise.drifting, figure(fields, "drifting", 0, 1));
  MUSTER_TRY_ASSIGN(noise.updates_a_year, figure(fields, "updates_a_year", 0, 1'000));
  MUSTER_TRY_ASSIGN(noise.owner_reads_a_year, figure(fields, "owner_reads_a_year", 0, 1'000));
  MUSTER_TRY_ASSIGN(noise.late_heads, figure(fields, "late_heads", 0, 1));
  MUSTER_TRY(fields.finish());
  return noise;
}

Json noise_json(const Noise& noise) {
  return {{"failures_a_year", noise.failures_a_year.text()},
          {"repair_days", noise.repair_days.text()},
          {"power_cuts_a_year", noise.power_cuts_a_year.text()},
          {"drifting", noise.drifting.text()},
          {"updates_a_year", noise.updates_a_year.text()},
          {"owner_reads_a_year", noise.owner_reads_a_year.text()},
          {"late_heads", noise.late_heads.text()}};
}

Decimal number(const char* text) { return Decimal::parse(text).value(); }
SiteId site(const char* text) { return SiteId::parse(text).value(); }

}  // namespace

std::uint64_t Announced::chips() const {
  return std::accumulate(
      sites.begin(), sites.end(), std::uint64_t{0},
      [](std::uint64_t sum, const ScenarioSite& item) { return sum + item.chips; });
}

Window Announced::window() const {
  return {from, Timestamp{from.ms + static_cast<std::int64_t>(window_days) * ms_per_day}};
}

stats::Decimal Announced::excess() const {
  if (excess_flop) return *excess_flop;
  return Decimal(stats::Rational(flop_per_s) * 86'400 * longest_run_days * *violation_chips);
}

stats::Decimal anomaly_rate(const Noise& noise) {
  const stats::Rational broken =
      noise.failures_a_year.value() * noise.repair_days.value() / stats::Rational(365);
  return Decimal(broken + noise.late_heads.value() - broken * noise.late_heads.value());
}

ScenarioFile standard_scenario() {
  Announced announced{
      .prover = PartyId::parse("alder").value(),
      .sites = {{site("alpha"), 50}, {site("beta"), 30}, {site("delta"), 5}, {site("gamma"), 15}},
      .model = "emulated accelerator",
      .flop_per_s = 1'000'000'000'000'000,
      .from = Timestamp::parse_day_or_instant("2026-07-01").value(),
      .window_days = 90,
      .longest_run_days = 90,
      .violation_chips = 10,
      .target = stats::Probability::parse("0.95").value(),
      .snapshots_per_day = "0.5",
      .queries = {number("7"), 30}};
  return {"standard",
          "SIMULATED: a fictional Prover, synthetic keys and logs",
          std::move(announced),
          {number("0.075"), number("11"), number("1"), number("0.1"), number("1"), number("0.5"),
           number("0.005")}};
}

Json announced_json(const Announced& announced) {
  Json sites = Json::array();
  for (const ScenarioSite& item : announced.sites) {
    sites.push_back({{"site", item.site.text()}, {"chips", item.chips}});
  }
  Json json = {{"prover", announced.prover.text()},
               {"sites", std::move(sites)},
               {"model", announced.model},
               {"flop_per_s", std::to_string(announced.flop_per_s)},
               {"from", announced.from.to_string()},
               {"window_days", announced.window_days},
               {"longest_run_days", announced.longest_run_days},
               {"target", announced.target.exact()->text()},
               {"snapshots_per_day", announced.snapshots_per_day},
               {"offbook", announced.offbook},
               {"queries",
                {{"mean_days", announced.queries.mean_days.text()},
                 {"close_days", announced.queries.close_days}}}};
  if (announced.excess_flop) json["excess_flop"] = announced.excess_flop->text();
  if (announced.violation_chips) json["violation_chips"] = *announced.violation_chips;
  if (announced.heads_every_days > 0) json["heads_every_days"] = announced.heads_every_days;
  return json;
}

namespace {

Result<stats::Probability> read_target(FieldReader& fields) {
  MUSTER_TRY_ASSIGN(const auto target, fields.parsed<stats::Probability>("target"));
  if (!target.is_zero() && !target.is_one()) return target;
  return wrong(fields.path("target"), "want more than 0 and less than 1");
}

/// The highest rate of a chip: a whole number above 2^53, and so text.
Result<std::uint64_t> read_rate(FieldReader& fields) {
  MUSTER_TRY_ASSIGN(const Decimal rate, fields.parsed<Decimal>("flop_per_s"));
  const stats::Rational most(std::uint64_t{1} << 62U);
  if (denominator(rate.value()) == 1 && rate.value() > 0 && rate.value() <= most) {
    return numerator(rate.value()).convert_to<std::uint64_t>();
  }
  return wrong(fields.path("flop_per_s"), "got " + rate.text() + ", want 1 to 2^62");
}

}  // namespace

Result<Announced> parse_announced(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(auto fields, FieldReader::open(json, where));
  MUSTER_TRY_ASSIGN(const PartyId prover, fields.parsed<PartyId>("prover"));
  MUSTER_TRY_ASSIGN(const Json* sites, fields.array("sites"));
  MUSTER_TRY_ASSIGN(auto list, parse_sites(*sites, fields.path("sites")));
  MUSTER_TRY_ASSIGN(const std::string model, short_text(fields, "model"));
  MUSTER_TRY_ASSIGN(const std::uint64_t rate, read_rate(fields));
  MUSTER_TRY_ASSIGN(const Timestamp from, fields.time("from"));
  MUSTER_TRY_ASSIGN(const std::uint64_t days, whole(fields, "window_days", 3, most_window_days));
  MUSTER_TRY_ASSIGN(const std::uint64_t run_days,
                    whole(fields, "longest_run_days", 1, static_cast<std::int64_t>(days)));
  MUSTER_TRY_ASSIGN(const auto target, read_target(fields));
  MUSTER_TRY_ASSIGN(const auto snapshots,
                    fields.parsed<attestation::SnapshotRate>("snapshots_per_day"));
  MUSTER_TRY_ASSIGN(const std::uint64_t offbook, whole(fields, "offbook", 0));
  MUSTER_TRY_ASSIGN(const Json* queries, fields.object("queries"));
  MUSTER_TRY_ASSIGN(const QueryAnswers answers, parse_queries(*queries, fields.path("queries")));
  Announced announced{.prover = prover,
                      .sites = std::move(list),
                      .model = model,
                      .flop_per_s = rate,
                      .from = from,
                      .window_days = days,
                      .longest_run_days = run_days,
                      .target = target,
                      .snapshots_per_day = snapshots.to_string(),
                      .offbook = offbook,
                      .queries = answers};
  MUSTER_TRY(read_excess(fields, announced));
  if (fields.has("heads_every_days")) {
    MUSTER_TRY_ASSIGN(announced.heads_every_days,
                      whole(fields, "heads_every_days", 1, most_window_days));
  }
  MUSTER_TRY(fields.finish());
  MUSTER_TRY(check_sizes(announced, where));
  return announced;
}

std::string scenario_text(const ScenarioFile& scenario) {
  const Json json = {{"version", scenario_version},
                     {"seed", scenario.seed},
                     {"about", scenario.about},
                     {"announced", announced_json(scenario.announced)},
                     {"noise", noise_json(scenario.noise)},
                     {"register", register_json(scenario.trade)},
                     {"runs", runs_json(scenario.runs)}};
  return json.dump(2) + "\n";
}

Result<ScenarioFile> parse_scenario(std::string_view text) {
  MUSTER_TRY_ASSIGN(const Json json, parse_json(text));
  MUSTER_TRY_ASSIGN(auto fields, FieldReader::open(json, "scenario"));
  MUSTER_TRY_ASSIGN(const std::string version, fields.text("version"));
  if (version != scenario_version) {
    return wrong(fields.path("version"),
                 "got " + version + ", want " + std::string(scenario_version));
  }
  MUSTER_TRY_ASSIGN(std::string seed, short_text(fields, "seed"));
  MUSTER_TRY_ASSIGN(std::string about, short_text(fields, "about"));
  MUSTER_TRY_ASSIGN(const Json* announced, fields.object("announced"));
  MUSTER_TRY_ASSIGN(auto known, parse_announced(*announced, fields.path("announced")));
  MUSTER_TRY_ASSIGN(const Json* noise, fields.object("noise"));
  MUSTER_TRY_ASSIGN(auto mishaps, parse_noise(*noise, fields.path("noise")));
  ScenarioFile scenario{std::move(seed), std::move(about), std::move(known), std::move(mishaps)};
  if (fields.has("register")) {
    MUSTER_TRY_ASSIGN(const Json* trade, fields.object("register"));
    MUSTER_TRY_ASSIGN(scenario.trade, parse_register(*trade, fields.path("register")));
  }
  if (fields.has("runs")) {
    MUSTER_TRY_ASSIGN(const Json* runs, fields.object("runs"));
    MUSTER_TRY_ASSIGN(scenario.runs, parse_runs(*runs, fields.path("runs")));
  }
  MUSTER_TRY(fields.finish());
  return scenario;
}

}  // namespace muster::cli::scenario
