#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace muster::cli::scenario {

/// One row of the threat table: an evasion, and what Muster promises against it.
struct RowFacts {
  std::string_view id;        ///< "V6"; "C1" of a combination of rows
  std::string_view evasion;   ///< in words
  std::string_view promise;   ///< in words
  std::string_view untested;  ///< the assumption that simulation cannot test
  std::string_view shown;     ///< what an inspector would be shown
  std::string_view unplayed;  ///< what of the row is not played here, and why; empty: nothing
};

/// V1 to V31, then the combined rows.
[[nodiscard]] std::span<const RowFacts> rows();
/// Null for an id that no row has.
[[nodiscard]] const RowFacts* row_named(std::string_view id);

/// By which machinery a play is decided.
enum class Engine : std::uint8_t {
  pipeline,      ///< whole audits: real draws, logs of emulated chips, appraisals, evaluations
  positions,     ///< which lines are drawn, and chance
  registry,      ///< signed statements against a real register
  draw,          ///< real draws, and a stranger who makes them again
  declarations,  ///< runs that are trained and declared, and what they are held to
};
[[nodiscard]] std::string_view engine_name(Engine engine);

/// What a play holds the product to.
enum class PromiseKind : std::uint8_t {
  target,         ///< caught with the plan's probability
  whenever_seen,  ///< every drawn line of a chip that evades is a hit, and none is cleared
  stated,         ///< caught with a probability that is computed beforehand
  always,         ///< refused, or found, each time
  graded,         ///< evidence that is never called proof; how often it shows is not promised
  not_caught,     ///< nothing: the product says that it does not see this
};
[[nodiscard]] std::string_view promise_name(PromiseKind kind);

/// Whether chips file heads at beacon times while a play lasts.
enum class HeadsAsked : std::uint8_t {
  as_announced,  ///< as the world's file says
  never,
  always,  ///< as often as the file says, or, where it says nothing, a dozen times in the window
};

/// One way of playing a row.
struct PlayFacts {
  std::string_view row;
  std::string_view name;  ///< for people; unique
  PromiseKind promise;
  Engine engine;
  /// Which game (statistical.hpp, registry_plays.hpp, draw_plays.hpp, declaration_plays.hpp); empty
  /// for the pipeline.
  std::string_view game{};
  /// Pipeline: what a Prover chooses from, by the names of tactics.
  std::span<const std::string_view> tactics{};
  bool together = false;  ///< all tactics at once: a combined row
  HeadsAsked heads = HeadsAsked::as_announced;
};

/// All plays, by row.
[[nodiscard]] std::span<const PlayFacts> plays();

}  // namespace muster::cli::scenario
