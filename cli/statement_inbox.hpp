#pragma once

#include <fstream>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "cli/statement_file.hpp"

namespace muster::cli {

/// Gives the statements of several files one after another: envelopes, NDJSON of statements, or
/// standard input for "-". Borrows the names and the stream.
class StatementInbox final {
 public:
  StatementInbox(const std::vector<std::string>& files, const std::vector<std::string>& blobs,
                 std::istream& standard_input)
      : files_(&files), blobs_(&blobs), standard_input_(&standard_input) {}

  /// The next statement, nothing at the end. Errors: `invalid_input`, `not_found`, naming the
  /// place.
  Result<std::optional<Incoming>> next();

 private:
  Result<std::optional<Incoming>> open_next_file();

  const std::vector<std::string>* files_;
  const std::vector<std::string>* blobs_;
  std::istream* standard_input_;
  std::size_t file_ = 0;
  std::ifstream stream_;
  std::optional<StatementLines> lines_;
};

/// Reads everything once, so that one malformed line in a file lets nothing of the input in.
/// Standard input cannot be read twice: where it is named, nothing is read.
Result<void> check_readable(const std::vector<std::string>& files,
                            const std::vector<std::string>& blobs);

}  // namespace muster::cli
