#pragma once

#include <string>

#include "ledger/base/timestamp.hpp"

namespace muster::test {

/// When the chips were installed and their first heads filed.
[[nodiscard]] Timestamp installation_time();

/// Talks on standard input and output until it ends.
int auditor_main();

/// Plays `audits` audits of a Prover that hides a run, or of an honest one, against the auditor
/// process `program auditor`. Prints the count and what was promised; 0 if the promise holds.
struct Game {
  std::string program;
  unsigned audits = 0;
  bool honest = false;
};
int world_main(const Game& game);

}  // namespace muster::test
