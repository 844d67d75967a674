#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace muster::attestation {

/// What one chip of an emulated fleet does that an honest one does not, or what its owner does to
/// what was read from it. SYNTHETIC: for trials of everything that judges.
enum class Evasion : std::uint8_t {
  none,
  // What lies in memory.
  hidden_run,     ///< Works for a run that nobody declared.
  other_shard,    ///< Holds the shard of the next chip.
  stale_weights,  ///< Holds, all the time, what lay there at the run's beginning.
  flipped_byte,   ///< Holds its shard with one bit of the first byte flipped.
  // What the firmware does. The middle third of the run's time is what is hidden.
  suppress,     ///< Takes no snapshots in the middle third, and works for the hidden run.
  rare,         ///< Takes a snapshot in a thousand days, as its log says.
  reflash,      ///< Other firmware in the middle third, which hashes a compliant copy.
  flash_back,   ///< Flash as it was before the middle third: the log calls the chip off.
  flash_filed,  ///< The same, and the heads due meanwhile were filed as the hidden life had them.
  flash_for_heads,  ///< The same, and the old flash was put in for the moment of each head due.
  region,           ///< Hashes the first half of memory alone.
  decoy,            ///< Hashes a compliant copy in place of what is in use.
  // What is presented.
  rollback,     ///< The chip as it was a third into the run, off since then.
  fork,         ///< A twin reported at the freeze, and another read.
  wrap,         ///< A store too small: the oldest entries are gone.
  edit,         ///< One bit of a snapshot, in the file.
  drop,         ///< A snapshot is cut out of the file.
  truncate,     ///< The last entries are cut off.
  swap,         ///< Two entries exchanged.
  copy,         ///< One entry twice.
  stale_head,   ///< The read-out of the freeze once more.
  other_log,    ///< The next chip's log under the own head.
  other_chip,   ///< The next chip's read-out: the label was moved to it.
  dummy,        ///< A server without the chip's key that plays the log.
  no_openings,  ///< Chunk digests are withheld.
  nothing,      ///< No log, no head.
};
inline constexpr std::size_t evasion_count = 27;

/// What befalls an honest chip a third into the run. None of it is a fault of its owner.
enum class Mishap : std::uint8_t {
  none,
  power_cut,        ///< Without power for a day, or a twelfth of the run if that is shorter.
  drift,            ///< Its clock runs fast by 20 ppm, always.
  firmware_update,  ///< The second accepted firmware, until the end.
  read_out,         ///< Its owner reads it out and files the head.
};
inline constexpr std::size_t mishap_count = 5;
[[nodiscard]] std::string_view mishap_name(Mishap mishap);
[[nodiscard]] std::optional<Mishap> mishap_named(std::string_view name);
/// The names, joined by commas, for messages.
[[nodiscard]] std::string mishap_names();

/// One row of the table of evasions.
struct EvasionFacts {
  Evasion evasion;
  std::string_view name;  ///< For the command line: "flash-back".
  std::string_view what;  ///< In words, for people.
};

/// All of them, `none` first.
[[nodiscard]] std::span<const EvasionFacts> evasions();
[[nodiscard]] std::string_view evasion_name(Evasion evasion);
[[nodiscard]] std::optional<Evasion> evasion_named(std::string_view name);
[[nodiscard]] std::string evasion_names();

}  // namespace muster::attestation
