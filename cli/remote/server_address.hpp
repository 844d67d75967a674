#pragma once

#include <string_view>

#include "cli/http/url.hpp"

namespace muster::cli {

/// Whether `--registry` names a server and not a folder: http:// or https://.
[[nodiscard]] bool is_server_address(std::string_view text);

/// The address of a served registry. In the clear a token and all that is read could be seen and
/// changed on the way, so http:// is for this machine alone: localhost, 127.0.0.0/8 and ::1.
/// Errors: `invalid_input`.
Result<http::Url> server_address(std::string_view text);

}  // namespace muster::cli
