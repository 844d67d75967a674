#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ledger/base/error.hpp"
#include "sampler/plan/purpose.hpp"

namespace muster::sampler {

/// A chip that stood at a position, by what it called itself.
struct SeenChip {
  std::string name;                     ///< an id, a serial, a key: as read
  Presence presence = Presence::label;  ///< how it was read
};

/// What an inspector found at one position.
struct FloorAnswer {
  std::string position;
  std::vector<SeenChip> chips;  ///< all that stood there; none where it was empty or unreadable
  bool unreadable = false;  ///< it could not be looked at, or what stood there could not be read
  std::string note;         ///< in words, for people
  std::uint64_t line;       ///< of the file, the first about this position
};

/// The answers of a file: CSV or NDJSON with `position` (or `rack` and `slot`), `found` (chip,
/// empty or unreadable), `name` (of a chip), and if wanted `seen` (label, network, uplink-cut or
/// bench; label) and `note`. A position with several chips has a row for each. In the file's order.
/// Errors: `invalid_input` with file and line: another word, a chip without a name, a name without
/// a chip, the same chip twice at a position, a position that is both empty and not. A row with
/// neither `found` nor name nor `seen`, as in a sheet that is filled in by and by, is no answer.
Result<std::vector<FloorAnswer>> parse_floor_answers(std::string_view text,
                                                     const std::string& file);

}  // namespace muster::sampler
