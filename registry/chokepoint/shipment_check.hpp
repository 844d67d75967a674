#pragma once

#include <set>

#include "registry/chokepoint/lookup.hpp"
#include "registry/chokepoint/papers.hpp"
#include "sampler/stats/probability.hpp"

namespace muster::choke {

/// How strongly it is shown that something is what the papers say, weakest first.
enum class Level : std::uint8_t {
  paper,     ///< The filing and the register agree.
  seal,      ///< It came in a container whose registered seal was read, and is intact.
  mark,      ///< Its own mark was read.
  identity,  ///< Powered, it proved the key that the register has of it.
};

[[nodiscard]] std::string_view name_of(Level level);

/// How many containers to open, and how much to look at in each: if `bad` of them held something
/// else, in `bad_within` of the chips of each, one such chip is found with probability `target`.
/// Chips of an opened container are drawn so that one is found in it with `within`. A chip that
/// stands in no container that was scanned counts as a container of one.
struct OpeningRule {
  stats::Probability target;
  stats::Probability within;
  std::uint64_t bad = 1;
  std::uint64_t bad_within = 1;
};

/// Errors: `invalid_input` for a rule by which nothing would ever be opened.
Result<void> check_rule(const OpeningRule& rule);

/// What is judged. Borrows all.
struct CheckRequest {
  const std::vector<Scan>& scans;
  const Filing& filing;
  const std::map<std::string, Goods>& goods;  ///< Empty: no weight, value or code is judged.
  Level wanted = Level::seal;                 ///< What is below it is opened by sample.
  const OpeningRule& rule;
  std::string seed{};  ///< What the containers to open are drawn by; not known to the sender.
  Timestamp now{};
};

enum class Decision : std::uint8_t { clear, hold, open };

[[nodiscard]] std::string_view name_of(Decision decision);

/// A container to be opened, or a loose chip to be powered.
struct Opening {
  std::string container{};    ///< Empty for a chip.
  std::string chip{};         ///< Empty for a container.
  std::uint64_t chips = 0;    ///< In it by the register, less what another unit has.
  std::uint64_t inspect = 0;  ///< How many of them to look at; drawn by whoever opens it.
  std::string why{};          ///< "drawn", or a reason's text.
};

/// What came of a check.
struct ShipmentCheck {
  Decision decision = Decision::clear;
  std::string shipment{};  ///< Empty if no scan led to one.
  std::optional<ShipmentRow> row{};
  std::vector<Reason> reasons{};  ///< To hold.
  std::vector<Reason> remarks{};
  std::vector<Opening> openings{};
  std::uint64_t presented = 0;              ///< Chips, by scans and by what the register packed.
  std::map<Level, std::uint64_t> proven{};  ///< Chips, by the strongest level of each.
  Level weakest = Level::paper;             ///< Of all chips presented.
  /// Units (shipment_units.hpp) that are below the level wanted as they stand, and loose chips if
  /// marks are.
  std::uint64_t sampled_from = 0;
  std::uint64_t drawn = 0;  ///< Of them.
  std::uint64_t shown = 0;  ///< Of those drawn: opened and looked into, or powered, as asked for.
  std::vector<std::string> not_checked{};
};

/// Judges a whole shipment by an extract, scans and the filing. Under the seed of an earlier check,
/// with the chips added that were looked at since, it says what of its openings is still to do, and
/// concludes when nothing is.
/// Errors: `invalid_input` for an opening rule by which nothing would ever be opened; those of
/// `look_up`.
Result<ShipmentCheck> check_shipment(Extract& extract, const CheckRequest& request);

}  // namespace muster::choke
