#include "cli/scenario/paper_bundle.hpp"

#include "cli/scenario/paper_parts.hpp"
#include "cli/scenario/register_books.hpp"
#include "ledger/proofs.hpp"
#include "ledger/refusal.hpp"

// How such documents are made; paper_review.cpp is how they are judged.

namespace muster::cli::scenario {
namespace {

/// What the operator of the world signs of a refusal by a rule.
Result<std::string> refusal_note(RegistryWorld& world, const RefusedStatement& refused) {
  MUSTER_TRY_ASSIGN(const Hash root, ledger::root_at(world.store(), refused.judged.size));
  const ledger::Refusal refusal{{std::string(register_origin),
                                 ledger::statement_hash(refused.submission.envelope),
                                 ledger::envelope_hash(refused.submission.envelope),
                                 {refused.judged.size, root}},
                                refused.judged.at,
                                refused.rule,
                                ledger::refusal_message(refused.message)};
  return ledger::sign_refusal(refusal, world.signer("operator"));
}

/// Empty for a statement that is refused for its size alone: nobody could read the document.
Result<std::string> refusal_paper(RegistryWorld& world, const RefusedStatement& refused) {
  if (!ledger::parse_envelope(ledger::encode_envelope(refused.submission.envelope))) {
    return std::string();
  }
  MUSTER_TRY_ASSIGN(std::string note, refusal_note(world, refused));
  MUSTER_TRY_ASSIGN(Json log, log_json(world.store(), refused.judged.size));
  std::vector<Bytes> blobs;
  for (const ledger::Blob& blob : refused.submission.blobs) blobs.push_back(blob.bytes);
  return signed_paper("refusal", {{"log", std::move(log)},
                                  {"refusal", std::move(note)},
                                  {"statement", ledger::envelope_json(refused.submission.envelope)},
                                  {"manifests", base64_list(blobs)}});
}

Result<std::string> books_paper(RegistryWorld& world, ledger::TreeSize before) {
  const Timestamp at = world.clock().now();
  MUSTER_TRY_ASSIGN(const Json earlier, books_of(world.store(), before, at));
  const Json books = books_json(world.state(), at);
  if (books == earlier) return std::string();
  MUSTER_TRY_ASSIGN(Json shown, signed_log_json(world));
  shown["before"] = before.value;
  shown["at"] = at.to_string();
  shown["books"] = books;
  return signed_paper("books", std::move(shown));
}

}  // namespace

Result<std::string> paper_of(RegistryWorld& world, const AttemptEnd& end, ledger::TreeSize before) {
  if (!end.evidence.empty()) return signed_paper("evidence", {{"evidence", end.evidence}});
  const auto& refused = world.last_refusal();
  if (refused && refused->judged.size >= before) return refusal_paper(world, *refused);
  return books_paper(world, before);
}

}  // namespace muster::cli::scenario
