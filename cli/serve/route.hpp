#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/http/message.hpp"
#include "cli/serve/principal.hpp"
#include "ledger/base/json.hpp"

namespace muster::serve {

/// A request that found its route.
struct Asked {
  const http::Request& request;
  Principal principal{};
  std::map<std::string, std::string> path{};   ///< Parameters of the template, decoded.
  std::map<std::string, std::string> query{};  ///< Decoded; each name once.

  [[nodiscard]] const std::string& part(const std::string& name) const { return path.at(name); }
  /// A query parameter, or nothing.
  [[nodiscard]] std::optional<std::string> given(const std::string& name) const;
  /// A whole number. Errors: `invalid_input` with `request.parameter`.
  Result<std::optional<std::uint64_t>> number(const std::string& name,
                                              std::uint64_t most = max_json_integer) const;
  /// "1", "true" or nothing behind the name: yes; "0", "false", or no such name: no.
  /// Errors: `invalid_input` with `request.parameter`.
  Result<bool> flag(const std::string& name) const;
};

/// Nothing came yet: to be asked again with this query, for so many seconds.
struct Wait {
  std::uint64_t seconds = 0;
  std::map<std::string, std::string> query{};
};

/// What a handler has to say. `raw` wins over `json`.
struct Answer {
  unsigned status = 200;
  Json json{};
  /// The member of `json` that lists things: where NDJSON is asked for, each is a line.
  std::string list{};
  /// The things of `list`, each as JSON and a line, in the place of that member of `json`: of a
  /// list so long that its text is enough to hold.
  std::optional<std::string> lines{};
  std::vector<http::Header> headers{};
  std::optional<http::Response> raw{};
  /// What is said stands where nobody waits, or the time is over.
  std::optional<Wait> wait{};
};

/// Answers a request that may be asked by its principal, as far as the route's role says.
using RouteHandler = std::function<Result<Answer>(const Asked& asked)>;

/// One method of one path.
struct Route {
  std::string method;
  std::string path;  ///< `/v1/chips/{id}`: a name in braces takes one segment, `{name*}` the rest.
  Role least = Role::custodian;           ///< `everyone`: no credential is asked for.
  std::vector<std::string> parameters{};  ///< Of the query: others are refused.
  RouteHandler handler{};
};

/// What a path came to.
struct Found {
  const Route* route = nullptr;               ///< Null: no such path, or not by this method.
  std::map<std::string, std::string> path{};  ///< Of the route.
  std::vector<std::string> allowed{};         ///< Methods of the path, if it is one.
};

/// The routes of a server, by method and path.
class Router final {
 public:
  void add(Route route) { routes_.push_back(std::move(route)); }
  [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }

  /// HEAD goes where GET goes. A path is taken as it was sent: each segment is decoded by itself,
  /// and none may be empty, `.` or `..`, or hold what is no UTF-8, a control character or a slash.
  /// Errors: `invalid_input` with `request.parameter` for such a path.
  Result<Found> find(std::string_view method, std::string_view path) const;

 private:
  std::vector<Route> routes_;
};

/// The parameters of a query: `a=1&b=2`, percent-decoded, plus signs as they are.
/// Errors: `invalid_input` with `request.parameter` for what cannot be decoded, a name twice, or
/// more than 64 of them.
Result<std::map<std::string, std::string>> query_parameters(std::string_view query);

/// Errors: `invalid_input` with `request.parameter` unless all are among `known`.
Result<void> check_known(const std::map<std::string, std::string>& query,
                         const std::vector<std::string>& known);

/// `invalid_input` with rule `request.parameter`.
[[nodiscard]] Error bad_parameter(const std::string& name, const std::string& why);

}  // namespace muster::serve
