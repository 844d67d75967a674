#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace muster::exchange {

/// The line of a document, counted from 1, at which each value begins that one of `pointers` (JSON
/// Pointers, RFC 6901; of XML into what it converts to) leads to; where nothing stands there, that
/// of the innermost value around it. Requires: a document that `read_json_document` or
/// `read_xml_document` can parse, valid or not. Cost: one pass over the text.
[[nodiscard]] std::vector<std::uint64_t> document_lines(std::string_view text,
                                                        const std::vector<std::string>& pointers);

}  // namespace muster::exchange
