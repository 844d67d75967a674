#pragma once

#include <string_view>

namespace muster::attestation {

/// Whether `text` is UTF-8 without surrogates and overlong forms. Source: RFC 3629 section 4.
[[nodiscard]] bool is_utf8(std::string_view text);

}  // namespace muster::attestation
