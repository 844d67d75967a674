#pragma once

#include <string>
#include <vector>

#include "attestation/account/account.hpp"
#include "attestation/account/compute_rules.hpp"
#include "attestation/account/lineage.hpp"
#include "cli/roster_query.hpp"

namespace muster::cli {

/// A rule against one model or site.
struct JudgedRule {
  attestation::ComputeRule rule;
  std::string subject;
  stats::Decimal known;
  attestation::RuleOutcome outcome;
  std::vector<std::string> unshown;  ///< What counts as the limit until it is shown to be less.
};

/// A training run of the account, with all that went into its model.
struct ModelLine {
  std::string run;
  attestation::Lineage lineage;
};

/// The compute of a window, and what the rules in force in it say.
struct ComputeAccount {
  registry::Selection selection;
  registry::Index32 size = 0;
  attestation::Account account;
  std::vector<ModelLine> models{};
  std::vector<JudgedRule> rules{};
};

/// Makes it from the register, the catalogue of chip models and files of rules: names in
/// `data/rules`, or paths.
/// Errors: `invalid_input` for a query without a window, and for a file of rules; those of the
/// register.
Result<ComputeAccount> make_compute_account(Home& home, const RosterQuery& query,
                                            const std::vector<std::string>& rule_files);

/// Whole operations, rounded down, as an exact decimal text.
[[nodiscard]] std::string whole_flop(const stats::Decimal& flop);

/// Whether there were chips, each of a known rate, and each run on them could be judged.
[[nodiscard]] bool is_judged_whole(const attestation::Account& account);

[[nodiscard]] Json account_json(const ComputeAccount& made);

}  // namespace muster::cli
