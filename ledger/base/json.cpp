#include "ledger/base/json.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "ledger/base/canonical_json.hpp"
#include "ledger/base/utf8.hpp"

namespace muster {
namespace {

bool is_plain_key(std::string_view key) {
  for (const char c : key) {
    if (c < 0x21 || c > 0x7E || c == '"' || c == '\\') return false;
  }
  return true;
}

/// What the library's "... while parsing X - REASON; last read: '...'; expected ..." says is wrong,
/// without the input that it quotes.
std::string reason_in(std::string_view text) {
  const auto dash = text.find(" - ");
  if (dash == std::string_view::npos) return "not valid JSON";
  text.remove_prefix(dash + 3);
  const auto quote = text.find("; last read: ");
  std::string reason(text.substr(0, quote));
  const auto expected = text.rfind("; expected ");
  if (quote != std::string_view::npos && expected != std::string_view::npos && expected > quote) {
    reason += text.substr(expected);
  }
  return is_utf8(reason) ? reason.substr(0, 120) : "not valid JSON";
}

/// "byte 17", and in a text of several lines " (line 3, column 4)" with it, both from 1 in bytes.
std::string place_in(std::string_view text, std::size_t position) {
  std::string place = "byte " + std::to_string(position);
  const std::string_view before = text.substr(0, position == 0 ? 0 : position - 1);
  const auto first_end = text.find('\n');
  if (first_end == std::string_view::npos || first_end + 1 == text.size()) return place;
  const auto line = 1 + std::ranges::count(before, '\n');
  const auto feed = before.rfind('\n');
  const std::size_t column = position - (feed == std::string_view::npos ? 0 : feed + 1);
  return place + " (line " + std::to_string(line) + ", column " + std::to_string(column) + ")";
}

/// Builds the value while it refuses what the restricted profile forbids.
class StrictBuilder final : public nlohmann::json_sax<Json> {
 public:
  explicit StrictBuilder(bool foreign) : foreign_(foreign) {}

  /// Names places in `text`, which it borrows.
  void reads(std::string_view text) { text_ = text; }

  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(number_integer_t value) override {
    if (!foreign_ && value < -max_json_integer) return refuse("integer below -(2^53 - 1)");
    return add(value);
  }
  bool number_unsigned(number_unsigned_t value) override {
    if (!foreign_ && value > static_cast<std::uint64_t>(max_json_integer)) {
      return refuse("integer above 2^53 - 1");
    }
    // One representation for every number that fits, so that equal documents compare equal.
    if (value <= static_cast<std::uint64_t>(INT64_MAX))
      return add(static_cast<std::int64_t>(value));
    return add(value);
  }
  bool number_float(number_float_t value, const string_t& text) override {
    if (!foreign_)
      return refuse(field_text() + "number \"" + text.substr(0, 40) +
                    "\" is not a plain integer; other numbers are written as texts");
    return add(value);
  }
  bool string(string_t& value) override { return add(std::move(value)); }
  bool binary(binary_t& /*value*/) override { return refuse("binary value"); }

  bool start_object(std::size_t /*size*/) override { return open(Json::object()); }
  bool end_object() override { return close(); }
  bool start_array(std::size_t /*size*/) override { return open(Json::array()); }
  bool end_array() override { return close(); }
  bool key(string_t& value) override {
    if (!foreign_ && !is_plain_key(value)) return refuse("key is not printable ASCII");
    if (stack_.back()->contains(value)) {
      return refuse("key \"" + value.substr(0, 80) + "\" stands twice");
    }
    key_ = std::move(value);
    return true;
  }

  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const nlohmann::detail::exception& problem) override {
    return refuse(place_in(text_, position) + ": " + reason_in(problem.what()));
  }

  [[nodiscard]] const std::string& problem() const { return problem_; }
  Json take() { return std::move(root_); }

 private:
  bool refuse(std::string problem) {
    if (problem_.empty()) problem_ = std::move(problem);
    return false;
  }

  /// The field whose value is read, for a message.
  [[nodiscard]] std::string field_text() const {
    const bool in_object = !stack_.empty() && stack_.back()->is_object();
    return in_object ? "field \"" + key_.substr(0, 80) + "\": " : "";
  }

  Json* place(Json value) {
    if (stack_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    Json& parent = *stack_.back();
    if (parent.is_array()) {
      parent.push_back(std::move(value));
      return &parent.back();
    }
    Json& slot = parent[key_];
    slot = std::move(value);
    return &slot;
  }

  bool add(Json value) {
    place(std::move(value));
    return true;
  }

  bool open(Json value) {
    if (stack_.size() >= max_json_depth) {
      return refuse("nested deeper than " + std::to_string(max_json_depth));
    }
    stack_.push_back(place(std::move(value)));
    return true;
  }

  bool close() {
    stack_.pop_back();
    return true;
  }

  bool foreign_;
  std::string_view text_{};
  Json root_;
  std::vector<Json*> stack_;
  std::string key_;
  std::string problem_;
};

/// More white space in one place than anybody writes. The library keeps what it skips.
constexpr std::size_t most_blanks = std::size_t{1} << 20U;

/// Where more than `most_blanks` bytes of white space begin, if anywhere: looks at one byte of so
/// many as may be such a run, and around it where that is white.
std::optional<std::size_t> endless_blanks(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  for (std::size_t probe = most_blanks; probe < text.size(); probe += most_blanks) {
    if (blanks.find(text[probe]) == std::string_view::npos) continue;
    const auto before = text.find_last_not_of(blanks, probe);
    const std::size_t first = before == std::string_view::npos ? 0 : before + 1;
    const std::size_t end = std::min(text.find_first_not_of(blanks, probe), text.size());
    if (end - first > most_blanks) return first;
  }
  return std::nullopt;
}

Result<Json> parse_with(StrictBuilder builder, std::string_view text) {
  builder.reads(text);
  // The library skips a byte order mark; RFC 8259 section 8.1 lets a parser refuse it.
  if (text.starts_with("\xEF\xBB\xBF")) {
    return failure(Errc::invalid_input, "JSON: begins with a byte order mark");
  }
  if (const auto blank = endless_blanks(text)) {
    return failure(Errc::invalid_input, "JSON: " + place_in(text, *blank + 1) +
                                            ": more than 1 MiB of white space in one place");
  }
  const bool parsed = Json::sax_parse(text, &builder);
  if (!parsed) {
    const std::string problem =
        builder.problem().empty() ? std::string("not valid JSON") : builder.problem();
    return failure(Errc::invalid_input, "JSON: " + problem);
  }
  return builder.take();
}

}  // namespace

Result<Json> parse_json(std::string_view text) { return parse_with(StrictBuilder(false), text); }

Result<Json> parse_foreign_json(std::string_view text) {
  return parse_with(StrictBuilder(true), text);
}

std::string canonical_json(const Json& value) { return value.dump(); }

Result<Json> parse_canonical_json(std::string_view text) {
  if (auto plain = read_plain_canonical_json(text)) return std::move(*plain);
  MUSTER_TRY_ASSIGN(Json value, parse_json(text));
  if (canonical_json(value) != text) {
    return failure(Errc::invalid_input,
                   "JSON: not in canonical form (keys sorted, no white space, shortest escapes)");
  }
  return value;
}

}  // namespace muster
