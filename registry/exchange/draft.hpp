#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "registry/statement.hpp"

namespace muster::exchange {

/// Where a draft comes from: an event of a captured document.
struct DraftSource {
  Hash document;                ///< SHA-256 of the document's bytes.
  std::string pointer;          ///< JSON Pointer to the event.
  std::string event_id;         ///< `eventID`, or else the event hash.
  std::string hash;             ///< The event hash URI.
  bool declares_error = false;  ///< It is an error declaration, which has the id of its event.
};

/// A statement that somebody may sign: what an event of another system says, in the register's
/// words. Only evidence until a registered key signs it.
struct StatementDraft {
  std::string org;  ///< Who has to sign it.
  registry::Draft draft;
  std::vector<DraftSource> sources;  ///< One, or each part of one statement.
};

/// One line of NDJSON, without LF: canonical JSON.
[[nodiscard]] std::string encode_draft(const StatementDraft& draft);

/// Reads such a line. Errors: `invalid_input`, naming the field.
Result<StatementDraft> parse_draft(std::string_view line);

/// Reads one that stands in another, in whose sources its own are: it has none.
/// Errors: `invalid_input`, naming the field.
Result<StatementDraft> parse_nested_draft(const Json& value);

}  // namespace muster::exchange
