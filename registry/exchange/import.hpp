#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "registry/exchange/document.hpp"
#include "registry/exchange/draft.hpp"
#include "registry/exchange/mapping.hpp"
#include "registry/exchange/named_chips.hpp"
#include "registry/exchange/resolver.hpp"
#include "registry/state/state.hpp"

namespace muster::exchange {

/// How the events of a document become drafts.
struct ImportOptions {
  /// Values for fields of bodies that EPCIS has no place for: "release.purpose" -> "sale". They
  /// fill what an event leaves open, and never replace what it says.
  std::map<std::string, std::string> settings{};
  std::optional<std::string> org{};  ///< Who signs where the event does not say.
  /// Of several kinds that an event may be, one of these is meant.
  std::set<std::string, std::less<>> kinds{};
  /// The statement of this ledger that an earlier event became, by its id.
  std::function<std::optional<Hash>(const std::string& event_id)> statement_of{};
  /// Whether the ledger's own export of a statement has an event of this hash: what quotes a
  /// statement and says something else did not come from it. Without it nothing came from the
  /// ledger.
  std::function<Result<bool>(const Hash& statement, const std::string& event_hash)> exported{};
};

/// What became of one event.
struct ImportedEvent {
  enum class Status {
    draft,       ///< It is, or is part of, a draft.
    incomplete,  ///< Its kind is known, but a draft needs more; `message` says what.
    unmapped,    ///< No kind of statement says this, or several may; it is kept and no more.
    annulled,    ///< Declared wrong before anybody signed it, or the declaration of that.
  };
  Status status = Status::unmapped;
  DraftSource source{};
  std::string kind{};             ///< Empty if it is not known.
  std::string message{};          ///< Begins with the JSON Pointer of the field.
  std::vector<ChipName> chips{};  ///< What it calls chips, whether they are known or not.
};

/// A document, judged event by event.
struct Imported {
  std::vector<ImportedEvent> events;   ///< In the order of the document.
  std::vector<StatementDraft> drafts;  ///< In the order of the first event of each.
};

/// Maps the events of a valid document to drafts of statements: by kind where our extension names
/// it, else by type, action, step and disposition, and where these leave several kinds by the types
/// of business transactions. Parts of one statement become one draft. Pure.
///
/// An error declaration becomes a correction of the statement that its event became: a void, or
/// with one corrective event in the document a replacement. If its event is no statement yet, the
/// draft of it falls away, and the corrective event's takes its place.
///
/// `state` knows who runs a site and which things exist. `document` is the SHA-256 of its bytes.
[[nodiscard]] Imported import_document(const Document& document, const Hash& bytes,
                                       const registry::State& state, const Resolver& resolver,
                                       const ImportOptions& options = {});

/// The kinds whose rows have this shape, the likeliest first; one if it is clear. `types` are the
/// types of its business transactions. An empty disposition fits every row.
[[nodiscard]] std::vector<const EventRow*> rows_like(std::string_view type, std::string_view action,
                                                     std::string_view biz_step,
                                                     std::string_view disposition,
                                                     const std::vector<std::string>& types);

}  // namespace muster::exchange
