#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ledger/base/json.hpp"
#include "sampler/plan/layout.hpp"
#include "sampler/plan/power.hpp"
#include "sampler/threshold/threshold.hpp"

namespace muster::sampler {

/// Of plans whose request states no design. They are simple, and stay readable.
inline constexpr std::string_view plan_version = "muster/plan/v1";
/// Of plans whose request states one.
inline constexpr std::string_view designed_plan_version = "muster/plan/v2";
/// Of plans that draw from what earlier draws left, or at the gates.
inline constexpr std::string_view later_plan_version = "muster/plan/v3";

/// The rule that decides which tickets are drawn: the n smallest of the frame.
inline constexpr std::string_view draw_version = "muster/draw/v1";
/// At each site as many of its smallest as the plan says, or its visit number decides.
inline constexpr std::string_view site_draw_version = "muster/draw-by-site/v1";
/// Those not above the limit of the chip's class.
inline constexpr std::string_view class_draw_version = "muster/draw-by-class/v1";
/// Of each Prover's lines, over all sites, as many of the smallest as the plan says.
inline constexpr std::string_view prover_draw_version = "muster/draw-by-prover/v1";
/// The n smallest of the lines whose chips no earlier draw opened.
inline constexpr std::string_view rest_draw_version = "muster/draw-of-rest/v1";

/// As by site, each site by a value that is published after the arrival there.
inline constexpr std::string_view gate_draw_version = "muster/draw-at-gate/v1";

/// What a plan expects of honest chips.
struct ExpectedQueries {
  stats::Real queries;      ///< mean number among the lines
  stats::Real any_query;    ///< chance of at least one
  stats::Real open_at_end;  ///< chance that one query is not closed within D days
  stats::Real honest_hit;   ///< chance that an honest Prover keeps a hit
};

/// n lines of which `rate` show an anomaly, each closed after an exponential time.
[[nodiscard]] ExpectedQueries expected_queries(std::uint64_t lines,
                                               const QueryExpectation& expectation);

/// How many chips other rules would take.
struct OtherSizes {
  std::optional<std::uint64_t> exact;  ///< of the simple design, with d
  std::optional<std::uint64_t> with_replacement;
  std::optional<std::uint64_t> iaea;
};

/// A draw from the rest and all draws before it, as one simple sample without replacement.
struct AllDraws {
  std::uint64_t population;  ///< the whole frame
  std::uint64_t lines;
  std::uint64_t effective_chips;
  stats::Real drawn_probability;
  stats::Real detection_probability;
};

/// An inspection plan: a request and what follows from it. A value; made once, never changed.
struct Plan {
  PlanRequest request;
  Threshold threshold;
  Probability detection;              ///< d: chip luck only
  std::uint64_t sample_size;          ///< n; expected, rounded up, where chance decides how many
  OtherSizes other_sizes;             ///< for d = 1
  stats::Real drawn_probability;      ///< a chip of the run is drawn
  stats::Real detection_probability;  ///< and its log holds a snapshot; the same where d = 1
  std::optional<stats::Real> probability_if_false;  ///< without the title's assumptions
  std::vector<PowerPoint> over_sizes;
  std::vector<PowerPoint> over_lengths;
  std::optional<ExpectedQueries> queries;
  std::vector<std::string> assumptions;
  std::vector<std::string> not_covered;
  FreezeTime freeze;               ///< who says when the frames were frozen
  std::optional<Layout> layout{};  ///< what the request's design is made of; nothing: simple
  /// What this draw may claim together with those before it, provided that its size was not chosen
  /// from what they showed, beyond that all was consistent. Nothing where they are no one sample.
  std::optional<AllDraws> all_draws{};

  /// The k of the plan: present in every plan that was made.
  [[nodiscard]] std::uint64_t run_chips() const { return threshold.effective_chips.value_or(1); }
};

/// Which of the rules of drawing a plan goes by.
[[nodiscard]] std::string_view draw_rule(const Plan& plan);

/// True if the lines of each site are decided by a value of its own, after the arrival there.
[[nodiscard]] bool drawn_at_gates(const Plan& plan);

/// True if the plan's sample is `sample_size` lines; false where chance decides how many.
[[nodiscard]] bool has_fixed_size(const Plan& plan);

/// The plan for `request`.
/// Errors: those of `check` and `lay_out`; `refused` by `plan.no_guarantee` (unseen chips suffice
/// for the run), `plan.alone_cannot_reach` (plan for a pooled frame), `plan.unreachable_target`
/// (d too small), `plan.not_longer` (an extension that draws no more lines than the plan that it
/// extends, or draws that reach the target together already) and `plan.too_few_lines` (fewer asked
/// for than the target takes).
Result<Plan> make_plan(PlanRequest request);

/// The plan as a document: what is committed to the ledger. Canonical JSON of it is the plan.
[[nodiscard]] Json plan_json(const Plan& plan);

/// SHA-256 of the canonical document.
[[nodiscard]] Hash plan_hash(const Plan& plan);

/// The hash that seeds and VRF inputs of the plan's draw are made of: its own, or that of the plan
/// whose draw it extends.
[[nodiscard]] Hash draw_hash(const Plan& plan);

/// Reads a canonical document and makes the plan anew: what does not follow from its request is
/// refused by field.
/// Errors: `invalid_input`; those of `make_plan`.
Result<Plan> parse_plan(std::string_view canonical);

}  // namespace muster::sampler
