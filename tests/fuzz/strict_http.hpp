#pragma once

#include <algorithm>
#include <cctype>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// HTTP/1.1 read to the letter and by other code than the server's, to hold the server to it.
/// Source: RFC 9112.
namespace muster::fuzz {

/// One request, or one answer, as its bytes say.
struct StrictMessage {
  std::string_view first{}, second{}, third{};                ///< The words of its first line.
  std::vector<std::pair<std::string, std::string>> fields{};  ///< Names in lower case.
  std::string body{};
  bool keeps_open = false;  ///< Whether another may follow on the connection.

  [[nodiscard]] std::size_t count(std::string_view name) const {
    return static_cast<std::size_t>(
        std::ranges::count(fields, name, &std::pair<std::string, std::string>::first));
  }
  /// The values of all fields of that name, with commas.
  [[nodiscard]] std::string value(std::string_view name) const {
    std::string all;
    for (const auto& [key, value] : fields) {
      if (key == name) all += (all.empty() ? "" : ",") + value;
    }
    return all;
  }
};

/// Reads messages from bytes. Whatever is not exactly one way to be read is nothing.
class StrictReader final {
 public:
  explicit StrictReader(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool is_at_end() const { return rest_.empty(); }

  /// The next request, or nothing where what follows is none, or not a whole one.
  std::optional<StrictMessage> request() {
    auto message = header();
    if (!message || !is_token(message->first) || message->second.empty()) return std::nullopt;
    const bool is_new = message->third == "HTTP/1.1";
    if (!is_new && message->third != "HTTP/1.0") return std::nullopt;
    const std::string wishes = "," + lower(message->value("connection")) + ",";
    const auto wants = [&](std::string_view word) {
      std::string plain = wishes;
      std::erase_if(plain, [](char c) { return c == ' ' || c == '\t'; });
      return plain.find("," + std::string(word) + ",") != std::string::npos;
    };
    message->keeps_open = !wants("close") && (is_new || wants("keep-alive"));
    if (!read_body(*message)) return std::nullopt;
    return message;
  }

  /// The next answer, which has its length said, or nothing. `to_head`: it has no body all the
  /// same.
  std::optional<StrictMessage> answer(bool to_head) {
    auto message = header();
    if (!message || message->first != "HTTP/1.1" || message->second.size() != 3) {
      return std::nullopt;
    }
    if (message->second.starts_with('1')) return message;
    if (message->count("content-length") != 1) return std::nullopt;
    if (!to_head && !read_body(*message)) return std::nullopt;
    return message;
  }

 private:
  static std::string lower(std::string_view text) {
    std::string small(text);
    std::ranges::transform(small, small.begin(), [](unsigned char c) {
      return static_cast<char>(c < 0x80 ? std::tolower(c) : c);
    });
    return small;
  }

  /// Source: RFC 9110, section 5.6.2.
  static bool is_token(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
      return c < 0x80 && (std::isalnum(c) != 0 ||
                          std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) !=
                              std::string_view::npos);
    });
  }

  static bool is_printed(std::string_view text) {
    return std::ranges::all_of(
        text, [](unsigned char c) { return c == '\t' || (c >= 0x20 && c != 0x7F); });
  }

  static std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
  }

  /// What stands before the next CR LF, which has neither of the two alone.
  std::optional<std::string_view> line() {
    const auto end = rest_.find("\r\n");
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view text = rest_.substr(0, end);
    if (!is_printed(text)) return std::nullopt;
    rest_.remove_prefix(end + 2);
    return text;
  }

  std::optional<StrictMessage> header() {
    StrictMessage message;
    const auto start = line();
    if (!start) return std::nullopt;
    const auto space = start->find(' ');
    if (space == std::string_view::npos) return std::nullopt;
    const auto next = start->find(' ', space + 1);
    if (next == std::string_view::npos) return std::nullopt;
    message.first = start->substr(0, space);
    message.second = start->substr(space + 1, next - space - 1);
    message.third = start->substr(next + 1);
    if (!read_fields(message.fields)) return std::nullopt;
    return message;
  }

  bool read_fields(std::vector<std::pair<std::string, std::string>>& fields) {
    while (true) {
      const auto text = line();
      if (!text) return false;
      if (text->empty()) return true;
      if (text->front() == ' ' || text->front() == '\t') {  // folded, as of old
        if (fields.empty()) return false;
        std::string& value = fields.back().second;
        value = trimmed(value + " " + std::string(trimmed(*text)));
        continue;
      }
      const auto colon = text->find(':');
      if (colon == std::string_view::npos || !is_token(text->substr(0, colon))) return false;
      fields.emplace_back(lower(text->substr(0, colon)), trimmed(text->substr(colon + 1)));
    }
  }

  bool read_body(StrictMessage& message) {
    const auto lengths = message.count("content-length");
    const auto codings = message.count("transfer-encoding");
    if (lengths + codings > 1) return false;
    if (codings == 1) {
      return lower(message.value("transfer-encoding")) == "chunked" && read_chunks(message.body);
    }
    if (lengths == 0) return true;
    const auto length = number(message.value("content-length"), 10);
    return length && read_bytes(*length, message.body);
  }

  static std::optional<std::size_t> number(const std::string& digits, int base) {
    std::size_t value = 0;
    if (digits.empty()) return std::nullopt;
    for (const char c : digits) {
      const auto digit = std::string_view("0123456789abcdef").find(lower({&c, 1}));
      if (digit >= static_cast<std::size_t>(base) || value > (std::size_t{1} << 40U)) {
        return std::nullopt;
      }
      value = value * static_cast<std::size_t>(base) + digit;
    }
    return value;
  }

  bool read_bytes(std::size_t count, std::string& to) {
    if (rest_.size() < count) return false;
    to += rest_.substr(0, count);
    rest_.remove_prefix(count);
    return true;
  }

  bool read_chunks(std::string& body) {
    while (true) {
      const auto text = line();
      if (!text) return false;
      const auto size = number(std::string(trimmed(text->substr(0, text->find(';')))), 16);
      if (!size || text->front() == ' ' || text->front() == '\t') return false;
      if (*size == 0) break;
      if (!read_bytes(*size, body) || !rest_.starts_with("\r\n")) return false;
      rest_.remove_prefix(2);
    }
    std::vector<std::pair<std::string, std::string>> trailers;
    return read_fields(trailers);
  }

  std::string_view rest_;
};

}  // namespace muster::fuzz
