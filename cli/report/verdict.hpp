#pragma once

#include <string_view>

namespace muster::report {

/// What a cell, bar or callout means to the reader. Shown as colour, sign and word together.
enum class Verdict { none, good, warn, bad, neutral };

/// The class that the style sheet knows: "good", "warn", "bad", "neutral", or "" for none.
[[nodiscard]] std::string_view verdict_class(Verdict verdict);

/// The sign beside the text, for readers who do not see the colour.
[[nodiscard]] std::string_view verdict_sign(Verdict verdict);

/// The word that a screen reader says before the text.
[[nodiscard]] std::string_view verdict_word(Verdict verdict);

}  // namespace muster::report
