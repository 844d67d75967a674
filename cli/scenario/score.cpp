#include "cli/scenario/score.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "cli/scenario/audit_parties.hpp"
#include "cli/scenario/declaration_plays.hpp"
#include "cli/scenario/draw_plays.hpp"
#include "cli/scenario/gate_plays.hpp"
#include "cli/scenario/honest_register.hpp"
#include "cli/scenario/registry_plays.hpp"
#include "cli/scenario/statistical.hpp"

namespace muster::cli::scenario {
namespace {

constexpr std::uint64_t most_filed_audits = 50;  // a hit is as likely as not in each

bool wanted(const ScoreOptions& options, std::string_view row) {
  return options.rows.empty() || options.rows.contains(std::string(row));
}

Result<void> check_rows(const ScoreOptions& options) {
  for (const std::string& id : options.rows) {
    if (row_named(id) == nullptr) {
      return failure(Errc::invalid_input,
                     "row " + id + ": got an unknown one, want V1 to V31, C1 to C3 or honest");
    }
  }
  return {};
}

std::string spread_name(Spread spread) {
  switch (spread) {
    case Spread::anywhere:
      return "anywhere";
    case Spread::smallest_sites:
      return "smallest sites first";
    case Spread::largest_sites:
      break;
  }
  return "largest sites first";
}

/// What a Prover can choose from: each tactic, on k chips or twice as many, in three ways of
/// placing them. Combined rows use their tactics at once.
std::vector<Hiding> candidates(const PlayFacts& facts, std::uint64_t chips, std::uint64_t all) {
  std::vector<std::vector<const Tactic*>> choices;
  for (const std::string_view name : facts.tactics) {
    if (!facts.together || choices.empty()) choices.emplace_back();
    choices.back().push_back(tactic_named(name));
  }
  std::vector<Hiding> list;
  for (const auto& tactics : choices) {
    std::string name;
    for (const Tactic* tactic : tactics) {
      name += (name.empty() ? "" : " and ") + std::string(tactic->name);
    }
    for (const Spread spread : {Spread::anywhere, Spread::smallest_sites, Spread::largest_sites}) {
      for (const std::uint64_t count : {chips, std::min(2 * chips, all)}) {
        if (spread != Spread::anywhere && count != chips) continue;
        list.push_back({name + ", " + std::to_string(count) + " chips " + spread_name(spread),
                        tactics, count, spread});
      }
    }
  }
  return list;
}

/// What the search compares: how rarely the Prover's aim fails.
double caught_share(PromiseKind kind, const AuditCount& count) {
  if (kind == PromiseKind::whenever_seen && count.evading_lines > 0) {
    return static_cast<double>(count.evading_hits) / static_cast<double>(count.evading_lines) +
           1e-3 * static_cast<double>(count.caught) / static_cast<double>(count.plays);
  }
  return static_cast<double>(count.caught) / static_cast<double>(count.plays);
}

std::string commonest(const AuditCount& count) {
  std::vector<std::pair<std::uint64_t, std::string>> order;
  for (const auto& [code, plays] : count.codes) order.emplace_back(plays, code);
  std::ranges::sort(order, std::greater{});
  std::string text;
  for (std::size_t i = 0; i < std::min<std::size_t>(order.size(), 3); ++i) {
    text += (text.empty() ? "" : ", ") + order[i].second;
  }
  return text;
}

/// The Prover of a world, and inspectors who audit it.
struct Hall {
  std::unique_ptr<Prover> prover;
  AuditRoom room;
};

/// How often heads are asked for while a play lasts, in days; 0: not at all.
std::uint64_t heads_of(HeadsAsked asked, const Announced& announced) {
  constexpr std::uint64_t times = 12;  // in the window, where the file says nothing
  if (asked == HeadsAsked::never) return 0;
  if (asked == HeadsAsked::as_announced || announced.heads_every_days > 0) {
    return announced.heads_every_days;
  }
  return std::max<std::uint64_t>(announced.window_days / times, 1);
}

/// All that one score needs at hand.
class Scoring final {
 public:
  Scoring(const ScenarioFile& scenario, const ScoreOptions& options, const ScoreProgress& progress)
      : scenario_(&scenario), options_(&options), progress_(&progress) {}

