#pragma once

#include <optional>
#include <span>
#include <string>

#include "cli/command.hpp"

namespace muster::cli {

/// Makes every option of `app` and its commands refuse an empty value: a script whose variable is
/// not set would ask about everything where it meant one thing.
void take_no_empty_values(CLI::App& app);

/// The first word "--name=" with nothing behind the sign, before a "--": the library alone would
/// take the next word for the value.
[[nodiscard]] std::optional<std::string> word_without_value(std::span<const std::string> arguments);

}  // namespace muster::cli
