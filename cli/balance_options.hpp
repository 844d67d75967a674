#pragma once

#include <string>

#include "cli/command.hpp"
#include "cli/home.hpp"
#include "registry/balance/material_balance.hpp"

namespace muster::cli {

/// What the verbs about balances have in common, as text.
struct BalanceOptions {
  std::string party;
  std::string site;
  std::string product;
  std::string period;
  std::string errors;  ///< A file of the form of data/balance_errors.json; empty: that one.
  std::uint64_t against = 1;
  bool sources = false;
};

/// Adds `--period`, `--errors` and `--against`.
void add_balance_options(CLI::App& verb, BalanceOptions& options);

/// FROM..TO of `--period`. Errors: `invalid_input`.
Result<Window> period_of(const std::string& text);

/// Errors: those of the file of errors.
Result<registry::BalanceTerms> balance_terms(Home& home, const BalanceOptions& options);

/// The party, site and product that are named. Errors: `not_found`; `invalid_input` for a site of
/// another party.
Result<registry::BookScope> book_scope(const registry::State& state, const BalanceOptions& options);

/// [{"index","statement","kind","party","items"}]
[[nodiscard]] Json sources_json(const registry::State& state,
                                const std::vector<registry::Source>& sources);

/// "12, 15 (200), and 3 more": entries, with their chips or units where they are not one.
[[nodiscard]] std::string sources_text(const std::vector<registry::Source>& sources);

/// {"sigma","limit","power","found_95","beyond"}; all but sigma null unless `judged`: where nothing
/// was counted, no loss would have been found.
[[nodiscard]] Json judgement_json(const registry::DifferenceVerdict& judgement, bool judged);

/// Says so if the period goes on after the newest entry: what comes then is in none of its figures.
void note_open_period(print::Printer& printer, const registry::State& state, const Window& period);

/// A figure with at most two decimals; whole ones without.
[[nodiscard]] std::string figure_text(double value);

/// "+3", "-2", "0"
[[nodiscard]] std::string signed_text(std::int64_t value);

}  // namespace muster::cli
