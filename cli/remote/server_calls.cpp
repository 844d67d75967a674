#include "cli/remote/server_calls.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <thread>

#include "cli/http/client.hpp"
#include "cli/remote/server_answers.hpp"
#include "ledger/base/file.hpp"
#include "ledger/base/parallel.hpp"
#include "ledger/crypto/private_file.hpp"

namespace muster::cli {
namespace {

constexpr int server_timeout_ms = 60'000;
constexpr int most_tries = 3;
constexpr int patience_ms = 60'000;  // of a server that says "later"
constexpr int first_pause_ms = 200;
constexpr unsigned most_calls_at_once = 8;
constexpr std::uint64_t most_token_bytes = 10'000;

/// The text of a token's file. Errors: `invalid_input` for what cannot stand in a header.
Result<std::string> token_in(const std::string& file) {
  MUSTER_TRY_ASSIGN(std::string token, read_text_file(file, most_token_bytes));
  MUSTER_TRY(crypto::check_private(file));
  while (token.ends_with('\n') || token.ends_with('\r')) token.pop_back();
  const auto fits = [](char c) { return c >= 0x20 && c < 0x7F; };
  if (!token.empty() && std::ranges::all_of(token, fits)) return token;
  return failure(Errc::invalid_input, file + ": want a token: one line of printable characters");
}

bool wants_later(const http::Response& answer) {
  return answer.status == 429 || answer.status == 503;
}

/// How long the server wants to be left alone, within what a user bears.
int pause_ms(const http::Response& answer) {
  int seconds = 1;
  for (const http::Header& header : answer.headers) {
    if (header.name != "Retry-After") continue;
    std::from_chars(header.value.data(), header.value.data() + header.value.size(), seconds);
  }
  constexpr int longest = 10;
  return std::clamp(seconds, 1, longest) * 1'000;
}

void pause(int ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); }

}  // namespace

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      encoded += c;
    } else {
      encoded += '%';
      encoded += digits[byte >> 4U];
      encoded += digits[byte & 15U];
    }
  }
  return encoded;
}

Result<ServerCalls> ServerCalls::open(http::Url url, const RemoteOptions& options) {
  std::string token;
  if (!options.token_file.empty()) {
    MUSTER_TRY_ASSIGN(token, token_in(options.token_file));
  }
  ServerCalls calls(std::move(url), std::move(token));
  if (!calls.url_.tls) return calls;
  if (!options.key.empty()) MUSTER_TRY(crypto::check_private(options.key));
  MUSTER_TRY_ASSIGN(auto tls, http::TlsContext::for_client({.certificate = options.certificate,
                                                            .key = options.key,
                                                            .authorities = options.authorities}));
  calls.tls_ = std::make_unique<http::TlsContext>(std::move(tls));
  return calls;
}

Result<http::Response> ServerCalls::call(const ServerRequest& request) const {
  http::Call call{.method = request.method,
                  .url = url_,
                  .body = request.body,
                  .content_type = request.content_type,
                  .headers = request.headers};
  call.url.path += request.target;
  if (!token_.empty()) call.headers.push_back({"Authorization", "Bearer " + token_});
  const http::ClientOptions options{
      .timeout_ms = server_timeout_ms, .max_body_bytes = request.most_bytes, .tls = tls_.get()};
  int waited = 0;
  for (int tries = 1;; ++tries) {
    auto results = http::call_all(std::span(&call, 1), options);
    Result<http::Response>& answer = results.front();
    if (answer && !(wants_later(*answer) && waited < patience_ms)) return std::move(answer);
    if (answer) {
      const int wait = pause_ms(*answer);
      waited += wait;
      tries = 0;  // it answers: this was no failure
      pause(wait);
      continue;
    }
    if (tries == most_tries) return std::move(answer);
    pause(first_pause_ms * tries);
  }
}

Result<std::string> ServerCalls::body(const ServerRequest& request) const {
  MUSTER_TRY_ASSIGN(http::Response answer, call(request));
  if (answer.status / 100 == 2) return std::move(answer.body);
  return failure(server_error(answer).during(address()));
}

Result<std::vector<std::string>> ServerCalls::bodies(
    const std::vector<ServerRequest>& requests) const {
  std::vector<std::optional<Result<std::string>>> results(requests.size());
  parallel_for(requests.size(), most_calls_at_once,
               [&](std::size_t i) { results[i] = body(requests[i]); });
  std::vector<std::string> all;
  for (auto& one : results) {
    MUSTER_TRY_ASSIGN(std::string text, std::move(*one));
    all.push_back(std::move(text));
  }
  return all;
}

}  // namespace muster::cli
