#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "ledger/base/error.hpp"

namespace muster::print {

/// When output is coloured.
enum class ColorMode { automatic, always, never };

/// Errors: `invalid_input` on anything but `auto`, `always` and `never`.
Result<ColorMode> parse_color_mode(std::string_view text);

/// What decides how text is shown on one output, gathered in one place so that tests can set it.
struct TerminalFacts {
  bool is_terminal = false;
  std::size_t columns = 0;                  ///< As the terminal reports them; 0 when it does not.
  std::optional<std::string> columns_env;   ///< COLUMNS
  std::optional<std::string> no_color_env;  ///< NO_COLOR
  std::optional<std::string> term_env;      ///< TERM
};

/// How wide lines may be and whether they carry colour.
struct Style {
  std::size_t width = 100;
  bool color = false;
  bool live = false;  ///< A person watches: lines may be redrawn.
};

inline constexpr std::size_t narrowest_width = 40;
inline constexpr std::size_t plain_width = 100;  ///< Where no terminal says otherwise.

/// The facts about file descriptor `descriptor` and the environment.
[[nodiscard]] TerminalFacts terminal_facts(int descriptor);

/// `always` colours everywhere; `automatic` colours a terminal unless NO_COLOR is set and not
/// empty or TERM is `dumb`. COLUMNS goes before the terminal's own width.
/// Source: no-color.org; POSIX.1-2017 XBD 8.3 for COLUMNS.
[[nodiscard]] Style style_for(const TerminalFacts& facts, ColorMode mode);

/// What a piece of text means. Colour never stands alone: the words say it too.
enum class Tone { plain, strong, faint, good, warn, bad };

/// `text` in the colour of `tone`, or as it is where colour is off.
[[nodiscard]] std::string toned(std::string_view text, Tone tone, bool color);

}  // namespace muster::print
