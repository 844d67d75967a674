#pragma once

#include "cli/command.hpp"

namespace muster::cli {

/// Makes every option of `app` and its commands that takes a whole number take nothing but decimal
/// digits (and a minus where it may be negative). The library alone reads -5 as 2^64 - 5, 010 as
/// eight and 0x10 as sixteen.
void take_plain_numbers_only(CLI::App& app);

}  // namespace muster::cli
