#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "ledger/base/error.hpp"
#include "ledger/base/hash.hpp"
#include "ledger/crypto/seeded_random.hpp"
#include "sampler/simulate/interval.hpp"

namespace muster::cli::scenario {

/// Whether a document is filed of the first attempt of each kind that is caught.
enum class Papers : std::uint8_t { none, filed };

/// What became of one attempt to cheat.
struct AttemptEnd {
  bool caught = false;
  std::string how{};  ///< by what code or rule, or what passed
  /// Where a row promises evidence and no proof: whether a mere sign was taken for a certain fault.
  bool called_certain = false;
  std::string evidence{};  ///< against the operator (ledger/evidence.hpp), where it came to that
  /// A document (paper_bundle.hpp), where one was asked for and the attempt convicts.
  Result<std::string> paper = std::string();
};

/// Attempts of one play, and what became of them.
struct Attempts {
  double promised = 1;  ///< a probability; 1 where the promise is "always"
  sampler::Plays plays{};
  std::uint64_t called_certain = 0;  ///< of `AttemptEnd`
  std::string strategy{};            ///< what the Prover chose after its search; may be empty
  /// How often each attempt ended in each way: "no parents named: run.shared_weights".
  std::map<std::string, std::uint64_t> answers{};
  /// What was filed of an attempt of each kind that was caught (paper_bundle.hpp), if it was asked
  /// for.
  std::map<std::string, std::string> papers{};
  std::optional<Error> unfiled{};  ///< Why a document that was asked for could not be made.

  void add(const std::string& attempt, const AttemptEnd& end) {
    ++plays.count;
    plays.caught += end.caught ? 1U : 0U;
    called_certain += end.called_certain ? 1U : 0U;
    ++answers[attempt + ": " + end.how];
    if (!end.paper) unfiled = end.paper.error();
    if (end.paper && end.caught && !end.paper->empty()) papers.try_emplace(attempt, *end.paper);
  }
};

/// What the attempts of one play follow from: the same, the same attempts.
struct RunSeed {
  Hash seed;
  std::uint64_t segments;  ///< of each run
};

/// What one attempt after the other draws from.
struct RunDraws {
  crypto::SeededRandom random;
  std::uint64_t segments;
  bool files = false;  ///< Whether a document is wanted of the next attempt, if it is caught.
};

/// One way to cheat, and one attempt at it.
struct Way {
  const char* name;
  AttemptEnd (*attempt)(RunDraws&);
};

/// `plays` attempts, by each way in turn. Whether papers are filed changes nothing of them.
[[nodiscard]] Attempts attempts_in_turn(std::span<const Way> ways, const RunSeed& seed,
                                        std::uint64_t plays, Papers papers = Papers::none);

/// The next 32 bytes.
[[nodiscard]] Hash drawn_hash(crypto::SeededRandom& random);

}  // namespace muster::cli::scenario
