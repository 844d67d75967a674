#pragma once

#include <filesystem>
#include <iosfwd>
#include <optional>
#include <span>
#include <string>

#include "registry/submission.hpp"

namespace muster::cli {

/// A signed statement and where it was read: "receipts.ndjson line 17".
struct Incoming {
  std::string where;
  std::uint64_t line = 1;
  registry::Submission submission;
};

/// One statement as text: an envelope, or an envelope with its manifests, as in a line of NDJSON.
/// Errors: `invalid_input`.
Result<registry::Submission> read_submission(const std::string& text);

/// Reads statements one by one from NDJSON. A line is an envelope, or
/// `{"envelope":{…},"blobs":[{"sha256":hex,"base64":text},…]}`. Borrows the stream.
class StatementLines final {
 public:
  StatementLines(std::istream& in, std::string name) : in_(&in), name_(std::move(name)) {}

  /// The next statement, or nothing at the end.
  /// Errors: `invalid_input`, naming stream and line.
  Result<std::optional<Incoming>> next();
  /// The line that was read last. After an error of `next`, the next call goes on behind it.
  [[nodiscard]] std::uint64_t line() const { return line_; }

 private:
  Result<std::optional<std::string>> next_line();
  [[nodiscard]] std::string where() const { return name_ + " line " + std::to_string(line_); }

  std::istream* in_;
  std::string name_;
  std::uint64_t line_ = 0;
};

/// Whether the file holds one envelope and nothing else.
Result<bool> is_envelope_file(const std::filesystem::path& path);

/// Reads one envelope and the manifests that it names: from `blob_files`, or from the file
/// `<sha256>.ndjson` beside the envelope.
/// Errors: `invalid_input`, `not_found`; both name the file.
Result<Incoming> read_statement_file(const std::filesystem::path& path,
                                     std::span<const std::string> blob_files);

/// The files as blobs, by their hashes. Errors: those of files.
Result<std::vector<ledger::Blob>> blobs_in(std::span<const std::string> files);

/// Reads an envelope without asking for its manifests.
Result<ledger::Envelope> read_envelope_file(const std::filesystem::path& path);

/// Writes the envelope to `path` and each blob beside it as `<sha256>.ndjson`. Blobs that are there
/// already stay. Returns the paths of the blobs.
/// Errors: `conflict` if `path` exists.
Result<std::vector<std::string>> write_statement_files(const std::filesystem::path& path,
                                                       const registry::Submission& submission);

}  // namespace muster::cli
