#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/print/utf8.hpp"

namespace muster::print {

/// Which end of a column its text stands at.
enum class Align { left, right };

/// `text` with spaces on one side up to `width` columns; longer text is left as it is.
[[nodiscard]] std::string padded(std::string_view text, std::size_t width, Align align);

/// `text` in at most `width` columns, its middle replaced by `…` where it is longer, so that the
/// beginning and the end of an identifier both stay. Requires: width >= 1.
[[nodiscard]] std::string elided(std::string_view text, std::size_t width);

/// `text` in lines of at most `width` columns, broken at spaces, and within words that are longer
/// than a line. Line feeds in the text end a line. At least one line. Requires: width >= 1.
[[nodiscard]] std::vector<std::string> wrapped(std::string_view text, std::size_t width);

/// The columns of the longest word of `text`.
[[nodiscard]] std::size_t longest_word_width(std::string_view text);

}  // namespace muster::print
