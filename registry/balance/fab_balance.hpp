#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "registry/balance/material_balance.hpp"

// What went into packages against what came out: dice, memory stacks and interposers by the lots
// that others delivered, wafer starts, test insertions.

namespace muster::registry {

/// Units of one kind in one party's lots over a period, and the statements behind them.
/// opening + created + received = given + used + scrapped + closing.
struct InputFigures {
  std::int64_t opening = 0;
  std::int64_t created = 0;   ///< By the party itself.
  std::int64_t received = 0;  ///< From others, by their signature and the party's.
  std::int64_t given = 0;
  std::int64_t used = 0;  ///< In packages, by the packager's word.
  std::int64_t scrapped = 0;
  std::int64_t closing = 0;
  std::map<std::string, std::vector<Source>> sources{};  ///< By the names of the figures above.
};

/// One input against the packages that were registered.
struct InputLine {
  std::string unit{};  ///< "die", "memory" or "interposer"
  InputFigures figures{};
  std::uint64_t per_package = 0;  ///< Units in a package; 0: not known, and nothing follows.
  std::int64_t packages = 0;      ///< That the units used make.
  std::int64_t in_stock = 0;      ///< Packages that the closing stock would make.
  std::int64_t difference = 0;    ///< Packages registered less those that the units used make.
  DifferenceVerdict judgement{};
};

/// Dice that wafer starts should have given, against those that were put into lots.
struct WaferLine {
  std::uint64_t wafers = 0;
  std::uint64_t gross_per_wafer = 0;  ///< Whole dice on a wafer of 300 mm.
  double expected = 0;                ///< Good dice: wafers * gross * yield.
  std::int64_t created = 0;           ///< Dice in the lots that name those wafers.
  std::int64_t difference = 0;        ///< Created less expected.
  DifferenceVerdict judgement{};
  std::vector<Source> sources{};
};

struct TestFigures {
  std::uint64_t insertions = 0;  ///< Of chips of the product, in the period.
  std::uint64_t by_others = 0;   ///< Of these: stated by another party than the packager.
  std::uint64_t untested = 0;    ///< Packages of the period that nobody had tested at its end.
  std::vector<Source> sources{};
};

struct FabBalance {
  RowN party = no_row;
  RowN product = no_row;
  Window period;
  std::uint64_t packages = 0;  ///< Registered in the period by the party.
  std::vector<Source> sources{};
  std::vector<InputLine> inputs{};  ///< Die, memory, interposer.
  std::optional<WaferLine> wafers{};
  TestFigures tests{};
};

/// What only people know.
struct FabTerms {
  BalanceTerms balance{};
  std::map<std::string, std::uint64_t> per_package{};  ///< For memory and interposer.
  std::optional<double> yield{};  ///< Part of the gross dice that are good; 0 to 1.
  double yield_sigma = 0;         ///< Its standard deviation, of a whole period.
};

/// Whole dice of `area_mm2` on a wafer of 300 mm: pi 150^2 / A - pi 300 / sqrt(2 A), rounded down
/// and not below 0; the second term is what the edge costs. Requires: area_mm2 > 0.
[[nodiscard]] std::uint64_t gross_dice(double area_mm2);

/// Requires: both rows exist.
/// Cost: one look at every chip, and at every change of a lot.
[[nodiscard]] FabBalance fab_balance(const State& state, RowN party, RowN product,
                                     const Window& period, const FabTerms& terms);

}  // namespace muster::registry
