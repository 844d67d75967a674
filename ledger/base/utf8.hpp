#pragma once

#include <string_view>

namespace muster {

/// Whether `text` is well-formed UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF.
/// Source: RFC 3629 section 4.
[[nodiscard]] bool is_utf8(std::string_view text);

}  // namespace muster
