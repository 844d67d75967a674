#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace muster::draw {

// The tickets of Rivest's consistent sampler, as election audits use them: for checking draws that
// others made. Muster's own draws use ticket.hpp.

/// The first ticket of an id, as the text of a decimal fraction: "0." and the decimal digits of
/// SHA-256(hex SHA-256(seed) || id), at least 64 of them, in reverse.
/// Source: github.com/ron-rivest/consistent_sampler, first_fraction.
[[nodiscard]] std::string rivest_ticket(std::string_view id, std::string_view seed);

/// The ids in the order in which they are drawn: by ticket, smallest first.
[[nodiscard]] std::vector<std::string> rivest_order(std::vector<std::string> ids,
                                                    std::string_view seed);

}  // namespace muster::draw
