#pragma once

#include <string>
#include <string_view>

#include "cli/http/message.hpp"
#include "ledger/base/error.hpp"
#include "ledger/base/json.hpp"

namespace muster::serve {

// Rules of requests, as problems name them, beside those of the registry.

inline constexpr const char* rule_no_route = "request.no_route";
inline constexpr const char* rule_method = "request.method";
inline constexpr const char* rule_accept = "request.accept";
inline constexpr const char* rule_media_type = "request.media_type";
inline constexpr const char* rule_parameter = "request.parameter";
inline constexpr const char* rule_too_long = "request.too_long";
inline constexpr const char* rule_rate = "request.rate";
// Of the server, before there is a request.
inline constexpr const char* rule_malformed = "request.malformed";
inline constexpr const char* rule_too_slow = "request.too_slow";
inline constexpr const char* rule_long_header = "request.long_header";
inline constexpr const char* rule_busy = "server.busy";
inline constexpr const char* rule_only_reads = "server.only_reads";
inline constexpr const char* rule_not_found = "resource.not_found";

/// What a problem may say beside its error. Null: nothing.
struct ProblemFacts {
  std::string pointer{};  ///< JSON Pointer into the request's body, or the parameter's name.
  Json expected{};
  Json current{};
  Json more{};  ///< An object: further members.
};

/// The status that an error is answered with: by its rule, else by its kind.
[[nodiscard]] unsigned status_of(const Error& error);

/// The body of RFC 9457: type, title, status, detail, rule, pointer, expected, current, hint.
[[nodiscard]] Json problem_json(const Error& error, const ProblemFacts& facts = {});

/// The same as an answer of `application/problem+json`.
[[nodiscard]] http::Response problem(const Error& error, const ProblemFacts& facts = {});

/// JSON as an answer.
[[nodiscard]] http::Response json_response(unsigned status, const Json& json);

/// JSON as text: UTF-8 whatever the ledger holds.
[[nodiscard]] std::string json_text(const Json& json);

}  // namespace muster::serve
