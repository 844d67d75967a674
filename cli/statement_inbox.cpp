#include "cli/statement_inbox.hpp"

#include <algorithm>
#include <sstream>

namespace muster::cli {

/// The statement of an envelope file; nothing after opening a file of lines.
Result<std::optional<Incoming>> StatementInbox::open_next_file() {
  const std::string& path = (*files_)[file_++];
  if (path == "-") {
    lines_.emplace(*standard_input_, "standard input");
    return std::optional<Incoming>();
  }
  MUSTER_TRY_ASSIGN(const bool envelope, is_envelope_file(path));
  if (envelope) {
    MUSTER_TRY_ASSIGN(Incoming incoming, read_statement_file(path, *blobs_));
    return std::optional(std::move(incoming));
  }
  stream_ = std::ifstream(path, std::ios::binary);
  if (!stream_) return failure(Errc::not_found, path + ": cannot be opened");
  lines_.emplace(stream_, path);
  return std::optional<Incoming>();
}

Result<std::optional<Incoming>> StatementInbox::next() {
  while (true) {
    if (lines_) {
      MUSTER_TRY_ASSIGN(auto incoming, lines_->next());
      if (incoming) return incoming;
      lines_.reset();
    }
    if (file_ == files_->size()) return std::optional<Incoming>();
    MUSTER_TRY_ASSIGN(auto incoming, open_next_file());
    if (incoming) return incoming;
  }
}

Result<void> check_readable(const std::vector<std::string>& files,
                            const std::vector<std::string>& blobs) {
  if (std::ranges::find(files, "-") != files.end()) return {};
  std::istringstream nothing;
  StatementInbox inbox(files, blobs, nothing);
  while (true) {
    MUSTER_TRY_ASSIGN(const auto incoming, inbox.next());
    if (!incoming) return {};
    const auto prepared = registry::prepare(incoming->submission);
    if (!prepared.error) continue;
    Error error = *prepared.error;
    return failure(std::move(error).during(incoming->where));
  }
}

}  // namespace muster::cli
