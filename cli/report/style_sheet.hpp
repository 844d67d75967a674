#pragma once

#include <string>
#include <string_view>

namespace muster::report {

/// Colours and fonts, light and dark, as custom properties of `selector`.
[[nodiscard]] std::string palette(std::string_view selector);

/// The rules for charts, which use the palette.
[[nodiscard]] std::string_view chart_rules();

/// The rules for pages, on screen and on paper, which use the palette.
[[nodiscard]] std::string_view page_rules();

/// `text` as a CSS string token with its quotes, safe inside a style element.
/// Source: CSS Syntax Module Level 3, section 4.3.7 (escapes).
[[nodiscard]] std::string css_string(std::string_view text);

}  // namespace muster::report
