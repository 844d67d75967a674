#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ledger/base/json.hpp"
#include "ledger/base/timestamp.hpp"
#include "registry/state/state.hpp"

namespace muster::registry {

/// Whose and which chips somebody asks for: what is set must hold of a chip at the time, the rest
/// may be anything.
struct Selection {
  std::optional<std::string> custodian{};  ///< Party that answers for it: a Prover.
  std::optional<std::string> owner{};      ///< Party with title, or one that stands behind it.
  std::optional<std::string> tenant{};     ///< Party that may use it under a lease that names it.
  std::optional<std::string> site{};
  std::optional<std::string> country{};  ///< Of the site.
  std::optional<std::string> model{};    ///< Of the catalogue of chip models.
  std::optional<std::string> product{};

  friend bool operator==(const Selection&, const Selection&) = default;
};

/// Canonical names of what is set: `{"country":"US","custodian":"northwind"}`.
[[nodiscard]] Json selection_json(const Selection& selection);
/// Errors: `invalid_input` for another field, or a value that is no text.
Result<Selection> parse_selection(const Json& json, const std::string& where);

/// A selection made ready for many chips of one state. Copies what it needs of the selection and
/// borrows the state.
class Selector final {
 public:
  /// Errors: `not_found`, naming it, for a party, site, product or model that nobody registered.
  static Result<Selector> make(const State& state, const Selection& selection);

  /// Whether a chip that was in `chip` and of `product` then counts: it is in somebody's custody
  /// and within scope, and everything that is asked for holds.
  [[nodiscard]] bool takes(const ChipState& chip, RowN product) const;

 private:
  explicit Selector(const State& state) : state_(&state) {}

  /// One bit a row; empty: all of them.
  using Rows = std::vector<bool>;
  static bool fits(const Rows& rows, RowN row) {
    return rows.empty() || (row != no_row && rows[row]);
  }

  const State* state_;
  Rows custodians_{};
  Rows owners_{};
  Rows tenants_{};
  Rows sites_{};
  Rows products_{};
};

/// The party called `id` and all that it stands behind: whose `parent`, or that party's, it is.
[[nodiscard]] std::vector<bool> parties_behind(const State& state, RowN party);

}  // namespace muster::registry
