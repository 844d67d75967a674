#include "cli/statement_file.hpp"

#include <algorithm>
#include <istream>

#include "ledger/base/base64.hpp"
#include "ledger/base/file.hpp"
#include "ledger/base/json_fields.hpp"
#include "ledger/crypto/sha256.hpp"
#include "registry/event.hpp"

namespace muster::cli {
namespace {

namespace fs = std::filesystem;

/// A manifest of the largest size in base64, with its envelope around it.
constexpr std::size_t max_line_bytes = ledger::max_blob_bytes / 3 * 4 + (std::size_t{1} << 20U);

Result<ledger::Blob> blob_of(const Json& value) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(value, "blobs"));
  MUSTER_TRY_ASSIGN(const Hash sha256, fields.hash("sha256"));
  MUSTER_TRY_ASSIGN(const std::string text, fields.text("base64"));
  MUSTER_TRY(fields.finish());
  auto bytes = bytes_from_base64(text);
  if (!bytes) return failure(std::move(bytes.error()).during("blobs.base64"));
  const Hash found = crypto::sha256(*bytes);
  if (found != sha256) {
    return failure(Errc::invalid_input, "blobs.sha256: got " + sha256.to_hex() +
                                            ", the bytes hash to " + found.to_hex());
  }
  return ledger::Blob{sha256, std::move(*bytes)};
}

Result<registry::Submission> submission_of(const Json& value) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(value, "line"));
  MUSTER_TRY_ASSIGN(const Json* envelope, fields.object("envelope"));
  registry::Submission submission;
  MUSTER_TRY_ASSIGN(submission.envelope, ledger::parse_envelope(canonical_json(*envelope)));
  if (fields.has("blobs")) {
    MUSTER_TRY_ASSIGN(const Json* blobs, fields.array("blobs"));
    for (const Json& blob : *blobs) {
      MUSTER_TRY_ASSIGN(ledger::Blob read, blob_of(blob));
      submission.blobs.push_back(std::move(read));
    }
  }
  MUSTER_TRY(fields.finish());
  return submission;
}

/// The manifests that a statement names.
Result<std::vector<Hash>> named_blobs(const ledger::Envelope& envelope) {
  MUSTER_TRY_ASSIGN(const registry::Event event,
                    registry::parse_event(envelope.payload, ledger::statement_hash(envelope)));
  std::vector<Hash> hashes;
  for (const registry::ManifestRef& ref : registry::manifests_of(event)) {
    hashes.push_back(ref.sha256);
  }
  return hashes;
}

std::string blob_name(const Hash& sha256) { return sha256.to_hex() + ".ndjson"; }

Result<ledger::Blob> blob_beside(const fs::path& envelope, const Hash& sha256) {
  const fs::path path = envelope.parent_path() / blob_name(sha256);
  auto bytes = read_file(path, ledger::max_blob_bytes);
  if (!bytes) {
    return failure(Errc::not_found, envelope.string() + ": names manifest " + sha256.to_hex() +
                                        ", which is neither in " + path.string() +
                                        " nor given by --blob");
  }
  return ledger::Blob{sha256, std::move(*bytes)};
}

}  // namespace

Result<registry::Submission> read_submission(const std::string& text) {
  if (text.starts_with("{\"payload\"")) {  // as `statement make` writes it: one parse is enough
    registry::Submission submission;
    MUSTER_TRY_ASSIGN(submission.envelope, ledger::parse_envelope(text));
    return submission;
  }
  MUSTER_TRY_ASSIGN(const Json value, parse_json(text));
  if (!value.is_object() || !value.contains("payload")) return submission_of(value);
  registry::Submission submission;
  MUSTER_TRY_ASSIGN(submission.envelope, ledger::parse_envelope(text));
  return submission;
}

Result<std::vector<ledger::Blob>> blobs_in(std::span<const std::string> files) {
  std::vector<ledger::Blob> blobs;
  for (const std::string& file : files) {
    MUSTER_TRY_ASSIGN(Bytes bytes, read_file(file, ledger::max_blob_bytes));
    const Hash sha256 = crypto::sha256(bytes);
    blobs.push_back({sha256, std::move(bytes)});
  }
  return blobs;
}

Result<std::optional<std::string>> StatementLines::next_line() {
  std::string text;
  auto& buffer = *in_->rdbuf();
  for (int c = buffer.sbumpc(); c != std::char_traits<char>::eof(); c = buffer.sbumpc()) {
    if (c == '\n') {
      ++line_;
      if (text.find_first_not_of(" \t\r") == std::string::npos) {
        text.clear();
        continue;
      }
      return std::optional(std::move(text));
    }
    if (text.size() == max_line_bytes) {
      ++line_;
      return failure(Errc::invalid_input,
                     where() + ": longer than " + std::to_string(max_line_bytes) + " bytes");
    }
    text.push_back(static_cast<char>(c));
  }
  if (text.empty()) return std::optional<std::string>();
  ++line_;
  return std::optional(std::move(text));
}

Result<std::optional<Incoming>> StatementLines::next() {
  MUSTER_TRY_ASSIGN(const auto text, next_line());
  if (!text) return std::optional<Incoming>();
  auto submission = read_submission(*text);
  if (!submission) return failure(std::move(submission.error()).during(where()));
  return std::optional(Incoming{where(), line_, std::move(*submission)});
}

Result<bool> is_envelope_file(const fs::path& path) {
  std::error_code problem;
  const auto size = fs::file_size(path, problem);
  if (!problem && size > ledger::max_envelope_text_bytes) return false;
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(path));
  const auto value = parse_foreign_json(text);
  return value && value->is_object() && !value->contains("envelope");
}

Result<ledger::Envelope> read_envelope_file(const fs::path& path) {
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(path));
  auto envelope = ledger::parse_envelope(text);
  if (!envelope) return failure(std::move(envelope.error()).during(path.string()));
  return envelope;
}

Result<Incoming> read_statement_file(const fs::path& path,
                                     std::span<const std::string> blob_files) {
  Incoming incoming{.where = path.string(), .submission = {}};
  MUSTER_TRY_ASSIGN(incoming.submission.envelope, read_envelope_file(path));
  auto names = named_blobs(incoming.submission.envelope);
  if (!names) return failure(std::move(names.error()).during(path.string()));
  MUSTER_TRY_ASSIGN(const auto given, blobs_in(blob_files));
  for (const Hash& sha256 : *names) {
    const auto found = std::ranges::find(given, sha256, &ledger::Blob::sha256);
    if (found != given.end()) {
      incoming.submission.blobs.push_back(*found);
      continue;
    }
    MUSTER_TRY_ASSIGN(ledger::Blob blob, blob_beside(path, sha256));
    incoming.submission.blobs.push_back(std::move(blob));
  }
  return incoming;
}

Result<std::vector<std::string>> write_statement_files(const fs::path& path,
                                                       const registry::Submission& submission) {
  std::error_code problem;
  if (fs::exists(path, problem)) {
    return failure(Errc::conflict, path.string() + ": exists; statements are never overwritten");
  }
  std::vector<std::string> files;
  for (const ledger::Blob& blob : submission.blobs) {
    const fs::path file = path.parent_path() / blob_name(blob.sha256);
    if (!fs::exists(file, problem)) MUSTER_TRY(create_file(file, blob.bytes));
    files.push_back(file.string());
  }
  MUSTER_TRY(create_file(path, as_bytes(ledger::encode_envelope(submission.envelope) + "\n")));
  return files;
}

}  // namespace muster::cli
