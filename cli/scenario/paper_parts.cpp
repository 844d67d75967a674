#include "cli/scenario/paper_parts.hpp"

#include <array>

#include "cli/scenario/audit_parties.hpp"
#include "cli/scenario/told.hpp"
#include "ledger/base/base64.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/evidence.hpp"
#include "ledger/mirror.hpp"
#include "ledger/proofs.hpp"
#include "registry/audit.hpp"
#include "sampler/plan/draw_question.hpp"

namespace muster::cli::scenario {
namespace {

Result<void> no_fault(ledger::MemoryStore& store) {
  MUSTER_TRY_ASSIGN(const auto report, registry::audit_registry(store, {}));
  if (report.faults.empty()) return {};
  const registry::AuditFault& first = report.faults.front();
  return failure(Errc::refused, "entry " + std::to_string(first.index.value) + ": " +
                                    first.message + " (" + first.rule + ")");
}

Result<void> is_signed_head(ledger::MemoryStore& store, const std::string& note,
                            const FindingKeys& keys) {
  const std::array operators{keys.register_operator};
  MUSTER_TRY_ASSIGN(const auto checkpoint, ledger::verify_checkpoint(note, operators));
  MUSTER_TRY_ASSIGN(const auto range, store.compact_range());
  if (checkpoint.head() == ledger::TreeHead{range.size(), range.root()}) return {};
  return failure(Errc::refused, "the checkpoint is of other entries");
}

}  // namespace

Json base64_list(const std::vector<Bytes>& items) {
  Json list = Json::array();
  for (const Bytes& item : items) list.push_back(to_base64(item));
  return list;
}

Result<std::vector<Bytes>> read_base64_list(FieldReader& fields, std::string_view key) {
  MUSTER_TRY_ASSIGN(const Json* list, fields.array(key));
  std::vector<Bytes> items;
  for (const Json& text : *list) {
    const bool is_text = text.is_string();
    auto bytes = is_text ? bytes_from_base64(text.get<std::string>())
                         : Result<Bytes>(failure(Errc::invalid_input, "want base64"));
    if (!bytes) return failure(std::move(bytes.error()).during(fields.path(key)));
    items.push_back(*std::move(bytes));
  }
  return items;
}

std::vector<ledger::Blob> blobs_of(std::vector<Bytes> items) {
  std::vector<ledger::Blob> blobs;
  for (Bytes& bytes : items) {
    const Hash hash = crypto::sha256(bytes);
    blobs.push_back({hash, std::move(bytes)});
  }
  return blobs;
}

Result<Bytes> read_frame_key(FieldReader& fields) {
  constexpr std::size_t key_bytes = 32;
  MUSTER_TRY_ASSIGN(Bytes key, hex_field(fields, "frame_key"));
  if (key.size() == key_bytes) return key;
  return failure(Errc::invalid_input, fields.path("frame_key") + ": want 32 bytes in hex");
}

std::string signed_paper(std::string_view kind, Json shown) {
  Json json = {{"version", paper_version}, {"kind", kind}, {"shown", std::move(shown)}};
  const std::string message = std::string(paper_version) + "\n" + canonical_json(json);
  json["signature"] = to_hex(auditor_signer().sign(as_bytes(message)));
  return canonical_json(json);
}

Result<Json> log_json(ledger::Store& store, ledger::TreeSize size) {
  MUSTER_TRY_ASSIGN(const auto entries, store.read({0}, size.value));
  std::vector<Bytes> blobs;
  MUSTER_TRY_ASSIGN(const auto hashes, store.blob_hashes());
  for (const Hash& hash : hashes) {
    MUSTER_TRY_ASSIGN(Bytes blob, store.blob(hash));
    blobs.push_back(std::move(blob));
  }
  return Json{{"entries", base64_list(entries)}, {"manifests", base64_list(blobs)}};
}

Result<std::unique_ptr<ledger::MemoryStore>> read_log(FieldReader& fields) {
  MUSTER_TRY_ASSIGN(const Json* json, fields.object("log"));
  MUSTER_TRY_ASSIGN(auto log, FieldReader::open(*json, fields.path("log")));
  MUSTER_TRY_ASSIGN(const auto entries, read_base64_list(log, "entries"));
  MUSTER_TRY_ASSIGN(auto manifests, read_base64_list(log, "manifests"));
  MUSTER_TRY(log.finish());
  auto store = std::make_unique<ledger::MemoryStore>();
  MUSTER_TRY(store->append({0}, entries, blobs_of(std::move(manifests))));
  return store;
}

Result<Json> signed_log_json(RegistryWorld& world) {
  MUSTER_TRY_ASSIGN(Json log, log_json(world.store(), world.log().size()));
  MUSTER_TRY_ASSIGN(std::string checkpoint,
                    ledger::publish_checkpoint(
                        world.store(), {std::string(register_origin), &world.signer("operator")}));
  return Json{{"log", std::move(log)}, {"checkpoint", std::move(checkpoint)}};
}

Result<ShownLog> read_signed_log(FieldReader& fields, const FindingKeys& keys) {
  MUSTER_TRY_ASSIGN(auto store, read_log(fields));
  MUSTER_TRY_ASSIGN(const std::string note, fields.text("checkpoint"));
  ShownLog shown{std::move(store), {}};
  shown.checks.push_back(asked("the operator signed a checkpoint of these entries",
                               is_signed_head(*shown.store, note, keys)));
  shown.checks.push_back(
      asked("every entry is signed, and admissible where it stands", no_fault(*shown.store)));
  return shown;
}

sampler::NamedCheck asked(std::string name, const Result<void>& answer) {
  sampler::Question question(std::move(name));
  if (!answer) question.fail(answer.error().message);
  return question.answer();
}

}  // namespace muster::cli::scenario
