#include "cli/scenario/understated_flop.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <vector>

#include "attestation/account/account.hpp"
#include "attestation/account/plausible.hpp"
#include "cli/audit/committed_plan.hpp"
#include "cli/scenario/account_paper.hpp"
#include "ledger/crypto/seeded_random.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::cli::scenario {
namespace {

using attestation::Account;
using attestation::AccountedRun;
using stats::Decimal;
using stats::Rational;

constexpr std::int64_t fleet_begins_ms = 1'782'864'000'000;  // 2026-07-01

catalogue::ChipModel synthetic_model(const char* name, const char* bf16, const char* fp8,
                                     const char* terabytes_per_s) {
  using catalogue::Fixed;
  catalogue::ChipModel model{};
  model.name = name;
  model.rates = {{"BF16/FP16", 16, Fixed::parse(bf16).value()},
                 {"FP8", 8, Fixed::parse(fp8).value()}};
  model.memory_gb = Fixed::parse("80").value();
  model.memory_tb_per_s = Fixed::parse(terabytes_per_s).value();
  return model;
}

/// One with many operations for each byte of bandwidth, and one with few.
const catalogue::ChipModel& synthetic_chip(bool wide) {
  static const catalogue::ChipModel fast = synthetic_model("fast", "1000", "2000", "3");
  static const catalogue::ChipModel slow = synthetic_model("wide", "150", "300", "4");
  return wide ? slow : fast;
}

/// Chips that one Prover held and gave to one run for the whole window.
struct Fleet {
  explicit Fleet(crypto::SeededRandom& random)
      : Fleet(random, synthetic_chip(random.below(2) == 0)) {}
  Fleet(crypto::SeededRandom& random, const catalogue::ChipModel& chips_of);

