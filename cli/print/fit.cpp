#include "cli/print/fit.hpp"

#include <algorithm>

#include "ledger/base/check.hpp"

namespace muster::print {
namespace {

constexpr std::string_view ellipsis = "…";

/// The longest prefix of `text` that takes at most `width` columns, with its combining marks.
std::string_view prefix_of_width(std::string_view text, std::size_t width) {
  std::size_t taken = 0;
  std::size_t used = 0;
  while (taken < text.size()) {
    const CodePoint point = first_code_point(text.substr(taken));
    const std::size_t more = code_point_width(point.value);
    if (used + more > width) break;
    used += more;
    taken += point.size;
  }
  return text.substr(0, taken);
}

/// The longest suffix that takes at most `width` columns.
std::string_view suffix_of_width(std::string_view text, std::size_t width) {
  std::size_t excess = display_width(text);
  excess -= std::min(excess, width);
  std::size_t dropped = 0;
  std::size_t seen = 0;
  while (dropped < text.size()) {
    const CodePoint point = first_code_point(text.substr(dropped));
    const std::size_t columns = code_point_width(point.value);
    if (seen >= excess && columns > 0) break;
    seen += columns;
    dropped += point.size;
  }
  return text.substr(dropped);
}

/// Puts words on lines.
class LineFiller final {
 public:
  explicit LineFiller(std::size_t width) : width_(width) {}

  void add_word(std::string_view word) {
    const std::size_t columns = display_width(word);
    if (!line_.empty() && used_ + 1 + columns > width_) end_line();
    if (!line_.empty()) put(" ", 1);
    while (display_width(word) > width_ - used_) {
      std::string_view part = prefix_of_width(word, width_ - used_);
      if (part.empty()) part = word.substr(0, first_code_point(word).size);
      put(part, display_width(part));
      word.remove_prefix(part.size());
      end_line();
    }
    put(word, display_width(word));
  }

  void end_line() {
    lines_.push_back(std::move(line_));
    line_.clear();
    used_ = 0;
  }

  std::vector<std::string> finish() {
    if (!line_.empty() || lines_.empty()) end_line();
    return std::move(lines_);
  }

 private:
  void put(std::string_view text, std::size_t columns) {
    line_ += text;
    used_ = std::min(used_ + columns, width_);
  }

  std::size_t width_;
  std::vector<std::string> lines_;
  std::string line_;
  std::size_t used_ = 0;
};

}  // namespace

std::string padded(std::string_view text, std::size_t width, Align align) {
  const std::size_t used = display_width(text);
  const std::string spaces(width > used ? width - used : 0, ' ');
  return align == Align::left ? std::string(text) + spaces : spaces + std::string(text);
}

std::string elided(std::string_view text, std::size_t width) {
  MUSTER_CHECK(width >= 1);
  if (display_width(text) <= width) return std::string(text);
  const std::size_t kept = width - 1;
  std::string shown(prefix_of_width(text, kept - kept / 2));
  shown += ellipsis;
  shown += suffix_of_width(text, kept / 2);
  return shown;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  MUSTER_CHECK(width >= 1);
  LineFiller filler(width);
  while (true) {
    const std::size_t end = std::min(text.find_first_of(" \n"), text.size());
    if (end > 0) filler.add_word(text.substr(0, end));
    if (end == text.size()) return filler.finish();
    if (text[end] == '\n') filler.end_line();
    text.remove_prefix(end + 1);
  }
}

std::size_t longest_word_width(std::string_view text) {
  std::size_t longest = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(" \n"), text.size());
    longest = std::max(longest, display_width(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return longest;
}

}  // namespace muster::print
