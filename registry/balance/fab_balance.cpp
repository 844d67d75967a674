#include "registry/balance/fab_balance.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numbers>
#include <unordered_set>

#include "ledger/base/json.hpp"

namespace muster::registry {
namespace {

constexpr std::array<const char*, 3> units{"die", "memory", "interposer"};

/// One change of one lot, done by a statement or taken back by a correction.
struct LotChange {
  Index32 index = 0;  ///< The statement that did it or took it back.
  bool back = false;
  const RowEdit* edit = nullptr;

  [[nodiscard]] std::pair<Index32, bool> order() const { return {index, !back}; }
};

/// Every change of every lot, in the order of the log; what is taken back goes before what takes
/// its place.
std::vector<LotChange> lot_changes(const Tables& tables) {
  std::vector<LotChange> list;
  for (const RowEdit& edit : tables.row_edits.rows()) {
    if (edit.table != "lot") continue;
    list.push_back({edit.statement, false, &edit});
    if (edit.reversed != no_index) list.push_back({edit.reversed, true, &edit});
  }
  std::ranges::stable_sort(list, {}, &LotChange::order);
  return list;
}

std::int64_t change_of(const Json& changes, const char* column) {
  const auto found = changes.find(column);
  if (found == changes.end()) return 0;
  return (*found)[1].get<std::int64_t>() - (*found)[0].get<std::int64_t>();
}

/// Follows lots through the log, and gathers what one party did with those for one product.
class LotReplay final {
 public:
  LotReplay(const State& state, RowN party, RowN product, const Window& period)
      : state_(state), party_(party), product_(product), period_(period) {}

  std::map<std::string, InputFigures> run() {
    const auto changes = lot_changes(tables());
    first_holders(changes);
    for (const LotChange& change : changes) {
      if (tables().lots[change.edit->row].product == product_) apply(change);
    }
    return std::move(figures_);
  }

 private:
  struct Standing {
    RowN holder = no_row;
    std::int64_t quantity = 0;
  };

  const Tables& tables() const { return state_.tables(); }

  /// Who had each lot first: the newest holder, unless a change names one before.
  void first_holders(const std::vector<LotChange>& changes) {
    for (RowN n = 0; n < tables().lots.size(); ++n) standing_[n] = {tables().lots[n].holder, 0};
    std::unordered_set<RowN> known;
    for (const LotChange& change : changes) {
      const Json json = Json::parse(change.edit->changes);
      if (change.back || !json.contains("holder") || change.edit->added) continue;
      if (!known.insert(change.edit->row).second) continue;
      standing_[change.edit->row].holder = json["holder"][0].get<RowN>();
    }
  }

  void add(std::int64_t InputFigures::*figure, const char* name, const std::string& unit,
           Index32 index, std::int64_t amount) {
    const std::int64_t at = tables().statements[index].accepted_ms;
    if (amount == 0 || at <= period_.from.ms || at > period_.to.ms) return;
    InputFigures& into = figures_[unit];
    into.*figure += amount;
    auto& sources = into.sources[name];
    if (sources.empty() || sources.back().index != index) sources.push_back({index, 0});
    sources.back().items += amount;
  }

  /// What the party has more or less from `index` on.
  void stock(const std::string& unit, Index32 index, std::int64_t amount) {
    const std::int64_t at = tables().statements[index].accepted_ms;
    if (at <= period_.from.ms) figures_[unit].opening += amount;
    if (at <= period_.to.ms) figures_[unit].closing += amount;
  }

  void apply(const LotChange& change) {
    const Json json = Json::parse(change.edit->changes);
    const std::string& unit = tables().lots[change.edit->row].unit;
    Standing& lot = standing_[change.edit->row];
    const int sign = change.back ? -1 : 1;
    if (json.contains("holder") && !change.edit->added) {
      hand_over(lot, json["holder"][change.back ? 0 : 1].get<RowN>(), unit, change.index);
    }
    const std::int64_t in = sign * change_of(json, "units_in");
    const std::int64_t out = sign * change_of(json, "units_out");
    const std::int64_t used = sign * change_of(json, "used");
    const std::int64_t scrapped = sign * change_of(json, "scrapped");
    lot.quantity += in - out - used - scrapped;
    if (lot.holder != party_) return;
    stock(unit, change.index, in - out - used - scrapped);
    add(&InputFigures::used, "used", unit, change.index, used);
    add(&InputFigures::scrapped, "scrapped", unit, change.index, scrapped);
    // What a split or a merge takes out of one lot it puts into others.
    const bool made = tables().statements[change.edit->statement].kind == "lot.create";
    if (made) add(&InputFigures::created, "created", unit, change.index, in);
  }

  void hand_over(Standing& lot, RowN to, const std::string& unit, Index32 index) {
    if (lot.holder == party_) {
      add(&InputFigures::given, "given", unit, index, lot.quantity);
      stock(unit, index, -lot.quantity);
    }
    if (to == party_) {
      add(&InputFigures::received, "received", unit, index, lot.quantity);
      stock(unit, index, lot.quantity);
    }
    lot.holder = to;
  }

