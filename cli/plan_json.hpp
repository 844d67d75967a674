#pragma once

#include <functional>

#include "cli/home.hpp"

namespace muster::cli {

/// The statement in the log that a row comes from, as it was signed. Errors: those of the log.
Result<Json> entry_payload(Home& home, registry::Index32 index);

/// How the drawn lines of a plan stand.
struct PlanProgress {
  std::uint64_t sites = 0;
  std::uint64_t sites_opened = 0;
  std::uint64_t sealed = 0;
  std::uint64_t opened = 0;
  std::uint64_t answered = 0;
  std::uint64_t queries_open = 0;
};

[[nodiscard]] PlanProgress plan_progress(const registry::Tables& tables, registry::RowN plan);

/// "committed", "open", "queries open", "answered" or "abandoned".
[[nodiscard]] const char* plan_stage(const registry::Plan& plan, const PlanProgress& progress);

/// A committed plan and how far its inspection came.
[[nodiscard]] Json plan_json(const registry::Tables& tables, registry::RowN n);
/// Whether the lines of a site are to be shown.
using ShowsSite = std::function<bool(const registry::SealedSite& site)>;
/// The opened lines of a plan's draw, at the sites that `shows`; empty: at all.
[[nodiscard]] Json plan_lines_json(const registry::State& state, registry::RowN plan,
                                   const ShowsSite& shows = {});
/// A plan with its document and such lines. Errors: those of the log.
Result<Json> whole_plan_json(Home& home, registry::RowN plan, const ShowsSite& shows = {});

}  // namespace muster::cli
