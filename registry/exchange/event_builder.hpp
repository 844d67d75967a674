#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "registry/event.hpp"
#include "registry/exchange/event_hash.hpp"
#include "registry/exchange/identifiers.hpp"
#include "registry/exchange/mapping.hpp"
#include "registry/state/state.hpp"

namespace muster::exchange {

/// A statement of the ledger in its place. Its items are attached.
struct LedgerStatement {
  const registry::Event& event;
  registry::Index32 index;
  Timestamp accepted_at;
};

/// The state that a chip was in before a statement; nothing if that is not known.
using StateBefore =
    std::function<std::optional<registry::ChipState>(registry::RowN chip, registry::Index32 index)>;

/// Makes EPCIS events of statements: what the mapping says, the header as `chip:…` extensions, and
/// the event hash as id. Pure. Borrows the state.
class EventBuilder final {
 public:
  explicit EventBuilder(const registry::State& state, StateBefore before = {});

  /// The events of a statement, in the order of the mapping's rows; none for a kind without one.
  [[nodiscard]] std::vector<Json> events(const LedgerStatement& statement) const;

  /// The events of a correction: those of the statement that it is about with an error
  /// declaration, and what a replacement puts in their place. `target` is that statement; of one
  /// that was replaced before, the event that took its place counts.
  [[nodiscard]] std::vector<Json> correction_events(const LedgerStatement& correction,
                                                    const LedgerStatement& target) const;

  [[nodiscard]] const Identifiers& identifiers() const { return identifiers_; }
  /// The `@context` of a document of such events.
  [[nodiscard]] static Json context();

 private:
  struct Part;
  [[nodiscard]] std::optional<Json> event(const LedgerStatement& statement,
                                          const EventRow& row) const;
  void add_subjects(const Part& part, Json& event) const;
  void add_contents(const Part& part, Json& event) const;
  void add_made(const Part& part, Json& event) const;
  void add_quantity(const Part& part, Json& event) const;
  void add_places(const Part& part, Json& event) const;
  void add_transactions(const Part& part, Json& event) const;
  void add_parties(const Part& part, Json& event) const;
  void add_extensions(const Part& part, Json& event) const;
  void add_header(const LedgerStatement& statement, Json& object) const;
  [[nodiscard]] std::string place_of(const Part& part) const;
  [[nodiscard]] std::string holder_uri(const std::string& id) const;
  /// The shipment that a statement at `index` calls `id`.
  [[nodiscard]] registry::RowN shipment_at(const std::string& id, registry::Index32 index) const;

  const registry::State& state_;
  StateBefore before_;
  Identifiers identifiers_;
  HashContext hashing_;
  std::multimap<std::string, registry::RowN, std::less<>> shipments_;  ///< By id as given.
  std::set<std::string, std::less<>> containers_;
};

/// An offset for `eventTimeZoneOffset`: "Z" and what is no offset count as "+00:00".
[[nodiscard]] std::string offset_of_zone(const std::string& zone);

/// `value` with every key in our namespace, as extensions have it; and back.
[[nodiscard]] Json prefixed(const Json& value);
[[nodiscard]] Json unprefixed(const Json& value);

}  // namespace muster::exchange
