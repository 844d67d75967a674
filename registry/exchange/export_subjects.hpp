#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "registry/exchange/export_scan.hpp"
#include "registry/exchange/holder_history.hpp"

// Which statements are about the chips, the product, the container and the site that an export asks
// for. Internal to it.

namespace muster::exchange {

/// What a query asks of one chip that a statement is about, as bits.
enum Subject : unsigned {
  subject_chip = 1U << 0U,       ///< It is that chip.
  subject_product = 1U << 1U,    ///< It was of that product, just before the statement or after.
  subject_container = 1U << 2U,  ///< It stood in that container, just before or after.
  subject_site = 1U << 3U,       ///< It stood at that site, just before or after.
};

/// Finds the statements about the chips that a query asks for. Everything that is asked must hold
/// of one and the same chip, but what the statement itself names holds of all its chips.
///
/// Cost: for a chip, its own history; for a product, container or site the histories of all chips,
/// once, and two bytes for each entry of the log.
class ExportSubjects final {
 public:
  /// Borrows the registry.
  explicit ExportSubjects(registry::Registry& registry) : registry_(registry) {}

  /// Looks up what `query` names, and which statements moved chips that it asks for.
  /// Errors: `not_found` for what is not registered; `unavailable` without a view; `corrupt`.
  Result<void> prepare(const ExportQuery& query);

  /// Whether the statement at `index` cannot be wanted, whatever stands in it.
  [[nodiscard]] bool rules_out(registry::Index32 index) const;

  /// Whether a statement of the log is about what is asked for. Errors: those of reading the log.
  Result<bool> fit(const ledger::Entry& entry, const registry::Event& event);

  /// The same of an event that a correction put in the place of another, about the same chips.
  [[nodiscard]] bool fits(registry::Index32 index, const registry::Event& event) const {
    return fits(chips_of(index), event);
  }

 private:
  /// For each set of bits, as a number, whether a chip of the statement has just these.
  using Chips = std::uint16_t;

  [[nodiscard]] Chips chips_of(registry::Index32 index) const {
    return index < moved_.size() ? moved_[index] : Chips{0};
  }
  [[nodiscard]] bool fits(Chips chips, const registry::Event& event) const;
  [[nodiscard]] unsigned named(const registry::Event& event) const;
  [[nodiscard]] unsigned bits_of(registry::RowN chip, registry::Index32 size,
                                 const registry::ChipState& state) const;
  [[nodiscard]] bool was_of_product(registry::RowN chip, registry::Index32 size) const;
  void add_moved(registry::RowN chip, registry::Index32 from, const registry::ChipState* before,
                 const registry::ChipState& state);
  void add_observed(registry::RowN chip, registry::Index32 from, registry::Index32 to,
                    const registry::ChipState& state);
  Result<void> find_names(const ExportQuery& query);
  void find_regraded();
  Result<void> read_observed();
  Result<void> scan_chip();
  Result<void> scan_all();
  void add_corrections();
  Result<Chips> observed_items(const ledger::Entry& entry);
  Result<unsigned> observed_bits(registry::RowN chip, registry::Index32 index);

  /// A statement that says what was seen of a container, and moves nothing.
  struct Observed {
    registry::Index32 index;
    registry::RowN holder;
  };

  registry::Registry& registry_;
  ExportQuery query_{};
  unsigned wanted_ = 0;
  registry::RowN chip_ = registry::no_row;
  registry::RowN product_ = registry::no_row;
  registry::RowN container_ = registry::no_row;
  registry::RowN site_ = registry::no_row;
  std::optional<HolderHistory> holders_{};
  std::vector<registry::RowN> regraded_{};  // chips that were two products, sorted
  std::vector<Observed> observed_{};        // by index
  std::vector<Chips> moved_{};              // by index; empty if nothing is asked of chips
};

/// Whether statements of a kind say of chips what was seen, and leave their states alone.
[[nodiscard]] bool is_observed(const std::string& kind);

}  // namespace muster::exchange
