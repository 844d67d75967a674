#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "registry/exchange/event_builder.hpp"
#include "registry/registry.hpp"

namespace muster::exchange {

/// Which statements to export: those that fit everything that is given. What is asked of chips (by
/// id, container, product, site) must hold of one chip that the statement is about. A correction is
/// about what its target is about, and of both kinds.
struct ExportQuery {
  std::optional<ChipId> chip{};           ///< Statements about this chip.
  std::optional<std::string> shipment{};  ///< Statements that name this shipment.
  std::optional<std::string> party{};     ///< Said by this party, or to it, or from it.
  /// Statements about this container or assembly, and about what stood in it while it did.
  std::optional<std::string> container{};
  std::optional<std::string> product{};  ///< About chips of this product, or naming it.
  /// Said at this site, naming it, or about chips that stood there just before or after.
  std::optional<std::string> site{};
  std::set<std::string> kinds{};    ///< Of these kinds alone; of all if empty.
  std::optional<Timestamp> from{};  ///< Recorded at this time or later.
  std::optional<Timestamp> to{};    ///< Recorded before this time.
};

struct ExportOptions {
  Timestamp created{};      ///< `creationDate` of the document.
  bool master_data = true;  ///< Describe the parties, sites and products that the events name.
};

/// What was written.
struct Exported {
  std::uint64_t statements = 0;  ///< That fit the query and have events.
  std::uint64_t events = 0;
  std::uint64_t without =
      0;  ///< Statements that fit and have no event: they are of the ledger only.
};

/// Takes the next piece of text. Errors end the export.
using TextSink = std::function<Result<void>(std::string_view text)>;

/// Writes a valid EPCIS 2.0 document (JSON-LD) with the events of all statements that fit, in the
/// order of the ledger.
/// Errors: `not_found` for an unknown chip, shipment, party, container, product or site;
/// `invalid_input` for an unknown kind; `unavailable` if chips are asked for and there is no view;
/// `corrupt`; those of the sink.
/// Cost: reads the statements that may fit, twice with master data; memory for one of them. With a
/// container, product or site, and no chip, the histories of all chips, too.
Result<Exported> export_events(registry::Registry& registry, const ExportQuery& query,
                               const ExportOptions& options, const TextSink& sink);

}  // namespace muster::exchange
