#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace muster::print {

/// Stands for whatever cannot be shown: U+FFFD.
inline constexpr char32_t replacement_character = 0xFFFD;

/// One code point taken from the front of a text.
struct CodePoint {
  char32_t value;    ///< `replacement_character` where the bytes are no UTF-8.
  std::size_t size;  ///< Bytes it took, at least 1.
};

/// The first code point of `text`. Overlong forms, surrogates and broken sequences count as one
/// replacement character for one byte. Requires: text is not empty.
/// Source: RFC 3629 section 4.
[[nodiscard]] CodePoint first_code_point(std::string_view text);

/// Appends `value` as UTF-8. Requires: a Unicode scalar value.
void append_code_point(std::string& text, char32_t value);

/// Columns that a terminal gives to `value`: 0 for combining marks and joiners, 2 for wide East
/// Asian characters and emoji, 1 otherwise.
/// Source: the blocks of Unicode Standard Annex 11 (W and F) and general categories Mn, Me, Cf.
[[nodiscard]] std::size_t code_point_width(char32_t value);

/// Columns that a terminal gives to `text`.
[[nodiscard]] std::size_t display_width(std::string_view text);

/// Whether `value` may be shown as it is: no control character and none that turns the reading
/// direction, so that foreign text can neither drive a terminal nor disguise itself.
[[nodiscard]] bool is_showable(char32_t value);

/// `text` as valid UTF-8 with every character that is not showable replaced. Line feeds stay when
/// `keep_lines` is set.
[[nodiscard]] std::string visible(std::string_view text, bool keep_lines = false);

}  // namespace muster::print
