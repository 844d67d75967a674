#include "attestation/spdm/pem.hpp"

#include <string>

#include "ledger/base/base64.hpp"

namespace muster::attestation::spdm {
namespace {

constexpr std::size_t line_characters = 64;

/// Takes lines from the front of a text.
class LineReader final {
 public:
  explicit LineReader(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] std::size_t line() const { return line_; }

  std::string_view next() {
    ++line_;
    const std::size_t end = rest_.find('\n');
    std::string_view taken = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    if (taken.ends_with('\r')) taken.remove_suffix(1);
    return taken;
  }

 private:
  std::string_view rest_;
  std::size_t line_ = 0;
};

tl::unexpected<Error> wrong_line(const LineReader& lines, std::string_view want) {
  return failure(Errc::invalid_input,
                 "PEM line " + std::to_string(lines.line()) + ": want " + std::string(want));
}

/// The lines up to the end mark, joined.
Result<Bytes> block_content(LineReader& lines, std::string_view end_mark) {
  std::string content;
  bool last_seen = false;
  while (!lines.at_end()) {
    const std::string_view line = lines.next();
    if (line == end_mark) {
      auto bytes = bytes_from_base64(content);
      if (!bytes) return wrong_line(lines, "canonical base64 before it");
      return bytes;
    }
    if (last_seen || line.empty() || line.size() > line_characters) {
      return wrong_line(lines, "64 characters of base64, or the end of the block");
    }
    last_seen = line.size() < line_characters;
    content += line;
  }
  return wrong_line(lines, "the end of the block");
}

}  // namespace

Result<std::vector<Bytes>> parse_pem(std::string_view text, std::string_view label) {
  const std::string begin_mark = "-----BEGIN " + std::string(label) + "-----";
  const std::string end_mark = "-----END " + std::string(label) + "-----";
  LineReader lines(text);
  std::vector<Bytes> blocks;
  while (!lines.at_end()) {
    const std::string_view line = lines.next();
    if (line.empty()) continue;
    if (line != begin_mark) return wrong_line(lines, begin_mark);
    if (blocks.size() == max_pem_blocks) return wrong_line(lines, "at most 32 blocks");
    MUSTER_TRY_ASSIGN(Bytes content, block_content(lines, end_mark));
    blocks.push_back(std::move(content));
  }
  if (blocks.empty()) return failure(Errc::invalid_input, "PEM: got no block, want " + begin_mark);
  return blocks;
}

}  // namespace muster::attestation::spdm
