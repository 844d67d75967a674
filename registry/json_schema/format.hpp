#pragma once

#include <string_view>

namespace muster::json_schema {

/// Whether `text` has the format called `name`: date-time, date, time, email, hostname, ipv4, ipv6,
/// uri, uri-reference, iri, iri-reference, uri-template, json-pointer, relative-json-pointer,
/// regex. True for a format that is not known, idn-email and idn-hostname among them, as draft-07
/// section 7.1 allows.
[[nodiscard]] bool has_format(std::string_view name, std::string_view text);

/// Whether `has_format` judges the format called `name`.
[[nodiscard]] bool knows_format(std::string_view name);

}  // namespace muster::json_schema
