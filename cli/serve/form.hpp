#pragma once

#include "cli/serve/route.hpp"

namespace muster::serve {

inline constexpr const char* ndjson_type = "application/x-ndjson";
inline constexpr const char* csv_type = "text/csv";

/// Whether an Accept header takes a media type; an empty one takes all.
[[nodiscard]] bool accepts(std::string_view accept, std::string_view media_type);
/// Whether it names exactly this type, which is not what the route gives by default.
[[nodiscard]] bool asks_for(std::string_view accept, std::string_view media_type);

/// An answer in the form that the request takes: JSON, lists also as NDJSON or CSV. What is read
/// has an ETag, and who has it already gets 304. HEAD is answered as GET.
[[nodiscard]] http::Response in_wanted_form(const http::Request& request, Answer answer);

/// The rows of `Answer::lines` as values. Requires: lines that this program wrote.
[[nodiscard]] Json rows_of_lines(std::string_view lines);

/// Rows as CSV (RFC 4180): members by name in the first line, texts that a spreadsheet would run
/// as formulas behind an apostrophe, what is structured as JSON. Empty for no rows.
[[nodiscard]] std::string csv_of(const Json& rows);

}  // namespace muster::serve
