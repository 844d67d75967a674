#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/base/error.hpp"
#include "sampler/stats/decimal.hpp"

// What an officer brings beside the extract: scans, the filing, and what goods are plausible.

namespace muster::choke {

/// One line of a file of scans.
struct Scan {
  std::string where{};       ///< "scans.csv line 3"
  std::string scan{};        ///< What was read.
  std::string seal{};        ///< The seal's number as it was read, or empty.
  std::string seal_state{};  ///< "intact", "broken", "missing", or empty: not looked at.
  std::string identity{};    ///< SHA-256 of the key that the thing proved when powered, or empty.
};

/// Reads CSV with the columns `scan`, `seal`, `seal_state`, `identity`; all but the first may be
/// empty. Errors: `invalid_input`, with line and column; also for a control character, which could
/// forge a line of what is printed.
Result<std::vector<Scan>> read_scans(std::string_view csv, const std::string& name);

/// What was declared to the customs.
struct Filing {
  std::string filing{};                    ///< Its number.
  std::optional<std::string> shipment{};   ///< Id in the register, if it names one.
  std::optional<std::string> consignee{};  ///< Party in the register, if it names one.
  std::string country{};                   ///< Of destination: two capital letters.
  std::string goods_code{};                ///< Such as "8473.30".
  std::uint64_t count = 0;                 ///< Chips.
  stats::Decimal weight_kg{};              ///< Gross.
  stats::Decimal value{};
  std::string currency{};  ///< Three capital letters.
};

/// Reads JSON `{"filing","shipment"?,"consignee"?,"country","goods_code","count","weight_kg",
/// "value","currency"}`, weight and value as texts. Errors: `invalid_input`, with the field; also
/// for a control character.
Result<Filing> parse_filing(std::string_view json);

/// What one chip of a product weighs, packed, and is worth; and under which codes it is declared.
struct Goods {
  std::vector<std::string> codes{};  ///< Or their beginnings.
  stats::Decimal kg_least{};
  stats::Decimal kg_most{};
  stats::Decimal value_least{};
  stats::Decimal value_most{};
  std::string currency{};
};

/// By product. Reads CSV with the columns `product`, `codes` (separated by blanks), `kg_min`,
/// `kg_max`, `value_min`, `value_max`, `currency`. Errors: `invalid_input`, with line and column.
Result<std::map<std::string, Goods>> read_goods(std::string_view csv, const std::string& name);

}  // namespace muster::choke
