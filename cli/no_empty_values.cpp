#include "cli/no_empty_values.hpp"

namespace muster::cli {

void take_no_empty_values(CLI::App& app) {
  for (CLI::Option* option : app.get_options()) {
    if (option->get_type_size_max() == 0) continue;  // a flag
    option->check([](const std::string& text) {
      return text.empty() ? std::string("got an empty value; leave the option out, or give one")
                          : std::string();
    });
  }
  for (CLI::App* command : app.get_subcommands({})) take_no_empty_values(*command);
}

std::optional<std::string> word_without_value(std::span<const std::string> arguments) {
  for (const std::string& word : arguments) {
    if (word == "--") return std::nullopt;
    if (word.starts_with("--") && word.find('=') == word.size() - 1) return word;
  }
  return std::nullopt;
}

}  // namespace muster::cli
