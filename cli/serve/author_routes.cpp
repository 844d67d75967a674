// /v1/streams: the number that an author's next statement takes.

#include "cli/serve/reading.hpp"
#include "cli/serve/routes.hpp"
#include "registry/statement.hpp"

namespace muster::serve {
namespace {

/// A party's numbers are its own and the operator's to know.
Result<Answer> get_stream(Service& service, const Asked& asked) {
  const std::string& party = asked.part("party");
  const std::string& stream = asked.part("stream");
  return service.live().with_state([&](const cli::Home& home) -> Result<Answer> {
    const registry::State& state = home.state();
    const bool may =
        Visibility(state, asked.principal).sees_all() || party == asked.principal.party;
    if (!may || state.tables().parties.find(party) == registry::no_row) {
      return failure(nothing_here("party", party));
    }
    return found_json({{"party", party},
                       {"stream", stream},
                       {"next", registry::next_number(state, party, stream)}});
  });
}

}  // namespace

void add_author_routes(Router& router, Service& service) {
  router.add(
      {"GET", "/v1/streams/{party}/{stream}", Role::custodian, {}, [&service](const Asked& asked) {
         return get_stream(service, asked);
       }});
}

}  // namespace muster::serve
