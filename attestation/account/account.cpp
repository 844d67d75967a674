#include "attestation/account/account.hpp"

#include <algorithm>

#include "attestation/account/plausible.hpp"
#include "attestation/account/usage.hpp"
#include "registry/catalogue/peak_rate.hpp"

namespace muster::attestation {
namespace {

using catalogue::PeakRate;
using stats::Decimal;
using stats::Rational;

Decimal whole(std::uint64_t value) { return Decimal::from_integer(value); }

Decimal not_below_zero(const Decimal& value) { return value > Decimal() ? value : Decimal(); }

/// Operations at a rate for so many chip-milliseconds.
Decimal operations(std::uint64_t flop_per_s, std::uint64_t ms) {
  return Decimal(Rational(flop_per_s) * ms / 1000);
}

std::string chips_text(std::uint64_t count, const std::optional<ChipId>& first) {
  return std::to_string(count) + (count == 1 ? " chip" : " chips") +
         (first ? ", the first " + first->to_string() : "");
}

/// Makes one account; what it works with lives as long as the call.
class AccountMaker final {
 public:
  AccountMaker(const Window& window, std::span<const AccountedProduct> products,
               std::span<const AccountedChip> chips, std::span<const AccountedRun> runs)
      : window_(window),
        products_(products),
        runs_(runs),
        usage_(usage_of(window, products.size(), chips, runs)) {
    account_.window = window;
    add_products(chips);
  }

  Account made() && {
    for (std::size_t i = 0; i < runs_.size(); ++i) {
      if (runs_[i].window.from < window_.to && window_.from < runs_[i].window.to) add_run(i);
    }
    add_shared_findings();
    return std::move(account_);
  }

 private:
  void add_products(std::span<const AccountedChip> chips);
  void add_run(std::size_t i);
  void add_capacity(std::size_t i, RunLine& line) const;
  [[nodiscard]] Decimal plausible_on_chips(std::size_t i) const;
  [[nodiscard]] bool is_elsewhere(std::size_t i, const RunLine& line) const;
  void judge(std::size_t i, RunLine& line);
  void add_run_findings(std::size_t i, const RunLine& line);
  void add_memory_finding(std::size_t i);
  void add_shared_findings();
  [[nodiscard]] MfuLimits limits_of(std::size_t i, const RunLine& line) const;
  [[nodiscard]] std::optional<std::uint64_t> rate_of(std::uint32_t product,
                                                     const std::string& format) const;
  void find(const char* code, const std::string& run, std::string text,
            Severity severity = Severity::query) {
    account_.findings.push_back({code, run, std::move(text), severity});
  }

