#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/base/timestamp.hpp"
#include "ledger/envelope.hpp"
#include "ledger/merkle.hpp"
#include "ledger/note.hpp"

namespace muster::ledger {

/// What the operator of a log signs about one statement, beside checkpoints: which statement, with
/// which signatures on it, and how far the log was.
struct NoteSubject {
  std::string origin;  ///< The log, and the name of the key that signs.
  Hash statement;
  Hash envelope;  ///< `envelope_hash`: the signatures that were looked at.
  TreeHead head;  ///< Durable when this was signed; not empty.

  friend bool operator==(const NoteSubject&, const NoteSubject&) = default;
};

/// SHA-256 of the envelope's normal form. Unlike the statement's hash it depends on the signatures.
[[nodiscard]] Hash envelope_hash(const Envelope& envelope);

/// One line of an operator's note.
struct NoteLine {
  std::string_view name;
  std::string value;
};

/// The text that is signed: `heading`, and a line "<name> <value>" for the log, the statement, the
/// envelope, size and root, and each of `more`. No checkpoint, whose second line is a number, and
/// no DSSE statement, which does not end in a newline, can have the same bytes. Requires: values of
/// one line that are not empty.
[[nodiscard]] std::string operator_note_text(std::string_view heading, const NoteSubject& subject,
                                             std::span<const NoteLine> more);

/// What `operator_note_text` was made from.
struct ParsedNote {
  NoteSubject subject;
  std::vector<std::string> values;  ///< Of the further lines, in the order of their names.
};

/// Reads exactly what `operator_note_text` writes with these names. Errors: `invalid_input`.
Result<ParsedNote> parse_operator_note(std::string_view heading, std::string_view text,
                                       std::span<const std::string_view> names);

/// Whether one of `keys` signed `note` for the log of its own name. A signature under another that
/// does not verify takes nothing from it: an operator could add one to void its own.
/// Errors: `refused` with rule `note.unknown_key`, `note.bad_signature`, or `note.origin` if the
/// key is that of a log of another name.
Result<void> check_note_signature(const Note& note, const std::string& origin,
                                  std::span<const VerifierKey> keys);

/// Reads an instant in its one spelling. Errors: `invalid_input`.
Result<Timestamp> note_time(std::string_view name, const std::string& value);

}  // namespace muster::ledger
