#pragma once

#include <optional>
#include <string>

#include "cli/http/beast.hpp"

namespace muster::http {

/// Why a header is refused that could be read in two ways, or nothing. Whoever stands between a
/// client and this server may read it the other way, and see one request where there are two.
/// Source: RFC 9112, sections 3.2 (Host), 6.1 and 6.3 (length of a message).
[[nodiscard]] std::optional<std::string> framing_problem(
    const beast::http::request_header<>& header);

/// The path and query of a target: that of the absolute form is without scheme and authority.
/// Source: RFC 9112, section 3.2.
[[nodiscard]] std::string_view path_of_target(std::string_view target);

}  // namespace muster::http
