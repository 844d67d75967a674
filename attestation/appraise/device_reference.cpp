#include "attestation/appraise/device_reference.hpp"

#include "ledger/base/json_fields.hpp"

namespace muster::attestation {
namespace {

constexpr std::string_view reference_version = "muster/device-reference/v1";

Result<std::set<Hash>> digests_of(FieldReader& fields, std::string_view key) {
  MUSTER_TRY_ASSIGN(const Json* list, fields.array(key));
  if (list->size() > max_reference_digests) {
    return failure(Errc::invalid_input, fields.path(key) + ": got " + std::to_string(list->size()) +
                                            " digests, want at most " +
                                            std::to_string(max_reference_digests));
  }
  std::set<Hash> digests;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const Json& item = (*list)[i];
    const std::string where = fields.path(key) + "[" + std::to_string(i) + "]";
    if (!item.is_string()) {
      return failure(Errc::invalid_input, where + ": got " + json_kind(item) + ", want a string");
    }
    auto digest = Hash::from_hex(item.get_ref<const std::string&>());
    if (!digest) return failure(std::move(digest.error()).during(where));
    if (digests.insert(*digest).second) continue;
    return failure(Errc::invalid_input, where + ": stands twice");
  }
  return digests;
}

Result<void> read_revoked(const Json& item, const std::string& where, DeviceReference& reference) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(item, where));
  MUSTER_TRY_ASSIGN(const Hash digest, fields.hash("digest"));
  MUSTER_TRY_ASSIGN(const Timestamp since, fields.time("since"));
  MUSTER_TRY_ASSIGN(std::string reason, fields.text("reason"));
  MUSTER_TRY(fields.finish());
  if (reference.revoked.emplace(digest, RevokedDigest{since, std::move(reason)}).second) return {};
  return failure(Errc::invalid_input, where + ".digest: stands twice");
}

Json digests_json(const std::set<Hash>& digests) {
  Json list = Json::array();
  for (const Hash& digest : digests) list.push_back(digest.to_hex());
  return list;
}

}  // namespace

Result<DeviceReference> parse_device_reference(const Json& json) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "reference"));
  MUSTER_TRY_ASSIGN(const std::string format, fields.text("version"));
  if (format != reference_version) {
    return failure(Errc::invalid_input, "reference.version: got \"" + format.substr(0, 40) +
                                            "\", want " + std::string(reference_version));
  }
  DeviceReference reference;
  MUSTER_TRY_ASSIGN(reference.source, fields.text("source"));
  MUSTER_TRY_ASSIGN(reference.as_of, fields.time("as_of"));
  MUSTER_TRY_ASSIGN(reference.firmware, digests_of(fields, "firmware"));
  MUSTER_TRY_ASSIGN(reference.device_code, digests_of(fields, "device_code"));
  MUSTER_TRY_ASSIGN(const Json* revoked, fields.array("revoked"));
  if (revoked->size() > max_reference_digests) {
    return failure(Errc::invalid_input, "reference.revoked: too many");
  }
  for (std::size_t i = 0; i < revoked->size(); ++i) {
    MUSTER_TRY(
        read_revoked((*revoked)[i], "reference.revoked[" + std::to_string(i) + "]", reference));
  }
  MUSTER_TRY(fields.finish());
  return reference;
}

Json device_reference_json(const DeviceReference& reference) {
  Json revoked = Json::array();
  for (const auto& [digest, facts] : reference.revoked) {
    revoked.push_back({{"digest", digest.to_hex()},
                       {"since", facts.since.to_string()},
                       {"reason", facts.reason}});
  }
  return {{"version", reference_version},
          {"source", reference.source},
          {"as_of", reference.as_of.to_string()},
          {"firmware", digests_json(reference.firmware)},
          {"device_code", digests_json(reference.device_code)},
          {"revoked", std::move(revoked)}};
}

}  // namespace muster::attestation
