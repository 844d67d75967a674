#pragma once

#include <string_view>

namespace muster::json_schema {

/// Four decimal numbers of 0 to 255 without leading zeros. Source: RFC 2673 section 3.2.
[[nodiscard]] bool is_ipv4(std::string_view text);

/// Source: RFC 4291 section 2.2. Zone identifiers are refused.
[[nodiscard]] bool is_ipv6(std::string_view text);

/// Labels of letters, digits and inner hyphens, at most 63 characters each and 255 in all.
/// Source: RFC 1123 section 2.1.
[[nodiscard]] bool is_hostname(std::string_view text);

/// `local@domain`, the local part dotted atoms or a quoted string, the domain a host name or an
/// address in brackets. Source: RFC 5321 section 4.1.2.
[[nodiscard]] bool is_email(std::string_view text);

}  // namespace muster::json_schema
