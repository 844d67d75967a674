#include "cli/print/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace muster::print {
namespace {

std::optional<std::string> environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): read before threads
  if (value == nullptr) return std::nullopt;
  return std::string(value);
}

std::size_t number_or_zero(const std::optional<std::string>& text) {
  std::size_t value = 0;
  if (!text) return 0;
  const char* end = text->data() + text->size();
  const auto [stopped, error] = std::from_chars(text->data(), end, value);
  return error == std::errc{} && stopped == end ? value : 0;
}

bool wants_color(const TerminalFacts& facts) {
  const bool refused = facts.no_color_env && !facts.no_color_env->empty();
  return facts.is_terminal && !refused && facts.term_env != "dumb";
}

std::string_view escape_of(Tone tone) {
  switch (tone) {
    case Tone::plain:
      return "";
    case Tone::strong:
      return "\x1b[1m";
    case Tone::faint:
      return "\x1b[2m";
    case Tone::good:
      return "\x1b[32m";
    case Tone::warn:
      return "\x1b[33m";
    case Tone::bad:
      return "\x1b[1;31m";
  }
  return "";
}

}  // namespace

Result<ColorMode> parse_color_mode(std::string_view text) {
  if (text == "auto") return ColorMode::automatic;
  if (text == "always") return ColorMode::always;
  if (text == "never") return ColorMode::never;
  return failure(Errc::invalid_input,
                 "color: got \"" + std::string(text) + "\", want auto, always or never");
}

TerminalFacts terminal_facts(int descriptor) {
  TerminalFacts facts;
  facts.is_terminal = ::isatty(descriptor) == 1;
  winsize size{};
  if (facts.is_terminal && ::ioctl(descriptor, TIOCGWINSZ, &size) == 0) {
    facts.columns = size.ws_col;
  }
  facts.columns_env = environment("COLUMNS");
  facts.no_color_env = environment("NO_COLOR");
  facts.term_env = environment("TERM");
  return facts;
}

Style style_for(const TerminalFacts& facts, ColorMode mode) {
  Style style;
  const std::size_t wanted = number_or_zero(facts.columns_env);
  const std::size_t known = wanted > 0 ? wanted : facts.columns;
  style.width = std::max(known > 0 ? known : plain_width, narrowest_width);
  style.color = mode == ColorMode::always || (mode == ColorMode::automatic && wants_color(facts));
  style.live = facts.is_terminal && facts.term_env != "dumb";
  return style;
}

std::string toned(std::string_view text, Tone tone, bool color) {
  const std::string_view escape = escape_of(tone);
  if (!color || escape.empty() || text.empty()) return std::string(text);
  return std::string(escape) + std::string(text) + "\x1b[0m";
}

}  // namespace muster::print
