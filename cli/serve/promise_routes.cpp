// /v1/promises: what waits to be recorded, and the operator's signed word for it.

#include "cli/promise_desk.hpp"
#include "cli/promise_json.hpp"
#include "cli/serve/reading.hpp"
#include "cli/serve/routes.hpp"

namespace muster::serve {
namespace {

/// Whoever signed a statement may read what was promised for it.
Result<bool> may_read(const cli::Home& home, const Principal& principal, const cli::Waiting& one) {
  const Visibility visibility(home.state(), principal);
  if (visibility.sees_all()) return true;
  MUSTER_TRY_ASSIGN(const auto submission, cli::WaitingRoom::statement_of(one));
  const auto payload = parse_json(submission.envelope.payload);
  return payload && visibility.handed_in(*payload);
}

/// Something that left the room between listing and reading is recorded by now.
bool has_left(const Error& error) {
  return error.code == Errc::not_found || error.code == Errc::corrupt;
}

/// Calls `use(waiting)` with what the caller may read, in the order of handing in, until it says
/// no.
template <class Use>
Result<void> each_waiting(Service& service, const Asked& asked, const Use& use) {
  return service.live().with_state([&](const cli::Home& home) -> Result<void> {
    MUSTER_TRY_ASSIGN(const auto all, cli::waiting_room(home).list());
    for (const cli::Waiting& one : all) {
      const auto may = may_read(home, asked.principal, one);
      if (!may && !has_left(may.error())) return failure(may.error());
      if (!may || !*may) continue;
      MUSTER_TRY_ASSIGN(const bool more, use(one));
      if (!more) return {};
    }
    return {};
  });
}

Result<Answer> get_promises(Service& service, const Asked& asked) {
  MUSTER_TRY_ASSIGN(const std::uint64_t limit, page_limit(asked));
  MUSTER_TRY_ASSIGN(const auto after, asked.number("after"));
  Json list = Json::array();
  Json next = nullptr;
  MUSTER_TRY(each_waiting(service, asked, [&](const cli::Waiting& one) -> Result<bool> {
    if (after && one.number <= *after) return true;
    if (list.size() == limit) {
      next = list.back()["number"].dump();
      return false;
    }
    auto json = cli::promise_json(one, service.clock().now());
    if (json) list.push_back(std::move(*json));
    return json || has_left(json.error()) ? Result<bool>(true) : failure(json.error());
  }));
  Answer answer;
  answer.json = Json{{"waiting", std::move(list)}, {"next", std::move(next)}};
  answer.list = "waiting";
  return answer;
}

/// The newest promise for a statement, with the note that the operator signed.
Result<Answer> get_promise(Service& service, const Asked& asked) {
  const std::string& statement = asked.part("statement");
  Json found;
  MUSTER_TRY(each_waiting(service, asked, [&](const cli::Waiting& one) -> Result<bool> {
    auto json = cli::promise_json(one, service.clock().now());
    if (!json) return has_left(json.error()) ? Result<bool>(true) : failure(json.error());
    if ((*json)["statement"] != statement) return true;
    MUSTER_TRY_ASSIGN(const auto note, cli::WaitingRoom::promise_of(one));
    found = std::move(*json);
    found["promise"] = note ? Json(*note) : Json(nullptr);
    return true;
  }));
  if (found.is_null()) return failure(nothing_here("promise", statement));
  return found_json(std::move(found));
}

}  // namespace

void add_promise_routes(Router& router, Service& service) {
  router.add(
      {"GET", "/v1/promises", Role::party, {"after", "limit"}, [&service](const Asked& asked) {
         return get_promises(service, asked);
       }});
  router.add({"GET", "/v1/promises/{statement}", Role::party, {}, [&service](const Asked& asked) {
                return get_promise(service, asked);
              }});
}

}  // namespace muster::serve
