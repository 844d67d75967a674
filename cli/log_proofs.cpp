#include "cli/log_proofs.hpp"

#include "ledger/base/base64.hpp"
#include "ledger/proofs.hpp"

namespace muster::cli {
Result<Json> entry_proof_json(const EntryProof& made, ledger::LogIndex index) {
  Json statement(nullptr);
  Json receipt(nullptr);
  if (made.receipt) {
    MUSTER_TRY_ASSIGN(const auto entry, ledger::parse_entry(made.receipt->entry));
    statement = ledger::statement_hash(entry.envelope).to_hex();
    receipt = parse_json(ledger::encode_receipt(*made.receipt)).value_or(Json());
  }
  return Json{{"index", index.value},
              {"statement", std::move(statement)},
              {"checkpoint", made.proof.checkpoint},
              {"file", nullptr},
              {"receipt", std::move(receipt)},
              {"proof", ledger::encode_tlog_proof(made.proof)}};
}

Result<Consistency> consistency_of(ledger::Store& store, const SizePair& sizes,
                                   std::string checkpoint) {
  MUSTER_TRY_ASSIGN(auto hashes, ledger::prove_consistency(store, sizes.from, sizes.to));
  MUSTER_TRY_ASSIGN(const Hash before, ledger::root_at(store, sizes.from));
  MUSTER_TRY_ASSIGN(const Hash after, ledger::root_at(store, sizes.to));
  return Consistency{{sizes.from, before},
                     {sizes.to, after},
                     {sizes.from, std::move(hashes), std::move(checkpoint)}};
}

Json consistency_json(const Consistency& made) {
  Json hashes = Json::array();
  for (const Hash& hash : made.proof.hashes) hashes.push_back(to_base64(hash.view()));
  const std::string& note = made.proof.checkpoint;
  return {{"from", {{"size", made.before.size.value}, {"root", made.before.root.to_hex()}}},
          {"to", {{"size", made.after.size.value}, {"root", made.after.root.to_hex()}}},
          {"proof", std::move(hashes)},
          {"checkpoint", note.empty() ? Json(nullptr) : Json(note)},
          {"file", nullptr}};
}

}  // namespace muster::cli
