#pragma once

#include <span>
#include <string_view>

namespace muster::cli {

/// One verb that records one kind of event.
struct EventVerb {
  std::string_view noun;
  std::string_view verb;
  std::string_view kind;
  std::string_view summary;
  bool confirm = false;  ///< Destroys or revokes: asks for `--yes`.
};

/// All of them. Every kind of the registry that a person records by hand has a row.
[[nodiscard]] std::span<const EventVerb> event_verbs();

/// Whether a statement of this kind asks for `--yes`, whoever records it how.
[[nodiscard]] bool asks_for_yes(std::string_view kind);

}  // namespace muster::cli
