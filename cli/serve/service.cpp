#include "cli/serve/service.hpp"

#include <algorithm>
#include <chrono>

#include "cli/serve/form.hpp"
#include "cli/serve/problem.hpp"
#include "cli/serve/routes.hpp"

namespace muster::serve {
namespace {

std::int64_t steady_ms() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

/// What a request takes out of its caller's bucket: more for what makes more work.
std::uint64_t cost_of(const http::Request& request) {
  constexpr std::uint64_t bytes_each = 65'536;
  constexpr std::uint64_t past = 50;
  const bool reads_past = request.query.find("at=") != std::string::npos;
  return 1 + request.body.size() / bytes_each + (reads_past ? past : 0);
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

http::Response not_found_here(const Found& found) {
  if (found.allowed.empty()) {
    return problem({Errc::not_found, "there is no such route", rule_no_route});
  }
  http::Response response =
      problem({Errc::invalid_input, "this route has other methods", rule_method});
  response.headers.push_back({"Allow", joined(found.allowed)});
  return response;
}

}  // namespace

Service::Service(Settings settings, World world)
    : settings_(std::move(settings)),
      world_(std::move(world)),
      random_(*world_.random),
      log_(*world_.log, *world_.clock),
      doorkeeper_(settings_.tokens, settings_.certificates),
      rate_({settings_.limits.requests_per_second, settings_.limits.request_burst}) {}

Service::~Service() { stop(); }

Result<std::unique_ptr<Service>> Service::open(Settings settings, World world) {
  std::unique_ptr<Service> service(new Service(std::move(settings), std::move(world)));
  MUSTER_TRY(service->begin());
  return service;
}

Result<void> Service::begin() {
  const auto tell = [this](const Error& error) {
    log_.error("trouble", {{"detail", error.message}, {"kind", errc_name(error.code)}});
  };
  MUSTER_TRY_ASSIGN(live_, LiveRegistry::open(world_.folder, random_, world_.now));
  sequencer_ = std::make_unique<Sequencer>(
      *live_,
      Sequencer::Options{.most_waiting = settings_.limits.waiting_statements, .tell = tell});
  MUSTER_TRY_ASSIGN(jobs_, Jobs::open({.folder = world_.folder / "jobs",
                                       .most_per_party = settings_.limits.jobs_per_party,
                                       .tell = tell},
                                      *sequencer_, random_));
  MUSTER_TRY_ASSIGN(uploads_, Uploads::open({.folder = world_.folder / "uploads",
                                             .most_bytes = settings_.limits.upload_bytes},
                                            random_));
  add_statement_routes(router_, *this);
  add_job_routes(router_, *this);
  add_chip_routes(router_, *this);
  add_trade_routes(router_, *this);
  add_party_routes(router_, *this);
  add_audit_routes(router_, *this);
  add_log_routes(router_, *this);
  add_proof_routes(router_, *this);
  add_tile_routes(router_, *this);
  add_manifest_routes(router_, *this);
  add_author_routes(router_, *this);
  add_epcis_routes(router_, *this);
  add_upload_routes(router_, *this);
  add_operation_routes(router_, *this);
  return {};
}

void Service::stop() {
  // Jobs wait for the sequencer, and it for nobody.
  if (jobs_) jobs_->stop();
  if (sequencer_) sequencer_->stop();
}

/// Whether the caller may go on; else `refused` is the answer.
Result<void> Service::check_rate(const http::Request& request, const Principal& principal,
                                 http::Response& refused) {
  const std::string caller =
      principal.is_known() ? "party " + principal.party : "address " + request.remote;
  const auto wait = rate_.take(caller, cost_of(request), steady_ms());
  if (!wait) return {};
  Error error{Errc::refused, "too many requests of " + caller, rule_rate};
  refused = problem(error);
  refused.headers.push_back({"Retry-After", std::to_string(*wait)});
  return failure(std::move(error));
}

http::Response Service::routed(const http::Request& request, Principal& principal,
                               std::string& route) {
  // Tokens that are wrong cost the address they come from, so that nobody tries many.
  auto known = doorkeeper_.identify(request, clock().now());
  if (known) principal = std::move(*known);
  http::Response refused;
  if (!check_rate(request, principal, refused)) return refused;
  if (!known) return problem(known.error());
  const auto found = router_.find(request.method, request.path);
  if (!found) return problem(found.error());
  if (found->route == nullptr) return not_found_here(*found);
  route = found->route->path;
  if (found->route->least > principal.role) {
    if (!principal.is_known()) {
      return problem({Errc::refused, "this route wants a credential", rule_no_credential});
    }
    return problem({Errc::refused,
                    "this route wants the role " + std::string(role_name(found->route->least)),
                    rule_forbidden});
  }
  auto query = query_parameters(request.query);
  if (!query) return problem(query.error());
  if (const auto checked = check_known(*query, found->route->parameters); !checked) {
    return problem(checked.error());
  }
  if (!request.header("Content-Encoding").empty()) {
    return problem({Errc::invalid_input, "Content-Encoding: want the plain body", rule_media_type});
  }
  const Asked asked{request, principal, found->path, std::move(*query)};
  auto answer = found->route->handler(asked);
  if (!answer) {
    http::Response response = problem(answer.error());
    if (response.status == 429) response.headers.push_back({"Retry-After", "1"});
    return response;
  }
  return in_wanted_form(request, std::move(*answer));
}

http::Response Service::answer(const http::Request& request) {
  const auto begun = std::chrono::steady_clock::now();
  Principal principal;
  std::string route = "none";
  http::Response response = routed(request, principal, route);
  response.headers.push_back({"X-Content-Type-Options", "nosniff"});
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  metrics_.count({route, request.method, response.status, took.count()});
  log_.info("request", {{"method", request.method},
                        {"path", request.path},
                        {"route", route},
                        {"status", response.status},
                        {"ms", static_cast<std::int64_t>(took.count() * 1e3)},
                        {"role", role_name(principal.role)},
                        {"party", principal.party},
                        {"credential", principal.name},
                        {"remote", request.remote},
                        {"received", request.body.size()},
                        {"sent", response.body.size()}});
  return response;
}

http::ServerOptions server_options(const Settings& settings) {
  return {.address = settings.address,
          .port = settings.port,
          .max_body_bytes = settings.limits.body_bytes,
          .max_connections = settings.limits.connections,
          .threads = settings.threads,
          .stop_on_signals = true};
}

}  // namespace muster::serve
