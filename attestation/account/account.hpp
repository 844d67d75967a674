#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "attestation/appraise/finding.hpp"
#include "attestation/run/declaration.hpp"
#include "registry/catalogue/chip_model.hpp"
#include "sampler/stats/decimal.hpp"

namespace muster::attestation {

/// A product whose chips are in an account.
struct AccountedProduct {
  std::string product;
  const catalogue::ChipModel* model = nullptr;  ///< Null: no catalogue tells what it can do.
};

/// A chip that somebody had in the window, and for how much of it.
struct AccountedChip {
  ChipId chip;
  std::uint32_t product;  ///< Place among the products.
  std::int64_t held_ms;
};

/// How a run stands to the chips of an account.
enum class RunRelation : std::uint8_t {
  whole,  ///< By somebody all of whose chips are in the account: others in its map were not held.
  part,   ///< By somebody whom the account is about, but who may have chips that are not in it.
  other,  ///< By anybody else, such as a tenant: counts if it uses chips of the account.
};

/// A declared run, as its newest amendment has it. Of one that stands in part or otherwise to the
/// account, the share of its chip-time on these chips counts.
struct AccountedRun {
  RunId run;
  std::string prover;
  RunUse use = RunUse::training;
  Window window;
  stats::Decimal flop{};  ///< In all, not only in the account's window.
  stats::Decimal parameters;
  std::uint64_t bytes_per_parameter = 0;
  std::optional<std::string> format{};               ///< Number format, as catalogues call it.
  std::optional<std::uint64_t> tokens{};             ///< Trained on, or served.
  std::optional<std::uint64_t> active_parameters{};  ///< Of a mixture of experts, for one token.
  std::span<const Assignment> assignments{};         ///< Empty: no shard map is at hand.
  RunRelation relation = RunRelation::whole;
};

/// How a share of peak that a run declares is to be read. The bands are those of README.md.
enum class MfuBand : std::uint8_t {
  not_judged,   ///< No shard map, no format, no rate, or nothing declared.
  unexplained,  ///< So low that much could have been done besides.
  normal,
  review,  ///< Higher than published runs.
  implausible,
  impossible,  ///< Above the peak.
};
[[nodiscard]] std::string_view mfu_band_name(MfuBand band);

/// All chips of one product.
struct ProductLine {
  std::string product;
  std::uint64_t chips = 0;
  std::uint64_t held_ms = 0;
  std::uint64_t declared_ms = 0;  ///< For which some run has them, idle ones apart.
  std::string format{};           ///< That of the highest rate; empty: no rate is known.
  std::uint64_t flop_per_s = 0;   ///< Dense peak of one chip in it.
  stats::Decimal plausible;       ///< The highest share of peak that is normal for it.
  stats::Decimal capacity{};      ///< FLOP at the peak while held.
};

/// What a declared run comes to in the window.
struct RunLine {
  RunId run;
  std::string prover;
  RunUse use = RunUse::training;
  stats::Decimal flop{};  ///< Of the window: pro rata by time.
  std::uint64_t chips = 0;
  std::uint64_t chip_ms = 0;            ///< In the window, by the shard map.
  std::string format{};                 ///< That it is judged in; empty: not declared.
  stats::Decimal capacity{};            ///< FLOP at the peak of `format`, or of the fastest one.
  std::optional<stats::Decimal> mfu{};  ///< `flop` over `capacity`; of the fastest format a floor.
  MfuBand band = MfuBand::not_judged;
  /// Up to the plausible share of the peak in the fastest format, since the declared one is the
  /// Prover's word; not below 0.
  stats::Decimal could_hide{};
  std::string why_not{};  ///< Why it is not judged.
};

/// Something that does not add up. Figures are a query and never a proof: see README.md.
struct AccountFinding {
  std::string code;
  std::string run;
  std::string text;
  Severity severity = Severity::query;
};

/// The compute of one window: what there was, what was declared, what could hide.
struct Account {
  Window window;
  std::vector<ProductLine> products;
  std::vector<RunLine> runs;  ///< Those that overlap the window.
  std::vector<AccountFinding> findings;
  stats::Decimal capacity{};        ///< Of all chips at their fastest format.
  stats::Decimal declared;          ///< FLOP of the window in all runs.
  stats::Decimal free_at_peak;      ///< Chips that no run has, at the peak.
  stats::Decimal free_plausible;    ///< The same at the plausible share.
  stats::Decimal inside_plausible;  ///< Inside declared runs up to the plausible share.
  std::uint64_t chips_without_rate = 0;
};

/// Makes the account of `window`.
/// Requires: products of chips within range; chips distinct; runs distinct; a window with length.
/// Formulas: README.md ("Accounts"); Kaplan et al. 2020, section 2.1.
/// Cost: n log n for n chips and assignments.
[[nodiscard]] Account account_of(const Window& window, std::span<const AccountedProduct> products,
                                 std::span<const AccountedChip> chips,
                                 std::span<const AccountedRun> runs);

}  // namespace muster::attestation
