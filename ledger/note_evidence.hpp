#pragma once

#include "ledger/evidence.hpp"
#include "ledger/promise.hpp"
#include "ledger/refusal.hpp"

namespace muster::ledger {

/// A refusal, and a receipt for an entry of the same log that shows that it was not judged as it
/// says: the statement itself, in the log before; an entry that was there before and is dated
/// later; or one that was long there and is not counted.
struct ContradictedRefusal {
  std::string refusal;  ///< Signed note.
  Receipt receipt;

  friend bool operator==(const ContradictedRefusal&, const ContradictedRefusal&) = default;
};

/// A refusal or a promise that names a root, and a signed checkpoint of another history.
struct ContradictedHead {
  std::string note;
  std::string checkpoint;
  /// The root that the larger of the two trees has at the size of the smaller; none where the sizes
  /// are equal.
  std::optional<PrefixRoot> prefix{};

  friend bool operator==(const ContradictedHead&, const ContradictedHead&) = default;
};

/// A promise, and a receipt for an entry of the same log that was accepted after its deadline. That
/// no entry before it keeps the promise, the entries show.
struct BrokenPromise {
  std::string promise;
  Receipt after;

  friend bool operator==(const BrokenPromise&, const BrokenPromise&) = default;
};

/// A refusal, and the statement as it was handed in. That the rules admit it, the entries that the
/// refusal counts show.
struct WrongRefusal {
  std::string refusal;
  Envelope statement;

  friend bool operator==(const WrongRefusal&, const WrongRefusal&) = default;
};

/// What convicts a log's operator by a note of his about a statement.
using NoteEvidence =
    std::variant<ContradictedRefusal, ContradictedHead, BrokenPromise, WrongRefusal>;

/// "refusal-contradicted", "head-contradicted", "promise-broken" or "refusal-wrong".
[[nodiscard]] std::string_view note_evidence_kind(const NoteEvidence& evidence);
/// Whether evidence of this kind exists here. `parse_note_evidence` reads no other.
[[nodiscard]] bool is_note_evidence_kind(std::string_view kind);

/// Canonical JSON, see ledger/README.md, "Evidence by notes".
[[nodiscard]] std::string encode_note_evidence(const NoteEvidence& evidence);
/// Errors: `invalid_input`, also above 1 MiB. Nothing is judged yet.
Result<NoteEvidence> parse_note_evidence(std::string_view text);

/// Judges what needs nothing but the operator's keys. An honest operator cannot be convicted.
/// Errors: `invalid_input` if a part cannot be read; `refused` with a rule: `note.*`,
/// `checkpoint.*`, `receipt.*` for parts that the operator did not sign or that prove nothing,
/// `evidence.origin` for parts of two logs, `evidence.proof`, `evidence.no_contradiction`.
Result<Conviction> judge_contradiction(const ContradictedRefusal& evidence,
                                       std::span<const VerifierKey> keys);
Result<Conviction> judge_contradiction(const ContradictedHead& evidence,
                                       std::span<const VerifierKey> keys);

/// A promise whose deadline the log has passed.
struct DuePromise {
  SubmissionPromise promise;
  ReceiptFacts after;  ///< The entry that was accepted after the deadline.
};

/// Judges what can be judged of a broken promise without the entries.
/// Errors: as above; `evidence.no_contradiction` if the entry was accepted in time.
Result<DuePromise> check_due(const BrokenPromise& evidence, std::span<const VerifierKey> keys);

/// Judges what can be judged of a wrong refusal without the entries: that it is the operator's, of
/// this statement with these signatures.
/// Errors: as above; `refusal.other_statement`.
Result<Refusal> check_refused(const WrongRefusal& evidence, std::span<const VerifierKey> keys);

}  // namespace muster::ledger
