#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/home.hpp"
#include "registry/holdings/holdings.hpp"

namespace muster::cli {

/// Which chips a roster command is asked for, as the command line says it.
struct RosterQuery {
  std::string party;
  std::string owner;
  std::string tenant;
  std::string site;
  std::string country;
  std::string model;
  std::string product;
  std::string window;
  std::string index;
};

/// The options of a verb, and the party as its argument.
void add_roster_query(CLI::App& verb, RosterQuery& query);

[[nodiscard]] registry::Selection selection_of(const RosterQuery& query);
/// "FROM..TO", or nothing. Errors: `invalid_input`.
Result<std::optional<Window>> window_of(const RosterQuery& query);
/// Entries up to and including that of `--index`; all of them without it. Errors: `invalid_input`.
Result<registry::Index32> size_of(const registry::State& state, const RosterQuery& query);

/// The holdings that are asked for, at a moment or in a window.
/// Errors: those of `holdings_at` and `holdings_in`.
Result<std::vector<registry::Holding>> holdings_of(Home& home, const registry::Selection& selection,
                                                   const std::optional<Window>& window,
                                                   registry::Index32 size);

/// The 32 bytes in a file of 64 hex digits that hide the lines of a roster.
/// Errors: `invalid_input`, naming the file; those of reading it.
Result<Bytes> read_roster_key(const std::string& file);

}  // namespace muster::cli
