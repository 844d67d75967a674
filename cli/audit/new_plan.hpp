#pragma once

#include <string>

#include "cli/context.hpp"
#include "cli/home.hpp"
#include "sampler/plan/plan.hpp"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace muster::cli {

/// Where a new plan goes. Empty: nowhere.
struct PlanFiles {
  std::string out;          ///< Its document.
  std::string svg;          ///< Its power over sizes of run, as a picture.
  std::string evasion_svg;  ///< Its power over lengths of run.
};

/// Adds the options that name the files. The one for the document, to be required or not.
CLI::Option* add_plan_files(CLI::App& verb, PlanFiles& files);

/// As `check_new`, of all its files.
Result<void> check_new_plan(const PlanFiles& files);

/// What `plan.commit` says of a plan.
[[nodiscard]] Json commit_body(const sampler::Plan& plan);

/// Writes a plan that `verifier` may commit to its new files, unless it is a dry run, and prints
/// it in both forms. The one door of all plans that draw chips.
/// Errors: those of the files; `conflict` if one is there; `refused` by `plan.too_large` where no
/// statement could commit the plan, before anything is written.
Result<void> give_plan(Context& context, const Home& home, const sampler::Plan& plan,
                       const std::string& verifier, const PlanFiles& files);

}  // namespace muster::cli
