#include "cli/serve/problem.hpp"

#include <array>

#include "cli/serve/doorkeeper.hpp"
#include "registry/rule_book/rule_book.hpp"

namespace muster::serve {
namespace {

struct RuleStatus {
  std::string_view rule;
  unsigned status;
  std::string_view hint;
};

constexpr std::array rule_statuses{
    RuleStatus{rule_no_credential, 401, "send Authorization: Bearer TOKEN"},
    RuleStatus{rule_unknown_credential, 401, "ask the registry's operator for a token"},
    RuleStatus{rule_forbidden, 403, "your role may not ask this"},
    RuleStatus{rule_no_route, 404, "/openapi.json has all routes"},
    RuleStatus{rule_not_found, 404, "what you may not read is not found either"},
    RuleStatus{rule_method, 405, "the header Allow has the methods"},
    RuleStatus{rule_accept, 406, "/openapi.json has the media types of each route"},
    RuleStatus{"number.reused", 409, "take the next number of the stream, or send the first again"},
    RuleStatus{"expects.mismatch", 409, "read the chip's last statement, and sign anew"},
    RuleStatus{"upload.offset", 409, "go on at the offset that HEAD tells"},
    RuleStatus{rule_malformed, 400, "send one request of HTTP/1.1, with Host and one length"},
    RuleStatus{rule_too_slow, 408, "send header and body within the server's time"},
    RuleStatus{rule_too_long, 413, "send it in pieces"},
    RuleStatus{rule_long_header, 431, "send fewer or shorter header fields"},
    RuleStatus{rule_busy, 503, "wait as long as Retry-After says"},
    RuleStatus{rule_only_reads, 421, "hand it in where the log is written"},
    RuleStatus{rule_media_type, 415, "/openapi.json has the media types of each route"},
    RuleStatus{rule_rate, 429, "wait as long as Retry-After says"},
};

const RuleStatus* status_of_rule(std::string_view rule) {
  for (const RuleStatus& one : rule_statuses) {
    if (one.rule == rule) return &one;
  }
  return nullptr;
}

std::string_view title_of(unsigned status) {
  switch (status) {
    case 400:
      return "the request cannot be used";
    case 401:
      return "who are you?";
    case 403:
      return "not for you";
    case 404:
      return "not found";
    case 405:
      return "not by this method";
    case 406:
      return "not in this form";
    case 408:
      return "too slow";
    case 409:
      return "something else came first";
    case 413:
      return "too long";
    case 415:
      return "not of this kind";
    case 421:
      return "not here";
    case 422:
      return "refused by a rule";
    case 429:
      return "too much at once";
    case 431:
      return "too long a header";
    case 503:
      return "not now";
    default:
      return "the server failed";
  }
}

std::string hint_of(const Error& error) {
  const RuleStatus* by_rule = status_of_rule(error.rule);
  if (by_rule != nullptr) return std::string(by_rule->hint);
  const std::string_view wants = registry::rule_wants(error.rule);
  return wants.empty() ? std::string() : "the rule: " + std::string(wants);
}

}  // namespace

unsigned status_of(const Error& error) {
  if (const RuleStatus* by_rule = status_of_rule(error.rule)) return by_rule->status;
  switch (error.code) {
    case Errc::invalid_input:
      return 400;
    case Errc::refused:
      return 422;
    case Errc::conflict:
      return 409;
    case Errc::not_found:
      return 404;
    case Errc::unavailable:
      return 503;
    case Errc::corrupt:
      break;
  }
  return 500;
}

Json problem_json(const Error& error, const ProblemFacts& facts) {
  const unsigned status = status_of(error);
  const std::string rule = error.rule.empty() ? std::string(errc_name(error.code)) : error.rule;
  const std::string hint = hint_of(error);
  Json json{{"type", "urn:muster:problem:" + rule},
            {"title", title_of(status)},
            {"status", status},
            {"detail", error.message},
            {"rule", rule},
            {"pointer", facts.pointer.empty() ? Json(nullptr) : Json(facts.pointer)},
            {"expected", facts.expected},
            {"current", facts.current},
            {"hint", hint.empty() ? Json(nullptr) : Json(hint)}};
  if (facts.more.is_object()) json.update(facts.more);
  return json;
}

http::Response problem(const Error& error, const ProblemFacts& facts) {
  http::Response response = json_response(status_of(error), problem_json(error, facts));
  response.content_type = "application/problem+json";
  if (response.status == 401) response.headers.push_back({"WWW-Authenticate", "Bearer"});
  if (response.status == 503) response.headers.push_back({"Retry-After", "1"});
  return response;
}

std::string json_text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

http::Response json_response(unsigned status, const Json& json) {
  return {.status = status, .body = json_text(json) + "\n", .content_type = "application/json"};
}

}  // namespace muster::serve
