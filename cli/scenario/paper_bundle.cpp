#include "cli/scenario/paper_bundle.hpp"

#include "cli/scenario/audit_parties.hpp"
#include "cli/scenario/register_books.hpp"
#include "ledger/base/base64.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/evidence.hpp"
#include "ledger/proofs.hpp"
#include "ledger/refusal.hpp"

// How such documents are made; paper_review.cpp is how they are judged.

namespace muster::cli::scenario {
namespace {

Json base64_list(const std::vector<Bytes>& items) {
  Json list = Json::array();
  for (const Bytes& item : items) list.push_back(to_base64(item));
  return list;
}

/// The first entries of the world's log, with every manifest that it has.
Result<Json> log_json(RegistryWorld& world, ledger::TreeSize size) {
  MUSTER_TRY_ASSIGN(const auto entries, world.store().read({0}, size.value));
  std::vector<Bytes> blobs;
  MUSTER_TRY_ASSIGN(const auto hashes, world.store().blob_hashes());
  for (const Hash& hash : hashes) {
    MUSTER_TRY_ASSIGN(Bytes blob, world.store().blob(hash));
    blobs.push_back(std::move(blob));
  }
  return Json{{"entries", base64_list(entries)}, {"manifests", base64_list(blobs)}};
}

std::string signed_paper(std::string_view kind, Json shown) {
  Json json = {{"version", paper_version}, {"kind", kind}, {"shown", std::move(shown)}};
  const std::string message = std::string(paper_version) + "\n" + canonical_json(json);
  json["signature"] = to_hex(auditor_signer().sign(as_bytes(message)));
  return canonical_json(json);
}

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
  MUSTER_TRY_ASSIGN(Json log, log_json(world, refused.judged.size));
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
  MUSTER_TRY_ASSIGN(Json log, log_json(world, world.log().size()));
  MUSTER_TRY_ASSIGN(std::string checkpoint,
                    ledger::publish_checkpoint(
                        world.store(), {std::string(register_origin), &world.signer("operator")}));
  return signed_paper("books", {{"log", std::move(log)},
                                {"checkpoint", std::move(checkpoint)},
                                {"before", before.value},
                                {"at", at.to_string()},
                                {"books", books}});
}

}  // namespace

Result<std::string> paper_of(RegistryWorld& world, const AttemptEnd& end, ledger::TreeSize before) {
  if (!end.evidence.empty()) return signed_paper("evidence", {{"evidence", end.evidence}});
  const auto& refused = world.last_refusal();
  if (refused && refused->judged.size >= before) return refusal_paper(world, *refused);
  return books_paper(world, before);
}

}  // namespace muster::cli::scenario
