#pragma once

#include <string>
#include <string_view>

namespace muster::report {

/// Colours and fonts, light and dark, as custom properties of `selector`.
[[nodiscard]] std::string palette(std::string_view selector);

/// The rules for charts, which use the palette.
[[nodiscard]] std::string_view chart_rules();

/// Rules that use the palette, each colour and font put in their place, for viewers that know no
/// custom properties: light, then again under a query for dark screens.
[[nodiscard]] std::string with_values(std::string_view rules);

/// The rules for pages, on screen and on paper, which use the palette.
[[nodiscard]] std::string_view page_rules();

/// `text` as a CSS string token with its quotes, safe inside a style element.
/// Source: CSS Syntax Module Level 3, section 4.3.7 (escapes).
[[nodiscard]] std::string css_string(std::string_view text);

}  // namespace muster::report
