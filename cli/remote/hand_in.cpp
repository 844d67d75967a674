#include "cli/remote/hand_in.hpp"

#include <chrono>
#include <iterator>
#include <thread>

#include "ledger/base/base64.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::cli {
namespace {

using registry::BatchMode;
using Verdicts = std::vector<ServerVerdict>;

constexpr std::size_t most_lines_handed_in = 1'000;
constexpr std::size_t most_bytes_handed_in = std::size_t{1} << 22U;
constexpr std::size_t upload_piece_bytes = std::size_t{1} << 20U;
constexpr std::size_t least_piece_bytes = 1'024;
constexpr std::size_t most_answer_bytes = std::size_t{1} << 26U;
constexpr int job_pause_ms = 500;
constexpr unsigned too_long_status = 413;

bool is_verdict(unsigned status) {
  return status == 200 || status == 201 || status == 400 || status == 409 || status == 422;
}

ServerRequest posted(std::string target, std::string body) {
  return {.method = "POST", .target = std::move(target), .body = std::move(body)};
}

/// Lines on their way to one server.
class HandIn final {
 public:
  HandIn(const ServerCalls& calls, std::span<const std::string> lines)
      : calls_(&calls), lines_(lines) {}

  /// Lines [first, end), each by itself.
  Result<Verdicts> each(std::size_t first, std::size_t end) const {
    if (end - first == 1) return alone(first);
    MUSTER_TRY_ASSIGN(const http::Response answer, calls_->call(together(first, end, "")));
    if (answer.status == too_long_status) return halves(first, end);
    if (answer.status != 200) return failure(server_error(answer));
    return verdicts_in(answer, end - first);
  }

  /// All lines, or none.
  Result<Verdicts> strict() const {
    MUSTER_TRY_ASSIGN(const http::Response answer,
                      calls_->call(together(0, lines_.size(), "handling=strict")));
    if (answer.status == too_long_status) {
      Error error = server_error(answer);
      error.code = Errc::invalid_input;
      return failure(std::move(error).during("all or nothing: does not fit into one request"));
    }
    auto verdicts = verdicts_in(answer, lines_.size());
    if (!verdicts && !is_verdict(answer.status)) return failure(server_error(answer));
    return verdicts;
  }

 private:
  [[nodiscard]] ServerRequest together(std::size_t first, std::size_t end,
                                       const std::string& prefer) const {
    std::string body;
    for (std::size_t i = first; i < end; ++i) body += lines_[i] + "\n";
    ServerRequest request = posted("/v1/statements", std::move(body));
    request.content_type = "application/x-ndjson";
    request.most_bytes = most_answer_bytes;
    if (!prefer.empty()) request.headers.push_back({"Prefer", prefer});
    return request;
  }

  [[nodiscard]] Result<Verdicts> halves(std::size_t first, std::size_t end) const {
    const std::size_t middle = first + (end - first) / 2;
    MUSTER_TRY_ASSIGN(Verdicts verdicts, each(first, middle));
    MUSTER_TRY_ASSIGN(Verdicts more, each(middle, end));
    std::ranges::move(more, std::back_inserter(verdicts));
    return verdicts;
  }

  /// One statement, whose answer has its receipt.
  [[nodiscard]] Result<Verdicts> alone(std::size_t line) const {
    MUSTER_TRY_ASSIGN(const http::Response answer,
                      calls_->call(posted("/v1/statements", lines_[line])));
    if (answer.status == too_long_status) return as_upload(lines_[line] + "\n");
    if (!is_verdict(answer.status)) return failure(server_error(answer));
    Verdicts verdicts(1);
    MUSTER_TRY_ASSIGN(verdicts.front(), verdict_in(answer));
    return verdicts;
  }

