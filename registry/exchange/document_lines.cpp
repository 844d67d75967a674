#include "registry/exchange/document_lines.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "ledger/base/json.hpp"
#include "registry/exchange/xml_document.hpp"
#include "registry/json_schema/pointer.hpp"

namespace muster::exchange {
namespace {

using Lines = std::unordered_map<std::string, std::uint64_t>;

/// Of the value around the one that `pointer` leads to.
void step_out(std::string& pointer) {
  const auto slash = pointer.rfind('/');
  pointer.resize(slash == std::string::npos ? 0 : slash);
}

/// Walks over valid JSON and notes where the values begin that are asked for.
class LineWalk final {
 public:
  LineWalk(std::string_view text, const std::vector<std::string>& pointers) : text_(text) {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
    for (std::string pointer : pointers) {
      while (lines_.emplace(pointer, 0).second && !pointer.empty()) step_out(pointer);
    }
  }

  Lines run() {
    value();
    return std::move(lines_);
  }

 private:
  [[nodiscard]] char here() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void skip_blanks() {
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '\n') ++line_;
      if (c != ' ' && c != '\t' && c != '\r' && c != '\n') return;
    }
  }

  /// The text in quotes, as it stands.
  std::string_view quoted() {
    const std::size_t begin = ++at_;
    while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2 : 1;
    const std::size_t end = std::min(at_, text_.size());
    at_ = std::min(end + 1, text_.size());
    return text_.substr(begin, end - begin);
  }

  std::string key() {
    const std::string_view raw = quoted();
    if (raw.find('\\') == std::string_view::npos) return std::string(raw);
    const auto parsed = parse_foreign_json("[\"" + std::string(raw) + "\"]");
    return parsed ? parsed->front().get<std::string>() : std::string(raw);
  }

  void value() {
    skip_blanks();
    if (const auto wanted = lines_.find(pointer_); wanted != lines_.end()) wanted->second = line_;
    if (here() == '{') {
      members('}', true);
    } else if (here() == '[') {
      members(']', false);
    } else if (here() == '"') {
      quoted();
    } else {
      at_ = std::min(text_.find_first_of(",]} \t\r\n", at_), text_.size());
    }
    skip_blanks();
  }

  /// The members of an object or a list, up to `end`.
  void members(char end, bool named) {
    ++at_;
    skip_blanks();
    const std::size_t outside = pointer_.size();
    for (std::size_t i = 0; at_ < text_.size() && here() != end; ++i) {
      const std::size_t before = at_;
      pointer_ += "/" + (named ? json_schema::pointer_token(key()) : std::to_string(i));
      skip_blanks();
      if (named && here() == ':') ++at_;
      value();
      pointer_.resize(outside);
      if (here() == ',') ++at_;
      skip_blanks();
      if (at_ == before) return;  // no JSON
    }
    ++at_;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::uint64_t line_ = 1;
  std::string pointer_;
  Lines lines_;
};

Lines xml_lines(std::string_view text) {
  const auto converted = json_of_xml(text);
  return converted ? Lines(converted->lines.begin(), converted->lines.end()) : Lines();
}

std::uint64_t line_in(const Lines& lines, std::string pointer) {
  while (true) {
    const auto found = lines.find(pointer);
    if (found != lines.end() && found->second != 0) return found->second;
    if (pointer.empty()) return 1;
    step_out(pointer);
  }
}

}  // namespace

std::vector<std::uint64_t> document_lines(std::string_view text,
                                          const std::vector<std::string>& pointers) {
  if (pointers.empty()) return {};
  const Lines lines = looks_like_xml(text) ? xml_lines(text) : LineWalk(text, pointers).run();
  std::vector<std::uint64_t> list;
  list.reserve(pointers.size());
  for (const std::string& pointer : pointers) list.push_back(line_in(lines, pointer));
  return list;
}

}  // namespace muster::exchange
