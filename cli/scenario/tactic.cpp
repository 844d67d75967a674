#include "cli/scenario/tactic.hpp"

#include <algorithm>
#include <array>

namespace muster::cli::scenario {
namespace {

using attestation::Evasion;

constexpr std::array all_tactics{
    Tactic{"hidden run", Evasion::hidden_run},
    Tactic{"log and head withheld", Evasion::nothing},
    Tactic{"openings withheld", Evasion::no_openings},
    Tactic{"log edited", Evasion::edit},
    Tactic{"label on a dummy", Evasion::dummy},
    Tactic{"label on another chip", Evasion::other_chip},
    Tactic{"relay", Evasion::none, Conduct::relays},
    Tactic{"explained after the draw", Evasion::hidden_run, Conduct::presents, Story::told_late},
    Tactic{"snapshots suppressed", Evasion::suppress},
    Tactic{"snapshots made rare", Evasion::rare},
    Tactic{"other firmware for a while", Evasion::reflash},
    Tactic{"flash put back", Evasion::flash_back},
    Tactic{"flash put back, nothing declared then", Evasion::flash_back, Conduct::presents,
           Story::partly},
    Tactic{"flash put back, other heads filed", Evasion::flash_filed, Conduct::presents,
           Story::partly},
    Tactic{"flash put back for each head", Evasion::flash_for_heads, Conduct::presents,
           Story::partly},
    Tactic{"half of memory hashed", Evasion::region},
    Tactic{"compliant copy hashed", Evasion::decoy},
    Tactic{"rolled back", Evasion::rollback},
    Tactic{"forked", Evasion::fork},
    Tactic{"forked, no head filed", Evasion::fork, Conduct::presents, Story::the_run, true},
    Tactic{"oldest entries gone", Evasion::wrap},
    Tactic{"snapshot cut out", Evasion::drop},
    Tactic{"newest entries cut off", Evasion::truncate},
    Tactic{"entries exchanged", Evasion::swap},
    Tactic{"old read-out", Evasion::stale_head},
    Tactic{"log of another chip", Evasion::other_log},
    Tactic{"another shard", Evasion::other_shard},
    Tactic{"stale weights", Evasion::stale_weights},
    Tactic{"called idle", Evasion::hidden_run, Conduct::presents, Story::as_idle},
    Tactic{"called inference", Evasion::hidden_run, Conduct::presents, Story::as_inference},
    Tactic{"twin that is never read", Evasion::none},
    Tactic{"flown in at the opening", Evasion::other_chip},
    Tactic{"put back at the opening", Evasion::rollback},
    Tactic{"killed at the opening", Evasion::hidden_run, Conduct::kills},
    Tactic{"signed firmware that no log has", Evasion::reflash},
    Tactic{"key held by its maker", Evasion::none},
    Tactic{"refused", Evasion::hidden_run, Conduct::refuses},
};

}  // namespace

std::span<const Tactic> tactics() { return all_tactics; }

const Tactic* tactic_named(std::string_view name) {
  const auto* found = std::ranges::find(all_tactics, name, &Tactic::name);
  return found == all_tactics.end() ? nullptr : found;
}

}  // namespace muster::cli::scenario
