#include "registry/json_schema/ecma_pattern.hpp"

#include <algorithm>
#include <array>

#include "registry/json_schema/ascii.hpp"

namespace muster::json_schema {
namespace {

// WhiteSpace and LineTerminator of ECMA-262 sections 11.2 and 11.3, and all else.
constexpr std::string_view spaces =
    R"(\t-\r \x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}\x{FEFF})";
constexpr std::string_view no_spaces =
    R"(\x{0}-\x{8}\x{E}-\x{1F}!-\x{9F}\x{A1}-\x{167F}\x{1681}-\x{1FFF}\x{200B}-\x{2027})"
    R"(\x{202A}-\x{202E}\x{2030}-\x{205E}\x{2060}-\x{2FFF}\x{3001}-\x{FEFE}\x{FF00}-\x{10FFFF})";
constexpr std::string_view any_but_line_end = R"([^\n\r\x{2028}\x{2029}])";

/// Long names of general categories that PCRE2 knows by their short ones only.
struct CategoryName {
  std::string_view name;
  std::string_view code;
};
constexpr std::array<CategoryName, 12> categories{{{"Letter", "L"},
                                                   {"Lowercase_Letter", "Ll"},
                                                   {"Uppercase_Letter", "Lu"},
                                                   {"Titlecase_Letter", "Lt"},
                                                   {"Mark", "M"},
                                                   {"Number", "N"},
                                                   {"Decimal_Number", "Nd"},
                                                   {"digit", "Nd"},
                                                   {"Punctuation", "P"},
                                                   {"Symbol", "S"},
                                                   {"Separator", "Z"},
                                                   {"Other", "C"}}};

class Translation final {
 public:
  explicit Translation(std::string_view pattern) : in_(pattern) {}

  Result<std::string> run() {
    while (at_ < in_.size()) {
      MUSTER_TRY(take_one());
    }
    return std::move(out_);
  }

 private:
  /// What a quantifier may follow, and what may follow a quantifier.
  enum class Last { nothing, atom, quantifier };

  [[nodiscard]] tl::unexpected<Error> refused(std::string_view what, std::size_t place) const {
    return failure(Errc::invalid_input,
                   "pattern: character " + std::to_string(place + 1) + ": " + std::string(what));
  }
  [[nodiscard]] std::string_view rest() const { return in_.substr(at_); }
  void copy(std::size_t count) {
    out_ += in_.substr(at_, count);
    at_ += count;
  }
  void write(std::string_view text, std::size_t read) {
    out_ += text;
    at_ += read;
  }

  Result<void> take_one() {
    switch (in_[at_]) {
      case '\\':
        return escape(false);
      case '[':
        return char_class();
      case '(':
        return group();
      case '*':
      case '+':
      case '?':
        return quantifier(1);
      case '{':
        return brace();
      case '.':
        write(any_but_line_end, 1);
        last_ = Last::atom;
        return {};
      case '|':
      case '^':
      case '$':
        copy(1);
        last_ = Last::nothing;
        return {};
      default:
        copy(1);
        last_ = Last::atom;
        return {};
    }
  }

  Result<void> quantifier(std::size_t length) {
    const bool lazy = in_[at_] == '?' && last_ == Last::quantifier && !is_lazy_;
    if (last_ != Last::atom && !lazy) return refused("nothing to repeat", at_);
    is_lazy_ = lazy;
    last_ = Last::quantifier;
    copy(length);
    return {};
  }

  /// `{2}`, `{2,}`, `{2,5}`; any other brace stands for itself.
  Result<void> brace() {
    std::size_t end = at_ + 1;
    const auto skip_digits = [&] {
      const std::size_t begin = end;
      while (end < in_.size() && is_digit(in_[end])) ++end;
      return end > begin;
    };
    bool good = skip_digits();
    if (good && end < in_.size() && in_[end] == ',') {
      ++end;
      skip_digits();
    }
    good = good && end < in_.size() && in_[end] == '}';
    if (good) return quantifier(end + 1 - at_);
    write("\\{", 1);
    last_ = Last::atom;
    return {};
  }

  Result<void> group() {
    last_ = Last::nothing;
    const std::string_view here = rest();
    if (here.starts_with("(*")) return refused("nothing to repeat", at_ + 1);
    if (!here.starts_with("(?")) {
      copy(1);
      return {};
    }
    for (const std::string_view opener : {"(?:", "(?=", "(?!", "(?<=", "(?<!"}) {
      if (!here.starts_with(opener)) continue;
      copy(opener.size());
      return {};
    }
    const auto end = here.find('>');
    if (!here.starts_with("(?<") || end == std::string_view::npos ||
        !is_name(here.substr(3, end - 3))) {
      return refused("this kind of group is not of ECMA-262", at_);
    }
    copy(end + 1);
    return {};
  }

  static bool is_name(std::string_view text) {
    return !text.empty() && !is_digit(text.front()) &&
           std::ranges::all_of(text, [](char c) { return is_alnum(c) || c == '_'; });
  }

  Result<void> char_class() {
    const std::size_t begin = at_;
    copy(1);
    if (at_ < in_.size() && in_[at_] == '^') copy(1);
    while (at_ < in_.size() && in_[at_] != ']') {
      if (in_[at_] == '\\') {
        MUSTER_TRY(escape(true));
      } else if (in_[at_] == '[') {
        write("\\[", 1);  // else PCRE2 looks for [:alpha:] and the like
      } else {
        copy(1);
      }
    }
    if (at_ == in_.size()) return refused("the class is never closed", begin);
    copy(1);
    last_ = Last::atom;
    return {};
  }

