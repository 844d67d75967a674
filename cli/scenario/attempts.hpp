#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "sampler/simulate/interval.hpp"

namespace muster::cli::scenario {

/// What became of one attempt to cheat.
struct AttemptEnd {
  bool caught = false;
  std::string how{};  ///< by what code or rule, or what passed
  /// Where a row promises evidence and no proof: whether a mere sign was taken for a certain fault.
  bool called_certain = false;
};

/// Attempts of one play, and what became of them.
struct Attempts {
  double promised = 1;  ///< a probability; 1 where the promise is "always"
  sampler::Plays plays{};
  std::uint64_t called_certain = 0;  ///< of `AttemptEnd`
  std::string strategy{};            ///< what the Prover chose after its search; may be empty
  /// How often each attempt ended in each way: "no parents named: run.shared_weights".
  std::map<std::string, std::uint64_t> answers{};

  void add(const std::string& attempt, const AttemptEnd& end) {
    ++plays.count;
    plays.caught += end.caught ? 1U : 0U;
    called_certain += end.called_certain ? 1U : 0U;
    ++answers[attempt + ": " + end.how];
  }
};

}  // namespace muster::cli::scenario
