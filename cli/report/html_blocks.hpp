#pragma once

#include <cstddef>

#include "cli/report/document.hpp"
#include "cli/report/markup.hpp"

namespace muster::report {

/// How many numbered things a page has so far.
struct Numbering {
  std::size_t tables = 0;
  std::size_t figures = 0;
};

/// Writes one block of a report as HTML.
void write_block(Markup& html, const Block& block, Numbering& numbering);

/// Writes a list of names and values; nothing when it is empty.
void write_facts(Markup& html, const KeyValues& facts);

}  // namespace muster::report