  /// So many thousandths of what the chips can do in their fastest format.
  [[nodiscard]] Decimal share(std::uint64_t thousandths) const {
    return peak * Decimal(Rational(thousandths, 1000));
  }
  [[nodiscard]] AccountedRun run(const Decimal& flop) const {
    return {.run = RunId::parse("R-1").value(),
            .prover = "alder",
            .window = window,
            .flop = flop,
            .parameters = Decimal::from_integer(1'000'000'000),
            .bytes_per_parameter = 2,
            .format = "FP8",
            .assignments = map};
  }
  [[nodiscard]] Account account(const std::vector<AccountedRun>& runs) const;

  const catalogue::ChipModel* model;
  attestation::MfuLimits bands;
  Window window{};
  std::vector<attestation::AccountedChip> chips{};
  std::vector<attestation::Assignment> map{};
  std::vector<attestation::Assignment> lent{};  ///< With a chip more.
  Decimal peak{};
};

/// What is declared of a fleet; borrows its shard map.
using Runs = std::vector<AccountedRun>;

ChipId fleet_chip(std::uint64_t ordinal, crypto::SeededRandom& random) {
  return ChipId::from_parts(
      {.block = 1, .ordinal = ordinal, .random = random.below(ChipId::part_limit)});
}

Fleet::Fleet(crypto::SeededRandom& random, const catalogue::ChipModel& chips_of)
    : model(&chips_of), bands(attestation::mfu_limits(*model)) {
  const auto days = static_cast<std::int64_t>(30 + random.below(151));
  window = {Timestamp{fleet_begins_ms}, Timestamp{fleet_begins_ms + days * ms_per_day}};
  const std::uint64_t count = 8 + random.below(57);
  for (std::uint64_t i = 0; i < count; ++i) {
    const ChipId chip = fleet_chip(i, random);
    chips.push_back({chip, 0, window.length_ms()});
    map.push_back({chip, static_cast<std::uint32_t>(i), window, 0});
  }
  peak = account({}).capacity;
}

Account Fleet::account(const std::vector<AccountedRun>& runs) const {
  const std::vector<attestation::AccountedProduct> products{{model->name, model}};
  return attestation::account_of(window, products, chips, runs);
}

/// The first query of an account, or the first note, or that there is none.
AttemptEnd judged_by_account(const Account& account) {
  for (const auto& found : account.findings) {
    if (found.severity > attestation::Severity::note) return {true, found.code};
  }
  if (account.findings.empty()) return {false, "no finding"};
  return {false, account.findings.front().code + ", a note"};
}

/// Thousandths from `above` (not included) up to `most`.
std::uint64_t beyond(std::uint64_t above, std::uint64_t most, crypto::SeededRandom& random) {
  return above + 1 + random.below(most - above);
}

std::uint64_t thousandths(const Decimal& share) {
  return stats::to_count(stats::floor_integer(share.value() * 1000)).value();
}

Runs above_peak(Fleet& fleet, crypto::SeededRandom& random) {
  return {fleet.run(fleet.share(beyond(1000, 3000, random)))};
}

Runs far_above_published(Fleet& fleet, crypto::SeededRandom& random) {
  const std::uint64_t review = thousandths(fleet.bands.review_most);
  return {fleet.run(fleet.share(beyond(review, 1000, random)))};
}

/// Parameters and tokens as they are, of a run at a usual share of peak; `times` N D in thousandths
/// are declared.
Runs against_formula(const Fleet& fleet, std::uint64_t times) {
  AccountedRun run = fleet.run({});
  const Decimal tokens = fleet.share(300) / (run.parameters * Decimal::from_integer(6));
  run.tokens = stats::to_count(stats::floor_integer(tokens.value())).value();
  run.flop = run.parameters * Decimal::from_integer(*run.tokens) * Decimal(Rational(times, 1000));
  return {run};
}

Runs below_formula(Fleet& fleet, crypto::SeededRandom& random) {
  return against_formula(fleet, 2000 + random.below(2000));
}

Runs above_formula(Fleet& fleet, crypto::SeededRandom& random) {
  return against_formula(fleet, beyond(12'000, 16'000, random));
}

Runs idle_operations(Fleet& fleet, crypto::SeededRandom& random) {
  AccountedRun run = fleet.run(fleet.share(beyond(0, 500, random)));
  run.use = attestation::RunUse::idle;
  return {run};
}

Runs lent_chips(Fleet& fleet, crypto::SeededRandom& random) {
  fleet.lent = fleet.map;
  const auto shard = static_cast<std::uint32_t>(fleet.map.size());
  fleet.lent.push_back({fleet_chip(fleet.map.size(), random), shard, fleet.window, 0});
  AccountedRun run = fleet.run(fleet.share(300));
  run.assignments = fleet.lent;
  return {run};
}

Runs two_runs_at_once(Fleet& fleet, crypto::SeededRandom& random) {
  AccountedRun other = fleet.run(fleet.share(150 + random.below(150)));
  other.run = RunId::parse("R-2").value();
  return {fleet.run(fleet.share(300)), other};
}

AttemptEnd slow_format(const Fleet& fleet, crypto::SeededRandom& random) {
  const Decimal flop = fleet.share(beyond(100, 250, random));
  AccountedRun slow = fleet.run(flop);
  slow.format = random.below(2) == 0 ? "BF16" : "FP64";  // the latter no chip has
  const bool same =
      fleet.account({slow}).inside_plausible == fleet.account({fleet.run(flop)}).inside_plausible;
  return {same, same ? "as much could hide as before" : "less seems free"};
}

struct Figure {
  const char* name;
  Runs (*declare)(Fleet&, crypto::SeededRandom&);
};

constexpr std::array figures{Figure{"above the peak", above_peak},
                             Figure{"far above published shares", far_above_published},
                             Figure{"fewer than 4 N D", below_formula},
                             Figure{"more than twice 6 N D", above_formula},
                             Figure{"operations of an idle run", idle_operations},
                             Figure{"over chips of others", lent_chips},
                             Figure{"two runs on the same chips", two_runs_at_once}};
constexpr const char* slow_name = "a slow format";

// ---- What is filed: such figures of a fleet whose chips are of a model of the catalogue, and in a
// register.

RunStatement statement_of_figures(const AccountedRun& run) {
  RunStatement made{
      .run = run.run.text(),
      .use = run.use,
      .window = run.window,
      .flop = run.flop,
      .parameters = stats::to_count(stats::floor_integer(run.parameters.value())).value(),
      .bytes_per_parameter = run.bytes_per_parameter,
      .format = run.format,
      .tokens = run.tokens};
  // Shards are numbered as the chips of the fleet are, and whoever lent one stands behind them.
  for (const auto& item : run.assignments) made.chips.push_back(item.shard);
  return made;
}

/// The chip that is lent stays with its maker.
Result<std::string> fleet_paper(const Fleet& fleet, const std::vector<RunStatement>& runs) {
  const Hash seed = crypto::sha256("muster/scenario/filed fleet");
  MUSTER_TRY_ASSIGN(HeldFleet held, HeldFleet::make(seed, {fleet.chips.size()}, "h1", 1));
  return account_paper(held, runs, fleet.window);
}

/// Random numbers of its own, so that nothing that is played depends on what is filed.
crypto::SeededRandom filing_random(std::string_view name) {
  return crypto::SeededRandom(crypto::sha256({as_bytes("muster/scenario/filed/"), as_bytes(name)}));
}

Result<std::string> figure_paper(const Figure& figure) {
  MUSTER_TRY_ASSIGN(const auto models, bundled_models());
  MUSTER_TRY_ASSIGN(const auto* model, models.find(std::string(fleet_model)));
  auto random = filing_random(figure.name);
  Fleet fleet(random, *model);
  std::vector<RunStatement> runs;
  for (const AccountedRun& run : figure.declare(fleet, random)) {
    runs.push_back(statement_of_figures(run));
  }
  return fleet_paper(fleet, runs);
}

using Play = std::function<AttemptEnd(const Fleet&, crypto::SeededRandom&)>;

Attempts played_on_fleets(const Hash& seed, std::uint64_t plays, const char* name,
                          const Play& play) {
  crypto::SeededRandom random(seed);
  Attempts played;
  for (std::uint64_t i = 0; i < plays; ++i) {
    const Fleet fleet(random);
    played.add(name, play(fleet, random));
  }
  return played;
}

/// A usual share to declare: above what is noted as too low, and below the top of its band.
Decimal usual_flop(const Fleet& fleet, crypto::SeededRandom& random) {
  const std::uint64_t low = thousandths(fleet.bands.unexplained_below);
  return fleet.share(beyond(low, thousandths(fleet.bands.normal_most) - 10, random));
}

constexpr const char* above_name = "found above the printed amount";

/// Work that was declared, and all that was done there.
struct Found {
  Decimal declared;
  Decimal done;
  attestation::MfuBand band;
};

Found found_above(const Fleet& fleet, crypto::SeededRandom& random) {
  const Decimal declared = usual_flop(fleet, random);
  const Decimal printed = fleet.account({fleet.run(declared)}).inside_plausible;
  const Decimal hidden = printed * Decimal(Rational(1001 + random.below(500), 1000));
  const auto band = fleet.account({fleet.run(declared + hidden)}).runs.front().band;
  return {declared, declared + hidden, band};
}

/// The first fleet of the catalogue's chips where what was done shows more than a note.
Result<std::string> found_paper() {
  MUSTER_TRY_ASSIGN(const auto models, bundled_models());
  MUSTER_TRY_ASSIGN(const auto* model, models.find(std::string(fleet_model)));
  auto random = filing_random(above_name);
  constexpr int most_fleets = 1'000;
  for (int i = 0; i < most_fleets; ++i) {
    const Fleet fleet(random, *model);
    const Found found = found_above(fleet, random);
    if (found.band <= attestation::MfuBand::review) continue;
    RunStatement run = statement_of_figures(fleet.run(found.declared));
    run.amended_flop = found.done;
    return fleet_paper(fleet, {std::move(run)});
  }
  return std::string();
}

}  // namespace

Attempts play_impossible_figures(const Hash& seed, std::uint64_t plays, Papers papers) {
  crypto::SeededRandom random(seed);
  Attempts played;
  for (std::uint64_t i = 0; i < plays; ++i) {
    Fleet fleet(random);
    const std::uint64_t way = i % (figures.size() + 1);
    if (way == figures.size()) {
      played.add(slow_name, slow_format(fleet, random));
      continue;
    }
    const Figure& figure = figures.at(way);
    AttemptEnd end = judged_by_account(fleet.account(figure.declare(fleet, random)));
    const bool files = papers == Papers::filed && !played.papers.contains(figure.name);
    if (end.caught && files) end.paper = figure_paper(figure);
    played.add(figure.name, end);
  }
  return played;
}

Attempts play_hidden_above(const Hash& seed, std::uint64_t plays, Papers papers) {
  crypto::SeededRandom random(seed);
  Attempts played;
  for (std::uint64_t i = 0; i < plays; ++i) {
    const Fleet fleet(random);
    const Found found = found_above(fleet, random);
    AttemptEnd end{found.band >= attestation::MfuBand::review,
                   std::string(attestation::mfu_band_name(found.band))};
    // A share above published runs is a note, which convicts nobody.
    const bool files = papers == Papers::filed && played.papers.empty();
    if (files && found.band > attestation::MfuBand::review) end.paper = found_paper();
    played.add(above_name, end);
  }
  return played;
}

Attempts play_hidden_within(const Hash& seed, std::uint64_t plays) {
  return played_on_fleets(seed, plays, "understated within the printed amount",
                          [](const Fleet& fleet, crypto::SeededRandom& random) -> AttemptEnd {
                            const Decimal declared = usual_flop(fleet, random);
                            const Account told = fleet.account({fleet.run(declared)});
                            const Decimal hidden = told.inside_plausible *
                                                   Decimal(Rational(1 + random.below(1000), 1000));
                            const Account found = fleet.account({fleet.run(declared + hidden)});
                            if (!told.findings.empty()) return judged_by_account(told);
                            return judged_by_account(found);
                          });
}

Attempts play_overstated(const Hash& seed, std::uint64_t plays) {
  return played_on_fleets(seed, plays, "overstated, so that nothing seems free",
                          [](const Fleet& fleet, crypto::SeededRandom& random) -> AttemptEnd {
                            const Decimal done = usual_flop(fleet, random);
                            const Decimal most = fleet.peak * fleet.bands.normal_most;
                            const Account told = fleet.account({fleet.run(most)});
                            if (!told.findings.empty()) return judged_by_account(told);
                            const bool printed = told.inside_plausible >= most - done;
                            return {printed, printed ? "as much was printed" : "no finding"};
                          });
}

}  // namespace muster::cli::scenario
