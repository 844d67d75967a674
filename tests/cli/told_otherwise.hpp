#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "cli/scenario/finding_bundle.hpp"

namespace muster::test {

// What is filed of an attempt (paper_bundle.hpp), as somebody might tell it otherwise.

[[nodiscard]] bool paper_stands(
    std::string_view text, const cli::scenario::FindingKeys& keys = cli::scenario::played_keys());

/// The document whose field `shown` was changed by somebody who has the inspector's key, signed
/// again.
[[nodiscard]] std::string signed_anew(const std::string& text,
                                      const std::function<void(Json&)>& change);

/// The first check that fails, "none", or why the document is none.
[[nodiscard]] std::string failed_check(const std::string& text);

/// Checks that it stands, and with any one byte changed at `tries` places does not.
void check_no_byte_may_change(const std::string& text, int tries);

/// Checks that it stands by none but the operator's and the inspector's keys.
void check_stands_by_these_keys_alone(const std::string& text);

}  // namespace muster::test
