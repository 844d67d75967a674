#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/audit/committed_plan.hpp"
#include "sampler/draw/ticket.hpp"
#include "sampler/plan/draw_check.hpp"

namespace muster::cli {

/// The seeds of a plan's sites, as far as they are public.
using SiteSeedsByName = std::map<std::string, draw::Seed>;

/// What the shell commands of sampler/draw/README.md take and must print, for one draw.
struct ReplayFiles {
  std::map<std::string, std::string> files{};  ///< Their text, by name.
  std::vector<std::string> commands{};         ///< With the names of the files, one a line.
  std::vector<std::string> missing{};          ///< Sites whose seeds are wanted and not public yet.
};

/// The files of a draw. Where each site is decided by itself they are of those that are opened;
/// else, and where nothing is opened, there are none while a seed is missing.
[[nodiscard]] ReplayFiles replay_files(const sampler::Plan& plan,
                                       const sampler::DrawEvidence& evidence,
                                       const SiteSeedsByName& seeds);

}  // namespace muster::cli