  const State& state_;
  RowN party_;
  RowN product_;
  Window period_;
  std::map<RowN, Standing> standing_;
  std::map<std::string, InputFigures> figures_;
};

/// Chips of the product that the party packaged in the period, rising.
std::vector<RowN> packages_of(const State& state, const FabBalance& balance) {
  const Tables& tables = state.tables();
  std::vector<RowN> chips;
  for (RowN chip = 0; chip < tables.identities.size(); ++chip) {
    const ChipIdentity& identity = tables.identities[chip];
    const StatementRow& made = tables.statements[identity.made];
    const bool inside =
        balance.period.from.ms < made.accepted_ms && made.accepted_ms <= balance.period.to.ms;
    if (!inside || made.party != balance.party || made.kind == "choke.register") continue;
    if (tables.chips[chip].life == Life::voided) continue;
    if (state.product_of(chip, identity.made + 1) == balance.product) chips.push_back(chip);
  }
  return chips;
}

void note(std::vector<Source>& sources, Index32 index) {
  if (sources.empty() || sources.back().index != index) sources.push_back({index, 0});
  ++sources.back().items;
}

TestFigures tests_of(const State& state, const FabBalance& balance,
                     const std::vector<RowN>& packages) {
  const Tables& tables = state.tables();
  TestFigures tests;
  std::unordered_set<RowN> tested;
  for (Index32 index = 0; index < state.size(); ++index) {
    const StatementRow& row = tables.statements[index];
    const bool counts = row.kind == "chip.test" && row.corrected == no_index &&
                        row.accepted_ms <= balance.period.to.ms;
    if (!counts) continue;
    for (const auto& [chip, before] : state.chips_before(index)) {
      tested.insert(chip);
      if (row.accepted_ms <= balance.period.from.ms) continue;
      if (state.product_of(chip, index + 1) != balance.product) continue;
      ++tests.insertions;
      tests.by_others += row.party != balance.party ? 1U : 0U;
      note(tests.sources, index);
    }
  }
  for (const RowN chip : packages) tests.untested += tested.contains(chip) ? 0U : 1U;
  return tests;
}

std::uint64_t units_per_package(const Product& product, const std::string& unit,
                                const FabTerms& terms) {
  if (unit == "die") return product.dies;
  const auto found = terms.per_package.find(unit);
  return found == terms.per_package.end() ? 0 : found->second;
}

InputLine input_line(const Product& product, const std::string& unit, InputFigures figures,
                     std::uint64_t packages, const FabTerms& terms) {
  InputLine line{.unit = unit, .figures = std::move(figures)};
  line.per_package = units_per_package(product, unit, terms);
  if (line.per_package == 0) return line;
  const auto per = static_cast<std::int64_t>(line.per_package);
  const auto used = static_cast<std::uint64_t>(std::max<std::int64_t>(line.figures.used, 0));
  line.packages = line.figures.used / per;
  line.in_stock = line.figures.closing / per;
  line.difference = static_cast<std::int64_t>(packages) - line.packages;
  const double ratio = static_cast<double>(line.per_package);
  const BalanceTerms& balance = terms.balance;
  line.judgement = judge_difference(line.difference,
                                    balance.errors.variance("lot." + unit, used) / (ratio * ratio),
                                    balance.against, balance.errors.false_alarm);
  return line;
}

/// The area of one die of the product, if its designer says what all of them have.
std::optional<double> die_area(const Product& product) {
  if (product.die_area_mm2.empty() || product.dies == 0) return std::nullopt;
  const std::string& text = product.die_area_mm2;
  double area = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), area);
  if (read.ec != std::errc() || !(area > 0)) return std::nullopt;
  return area / static_cast<double>(product.dies);
}

/// Wafer starts of the product's dice, whoever made them: one fab's lots may go to many packagers.
std::optional<WaferLine> wafer_line(const State& state, const FabBalance& balance,
                                    const FabTerms& terms) {
  const Tables& tables = state.tables();
  WaferLine line;
  for (const Lot& lot : tables.lots.rows()) {
    const StatementRow& made = tables.statements[lot.index];
    const bool inside =
        balance.period.from.ms < made.accepted_ms && made.accepted_ms <= balance.period.to.ms;
    const bool counts = inside && lot.wafers > 0 && lot.unit == "die" &&
                        lot.product == balance.product && made.corrected == no_index;
    if (!counts) continue;
    line.wafers += lot.wafers;
    line.created += static_cast<std::int64_t>(lot.in);
    line.sources.push_back({lot.index, static_cast<std::int64_t>(lot.in)});
  }
  const auto area = die_area(tables.products[balance.product]);
  if (line.wafers == 0) return std::nullopt;
  if (!area || !terms.yield) return line;
  line.gross_per_wafer = gross_dice(*area);
  const double gross = static_cast<double>(line.wafers * line.gross_per_wafer);
  line.expected = gross * *terms.yield;
  line.difference = line.created - static_cast<std::int64_t>(std::llround(line.expected));
  const double sigma = gross * terms.yield_sigma;
  line.judgement = judge_difference(line.difference, sigma * sigma, terms.balance.against,
                                    terms.balance.errors.false_alarm);
  return line;
}

}  // namespace

std::uint64_t gross_dice(double area_mm2) {
  const double whole = std::numbers::pi * 150 * 150 / area_mm2;
  const double edge = std::numbers::pi * 300 / std::sqrt(2 * area_mm2);
  return whole > edge ? static_cast<std::uint64_t>(whole - edge) : 0;
}

FabBalance fab_balance(const State& state, RowN party, RowN product, const Window& period,
                       const FabTerms& terms) {
  FabBalance balance{.party = party, .product = product, .period = period};
  const auto packages = packages_of(state, balance);
  balance.packages = packages.size();
  for (const RowN chip : packages) note(balance.sources, state.tables().identities[chip].made);
  auto figures = LotReplay(state, party, product, period).run();
  for (const char* unit : units) {
    balance.inputs.push_back(
        input_line(state.tables().products[product], unit, figures[unit], balance.packages, terms));
  }
  balance.wafers = wafer_line(state, balance, terms);
  balance.tests = tests_of(state, balance, packages);
  return balance;
}

}  // namespace muster::registry
