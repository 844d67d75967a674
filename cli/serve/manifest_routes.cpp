// /v1/manifests: the lists beside the log that its entries name, for whoever may read such an
// entry.

#include <algorithm>

#include "cli/rules_audit.hpp"
#include "cli/serve/log_access.hpp"
#include "cli/serve/reading.hpp"
#include "cli/serve/routes.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::serve {
namespace {

/// Which entry names it is for the caller to say: the log has no list of who names what, and what
/// the caller may not read it does not find.
Result<Answer> get_manifest(Service& service, const Asked& asked) {
  const std::string& name = asked.part("sha256");
  const auto hash = Hash::from_hex(name);
  if (!hash) return failure(bad_parameter("sha256", "want 64 lower-case hex digits"));
  MUSTER_TRY_ASSIGN(const auto index, asked.number("entry"));
  if (!index) return failure(bad_parameter("entry", "want the number of an entry that names it"));
  const auto bytes = visible_entry(service, asked.principal, {*index});
  if (!bytes && bytes.error().rule != rule_not_found) return failure(bytes.error());
  const auto entry = bytes ? ledger::parse_entry(*bytes) : failure(bytes.error());
  const auto named = entry ? cli::manifests_named_by(*entry) : std::vector<Hash>();
  if (std::ranges::find(named, *hash) == named.end())
    return failure(nothing_here("manifest", name));
  MUSTER_TRY_ASSIGN(const StoreLease store, service.live().store());
  MUSTER_TRY_ASSIGN(const Bytes blob, store->blob(*hash));
  if (crypto::sha256(blob) != *hash) {
    return failure(Errc::corrupt, "manifest " + name + ": the stored bytes are others");
  }
  Answer answer;
  answer.raw = http::Response{.status = 200,
                              .body = std::string(blob.begin(), blob.end()),
                              .content_type = "application/octet-stream"};
  answer.headers.push_back({"Cache-Control", "private, max-age=31536000, immutable"});
  return answer;
}

}  // namespace

void add_manifest_routes(Router& router, Service& service) {
  router.add(
      {"GET", "/v1/manifests/{sha256}", Role::custodian, {"entry"}, [&service](const Asked& asked) {
         return get_manifest(service, asked);
       }});
}

}  // namespace muster::serve
