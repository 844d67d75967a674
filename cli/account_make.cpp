#include "cli/account_make.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "attestation/account/shared_weights.hpp"
#include "cli/audit/committed_plan.hpp"
#include "cli/audit/declared_runs.hpp"
#include "cli/data_folder.hpp"
#include "cli/row_json.hpp"
#include "ledger/base/file.hpp"
#include "registry/body.hpp"
#include "registry/catalogue/peak_rate.hpp"

namespace muster::cli {
namespace {

using namespace attestation;
using audit::RegisteredRun;
using stats::Decimal;

RunUse use_of(const std::string& text) {
  for (const RunUse use : {RunUse::inference, RunUse::idle}) {
    if (run_use_name(use) == text) return use;
  }
  return RunUse::training;  // What is called otherwise is judged as strictly as can be.
}

std::optional<std::uint64_t> optional_count(const registry::Body& body, const char* field) {
  if (!body.has(field)) return std::nullopt;
  return body.integer(field);
}

Result<AccountedRun> accounted(const RegisteredRun& run, RunRelation relation) {
  const registry::Body body(run.body);
  MUSTER_TRY_ASSIGN(const RunId id, RunId::parse(run.run));
  MUSTER_TRY_ASSIGN(const Decimal flop, Decimal::parse(body.text("flop")));
  AccountedRun made{.run = id,
                    .prover = run.prover,
                    .use = use_of(body.text("use")),
                    .window = run.window,
                    .flop = flop,
                    .parameters = Decimal::from_integer(body.integer("parameters")),
                    .bytes_per_parameter = body.integer("bytes_per_parameter"),
                    .tokens = optional_count(body, "tokens"),
                    .active_parameters = optional_count(body, "active_parameters"),
                    .assignments = run.assignments,
                    .relation = relation};
  if (body.has("format")) made.format = body.text("format");
  return made;
}

/// The products of some holdings, and the holdings as an account has them.
struct AccountChips {
  std::vector<AccountedProduct> products;
  std::vector<AccountedChip> chips;
};

AccountChips accounted_chips(const registry::State& state,
                             const std::vector<registry::Holding>& holdings,
                             const catalogue::ChipModels& models) {
  AccountChips made;
  std::map<std::string, std::uint32_t> places;
  const auto& products = state.tables().products;
  for (const registry::Holding& held : holdings) {
    const auto [place, fresh] =
        places.try_emplace(held.product, static_cast<std::uint32_t>(made.products.size()));
    if (fresh) {
      const registry::RowN row = products.find(held.product);
      const auto model = models.find(row == registry::no_row ? "" : products[row].model);
      made.products.push_back({held.product, model ? *model : nullptr});
    }
    made.chips.push_back({held.chip, place->second, held.held_ms});
  }
  return made;
}

/// How the runs of each party stand to the chips that are selected. Only those in one party's
/// custody, or all of the register, are sure to be all that its runs may use.
std::vector<RunRelation> relations_of(const registry::State& state,
                                      const registry::Selection& selection) {
  const auto& parties = state.tables().parties;
  if (selection == registry::Selection{}) return {parties.size(), RunRelation::whole};
  const auto& named = selection.custodian ? selection.custodian
                      : selection.owner   ? selection.owner
                                          : selection.tenant;
  std::vector<RunRelation> relations(parties.size(),
                                     named ? RunRelation::other : RunRelation::part);
  if (!named) return relations;
  const registry::RowN party = parties.find(*named);
  const std::vector<bool> behind = registry::parties_behind(state, party);
  for (std::size_t n = 0; n < behind.size(); ++n) {
    if (behind[n]) relations[n] = RunRelation::part;
  }
  const bool all = selection == registry::Selection{.custodian = selection.custodian};
  if (all) relations[party] = RunRelation::whole;
  return relations;
}

std::map<std::string, RunOrigin> origins_of(const std::vector<RegisteredRun>& runs) {
  std::map<std::string, RunOrigin> origins;
  for (const RegisteredRun& run : runs) {
    const registry::Body body(run.body);
    RunOrigin origin;
    origin.flop = Decimal::parse(body.text("flop")).value();
    origin.trains = use_of(body.text("use")) == RunUse::training;
    origin.parents = body.list("parents");
    origin.outside_parents = body.list("outside_parents");
    origins.emplace(run.run, std::move(origin));
  }
  return origins;
}

/// Weights that went from one run into another without a word, where the account has one of them.
void add_sharing(const std::vector<RegisteredRun>& runs,
                 const std::map<std::string, RunOrigin>& origins, Account& account) {
  std::vector<DeclaredMemory> memory;
  memory.reserve(runs.size());
  for (const RegisteredRun& run : runs) memory.push_back({run.run, run.steps});
  std::vector<SharedWeights> shared = shared_weights(memory, origins);
  std::erase_if(shared, [&account](const SharedWeights& pair) {
    return std::ranges::none_of(account.runs, [&pair](const RunLine& line) {
      return line.run.text() == pair.run || line.run.text() == pair.other;
    });
  });
  std::ranges::move(unexplained_sharing(shared), std::back_inserter(account.findings));
}

Result<std::vector<ComputeRule>> read_rules(const std::vector<std::string>& files) {
  std::vector<ComputeRule> rules;
  for (const std::string& name : files) {
    std::string path = name;
    if (name.find('/') == std::string::npos && !name.ends_with(".json")) {
      MUSTER_TRY_ASSIGN(const std::string folder, data_folder());
      path = folder + "/rules/" + name + ".json";
    }
    MUSTER_TRY_ASSIGN(const std::string text, read_text_file(path));
    auto parsed = parse_compute_rules(text);
    if (!parsed) return failure(std::move(parsed.error()).during(path));
    std::ranges::move(*parsed, std::back_inserter(rules));
  }
  return rules;
}

/// The peak of the chips at each site, at their fastest formats.
std::map<std::string, Decimal> peak_by_site(const std::vector<registry::Holding>& holdings,
                                            const AccountChips& chips) {
  std::map<std::string, Decimal> sites;
  for (std::size_t i = 0; i < holdings.size(); ++i) {
    const auto* model = chips.products[chips.chips[i].product].model;
    if (model == nullptr || holdings[i].site.empty()) continue;
    const auto rate = catalogue::peak_rate(*model);
    if (!rate) continue;
    Decimal& peak = sites[holdings[i].site];
    peak = peak + Decimal::from_integer(rate->flop_per_s);
  }
  return sites;
}

void judge_rules(const std::vector<ComputeRule>& rules, const Window& window,
                 const std::map<std::string, Decimal>& sites, ComputeAccount& made) {
  for (const ComputeRule& rule : rules) {
    if (!rule.in_force_in(window)) continue;
    if (rule.quantity == RuleQuantity::site_flop_per_s) {
      for (const auto& [site, peak] : sites) {
        made.rules.push_back({rule, "site " + site, peak, rule_outcome(rule, peak, false), {}});
      }
      continue;
    }
    for (const ModelLine& model : made.models) {
      std::vector<std::string> unshown = model.lineage.outside_parents;
      const RuleOutcome outcome = rule_outcome(rule, model.lineage.flop, !unshown.empty());
      made.rules.push_back(
          {rule, "run " + model.run, model.lineage.flop, outcome, std::move(unshown)});
    }
  }
}

Json account_figures_json(const Account& account) {
  return {{"capacity", whole_flop(account.capacity)},
          {"declared", whole_flop(account.declared)},
          {"free_at_peak", whole_flop(account.free_at_peak)},
          {"free_plausible", whole_flop(account.free_plausible)},
          {"inside_plausible", whole_flop(account.inside_plausible)},
          {"could_hide_plausible", whole_flop(account.free_plausible + account.inside_plausible)},
          {"chips_without_rate", account.chips_without_rate}};
}

Json products_json(const Account& account) {
  Json list = Json::array();
  for (const ProductLine& line : account.products) {
    list.push_back({{"product", line.product},
                    {"chips", line.chips},
                    {"held_ms", line.held_ms},
                    {"declared_ms", line.declared_ms},
                    {"format", text_or_null(line.format)},
                    {"flop_per_s", std::to_string(line.flop_per_s)},
                    {"plausible_share", line.plausible.text()},
                    {"capacity", whole_flop(line.capacity)}});
  }
  return list;
}

Json runs_json(const Account& account) {
  Json list = Json::array();
  for (const RunLine& line : account.runs) {
    list.push_back({{"run", line.run.text()},
                    {"prover", line.prover},
                    {"use", run_use_name(line.use)},
                    {"flop", whole_flop(line.flop)},
                    {"chips", line.chips},
                    {"chip_ms", line.chip_ms},
                    {"format", text_or_null(line.format)},
                    {"capacity", whole_flop(line.capacity)},
                    {"mfu", line.mfu ? Json(line.mfu->to_double()) : Json(nullptr)},
                    {"reading", mfu_band_name(line.band)},
                    {"why_not", text_or_null(line.why_not)},
                    {"could_hide", whole_flop(line.could_hide)}});
  }
  return list;
}

}  // namespace

std::string whole_flop(const Decimal& flop) {
  return Decimal(stats::Rational(stats::floor_integer(flop.value()))).text();
}

Result<ComputeAccount> make_compute_account(Home& home, const RosterQuery& query,
                                            const std::vector<std::string>& rule_files) {
  MUSTER_TRY_ASSIGN(const auto window, window_of(query));
  if (!window) return failure(Errc::invalid_input, "--window: missing, want FROM..TO");
  MUSTER_TRY_ASSIGN(const auto rules, read_rules(rule_files));
  MUSTER_TRY_ASSIGN(const auto models, bundled_models());
  ComputeAccount made{.selection = selection_of(query), .account = {}};
  MUSTER_TRY_ASSIGN(made.size, size_of(home.state(), query));
  MUSTER_TRY_ASSIGN(const auto holdings, holdings_of(home, made.selection, window, made.size));
  const AccountChips chips = accounted_chips(home.state(), holdings, models);
  MUSTER_TRY_ASSIGN(const auto registered, audit::registered_runs(home, made.size));
  const auto relations = relations_of(home.state(), made.selection);
  std::vector<AccountedRun> runs;
  for (const RegisteredRun& run : registered) {
    MUSTER_TRY_ASSIGN(AccountedRun one,
                      accounted(run, relations[home.state().tables().parties.find(run.prover)]));
    runs.push_back(std::move(one));
  }
  made.account = account_of(*window, chips.products, chips.chips, runs);
  const auto origins = origins_of(registered);
  add_sharing(registered, origins, made.account);
  for (const RunLine& line : made.account.runs) {
    if (line.use != RunUse::training) continue;
    made.models.push_back({line.run.text(), lineage_of(line.run.text(), origins)});
  }
  judge_rules(rules, *window, peak_by_site(holdings, chips), made);
  return made;
}

bool is_judged_whole(const Account& account) {
  const bool runs = std::ranges::all_of(account.runs, [](const RunLine& line) {
    return line.use == RunUse::idle || line.band != MfuBand::not_judged;
  });
  return runs && account.chips_without_rate == 0 && !account.products.empty();
}

Json account_json(const ComputeAccount& made) {
  Json models = Json::array();
  for (const ModelLine& model : made.models) {
    models.push_back({{"run", model.run},
                      {"flop", whole_flop(model.lineage.flop)},
                      {"runs", model.lineage.runs},
                      {"outside_parents", model.lineage.outside_parents}});
  }
  Json rules = Json::array();
  for (const JudgedRule& judged : made.rules) {
    rules.push_back({{"rule", judged.rule.name},
                     {"quantity", rule_quantity_name(judged.rule.quantity)},
                     {"above", judged.rule.above.text()},
                     {"subject", judged.subject},
                     {"known", whole_flop(judged.known)},
                     {"outcome", rule_outcome_name(judged.outcome)},
                     {"unshown", judged.unshown},
                     {"meaning", judged.rule.meaning},
                     {"not_checked", text_or_null(judged.rule.not_checked)},
                     {"source", judged.rule.source}});
  }
  Json findings = Json::array();
  for (const AccountFinding& found : made.account.findings) {
    findings.push_back({{"code", found.code},
                        {"severity", severity_name(found.severity)},
                        {"run", text_or_null(found.run)},
                        {"text", found.text}});
  }
  return {{"selection", registry::selection_json(made.selection)},
          {"window",
           {{"from", made.account.window.from.to_string()},
            {"to", made.account.window.to.to_string()}}},
          {"size", made.size},
          {"products", products_json(made.account)},
          {"runs", runs_json(made.account)},
          {"figures", account_figures_json(made.account)},
          {"judged_whole", is_judged_whole(made.account)},
          {"models", std::move(models)},
          {"rules", std::move(rules)},
          {"findings", std::move(findings)}};
}

}  // namespace muster::cli
