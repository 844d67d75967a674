#include "cli/serve/service.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <exception>

#include "cli/serve/form.hpp"
#include "cli/serve/problem.hpp"
#include "cli/serve/routes.hpp"
#include "ledger/base/hex.hpp"

namespace muster::serve {
namespace {

std::int64_t steady_ms() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

/// What a request takes out of its caller's bucket before anything is known of it.
std::uint64_t cost_of(const http::Request& request) {
  constexpr std::uint64_t bytes_each = 65'536;
  return 1 + request.body.size() / bytes_each;
}

/// What it takes besides, by its route and its parameters as they were decoded: more for what makes
/// more work.
std::uint64_t further_cost(const Route& route, const std::map<std::string, std::string>& query) {
  constexpr std::uint64_t past = 50;
  constexpr std::uint64_t long_work = 20;
  constexpr std::uint64_t scan = 10;  // so that nobody tries all names
  constexpr std::array<std::string_view, 3> long_routes{"/epcis/events", "/v1/rosters/{party}",
                                                        "/v1/plans/{plan}/draw"};
  const auto proof = query.find("proof");
  const bool is_long = std::ranges::find(long_routes, route.path) != long_routes.end() ||
                       route.path.starts_with("/v1/state-proofs/") ||
                       (proof != query.end() && proof->second == "state");
  return (query.contains("at") ? past : 0) + (is_long ? long_work : 0) +
         (route.path.starts_with("/v1/chokepoints/") ? scan : 0);
}

/// As metrics and log lines have it: anybody may send any method of any length.
std::string counted_method(const std::string& method) {
  constexpr std::array<std::string_view, 7> known{"GET", "HEAD",   "POST",   "PATCH",
                                                  "PUT", "DELETE", "OPTIONS"};
  return std::ranges::find(known, method) == known.end() ? std::string("other") : method;
}

std::string cut(const std::string& text) {
  constexpr std::size_t most = 256;
  return text.size() <= most ? text : text.substr(0, most) + "…";
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

/// What the server refused before there was a request, as an error of the service.
Error error_of(const http::Refusal& refusal) {
  switch (refusal.status) {
    case 408:
      return {Errc::invalid_input, refusal.detail, rule_too_slow};
    case 413:
      return {Errc::invalid_input, refusal.detail, rule_too_long};
    case 431:
      return {Errc::invalid_input, refusal.detail, rule_long_header};
    case 503:
      return {Errc::unavailable, refusal.detail, rule_busy};
    case 500:  // what an exception says is for the log
      return {Errc::corrupt, "the server failed; its log says more", {}};
    default:
      return {Errc::invalid_input, refusal.detail, rule_malformed};
  }
}

}  // namespace

Service::Service(Settings settings, World world)
    : settings_(std::move(settings)),
      world_(std::move(world)),
      random_(*world_.random),
      log_(*world_.log, *world_.clock),
      doorkeeper_(settings_.tokens, settings_.certificates),
      rate_({settings_.limits.requests_per_second, settings_.limits.request_burst}),
      waiting_({.most = settings_.limits.waiting_reads,
                .most_each = std::max<std::size_t>(1, settings_.limits.waiting_reads / 4)}) {
  std::array<std::uint8_t, 8> random{};
  random_.fill(random);
  run_ = to_hex(random);
}

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
      *live_, Sequencer::Options{.most_waiting = settings_.limits.waiting_statements,
                                 .tell = tell,
                                 .news = [this] { waiting_.news(); }});
  choke_desk_ = std::make_unique<ChokeDesk>(*live_);
  MUSTER_TRY_ASSIGN(jobs_, Jobs::open({.folder = world_.folder / "jobs",
                                       .most_per_party = settings_.limits.jobs_per_party,
                                       .tell = tell},
                                      *sequencer_, random_));
  MUSTER_TRY_ASSIGN(uploads_, Uploads::open({.folder = world_.folder / "uploads",
                                             .most_bytes = settings_.limits.upload_bytes,
                                             .most_kept_bytes = settings_.limits.uploads_bytes},
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
  add_record_routes(router_, *this);
  add_stock_routes(router_, *this);
  add_run_routes(router_, *this);
  add_product_routes(router_, *this);
  add_promise_routes(router_, *this);
  add_choke_routes(router_, *this);
  add_operation_routes(router_, *this);
  return {};
}

void Service::stop() {
  waiting_.stop();
  // Jobs wait for the sequencer, and it for nobody.
  if (jobs_) jobs_->stop();
  if (sequencer_) sequencer_->stop();
}

/// Whether the caller may go on; else `refused` is the answer.
Result<void> Service::check_rate(const http::Request& request, const Principal& principal,
                                 std::uint64_t cost, http::Response& refused) {
  const std::string caller =
      principal.is_known() ? "party " + principal.party : "address " + request.remote;
  const auto wait = rate_.take(caller, cost, steady_ms());
  if (!wait) return {};
  Error error{Errc::refused, "too many requests of " + caller, rule_rate};
  refused = problem(error);
  refused.headers.push_back({"Retry-After", std::to_string(*wait)});
  return failure(std::move(error));
}

http::Response Service::routed(const http::Request& request, Handled& handled,
                               std::optional<Parked>& parked) {
  // Tokens that are wrong cost the address they come from, so that nobody tries many.
  Principal& principal = handled.principal;
  auto known = doorkeeper_.identify(request, clock().now());
  if (known) principal = std::move(*known);
  http::Response refused;
  if (!check_rate(request, principal, cost_of(request), refused)) return refused;
  if (!known) return problem(known.error());
  auto found = router_.find(request.method, request.path);
  if (!found) return problem(found.error());
  if (found->route == nullptr) return not_found_here(*found);
  const Route& route = *found->route;
  handled.route = route.path;
  if (route.least > principal.role) {
    if (!principal.is_known()) {
      return problem({Errc::refused, "this route wants a credential", rule_no_credential});
    }
    return problem({Errc::refused,
                    "this route wants the role " + std::string(role_name(route.least)),
                    rule_forbidden});
  }
  auto query = query_parameters(request.query);
  if (!query) return problem(query.error());
  if (const auto checked = check_known(*query, route.parameters); !checked) {
    return problem(checked.error());
  }
  // One token is gone already: what costs a whole bucket would never fit into the rest of it.
  const std::uint64_t more =
      std::min(further_cost(route, *query), settings_.limits.request_burst - 1);
  if (more > 0 && !check_rate(request, principal, more, refused)) return refused;
  if (!request.header("Content-Encoding").empty()) {
    return problem({Errc::invalid_input, "Content-Encoding: want the plain body", rule_media_type});
  }
  std::optional<Wait> wait;
  http::Response response =
      asked({request, principal, found->path, std::move(*query)}, route, wait);
  if (wait) parked = Parked{&route, std::move(found->path), std::move(*wait)};
  return response;
}

http::Response Service::asked(const Asked& asked, const Route& route, std::optional<Wait>& wait) {
  auto answer = route.handler(asked);
  if (!answer) {
    http::Response response = problem(answer.error());
    if (response.status == 429) response.headers.push_back({"Retry-After", "1"});
    return response;
  }
  wait = std::move(answer->wait);
  return in_wanted_form(asked.request, std::move(*answer));
}

Service::Handled Service::handled() {
  return {.id = run_ + "-" + std::to_string(++requests_),
          .begun = std::chrono::steady_clock::now()};
}

http::Response Service::finished(const http::Request& request, const Handled& handled,
                                 http::Response response) {
  response.headers.push_back({"X-Content-Type-Options", "nosniff"});
  // Not in the body: what is hidden and what is missing are told apart by nothing.
  response.headers.push_back({"X-Request-Id", handled.id});
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - handled.begun;
  metrics_.count({handled.route, counted_method(request.method), response.status, took.count()});
  const Principal& principal = handled.principal;
  log_.info("request", {{"request", handled.id},
                        {"method", counted_method(request.method)},
                        {"path", cut(request.path)},
                        {"route", handled.route},
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

http::Response Service::answer(const http::Request& request) {
  Handled own = handled();
  std::optional<Parked> parked;
  http::Response response = routed(request, own, parked);
  return finished(request, own, std::move(response));
}

void Service::answer(const http::Request& request, const http::Reply& reply) {
  Handled own = handled();
  std::optional<Parked> parked;
  http::Response response = routed(request, own, parked);
  if (parked) {
    if (park(request, own, std::move(*parked), reply)) return;
    response = problem({Errc::refused, "wait: too many wait already", rule_rate});
    response.headers.push_back({"Retry-After", "1"});
  }
  reply(finished(request, own, std::move(response)));
}

/// Has the route asked again whenever something came. False: too many wait.
bool Service::park(const http::Request& request, const Handled& handled, Parked parked,
                   const http::Reply& reply) {
  const auto seconds = std::chrono::seconds(parked.wait.seconds);
  const auto again = [this, request, handled, parked = std::move(parked)](
                         bool last) mutable -> std::optional<http::Response> {
    std::optional<Wait> wait;
    http::Response response;
    try {
      response =
          asked({request, handled.principal, parked.path, parked.wait.query}, *parked.route, wait);
    } catch (const std::exception& error) {
      response = problem({Errc::corrupt, error.what(), {}});
      wait.reset();
    }
    if (wait && !last) {
      parked.wait = std::move(*wait);
      return std::nullopt;
    }
    return finished(request, handled, std::move(response));
  };
  return waiting_.add(handled.principal.party, seconds, again, reply);
}

http::Response Service::refuse(const http::Refusal& refusal) {
  const Handled own = handled();
  http::Response response = problem(error_of(refusal));
  response.headers.push_back({"X-Content-Type-Options", "nosniff"});
  response.headers.push_back({"X-Request-Id", own.id});
  metrics_.count({own.route, "none", response.status, 0});
  log_.info("refused", {{"request", own.id},
                        {"status", response.status},
                        {"detail", refusal.detail},
                        {"remote", refusal.remote}});
  return response;
}

void Service::hook_into(http::ServerOptions& options) {
  options.on_refusal = [this](const http::Refusal& refusal) { return refuse(refusal); };
  options.on_stop = [this] { waiting_.begin_stop(); };
}

http::ServerOptions server_options(const Settings& settings) {
  return {.address = settings.address,
          .port = settings.port,
          .max_body_bytes = settings.limits.body_bytes,
          .max_connections = settings.limits.connections,
          .threads = settings.threads,
          .stop_on_signals = true,
          .max_bodies_bytes = settings.limits.bodies_bytes};
}

}  // namespace muster::serve
