#pragma once

#include <string>

#include "cli/report/document.hpp"

namespace muster::report {

/// The report as one file that needs nothing else: no script, no network, no font. It is HTML and
/// well-formed XML at once, follows the reader's light or dark preference, prints on A4 with the
/// banner on every page, and can be read by keyboard and screen reader.
[[nodiscard]] std::string html_page(const Document& document);

}  // namespace muster::report