  /// Errors: those of calls; none of what became of the statement.
  [[nodiscard]] Result<Verdicts> as_upload(const std::string& file) const {
    const Json wish{
        {"kind", "statements"}, {"bytes", file.size()}, {"sha256", crypto::sha256(file).to_hex()}};
    MUSTER_TRY_ASSIGN(const std::string begun,
                      calls_->body(posted("/v1/uploads", canonical_json(wish))));
    MUSTER_TRY_ASSIGN(ServerUpload upload, upload_in(begun));
    const std::string place = "/v1/uploads/" + percent_encoded(upload.id);
    std::size_t most = upload_piece_bytes;
    while (upload.received < file.size()) {
      ServerRequest piece{.method = "PATCH",
                          .target = place,
                          .body = file.substr(upload.received, most),
                          .content_type = "application/octet-stream"};
      piece.headers.push_back({"Upload-Offset", std::to_string(upload.received)});
      MUSTER_TRY_ASSIGN(const http::Response answer, calls_->call(piece));
      if (answer.status == too_long_status && most > least_piece_bytes) {
        most /= 2;
        continue;
      }
      if (answer.status != 200) return failure(server_error(answer));
      const std::uint64_t before = upload.received;
      MUSTER_TRY_ASSIGN(upload, upload_in(answer.body));
      if (upload.received <= before) {
        return failure(Errc::unavailable, "upload: the server takes nothing more");
      }
    }
    MUSTER_TRY_ASSIGN(
        const std::string taken,
        calls_->body(posted("/v1/jobs", canonical_json(Json{{"upload", upload.id}}))));
    MUSTER_TRY_ASSIGN(ServerJob job, job_in(taken));
    return verdict_of_job(std::move(job));
  }

  /// What became of a job's one statement: what is not told as wrong was recorded, now or before.
  [[nodiscard]] Result<Verdicts> verdict_of_job(ServerJob job) const {
    const std::string place = "/v1/jobs/" + percent_encoded(job.id);
    while (job.is_under_way()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(job_pause_ms));
      MUSTER_TRY_ASSIGN(const std::string answer, calls_->body({.target = place}));
      MUSTER_TRY_ASSIGN(job, job_in(answer));
    }
    if (job.state != "done")
      return failure(Errc::unavailable, "job: is " + job.state.substr(0, 40));
    MUSTER_TRY_ASSIGN(const std::string text, calls_->body({.target = place + "/errors"}));
    MUSTER_TRY_ASSIGN(Verdicts errors, job_errors_in(text));
    if (errors.size() > 1)
      return failure(Errc::invalid_input, "job: more verdicts than statements");
    if (errors.empty()) errors.push_back({.status = ServerVerdict::Status::recorded});
    return errors;
  }

  const ServerCalls* calls_;
  std::span<const std::string> lines_;
};

}  // namespace

std::string statement_line(const registry::Submission& submission) {
  Json line{{"envelope", ledger::envelope_json(submission.envelope)}};
  if (!submission.blobs.empty()) {
    Json blobs = Json::array();
    for (const ledger::Blob& blob : submission.blobs) {
      blobs.push_back({{"sha256", blob.sha256.to_hex()}, {"base64", to_base64(blob.bytes)}});
    }
    line["blobs"] = std::move(blobs);
  }
  return canonical_json(line);
}

Result<std::vector<ServerVerdict>> hand_in(const ServerCalls& calls,
                                           std::span<const registry::Submission> submissions,
                                           BatchMode mode) {
  std::vector<std::string> lines;
  lines.reserve(submissions.size());
  for (const registry::Submission& one : submissions) lines.push_back(statement_line(one));
  const HandIn desk(calls, lines);
  if (mode == BatchMode::all_or_nothing && lines.size() > 1) return desk.strict();
  Verdicts verdicts;
  for (std::size_t first = 0; first < lines.size();) {
    std::size_t end = first;
    std::size_t bytes = 0;
    do {
      bytes += lines[end++].size();
    } while (end < lines.size() && end - first < most_lines_handed_in &&
             bytes + lines[end].size() <= most_bytes_handed_in);
    MUSTER_TRY_ASSIGN(Verdicts some, desk.each(first, end));
    std::ranges::move(some, std::back_inserter(verdicts));
    first = end;
  }
  return verdicts;
}

}  // namespace muster::cli
