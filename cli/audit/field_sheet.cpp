#include "cli/audit/field_sheet.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "cli/report/html_page.hpp"
#include "ledger/base/csv.hpp"
#include "sampler/plan/seen_before.hpp"

namespace muster::cli {
namespace {

constexpr std::uint64_t hours_per_day = 8;
constexpr std::uint64_t most_effort = 10'000;

const std::vector<std::string> to_fill_in = {"seen",     "absent", "denied",  "dead",
                                             "presence", "time",   "initials"};

SiteState& state_of(std::map<std::string, SiteState>& sites, const std::string& site) {
  SiteState& state = sites[site];
  state.site = site;
  return state;
}

/// Before the draw: each site's share of the n lines, rounded up.
void expect_lines(const sampler::Plan& plan, std::map<std::string, SiteState>& sites) {
  const std::uint64_t chips = plan.threshold.chips;
  const sampler::PlanRequest counted = sampler::counted_request(plan.request);
  for (const auto& site : counted.sites) {
    SiteState& state = state_of(sites, site.site.text());
    const auto product = static_cast<__uint128_t>(plan.sample_size) * site.chips;
    state.lines = static_cast<std::uint64_t>((product + chips - 1) / chips);
    state.unopened = state.lines;
  }
}

report::Section sign_off() {
  report::Table table{"Sign-off", {{"for"}, {"name"}, {"time"}, {"signature"}}};
  table.rows = {{"the inspectors", "", "", ""}, {"the host", "", "", ""}};
  table.note = "A host that will not sign: write down who, when and why, and record it.";
  return {"Both parties", {std::move(table)}};
}

}  // namespace

Result<std::map<ChipId, std::string>> products_of(const registry::State& state,
                                                  const CommittedPlan& plan) {
  std::map<ChipId, std::string> products;
  for (const Frozen& frozen : plan.freezes) {
    MUSTER_TRY_ASSIGN(const auto frame, registry_frame(state, frozen));
    for (const auto& line : frame.lines) products[line.chip] = line.product.text();
  }
  return products;
}

std::string sheet_csv(const std::vector<SheetLine>& lines) {
  std::vector<std::string> header = {"site", "line", "chip", "product", "place", "in the ledger"};
  header.insert(header.end(), to_fill_in.begin(), to_fill_in.end());
  std::string text = csv_line(header);
  for (const SheetLine& line : lines) {
    std::vector<std::string> fields = {
        line.site, std::to_string(line.number), line.chip, line.product, line.place, line.answered};
    fields.resize(header.size());
    text += csv_line(fields);
  }
  return text;
}

std::string sheet_html(const CommittedPlan& plan, const std::vector<SheetLine>& lines) {
  report::Document document{"Inspection sheet, plan " + plan.id, plan.plan.request.title};
  if (plan.plan.request.emulated) document.banner = "SIMULATED: emulated firmware";
  document.facts.rows = {
      {"plan", plan.id},
      {"statement", plan.statement.to_hex()},
      {"lines", std::to_string(lines.size())},
      {"presence that counts", std::string(presence_name(plan.plan.request.presence_required))}};
  // Paper is narrow: what the ledger has takes a column only where it has something.
  const bool any_answered =
      std::ranges::any_of(lines, [](const SheetLine& line) { return !line.answered.empty(); });
  std::map<std::string, report::Table> tables;
  for (const SheetLine& line : lines) {
    report::Table& table = tables[line.site];
    if (table.columns.empty()) {
      table.columns = {{"line", report::ColumnKind::number},
                       {"chip", report::ColumnKind::code},
                       {"product"},
                       {"place"}};
      if (any_answered) table.columns.push_back({"in the ledger"});
      for (const std::string& title : to_fill_in) table.columns.push_back({title});
    }
    std::vector<report::Cell> row{std::to_string(line.number), line.chip, line.product, line.place};
    if (any_answered) row.push_back(line.answered);
    for (int box = 0; box < 4; ++box) row.push_back("☐");
    row.resize(table.columns.size(), "");
    table.rows.push_back(std::move(row));
  }
  for (auto& [site, table] : tables) {
    table.note =
        "No chip but the drawn one answers its line. Nothing leaves the site and no chip is "
        "switched off until the last line is read.";
    document.sections.push_back({"Site " + site, {std::move(table)}});
  }
  document.sections.push_back(sign_off());
  return report::html_page(document);
}

Result<void> check(const Effort& effort) {
  for (const std::uint64_t figure :
       {effort.minutes_per_line, effort.days, effort.people_per_team}) {
    if (figure >= 1 && figure <= most_effort) continue;
    return failure(Errc::invalid_input, "kit status: want figures from 1 to 10000");
  }
  if (effort.hours_per_site <= most_effort) return {};
  return failure(Errc::invalid_input, "--hours-per-site: want 0 to 10000");
}

std::vector<SiteState> site_states(const CommittedPlan& plan, const Answers& answers) {
  std::map<std::string, SiteState> sites;
  if (!answers.sealed) expect_lines(plan.plan, sites);
  std::map<std::string, sampler::LineOutcome> outcomes;
  for (const auto& line : answers.results) {
    outcomes[line.chip] = sampler::outcome(line, plan.plan.request.presence_required);
  }
  for (const sampler::DrawnChip& line : answers.drawn) {
    SiteState& state = state_of(sites, line.site);
    ++state.lines;
    const auto found = outcomes.find(line.chip);
    const bool closed = found != outcomes.end() && found->second != sampler::LineOutcome::open;
    if (closed) {
      ++state.closed;
    } else if (line.chip.starts_with('(')) {
      ++state.unopened;
    } else {
      ++state.open;
    }
  }
  std::vector<SiteState> list;
  list.reserve(sites.size());
  for (auto& [name, state] : sites) list.push_back(std::move(state));
  return list;
}

double hours_left(const SiteState& site, const Effort& effort) {
  const std::uint64_t lines = site.lines - site.closed;
  if (lines == 0) return 0;
  return static_cast<double>(effort.hours_per_site) +
         static_cast<double>(lines * effort.minutes_per_line) / 60.0;
}

EffortNeeded effort_of(const std::vector<SiteState>& sites, const Effort& effort) {
  EffortNeeded need;
  for (const SiteState& site : sites) {
    const double days = hours_left(site, effort) / static_cast<double>(hours_per_day);
    need.team_days += static_cast<std::uint64_t>(std::ceil(days));
  }
  need.teams = (need.team_days + effort.days - 1) / effort.days;
  need.people = need.teams * effort.people_per_team;
  return need;
}

}  // namespace muster::cli