  Result<void> escape(bool in_class) {
    if (at_ + 1 == in_.size()) return refused("ends in a backslash", at_);
    last_ = Last::atom;
    const char c = in_[at_ + 1];
    if (c == 's' || c == 'S') {
      const std::string set(c == 's' ? spaces : no_spaces);
      write(in_class ? set : "[" + set + "]", 2);
      return {};
    }
    if (c == 'p' || c == 'P') return property();
    if (c == 'x' || c == 'u' || c == 'c') return code_point();
    if (c == 'k') return named_reference(in_class);
    if (c == '0') {
      if (at_ + 2 < in_.size() && is_digit(in_[at_ + 2])) return refused("an octal escape", at_);
      write("\\x00", 2);
      return {};
    }
    if (c == 'v') {
      write("\\x0B", 2);  // in PCRE2 any vertical white space
      return {};
    }
    if (!in_class && is_digit(c)) return reference();
    const bool boundary = !in_class && (c == 'b' || c == 'B');
    const bool known = std::string_view("dDwWfnrt").find(c) != std::string_view::npos;
    if (is_alnum(c) && !known && !boundary && !(in_class && c == 'b')) {
      return refused(std::string("\\") + c + " is not of ECMA-262", at_);
    }
    if (boundary) last_ = Last::nothing;
    copy(2);
    return {};
  }

  /// Never octal, however few groups there are.
  Result<void> reference() {
    std::size_t end = 1;
    while (at_ + end < in_.size() && is_digit(in_[at_ + end])) ++end;
    write("\\g{" + std::string(in_.substr(at_ + 1, end - 1)) + "}", end);
    return {};
  }

  Result<void> named_reference(bool in_class) {
    const auto end = rest().find('>');
    if (in_class || !rest().starts_with("\\k<") || end == std::string_view::npos) {
      return refused("want \\k<name>", at_);
    }
    copy(end + 1);
    return {};
  }

  [[nodiscard]] bool hex_at(std::size_t first, std::size_t count) const {
    if (first + count > in_.size()) return false;
    return std::ranges::all_of(in_.substr(first, count), is_hex);
  }

  /// `\x41`, `\u0041`, `\u{41}`, a pair of surrogates, `\cA`.
  Result<void> code_point() {
    const char c = in_[at_ + 1];
    if (c == 'c') {
      if (at_ + 2 == in_.size() || !is_alpha(in_[at_ + 2]))
        return refused("want \\c and a letter", at_);
      copy(3);
      return {};
    }
    std::string digits;
    std::size_t length = c == 'x' ? 4 : 6;
    if (hex_at(at_ + 2, length - 2)) {
      digits = in_.substr(at_ + 2, length - 2);
    } else if (const auto end = rest().find('}');
               c == 'u' && rest().starts_with("\\u{") && end != std::string_view::npos && end > 3) {
      digits = in_.substr(at_ + 3, end - 3);
      length = end + 1;
      if (!hex_at(at_ + 3, digits.size()) || digits.size() > 8) digits.clear();
    }
    if (digits.empty()) return refused("want hex digits", at_);
    std::uint32_t value = hex_number(digits);
    if (value >= 0xD800 && value <= 0xDBFF && in_.substr(at_ + 6).starts_with("\\u") &&
        hex_at(at_ + 8, 4)) {
      const std::uint32_t low = hex_number(in_.substr(at_ + 8, 4));
      if (low >= 0xDC00 && low <= 0xDFFF) {
        value = 0x10000 + ((value - 0xD800) << 10U) + (low - 0xDC00);
        length = 12;
      }
    }
    if (value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) {
      return refused("no character has this number", at_);
    }
    write("\\x{" + hex_text(value) + "}", length);
    return {};
  }

  static std::uint32_t hex_number(std::string_view digits) {
    std::uint32_t value = 0;
    for (const char c : digits) value = (value << 4U) + static_cast<std::uint32_t>(hex_value(c));
    return value;
  }
  static std::string hex_text(std::uint32_t value) {
    std::string text;
    do {
      text.insert(text.begin(), "0123456789ABCDEF"[value & 15U]);
      value >>= 4U;
    } while (value != 0);
    return text;
  }

  /// `\p{Lu}`, `\p{Letter}`, `\p{General_Category=Letter}`, `\p{Script=Greek}`.
  Result<void> property() {
    const auto end = rest().find('}');
    if (at_ + 2 >= in_.size() || in_[at_ + 2] != '{' || end == std::string_view::npos) {
      return refused("want a property in braces", at_);
    }
    std::string_view name = in_.substr(at_ + 3, end - 3);
    for (const std::string_view key : {"General_Category=", "gc=", "Script=", "sc="}) {
      if (name.starts_with(key)) name.remove_prefix(key.size());
    }
    if (!is_name(name)) return refused("no such property", at_);
    for (const CategoryName& category : categories) {
      if (name == category.name) name = category.code;
    }
    write(std::string("\\") + in_[at_ + 1] + "{" + std::string(name) + "}", end + 1);
    return {};
  }

  std::string_view in_;
  std::size_t at_ = 0;
  std::string out_;
  Last last_ = Last::nothing;
  bool is_lazy_ = false;
};

}  // namespace

Result<std::string> pcre_of_ecma(std::string_view pattern) { return Translation(pattern).run(); }

}  // namespace muster::json_schema
