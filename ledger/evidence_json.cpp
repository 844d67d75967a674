#include "ledger/evidence_json.hpp"

#include "ledger/base/check.hpp"

namespace muster::ledger {
namespace {

constexpr std::size_t max_evidence_hashes = 128;

}  // namespace

Json receipt_json(const Receipt& receipt) {
  auto json = parse_json(encode_receipt(receipt));
  MUSTER_CHECK(json.has_value());
  return std::move(*json);
}

Json hashes_json(const Proof& proof) {
  Json list = Json::array();
  for (const Hash& hash : proof) list.push_back(hash.to_hex());
  return list;
}

Result<Proof> hashes_field(FieldReader& fields) {
  MUSTER_TRY_ASSIGN(const Json* list, fields.array("proof"));
  if (list->size() > max_evidence_hashes) {
    return failure(Errc::invalid_input, fields.path("proof") + ": over 128 hashes");
  }
  Proof proof;
  for (const Json& item : *list) {
    const std::string* text = item.get_ptr<const std::string*>();
    auto hash = text == nullptr ? Result<Hash>(failure(Errc::invalid_input, "not a text"))
                                : Hash::from_hex(*text);
    if (!hash) return failure(std::move(hash).error().during(fields.path("proof")));
    proof.push_back(*hash);
  }
  return proof;
}

Result<Receipt> receipt_field(FieldReader& fields, std::string_view key) {
  MUSTER_TRY_ASSIGN(const Json* json, fields.object(key));
  auto receipt = parse_receipt(canonical_json(*json));
  if (!receipt) return failure(std::move(receipt).error().during(fields.path(key)));
  return receipt;
}

}  // namespace muster::ledger
