// What a server answers to a command that names it: verdicts on statements, jobs, uploads,
// problems; and the file that says whose log an address serves. Whatever it is, it is read or
// refused, and what is shown of a server's words has an end.
//
// An input is "WHAT STATUS\n" and the body: WHAT is v for one verdict, l for two, j for a job, e
// for its errors, u for an upload, p for a problem, t for the file of trusted keys.

#include <charconv>
#include <string_view>

#include "cli/remote/server_answers.hpp"
#include "cli/remote/trusted_log.hpp"
#include "ledger/base/check.hpp"
#include "ledger/base/utf8.hpp"

namespace {

namespace answers {

using namespace muster;

void check_words(const Error& error) {
  MUSTER_CHECK(error.message.size() <= cli::most_server_words + 100);
  MUSTER_CHECK(is_utf8(error.message));
}

void check_verdict(const cli::ServerVerdict& verdict) {
  MUSTER_CHECK(verdict.is_recorded() != verdict.error.has_value());
  if (verdict.error) check_words(*verdict.error);
}

void check_problem(const http::Response& answer) {
  const Error error = cli::server_error(answer);
  check_words(error);
  MUSTER_CHECK(!error.message.empty());
  // Nothing that a server says makes it look as if the log here were damaged.
  MUSTER_CHECK(error.code != Errc::corrupt && error.code != Errc::conflict);
}

void check_trust(std::string_view text) {
  const auto log = cli::parse_trusted_log(text);
  if (!log) return;
  const auto again = cli::parse_trusted_log(cli::encode_trusted_log(*log));
  MUSTER_CHECK(again.has_value() && again->url == log->url);
  MUSTER_CHECK(again->keys.size() == log->keys.size());
}

}  // namespace answers

}  // namespace

int fuzz_server_answers(const std::uint8_t* data, std::size_t size) {
  using namespace muster;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto end = std::min(text.find('\n'), text.size());
  const std::string_view first = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  http::Response answer{.body = std::string(text)};
  if (first.size() > 2) {
    std::from_chars(first.data() + 2, first.data() + first.size(), answer.status);
  }
  switch (first.empty() ? '\0' : first.front()) {
    case 'v':
      if (const auto verdict = cli::verdict_in(answer)) answers::check_verdict(*verdict);
      break;
    case 'l':
      if (const auto verdicts = cli::verdicts_in(answer, 2)) {
        MUSTER_CHECK(verdicts->size() == 2);
        for (const auto& one : *verdicts) answers::check_verdict(one);
      }
      break;
    case 'j':
      static_cast<void>(cli::job_in(answer.body).has_value());
      break;
    case 'e':
      if (const auto verdicts = cli::job_errors_in(answer.body)) {
        for (const auto& one : *verdicts) answers::check_verdict(one);
      }
      break;
    case 'u':
      static_cast<void>(cli::upload_in(answer.body).has_value());
      break;
    case 't':
      answers::check_trust(answer.body);
      break;
    default:
      break;
  }
  answers::check_problem(answer);
  return 0;
}
