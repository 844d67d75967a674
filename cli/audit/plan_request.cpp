#include "cli/audit/plan_request.hpp"

#include <algorithm>
#include <map>

#include "cli/audit/beacon_spec.hpp"
#include "cli/audit/committed_plan.hpp"
#include "cli/audit/frames.hpp"
#include "cli/audit/vrf_key_file.hpp"
#include "cli/log_operator.hpp"
#include "cli/number_option.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/receipt.hpp"
#include "registry/balance/unaccounted.hpp"

namespace muster::cli {
namespace {

using sampler::Decimal;

/// "30" or "30d".
Result<Decimal> number(const std::string& text, const char* option) {
  return decimal_option(text.ends_with('d') ? text.substr(0, text.size() - 1) : text, option);
}

Result<std::vector<Frozen>> freezes_of(const registry::State& state,
                                       const std::vector<std::string>& provers) {
  std::vector<Frozen> freezes;
  for (const std::string& name : provers) {
    MUSTER_TRY_ASSIGN(const PartyId prover, PartyId::parse(name));
    MUSTER_TRY_ASSIGN(Frozen frozen, newest_freeze(state, prover));
    if (!freezes.empty() && frozen.window != freezes.front().window) {
      return failure(Errc::invalid_input, "prover " + name + ": froze another window than " +
                                              freezes.front().prover.text());
    }
    freezes.push_back(std::move(frozen));
  }
  std::ranges::sort(freezes, {}, &Frozen::prover);
  return freezes;
}

/// Counts by site and by class over the frames, as the frames' own lines say.
struct Tally {
  std::map<std::string, std::uint64_t> sites;
  std::map<std::pair<std::string, std::string>, sampler::ChipClass> classes;
  std::uint64_t left_unread = 0;  ///< Chips that went to others without an exit read.
};

/// Nobody can look into the log that the Prover had on it. What was destroyed so is unaccounted for
/// in any case.
bool is_left_unread(const registry::State& state, const registry::FrameLine& line) {
  if (!line.left || line.exit_read) return false;
  const registry::RowN chip = state.find_chip(line.chip);
  return state.tables().chips[chip].life != registry::Life::destroyed;
}

Result<sampler::ChipClass> class_of(const registry::State& state,
                                    const catalogue::ChipModels& models,
                                    const registry::FrameLine& line, const draw::FrameLine& drawn,
                                    const PlanWish& wish) {
  const registry::RowN row = state.tables().products.find(line.product.text());
  MUSTER_TRY_ASSIGN(const auto* model, models.find(state.tables().products[row].model));
  MUSTER_TRY_ASSIGN(sampler::ChipClass chips, sampler::chip_class(*model, {wish.format}, 0));
  chips.days_held = Decimal(stats::Rational(line.held_ms, ms_per_day));
  chips.frame_class = drawn.klass;
  chips.frame_weight = drawn.weight;
  if (wish.emulated) chips.log_profile = "emulated-v1";
  return chips;
}

Result<void> tally_frame(const registry::State& state, const catalogue::ChipModels& models,
                         const Frozen& frozen, const PlanWish& wish, Tally& tally) {
  MUSTER_TRY_ASSIGN(const auto lines, registry_frame(state, frozen));
  // The key only salts the leaves; counting needs none.
  MUSTER_TRY_ASSIGN(const auto frame, audit::sampler_frame(state, lines, models, Bytes(32)));
  for (std::size_t i = 0; i < lines.lines.size(); ++i) {
    const draw::FrameLine& drawn = frame.lines[i];
    ++tally.sites[drawn.site];
    tally.left_unread += is_left_unread(state, lines.lines[i]) ? 1 : 0;
    const auto key = std::pair(drawn.klass, drawn.weight);
    auto found = tally.classes.find(key);
    if (found == tally.classes.end()) {
      MUSTER_TRY_ASSIGN(auto fresh, class_of(state, models, lines.lines[i], drawn, wish));
      found = tally.classes.emplace(key, std::move(fresh)).first;
    }
    ++found->second.count;
  }
  return {};
}

Result<sampler::VrfPublicKey> vrf_key_of(const registry::State& state,
                                         const std::string& verifier) {
  const registry::VrfKey* newest = nullptr;
  for (const registry::VrfKey& row : state.tables().vrf_keys.rows()) {
    if (state.party_name(row.party) == verifier) newest = &row;
  }
  if (newest == nullptr) {
    return failure(Errc::not_found,
                   "party " + verifier + ": has registered no VRF key; `muster plan register-vrf`");
  }
  return sampler::VrfPublicKey::parse(vrf_key_text(*newest));
}

Result<sampler::Purpose> purpose_of(const PlanWish& wish) {
  MUSTER_TRY_ASSIGN(const auto purpose, sampler::parse_purpose(wish.purpose));
  if (purpose != sampler::Purpose::unlisted) return purpose;
  return failure(Errc::invalid_input,
                 "--purpose unlisted: a frame of chips holds what is registered, and no draw from "
                 "it shows a chip that is not; draw positions of a site: `muster plan floor new`");
}

Result<sampler::HiddenRun> run_of(const PlanWish& wish) {
  MUSTER_TRY_ASSIGN(const Decimal rule, number(wish.rule_flop, "--rule"));
  Decimal excess = rule / Decimal(stats::Rational(2));
  if (!wish.excess_flop.empty()) {
    MUSTER_TRY_ASSIGN(excess, number(wish.excess_flop, "--excess"));
  }
  MUSTER_TRY_ASSIGN(const Decimal days, number(wish.longest_run, "--longest-run"));
  MUSTER_TRY_ASSIGN(const Decimal use, decimal_option(wish.utilization, "--utilization"));
  return sampler::HiddenRun{rule, excess, days, use};
}

/// Compute below the limit need not be reported, so it incriminates nobody. With the excess stated,
/// that is the rule itself (the paper's 2H); by default half of it, so that the headline is the
/// rule. Source: Shavit 2023 (arXiv 2303.11341), footnote 3.
Decimal reporting_limit(const PlanWish& wish, const sampler::HiddenRun& run) {
  return wish.excess_flop.empty() ? run.rule_flop - run.excess_flop : run.rule_flop;
}

/// The days of a run that its chips' logs cover: no more than it lasts and than the window has. The
/// fewest chips that suffice may be done a little sooner than `longest`, which is counted; where it
/// is much sooner, the plan says what it then does not cover.
Decimal covered_days(const sampler::PlanRequest& request) {
  const sampler::HiddenRun& run = request.run;
  const Decimal window(stats::Rational(request.window.length_ms(), ms_per_day));
  Decimal days = std::min(window, run.longest_days);
  const auto chips =
      sampler::effective_chips(sampler::counted_classes(request, run), run, request.unseen);
  if (!chips || *chips == 0) return days;
  const Decimal sooner = sampler::shortest_days(request.classes, run, request.unseen, *chips);
  const Decimal nearly(run.longest_days.value() * stats::Rational(9, 10));
  return sooner >= nearly ? std::min(days, sooner) : days;
}

Result<sampler::SnapshotSchedule> schedule_of(const PlanWish& wish,
                                              const sampler::PlanRequest& request) {
  MUSTER_TRY_ASSIGN(const Decimal rate, number(wish.snapshots_per_day, "--snapshots-per-day"));
  MUSTER_TRY_ASSIGN(const Decimal retention, number(wish.retention_days, "--retention"));
  const Decimal period(stats::Rational(request.window.length_ms(), ms_per_day));
  // Down to the thousandth of an hour, so that it reads as a decimal.
  const stats::Rational exact = covered_days(request).value() * 24'000;
  const Decimal hours(stats::Rational(stats::floor_integer(exact), 1'000));
  const Decimal campaign(stats::Rational(30));
  const Decimal reading(stats::Rational(7));
  return sampler::SnapshotSchedule{rate, hours, retention, period, campaign, reading};
}

Result<std::optional<sampler::QueryExpectation>> queries_of(const PlanWish& wish) {
  if (wish.query_rate.empty()) return std::optional<sampler::QueryExpectation>();
  MUSTER_TRY_ASSIGN(const auto rate, probability_option(wish.query_rate, "--query-rate"));
  return std::optional(sampler::QueryExpectation{rate, wish.close_days});
}

/// The oldest kept checkpoint that covers all freezes and that the policy of `wish` accepts.
Result<std::optional<sampler::FreezeWitness>> freeze_witness(Home& home, const PlanWish& wish,
                                                             const std::vector<Frozen>& freezes) {
  if (wish.witnesses.empty()) return std::optional<sampler::FreezeWitness>();
  MUSTER_TRY_ASSIGN(const ledger::Policy policy, read_policy(wish.witnesses));
  MUSTER_TRY_ASSIGN(const auto key, log_key(home.store()));
  const auto newest = std::ranges::max_element(freezes, {}, &Frozen::index);
  MUSTER_TRY_ASSIGN(const auto checkpoint,
                    ledger::checkpoint_for_receipt(home.store(), {newest->index}, key, &policy));
  const auto verdict = checkpoint ? ledger::accepts(*checkpoint, policy)
                                  : Result<ledger::PolicyVerdict>(ledger::PolicyVerdict{});
  if (!verdict) return failure(verdict.error());
  if (checkpoint && verdict->accepted()) {
    return std::optional(sampler::FreezeWitness{policy.text(), *checkpoint});
  }
  return refusal("plan.freeze_not_witnessed",
                 "no kept checkpoint that covers the freeze is accepted by " + wish.witnesses +
                     (checkpoint ? ": " + verdict->missing : "") +
                     "; the log's operator collects cosignatures by `ledger checkpoint`");
}

std::string title_of(const std::vector<Frozen>& freezes) {
  std::string title = freezes.size() == 1 ? "" : "pool of ";
  for (const Frozen& frozen : freezes) {
    if (&frozen != &freezes.front()) title += ", ";
    title += frozen.prover.text();
  }
  return title;
}

}  // namespace

Result<sampler::PlanRequest> plan_request(Context& context, Home& home, const PlanWish& wish) {
  const registry::State& state = home.state();
  MUSTER_TRY_ASSIGN(const PlanId id, PlanId::parse(wish.id));
  MUSTER_TRY_ASSIGN(const auto purpose, purpose_of(wish));
  MUSTER_TRY_ASSIGN(const auto freezes, freezes_of(state, wish.provers));
  MUSTER_TRY_ASSIGN(const auto models, bundled_models());
  Tally tally;
  for (const Frozen& frozen : freezes) {
    MUSTER_TRY(tally_frame(state, models, frozen, wish, tally));
  }
  MUSTER_TRY_ASSIGN(const auto run, run_of(wish));
  MUSTER_TRY_ASSIGN(const auto target, probability_option(wish.target, "--catch"));
  MUSTER_TRY_ASSIGN(const auto vrf_key, vrf_key_of(state, wish.verifier));
  MUSTER_TRY_ASSIGN(const auto queries, queries_of(wish));
  MUSTER_TRY_ASSIGN(const auto design, design_of(wish.design));
  MUSTER_TRY_ASSIGN(auto demand, evidence_demand(wish.demand));
  MUSTER_TRY_ASSIGN(auto witness, freeze_witness(home, wish, freezes));
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  MUSTER_TRY_ASSIGN(auto beacon, beacon_spec(wish, clock->now()));
  const Window window = freezes.front().window;
  sampler::PlanRequest request{.id = id,
                               .purpose = purpose,
                               .title = title_of(freezes),
                               .window = window,
                               .frames = {},
                               .sites = {},
                               .classes = {},
                               .run = run,
                               .reporting_limit_flop = reporting_limit(wish, run),
                               .unseen = wish.unseen,
                               .target = target,
                               .queries = queries,
                               .not_covered = wish.not_covered,
                               .beacon = std::move(beacon),
                               .vrf_key = vrf_key,
                               .emulated = wish.emulated,
                               .freeze_witness = std::move(witness)};
  // Of the whole register: what one Prover lost may have come to another.
  const auto unseen = registry::unaccounted(home.state(), registry::no_row);
  request.ledger_unaccounted = unseen.total() + tally.left_unread;
  request.legacy_estimate = unseen.legacy();
  for (const Frozen& frozen : freezes) {
    request.frames.push_back({frozen.prover, frozen.statement, frozen.frame_root,
                              frozen.frame_count, frozen.heads_root, frozen.declarations_root});
  }
  for (const auto& [site, chips] : tally.sites) {
    MUSTER_TRY_ASSIGN(const SiteId id_of_site, SiteId::parse(site));
    request.sites.push_back({id_of_site, chips});
  }
  for (auto& [key, chips] : tally.classes) request.classes.push_back(std::move(chips));
  if (purpose == sampler::Purpose::use) {
    MUSTER_TRY_ASSIGN(request.snapshots, schedule_of(wish, request));
  }
  request.evidence = std::move(demand);
  put_design(design, request);
  return request;
}

void add_beacon_options(CLI::App& verb, PlanWish& wish) {
  verb.add_option("--beacon", wish.beacon,
                  "ceremony, value, or behind commas nist-v2, drand-quicknet, ceremony");
  verb.add_option("--beacon-at", wish.beacon_at, "instant of the public values, still to come");
  verb.add_option("--nist-certificate", wish.nist_certificate, "NIST's certificate in PEM");
}

namespace {

void add_threshold_options(CLI::App& verb, PlanWish& wish) {
  verb.add_option("--format", wish.format,
                  "the run uses this number format, which every product has; the fastest");
  verb.add_option("--utilization", wish.utilization, "share of the peak; below 1 assumes");
  verb.add_option("--offbook", wish.unseen.offbook, "chips the Prover could hold off the books");
  verb.add_option("--exempt", wish.unseen.exempt, "chips left out of the frame by agreement");
  verb.add_option("--broken", wish.unseen.broken,
                  "chips of generations whose firmware or keys are broken");
  verb.add_option("--leaked", wish.unseen.leaked, "chips whose keys are known to have leaked");
}

}  // namespace

void add_plan_options(CLI::App& verb, PlanWish& wish) {
  verb.add_option("prover", wish.provers, "the Prover; several are pooled")->required();
  verb.add_option("--as", wish.verifier, "the Verifier, whose VRF key draws")->required();
  verb.add_option("--purpose", wish.purpose,
                  "existence or use; for chips off the register: plan floor");
  verb.add_option("--rule", wish.rule_flop, "FLOP that the rule speaks of")->required();
  verb.add_option("--excess", wish.excess_flop, "FLOP that must be caught; half the rule");
  verb.add_option("--longest-run", wish.longest_run, "days, such as 30d")->required();
  verb.add_option("--catch", wish.target, "probability to draw a chip of the run");
  add_threshold_options(verb, wish);
  verb.add_option("--snapshots-per-day", wish.snapshots_per_day, "of each chip, on average");
  verb.add_option("--retention", wish.retention_days, "days that a log keeps an entry");
  verb.add_option("--query-rate", wish.query_rate, "share of honest chips with an anomaly");
  verb.add_option("--close-days", wish.close_days, "days until an open query becomes a hit");
  add_demand_options(verb, wish.demand);
  add_memory_option(verb, wish.demand);
  add_beacon_options(verb, wish);
  verb.add_flag("--gate", wish.at_gates,
                "draw each site by the first public values after the arrival there");
  verb.add_option("--witnesses", wish.witnesses,
                  "a witness policy of your own: its quorum must have cosigned the freeze");
  verb.add_option("--not-covered", wish.not_covered, "what is left out, in words; repeatable");
  verb.add_flag("--emulated", wish.emulated, "SIMULATED: the chips' firmware is Muster's emulator");
}

}  // namespace muster::cli
