#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "attestation/replay/evasion.hpp"

namespace muster::cli::scenario {

/// How the owner of a drawn chip behaves at the visit.
enum class Conduct : std::uint8_t {
  presents,  ///< what its life left, as the evasion has it
  relays,    ///< a dummy passes the nonce to the real chip elsewhere, as long as the uplink stands
  refuses,   ///< no access
  kills,     ///< the chip, once its line is opened: what is read says nothing
};

/// What the Prover declared of the chip.
enum class Story : std::uint8_t {
  the_run,       ///< it serves the declared run
  told_late,     ///< and after the draw: it serves another one
  as_idle,       ///< it idled
  as_inference,  ///< it served the declared run's first weights
  partly,        ///< it serves the declared run, but for the middle third of the time
};

/// What a Prover does with one chip.
struct Tactic {
  std::string_view name;  ///< for people and JSON
  attestation::Evasion evasion = attestation::Evasion::none;
  Conduct conduct = Conduct::presents;
  Story story = Story::the_run;
  bool files_no_head = false;  ///< of the freeze
};

/// All of them. `none` is none of them.
[[nodiscard]] std::span<const Tactic> tactics();
/// Null for a name that none has.
[[nodiscard]] const Tactic* tactic_named(std::string_view name);

}  // namespace muster::cli::scenario
