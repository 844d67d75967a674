#pragma once

#include <optional>
#include <string>

#include "attestation/appraise/subject.hpp"
#include "ledger/base/json.hpp"

namespace muster::cli {

/// How a line was seen: the presence level that counts, and when its chips were heard before the
/// power went (`from`) and silent after (`to`).
struct Seen {
  attestation::Presence presence = attestation::Presence::label;
  std::optional<Window> silence{};

  friend bool operator==(const Seen&, const Seen&) = default;
};

/// The same as an inspector says it.
struct SeenWords {
  std::string level = "label";
  std::string silent_before;
  std::string silent_after;
};

/// Errors: `invalid_input` unless "label", "network", "uplink-cut" or "bench".
Result<attestation::Presence> parse_presence_level(const std::string& text,
                                                   const std::string& where);

/// What the words come to: without both silence probes a relay elsewhere may have answered, and the
/// upper two levels count as "network".
/// Errors: `invalid_input` for a level or times that are none, one probe without the other, and a
/// second probe that is not later than the first.
Result<Seen> seen_by(const SeenWords& words);

/// {"before","after"}, or null without probes.
[[nodiscard]] Json silence_json(const Seen& seen);

}  // namespace muster::cli
