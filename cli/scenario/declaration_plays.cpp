#include "cli/scenario/declaration_plays.hpp"

#include "cli/scenario/chained_runs.hpp"
#include "cli/scenario/spoofed_runs.hpp"
#include "cli/scenario/understated_flop.hpp"
#include "ledger/base/check.hpp"

namespace muster::cli::scenario {

Attempts play_declarations(std::string_view game, const Hash& seed, std::uint64_t plays,
                           const RunTerms& terms, Papers papers) {
  const RunSeed runs{seed, terms.segments};
  if (game == "spoofed") return play_spoofed_runs(runs, plays, papers);
  if (game == "interpolated") return play_interpolated_runs(runs, plays);
  if (game == "beside the line") return play_hidden_interpolation(runs, plays);
  if (game == "elsewhere") return play_runs_trained_elsewhere(runs, plays);
  if (game == "chained") return play_chained_runs(runs, plays, papers);
  if (game == "unchained") return play_unchained_runs(runs, plays);
  if (game == "one base") return play_runs_over_one_base(runs, plays);
  if (game == "figures") return play_impossible_figures(seed, plays, papers);
  if (game == "above") return play_hidden_above(seed, plays, papers);
  if (game == "within") return play_hidden_within(seed, plays);
  MUSTER_CHECK(game == "overstated");
  return play_overstated(seed, plays);
}

}  // namespace muster::cli::scenario
