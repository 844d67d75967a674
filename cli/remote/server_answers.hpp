#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/http/message.hpp"
#include "ledger/receipt.hpp"

namespace muster::cli {

/// Longest words of a server that are shown.
inline constexpr std::size_t most_server_words = 2'000;

/// What an answer that is no success says, as an error: 404 is `not_found`, 401, 403 and other
/// requests that cannot be used `invalid_input`, 409 and 422 `refused` with the rule, all else
/// `unavailable`. Whatever the body is.
[[nodiscard]] Error server_error(const http::Response& answer);

/// What a server says became of one statement. Its word: nothing is verified yet.
struct ServerVerdict {
  enum class Status { recorded, duplicate, refused, invalid };
  Status status = Status::invalid;
  std::optional<Hash> statement{};  ///< None where it could not be read.
  std::optional<Error> error{};     ///< Unless it is in the log.
  std::optional<std::string> refusal{};
  std::optional<ledger::Receipt> receipt{};

  [[nodiscard]] bool is_recorded() const {
    return status == Status::recorded || status == Status::duplicate;
  }
};

/// The verdict on one statement that was handed in alone: 200, 201, 400, 409 or 422.
/// Errors: `invalid_input` for what is no such answer.
Result<ServerVerdict> verdict_in(const http::Response& answer);

/// The verdicts on `count` lines, in their order, whether or not a rule refused them together.
/// Errors: `invalid_input` for what is no such answer.
Result<std::vector<ServerVerdict>> verdicts_in(const http::Response& answer, std::size_t count);

/// How far a job is.
struct ServerJob {
  std::string id;
  std::string state;  ///< waiting, running, done, failed.

  [[nodiscard]] bool is_under_way() const { return state == "waiting" || state == "running"; }
};

/// Errors: `invalid_input`.
Result<ServerJob> job_in(std::string_view body);

/// The verdicts of `/errors` of a job, a line each. Errors: `invalid_input`.
Result<std::vector<ServerVerdict>> job_errors_in(std::string_view body);

/// The id of an upload and how much of it has arrived.
struct ServerUpload {
  std::string id;
  std::uint64_t received = 0;
};

/// Errors: `invalid_input`.
Result<ServerUpload> upload_in(std::string_view body);

}  // namespace muster::cli
