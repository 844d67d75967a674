#include "cli/witness/witness_service.hpp"

namespace muster::cli {
namespace {

constexpr std::string_view add_checkpoint_path = "/add-checkpoint";
constexpr std::string_view checkpoint_suffix = "/checkpoint";
/// An answer is a few signature lines.
constexpr std::size_t max_witness_answer_bytes = 65'536;

http::Response response_of(ledger::WitnessAnswer answer) {
  return {.status = answer.status,
          .body = std::move(answer.body),
          .content_type = std::move(answer.content_type)};
}

http::Response not_allowed(const char* method) {
  http::Response response = http::plain(405, std::string("want ") + method);
  response.headers.push_back({"Allow", method});
  return response;
}

http::Response routed(ledger::Witness& witness, Clock& clock, const http::Request& request) {
  const std::string_view path = request.path;
  if (path == add_checkpoint_path) {
    if (request.method != "POST") return not_allowed("POST");
    return response_of(witness.add_checkpoint(request.body, clock.now()));
  }
  if (path.starts_with('/') && path.ends_with(checkpoint_suffix) &&
      path.size() > checkpoint_suffix.size()) {
    if (request.method != "GET" && request.method != "HEAD") return not_allowed("GET");
    const auto hash = path.substr(1, path.size() - 1 - checkpoint_suffix.size());
    return response_of(witness.newest_checkpoint(hash));
  }
  return http::plain(404, "want POST /add-checkpoint or GET /<origin hash>/checkpoint");
}

/// The first line of an answer that is not good: what the operator of a witness wants to see.
std::string outcome_text(const http::Response& response) {
  std::string text = std::to_string(response.status);
  if (response.status == 200) return text;
  return text + " " + response.body.substr(0, response.body.find('\n'));
}

}  // namespace

http::Handler witness_handler(ledger::Witness& witness, Clock& clock,
                              std::function<void(const std::string&)> tell) {
  return [&witness, &clock, tell = std::move(tell)](const http::Request& request) {
    http::Response response = routed(witness, clock, request);
    // What a client chose freely does not belong in a terminal.
    const bool known = request.path == add_checkpoint_path;
    tell((known ? std::string(add_checkpoint_path) : "other path") + ": " + outcome_text(response));
    return response;
  };
}

ledger::WitnessTransport witness_transport(int timeout_ms) {
  return [timeout_ms](const std::vector<ledger::WitnessCall>& calls) {
    std::vector<Result<ledger::WitnessReply>> replies(
        calls.size(), Result<ledger::WitnessReply>(failure(Errc::unavailable, "not asked")));
    std::vector<http::Call> asked;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < calls.size(); ++i) {
      auto url = http::Url::parse(calls[i].url);
      if (!url) {
        replies[i] = failure(std::move(url).error());
        continue;
      }
      url->path += add_checkpoint_path;
      asked.push_back({.method = "POST", .url = std::move(*url), .body = calls[i].body});
      places.push_back(i);
    }
    const http::ClientOptions options{.timeout_ms = timeout_ms,
                                      .max_body_bytes = max_witness_answer_bytes};
    auto answers = http::call_all(asked, options);
    for (std::size_t i = 0; i < answers.size(); ++i) {
      if (!answers[i]) {
        replies[places[i]] = failure(std::move(answers[i]).error());
        continue;
      }
      replies[places[i]] = ledger::WitnessReply{answers[i]->status, answers[i]->content_type,
                                                std::move(answers[i]->body)};
    }
    return replies;
  };
}

}  // namespace muster::cli
