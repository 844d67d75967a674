#pragma once

#include <string>
#include <vector>

#include "ledger/base/json.hpp"
#include "registry/chokepoint/lookup.hpp"

namespace muster::cli {

/// Of which log, how many entries and when an extract was made, and how much is in it.
[[nodiscard]] Json choke_extract_json(const choke::ExtractHeader& header);

/// What no extract can say, for people and programs.
[[nodiscard]] std::vector<std::string> choke_not_checked(const choke::ExtractHeader& header);

/// The answer to one scan, with the extract that it is by.
[[nodiscard]] Json choke_answer_json(const choke::Answer& answer,
                                     const choke::ExtractHeader& header);

}  // namespace muster::cli
