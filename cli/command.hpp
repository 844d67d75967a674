#pragma once

#include <CLI/CLI.hpp>

#include "cli/context.hpp"

namespace muster::cli {

/// Adds `name` below `parent`; when the command line chooses it, `action` runs.
CLI::App& add_verb(CLI::App& parent, const std::string& name, const std::string& summary,
                   Context& context, Context::Action action);

/// Adds or finds the noun `name`, which wants exactly one verb.
CLI::App& noun(CLI::App& app, const std::string& name, const std::string& summary);

}  // namespace muster::cli