  Result<Score> play();

 private:
  Result<void> open_halls();
  Result<void> open_hall(std::uint64_t heads, const std::set<attestation::Evasion>& evasions);
  AuditRoom& room_of(const PlayFacts& facts) {
    return halls_.at(heads_of(facts.heads, scenario_->announced)).room;
  }
  Result<PlayScore> play_one(const PlayFacts& facts);
  Result<void> play_apart(PlayScore& score) const;
  Result<void> play_draws(PlayScore& score) const;
  Result<PlayScore> play_audits(const PlayFacts& facts);
  Result<Hiding> best_response(const PlayFacts& facts);
  Result<HonestScore> play_honest();
  void tell(const std::string& what) const {
    if (*progress_) (*progress_)(what);
  }
  [[nodiscard]] bool has_pipeline() const {
    return scenario_->announced.chips() <= most_whole_chips;
  }

  const ScenarioFile* scenario_;
  const ScoreOptions* options_;
  const ScoreProgress* progress_;
  std::optional<sampler::Plan> plan_{};
  std::map<std::uint64_t, Hall> halls_{};  // by how often heads are asked for
};

Result<void> Scoring::open_halls() {
  if (!has_pipeline()) return {};
  std::map<std::uint64_t, std::set<attestation::Evasion>> wanted_lives;
  if (wanted(*options_, "honest")) wanted_lives[scenario_->announced.heads_every_days];
  for (const PlayFacts& facts : plays()) {
    if (facts.engine != Engine::pipeline || !wanted(*options_, facts.row)) continue;
    auto& evasions = wanted_lives[heads_of(facts.heads, scenario_->announced)];
    for (const std::string_view name : facts.tactics) evasions.insert(tactic_named(name)->evasion);
  }
  for (const auto& [heads, evasions] : wanted_lives) MUSTER_TRY(open_hall(heads, evasions));
  return {};
}

Result<void> Scoring::open_hall(std::uint64_t heads,
                                const std::set<attestation::Evasion>& evasions) {
  tell("the lives of " + std::to_string(scenario_->announced.chips()) + " chips" +
       (heads == 0 ? "" : ", with a head every " + std::to_string(heads) + " days"));
  ScenarioFile world = *scenario_;
  world.announced.heads_every_days = heads;
  auto prover = std::make_unique<Prover>(std::move(world), evasions);
  MUSTER_TRY_ASSIGN(auto room, AuditRoom::open(*prover, options_->room));
  halls_.emplace(heads, Hall{std::move(prover), std::move(room)});
  return {};
}

/// Searched on audits of their own, so that luck is not taken for skill.
Result<Hiding> Scoring::best_response(const PlayFacts& facts) {
  const auto list = candidates(facts, plan_->run_chips(), scenario_->announced.chips());
  std::optional<Hiding> best;
  double least = 2;
  for (const Hiding& hiding : list) {
    MUSTER_TRY_ASSIGN(
        const auto count,
        room_of(facts).play(hiding, "search/" + std::string(facts.name) + "/" + hiding.name,
                            options_->searched));
    const double share = caught_share(facts.promise, count);
    if (share >= least) continue;
    least = share;
    best = hiding;
  }
  return *best;
}

Result<PlayScore> Scoring::play_audits(const PlayFacts& facts) {
  MUSTER_TRY_ASSIGN(const Hiding hiding, best_response(facts));
  MUSTER_TRY_ASSIGN(auto count, room_of(facts).play(hiding, "score/" + std::string(facts.name),
                                                    options_->audits));
  PlayScore score{.facts = &facts};
  score.strategy = hiding.name;
  score.inspected = count.lines / std::max<std::uint64_t>(count.plays, 1);
  score.shown = commonest(count);
  if (facts.promise == PromiseKind::target) {
    score.promised = plan_->detection_probability.convert_to<double>();
    score.plays = {count.plays, count.caught};
  } else {
    // A line that was cleared although its chip evades breaks the promise, whatever else was found.
    score.promised = facts.promise == PromiseKind::not_caught ? 0 : 1;
    score.plays = {count.evading_lines, count.evading_hits};
  }
  score.kept = judged(facts.promise, score.promised, score.plays);
  if (facts.promise == PromiseKind::whenever_seen && count.wrongly_cleared > 0) {
    score.kept = Kept::no;
  }
  score.audits = std::move(count);
  if (options_->findings && facts.promise != PromiseKind::not_caught) {
    MUSTER_TRY_ASSIGN(
        score.finding,
        room_of(facts).finding(hiding, "file/" + std::string(facts.name), most_filed_audits));
  }
  return score;
}

Papers papers_asked(const ScoreOptions& options, const PlayScore& score) {
  const bool wanted = options.findings && score.facts->promise != PromiseKind::not_caught;
  return wanted ? Papers::filed : Papers::none;
}

Result<void> take(const Attempts& attempts, PlayScore& score) {
  if (attempts.unfiled) return failure(Error(*attempts.unfiled).during("filing what was caught"));
  score.promised = attempts.promised;
  score.plays = attempts.plays;
  score.strategy = attempts.strategy;
  score.papers = attempts.papers;
  for (const auto& [answer, count] : attempts.answers) {
    score.answers +=
        (score.answers.empty() ? "" : "; ") + answer + " (" + std::to_string(count) + ")";
  }
  return {};
}

Result<void> Scoring::play_draws(PlayScore& score) const {
  const bool small = scenario_->announced.chips() <= most_emulated_chips;
  const ScenarioFile drawn = small ? *scenario_ : standard_scenario();
  if (score.facts->game == "tampered") {
    score.promised = 1;
    MUSTER_TRY_ASSIGN(score.plays, play_tampered_draws(drawn, options_->audits));
    if (papers_asked(*options_, score) == Papers::none || score.plays.caught == 0) return {};
    MUSTER_TRY_ASSIGN(score.papers, tampered_draw_papers());
    return {};
  }
  MUSTER_TRY_ASSIGN(
      const Attempts attempts,
      score.facts->game == "gates"
          ? play_tampered_gates(drawn, options_->audits, papers_asked(*options_, score))
          : play_guessed_gates(drawn, options_->audits));
  return take(attempts, score);
}

/// Plays that no inspector's process takes part in.
Result<void> Scoring::play_apart(PlayScore& score) const {
  const std::string_view game = score.facts->game;
  if (score.facts->engine == Engine::positions) {
    MUSTER_TRY_ASSIGN(auto played,
                      play_game(game, *scenario_, {options_->positions, options_->seed}));
    score.promised = played.promised;
    score.plays = played.plays;
    score.strategy = std::move(played.strategy);
    score.inspected = played.inspected;
    return {};
  }
  if (score.facts->engine == Engine::draw) return play_draws(score);
  const Hash seed = scenario_secret(*scenario_, game);
  if (score.facts->engine == Engine::declarations) {
    const Attempts attempts = play_declarations(game, seed, options_->audits, scenario_->runs,
                                                papers_asked(*options_, score));
    score.called_certain = attempts.called_certain;
    return take(attempts, score);
  }
  MUSTER_TRY_ASSIGN(const auto attempts,
                    game == "honest"
                        ? play_honest_register(seed, options_->audits, scenario_->trade)
                        : play_registry(game, seed, options_->audits, scenario_->trade,
                                        papers_asked(*options_, score)));
  return take(attempts, score);
}

Result<PlayScore> Scoring::play_one(const PlayFacts& facts) {
  if (facts.engine == Engine::pipeline) return play_audits(facts);
  PlayScore score{.facts = &facts};
  MUSTER_TRY(play_apart(score));
  const bool nothing_promised =
      facts.promise == PromiseKind::not_caught || facts.promise == PromiseKind::graded;
  if (nothing_promised) score.promised = 0;
  score.kept = judged(facts.promise, score.promised, score.plays);
  // A sign that was called proof, in a run that has it or in an honest one.
  if (facts.promise == PromiseKind::graded && score.called_certain > 0) score.kept = Kept::no;
  return score;
}

Result<HonestScore> Scoring::play_honest() {
  HonestScore score;
  tell("honest Provers");
  AuditRoom& room = halls_.at(scenario_->announced.heads_every_days).room;
  MUSTER_TRY_ASSIGN(score.audits, room.play({"honest"}, "honest", options_->honest));
  if (plan_->queries) score.stated = plan_->queries->honest_hit.convert_to<double>();
  score.queries = {score.audits.honest_lines, score.audits.honest_queries};
  // Wrong accusations must not be shown to be commoner than stated.
  const sampler::Plays accused{score.audits.plays, score.audits.honest_accused};
  const bool commoner = sampler::rate_interval(accused, row_level).lower > score.stated;
  score.kept = commoner ? Kept::no : Kept::not_contradicted;
  if (sampler::rate_interval(accused, row_level).upper <= score.stated + promise_margin) {
    score.kept = commoner ? Kept::no : Kept::yes;
  }
  return score;
}

Result<Score> Scoring::play() {
  MUSTER_TRY(check_rows(*options_));
  MUSTER_TRY_ASSIGN(plan_, committed_plan(scenario_->announced, anomaly_rate(scenario_->noise),
                                          roots_of_nothing(), auditor_vrf().public_key()));
  Score score{.lines = plan_->sample_size,
              .target = plan_->detection_probability.convert_to<double>()};
  MUSTER_TRY(open_halls());
  for (const PlayFacts& facts : plays()) {
    if (!wanted(*options_, facts.row)) continue;
    if (facts.engine == Engine::pipeline && !has_pipeline()) continue;
    tell(std::string(facts.row) + ": " + std::string(facts.name));
    MUSTER_TRY_ASSIGN(auto played, play_one(facts));
    score.plays.push_back(std::move(played));
  }
  if (wanted(*options_, "honest") && has_pipeline()) {
    MUSTER_TRY_ASSIGN(score.honest, play_honest());
  }
  return score;
}

}  // namespace

std::string_view kept_name(Kept kept) {
  switch (kept) {
    case Kept::yes:
      return "yes";
    case Kept::not_contradicted:
      return "not contradicted";
    case Kept::no:
      return "NO";
    case Kept::evidence:
      return "evidence";
    case Kept::nothing_promised:
      break;
  }
  return "not caught";
}

Kept judged(PromiseKind kind, double promised, const sampler::Plays& plays) {
  if (kind == PromiseKind::not_caught) return Kept::nothing_promised;
  if (kind == PromiseKind::graded) return Kept::evidence;
  if (plays.count == 0) return Kept::not_contradicted;
  const sampler::Promise promise{promised, promise_margin, row_level};
  if (promised >= 1 && plays.caught < plays.count) return Kept::no;
  if (sampler::keeps(promise, plays)) return Kept::yes;
  if (sampler::rate_interval(plays, row_level).upper < promised) return Kept::no;
  // Plays that were enough to show a promise that holds, and did not.
  const bool enough = promised < 1 && plays.count >= sampler::plays_needed(promise);
  return enough ? Kept::no : Kept::not_contradicted;
}

bool Score::kept() const {
  const bool rows_kept =
      std::ranges::none_of(plays, [](const PlayScore& play) { return play.kept == Kept::no; });
  return rows_kept && (!honest || honest->kept != Kept::no);
}

Result<Score> play_score(const ScenarioFile& scenario, const ScoreOptions& options,
                         const ScoreProgress& progress) {
  return Scoring(scenario, options, progress).play();
}

}  // namespace muster::cli::scenario
