#include "sampler/plan/purpose.hpp"

#include <array>
#include <string>

namespace muster::sampler {
namespace {

constexpr std::array<std::string_view, 3> purposes = {"existence", "use", "unlisted"};
constexpr std::array<std::string_view, 5> presences = {"none", "label", "network", "uplink-cut",
                                                       "bench"};

template <class Enum, std::size_t count>
Result<Enum> named(const std::array<std::string_view, count>& names, std::string_view text,
                   std::string_view what) {
  std::string wanted;
  for (std::size_t i = 0; i < count; ++i) {
    if (names[i] == text) return static_cast<Enum>(i);
    wanted += (i == 0 ? "" : i + 1 == count ? " or " : ", ") + std::string(names[i]);
  }
  return failure(Errc::invalid_input, std::string(what) + ": got \"" +
                                          std::string(text.substr(0, 40)) + "\", want " + wanted);
}

}  // namespace

std::string_view purpose_name(Purpose purpose) {
  return purposes[static_cast<std::size_t>(purpose)];
}

Result<Purpose> parse_purpose(std::string_view text) {
  return named<Purpose>(purposes, text, "purpose");
}

std::string_view presence_name(Presence presence) {
  return presences[static_cast<std::size_t>(presence)];
}

Result<Presence> parse_presence(std::string_view text) {
  return named<Presence>(presences, text, "presence");
}

}  // namespace muster::sampler
