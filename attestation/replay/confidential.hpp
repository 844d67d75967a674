#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "attestation/replay/replay.hpp"
#include "attestation/replay/run_outline.hpp"

namespace muster::attestation {

/// Which segments of a run are done again where its owner keeps it, drawn by a value that nobody
/// knew when the transcript was committed to: the document `muster/replay-draw/v1`.
struct ReplayDraw {
  Hash commitment;                      ///< SHA-256 of the transcript's document.
  Hash value;                           ///< Of a beacon, or a nonce of the Verifier's.
  std::string source;                   ///< Where the value comes from, in words: printable ASCII.
  std::uint64_t of = 0;                 ///< Segments of the run.
  std::vector<std::uint64_t> segments;  ///< Drawn, rising, counted from 0.
  std::uint64_t largest = 0;  ///< Further ones, with the largest updates, for the room to find.
  std::string tolerance_l2;   ///< Decimals as text; both empty: every bit counts.
  std::string tolerance_linf;
  std::optional<Hash> program;  ///< SHA-256 of the program that is to do it; none: the trainer.

  friend bool operator==(const ReplayDraw&, const ReplayDraw&) = default;
};

/// Most segments of a run that a draw is made from.
inline constexpr std::uint64_t max_drawn_segments = 1'000'000;

/// Most segments that a draw and its sealed result name, and most faults: an envelope has an end.
inline constexpr std::uint64_t max_sealed_segments = 350;
inline constexpr std::size_t max_sealed_faults = 100;
inline constexpr std::size_t max_sealed_not_judged = 16;

/// SHA-256("muster/replay-draw/v1\n" || commitment || value): what `choose_segments` draws by.
[[nodiscard]] Hash replay_draw_seed(const Hash& commitment, const Hash& value);

/// Draws `count` segments of the run. Requires: count at most those that it has, and those at most
/// `max_drawn_segments`.
[[nodiscard]] ReplayDraw draw_replay(const RunOutline& outline, const Hash& value,
                                     std::uint64_t count);

[[nodiscard]] std::string encode_replay_draw(const ReplayDraw& draw);
/// Errors: `invalid_input`, naming the field: not canonical, or segments that value and commitment
/// do not draw.
Result<ReplayDraw> parse_replay_draw(std::string_view text);

/// The tolerance that a draw states. Errors: `invalid_input`: one of the two alone, or no decimal
/// above 0 and below 1.
Result<std::optional<Tolerance>> tolerance_of(const ReplayDraw& draw);

/// How one segment ended, without its numbers: distances only as powers of ten that they are not
/// above, "0" where they are 0, "inf" where a number was none.
struct SealedSegment {
  std::uint64_t segment = 0;  ///< Counted from 0.
  ReplayGrade grade = ReplayGrade::mismatched;
  std::string l2_below;
  std::string linf_below;
  std::string cosine_below;

  friend bool operator==(const SealedSegment&, const SealedSegment&) = default;
};
[[nodiscard]] SealedSegment sealed_segment(const SegmentReplay& replay, std::uint64_t every);

/// The smallest power of ten that is not below `value`, as text.
[[nodiscard]] std::string power_of_ten_above(double value);

struct SealedFault {
  std::string code;
  std::uint64_t step = 0;

  friend bool operator==(const SealedFault&, const SealedFault&) = default;
};

/// All that leaves the room of a replay: the document `muster/sealed-replay/v1`, which whoever ran
/// it signs.
struct SealedReplay {
  Hash draw;  ///< SHA-256 of the draw's document.
  Hash commitment;
  Hash text_root;
  Hash states_root;
  bool looked_at_all = false;  ///< At every checkpoint, and not only at the ends of segments.
  std::vector<SealedFault> faults;
  std::vector<SealedSegment>
      segments;  ///< All that were drawn, and those with the largest updates.
  /// Codes of checks that nobody made, of a model of others; of a built-in one all are made.
  std::vector<std::string> not_judged;
  Hash openings;                ///< SHA-256 of the file with the inclusion proofs of their ends.
  Hash muster;                  ///< SHA-256 of the program that compared.
  std::optional<Hash> program;  ///< Of the one that did the segments, if it was another.
  bool has_walls = true;        ///< Whether that one ran without a network and alone.
  std::string at;               ///< When, by the clock there.

  [[nodiscard]] bool is_clean() const;
  friend bool operator==(const SealedReplay&, const SealedReplay&) = default;
};

[[nodiscard]] std::string encode_sealed_replay(const SealedReplay& sealed);
/// Errors: `invalid_input`, naming the field.
Result<SealedReplay> parse_sealed_replay(std::string_view text);

/// The checkpoints at both ends of each segment, a canonical document on each line, by step.
/// Requires: all leaves of the run; segments that it has.
[[nodiscard]] std::string encode_openings(const RunOutline& outline, std::span<const Hash> leaves,
                                          std::span<const std::uint64_t> segments);

/// Whether the file opens just the ends of these segments, each to the committed root.
/// Errors: `invalid_input`, naming the line.
Result<void> check_openings(std::string_view text, const RunOutline& outline,
                            std::span<const std::uint64_t> segments);

/// Whether a sealed replay answers this draw of this transcript: the same roots, every segment that
/// was drawn and as many others as were asked for, the program that was asked for.
/// Errors: `invalid_input`, saying what differs.
Result<void> check_sealed_replay(const SealedReplay& sealed, const ReplayDraw& draw,
                                 const RunOutline& outline);

}  // namespace muster::attestation
