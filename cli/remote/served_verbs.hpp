#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/context.hpp"

namespace muster::cli {

/// What the command line asks for: noun, verb, and what it gives by which option, without dashes;
/// a flag that is given has the value "true".
struct AskedVerb {
  std::string noun;
  std::string verb;  ///< Empty where the noun stands alone.
  std::map<std::string, std::vector<std::string>> given{};
};

/// Runs the chosen verb on the registry that is served at `--registry`: on a verified copy of its
/// log where the caller may read all of it, else by the route that answers what the verb prints.
/// Errors: `invalid_input` for verbs of the operator's own machine; `refused` with rule
/// `remote.partial` for those that need the whole log.
Result<ExitCode> act_on_served(Context& context, const AskedVerb& asked);

}  // namespace muster::cli
