#pragma once

#include <map>
#include <optional>

#include "cli/promise_desk.hpp"
#include "cli/refusal_recorder.hpp"
#include "cli/submission_door.hpp"

namespace muster::cli {

/// Who records the refusals that keep a promise; without a party nobody does.
struct RefusalAuthor {
  std::string party;
  std::vector<std::string> keys;
};

/// Records statements that wait, in the order of handing in. One that is in the log leaves the
/// room; one that a rule refuses leaves it when its refusal is in the log. `chosen`: these alone,
/// else all. Errors: as those of `SubmissionDoor::run`.
Result<ExitCode> record_promised(Context& context, Home& home, const DoorOptions& options,
                                 const RefusalAuthor& author,
                                 const std::optional<std::vector<Waiting>>& chosen = std::nullopt);

}  // namespace muster::cli
