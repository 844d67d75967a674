// /v1/chokepoints/lookups: what an officer with a thing at hand asks the register.

#include "cli/serve/reading.hpp"
#include "cli/serve/routes.hpp"

namespace muster::serve {
namespace {

constexpr std::size_t longest_scan = 1'000;

Result<Answer> get_lookup(Service& service, const Asked& asked) {
  const auto scan = asked.given("scan");
  if (!scan || scan->empty() || scan->size() > longest_scan) {
    return failure(bad_parameter("scan", "want what was read, of 1 to 1000 bytes"));
  }
  MUSTER_TRY_ASSIGN(Json json, service.choke_desk().look_up(*scan, service.clock().now()));
  return found_json(std::move(json));
}

}  // namespace

void add_choke_routes(Router& router, Service& service) {
  router.add(
      {"GET", "/v1/chokepoints/lookups", Role::verifier, {"scan"}, [&service](const Asked& asked) {
         return get_lookup(service, asked);
       }});
}

}  // namespace muster::serve