  Window window_;
  std::span<const AccountedProduct> products_;
  std::span<const AccountedRun> runs_;
  Usage usage_;
  Account account_{};
};

void AccountMaker::add_products(std::span<const AccountedChip> chips) {
  account_.products.resize(products_.size());
  for (const AccountedChip& chip : chips) {
    ProductLine& line = account_.products[chip.product];
    ++line.chips;
    line.held_ms += static_cast<std::uint64_t>(chip.held_ms);
  }
  for (std::size_t p = 0; p < products_.size(); ++p) {
    ProductLine& line = account_.products[p];
    line.product = products_[p].product;
    line.declared_ms = usage_.declared_ms[p];
    const catalogue::ChipModel* model = products_[p].model;
    const auto rate =
        model != nullptr ? catalogue::peak_rate(*model) : Result<PeakRate>(PeakRate{});
    if (model == nullptr || !rate) {
      account_.chips_without_rate += line.chips;
      continue;
    }
    line.format = rate->format;
    line.flop_per_s = rate->flop_per_s;
    line.plausible = mfu_limits(*model).normal_most;
    line.capacity = operations(line.flop_per_s, line.held_ms);
    const Decimal free = operations(line.flop_per_s, line.held_ms - line.declared_ms);
    account_.capacity = account_.capacity + line.capacity;
    account_.free_at_peak = account_.free_at_peak + free;
    account_.free_plausible = account_.free_plausible + free * line.plausible;
  }
}

std::optional<std::uint64_t> AccountMaker::rate_of(std::uint32_t product,
                                                   const std::string& format) const {
  if (products_[product].model == nullptr) return std::nullopt;
  const auto rate = catalogue::peak_rate(*products_[product].model, {.format = format});
  if (!rate) return std::nullopt;
  return rate->flop_per_s;
}

/// What the chips of a run could do in its format; without one, in each chip's fastest.
void AccountMaker::add_capacity(std::size_t i, RunLine& line) const {
  for (const auto& [product, share] : usage_.runs[i].products) {
    line.chips += share.chips;
    line.chip_ms += share.ms;
    const auto rate = rate_of(product, line.format);
    if (rate) {
      line.capacity = line.capacity + operations(*rate, share.ms);
      continue;
    }
    line.why_not = products_[product].product + " has no " +
                   (line.format.empty() ? "rate" : "rate in " + line.format) + " in the catalogue";
  }
}

/// FLOP at the plausible share of the peak of a run's chips, each in its fastest format.
Decimal AccountMaker::plausible_on_chips(std::size_t i) const {
  Decimal plausible;
  for (const auto& [product, share] : usage_.runs[i].products) {
    const auto rate = rate_of(product, "");
    if (!rate) continue;  // Among the chips without a known rate.
    plausible =
        plausible + operations(*rate, share.ms) * mfu_limits(*products_[product].model).normal_most;
  }
  return plausible;
}

/// The limits of the chips of a run, each by its share of what the run's chips could do.
MfuLimits AccountMaker::limits_of(std::size_t i, const RunLine& line) const {
  MfuLimits mixed{};
  for (const auto& [product, share] : usage_.runs[i].products) {
    const auto rate = rate_of(product, line.format);
    if (!rate) continue;
    const MfuLimits own = mfu_limits(*products_[product].model);
    const Decimal weight = operations(*rate, share.ms) / line.capacity;
    mixed.unexplained_below = mixed.unexplained_below + own.unexplained_below * weight;
    mixed.normal_most = mixed.normal_most + own.normal_most * weight;
    mixed.review_most = mixed.review_most + own.review_most * weight;
  }
  return mixed;
}

void AccountMaker::judge(std::size_t i, RunLine& line) {
  if (line.use == RunUse::idle) {
    line.why_not = "declared idle";
    return;
  }
  if (line.chip_ms == 0) {
    line.why_not = "no shard map with chips of this account";
    return;
  }
  line.could_hide = not_below_zero(plausible_on_chips(i) - line.flop);
  if (!line.why_not.empty()) return;
  line.mfu = line.flop / line.capacity;
  line.band = mfu_band(*line.mfu, limits_of(i, line));
  if (!line.format.empty() || line.band == MfuBand::impossible) return;
  // Of the fastest format the share is a floor: only what is too much even so is judged.
  line.band = MfuBand::not_judged;
  line.why_not = "no number format declared";
}

/// Whether nothing of the run is in the account: a map without one of its chips. Of a run without a
/// map nobody can tell; it stays with those whom the account is about, and is not judged.
bool AccountMaker::is_elsewhere(std::size_t i, const RunLine& line) const {
  const AccountedRun& run = runs_[i];
  if (run.relation == RunRelation::whole || line.chip_ms > 0) return false;
  return run.relation == RunRelation::other || !run.assignments.empty();
}

void AccountMaker::add_run(std::size_t i) {
  const AccountedRun& run = runs_[i];
  RunLine line{.run = run.run, .prover = run.prover, .use = run.use};
  const std::int64_t inside =
      std::min(run.window.to.ms, window_.to.ms) - std::max(run.window.from.ms, window_.from.ms);
  line.flop = run.flop * Decimal(Rational(inside, run.window.length_ms()));
  line.format = run.format.value_or("");
  add_capacity(i, line);
  if (is_elsewhere(i, line)) return;
  if (run.relation != RunRelation::whole && line.chip_ms > 0) {
    const std::uint64_t all = line.chip_ms + usage_.runs[i].not_held_ms;
    line.flop = line.flop * Decimal(Rational(line.chip_ms, all));
  }
  judge(i, line);
  account_.declared = account_.declared + line.flop;
  account_.inside_plausible = account_.inside_plausible + line.could_hide;
  add_run_findings(i, line);
  account_.runs.push_back(std::move(line));
}

void AccountMaker::add_memory_finding(std::size_t i) {
  // Makers' gigabytes are read as 2^30 bytes, so that no chip is taken for smaller than it is.
  Rational memory = 0;
  for (const auto& [product, share] : usage_.runs[i].products) {
    const catalogue::ChipModel* model = products_[product].model;
    if (model == nullptr || !model->memory_gb) return;
    memory += Rational(model->memory_gb->units()) * share.chips * (1U << 30) / 1'000'000;
  }
  if (usage_.runs[i].not_held > 0) return;  // More chips than are seen here.
  const Decimal weights = runs_[i].parameters * whole(runs_[i].bytes_per_parameter);
  if (memory == 0 || !(weights > Decimal(memory))) return;
  find("flop.memory", runs_[i].run.text(), "the weights do not fit in the memory of its chips");
}

void AccountMaker::add_run_findings(std::size_t i, const RunLine& line) {
  const std::string run = line.run.text();
  const Usage::OfRun& used = usage_.runs[i];
  switch (line.band) {
    case MfuBand::impossible:
      find("flop.impossible", run, "more operations than its chips can do");
      break;
    case MfuBand::implausible:
      find("flop.implausible", run, "a share of peak that no published run comes near");
      break;
    case MfuBand::review:
      find("flop.review", run, "a share of peak above that of published runs", Severity::note);
      break;
    case MfuBand::unexplained:
      find("flop.unexplained", run, "its chips could have done much more in their time",
           Severity::note);
      break;
    case MfuBand::normal:
    case MfuBand::not_judged:
      break;
  }
  if (runs_[i].relation == RunRelation::whole && used.not_held > 0) {
    find("run.not_held", run,
         "declared over chips that were not held in the window: " + std::to_string(used.not_held) +
             " assignments, the first " + used.first_not_held->to_string());
  }
  add_memory_finding(i);
  check_formula(runs_[i], account_.findings);
}

void AccountMaker::add_shared_findings() {
  for (const Usage::Overlap& overlap : usage_.overlaps) {
    find("run.overlap", runs_[overlap.run].run.text(),
         "shares chips at one time with run " + runs_[overlap.other].run.text() + ": " +
             chips_text(overlap.chips, overlap.first));
  }
  if (usage_.beyond_held > 0) {
    find("run.beyond_held", "",
         "declared for longer than they were held: " +
             chips_text(usage_.beyond_held, usage_.first_beyond_held));
  }
}

}  // namespace

std::string_view mfu_band_name(MfuBand band) {
  switch (band) {
    case MfuBand::not_judged:
      return "not judged";
    case MfuBand::unexplained:
      return "unexplained";
    case MfuBand::normal:
      return "normal";
    case MfuBand::review:
      return "review";
    case MfuBand::implausible:
      return "implausible";
    case MfuBand::impossible:
      return "impossible";
  }
  return "";
}

Account account_of(const Window& window, std::span<const AccountedProduct> products,
                   std::span<const AccountedChip> chips, std::span<const AccountedRun> runs) {
  return AccountMaker(window, products, chips, runs).made();
}

}  // namespace muster::attestation
