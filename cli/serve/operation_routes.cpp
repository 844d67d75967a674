// /healthz, /metrics and /openapi.json.

#include "cli/serve/reading.hpp"
#include "cli/serve/routes.hpp"

namespace muster::serve {
namespace {

/// Whether the registry is open and its disk answers, and how far it has read.
Result<Answer> get_health(Service& service, const Asked& asked) {
  MUSTER_TRY_ASSIGN(const StoreLease store, service.live().store());
  MUSTER_TRY(store->newest_checkpoint());
  MUSTER_TRY_ASSIGN(const bool was_moved, store->is_retired());
  if (was_moved) {
    return failure(Errc::unavailable,
                   "the log was moved away from where this front end has it: point it to where the "
                   "log is, and start it anew");
  }
  MUSTER_TRY_ASSIGN(const std::uint64_t entries,
                    service.live().with_state([](const cli::Home& home) -> Result<std::uint64_t> {
                      return home.state().size();
                    }));
  Answer answer =
      found_json(Json{{"status", "ok"}, {"entries", entries}, {"replica", store->only_reads()}});
  if (asked.principal.role == Role::operator_) {
    answer.json["warnings"] = Json::array();
    if (service.settings().is_exposed()) answer.json["warnings"].push_back(exposed_warning);
  }
  answer.headers.push_back({"Cache-Control", "no-store"});
  return answer;
}

Result<Answer> get_metrics(Service& service) {
  const SequencerCounts counts = service.sequencer().counts();
  const auto entries = service.live().with_state(
      [](const cli::Home& home) -> Result<std::uint64_t> { return home.state().size(); });
  std::string text = service.metrics().text();
  text += metric_line("muster_statements_recorded_total", "counter", counts.recorded);
  text += metric_line("muster_statements_duplicate_total", "counter", counts.duplicates);
  text += metric_line("muster_statements_refused_total", "counter", counts.refused);
  text += metric_line("muster_batches_total", "counter", counts.batches);
  text += metric_line("muster_statements_waiting", "gauge", counts.waiting);
  text += metric_line("muster_reads_waiting", "gauge", service.waiting().count());
  text += metric_line("muster_log_entries", "gauge", entries.value_or(0));
  text += metric_line("muster_up", "gauge", entries ? 1 : 0);
  Answer answer;
  answer.raw = http::Response{
      .status = 200, .body = std::move(text), .content_type = "text/plain; version=0.0.4"};
  answer.headers.push_back({"Cache-Control", "no-store"});
  return answer;
}

Result<Answer> get_openapi(Service& service) {
  Answer answer;
  answer.raw =
      http::Response{.status = 200, .body = service.openapi(), .content_type = "application/json"};
  answer.headers.push_back({"Cache-Control", "public, max-age=300"});
  return answer;
}

}  // namespace

void add_operation_routes(Router& router, Service& service) {
  router.add({"GET", "/healthz", Role::everyone, {}, [&service](const Asked& asked) {
                return get_health(service, asked);
              }});
  router.add({"GET", "/metrics", Role::operator_, {}, [&service](const Asked&) {
                return get_metrics(service);
              }});
  router.add({"GET", "/openapi.json", Role::everyone, {}, [&service](const Asked&) {
                return get_openapi(service);
              }});
}

}  // namespace muster::serve
