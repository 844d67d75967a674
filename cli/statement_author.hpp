#pragma once

#include <string>
#include <vector>

#include "cli/command.hpp"
#include "ledger/crypto/signer.hpp"
#include "registry/statement.hpp"

namespace muster::cli {

/// Who says something: a party, the keys that sign for it, and its series of numbered statements.
struct StatementAuthor {
  std::string org{};
  std::vector<std::string>
      keys{};  ///< Files or tokens; the first is the author's, the others co-sign.
  std::string stream = "main";
};

/// `--as`, `--sign` and `--stream` of a verb. `party` says who `--as` is, in a few words.
void add_author_options(CLI::App& verb, StatementAuthor& author,
                        const std::string& party = "the party that says it");

/// The draft as the author's next statement, signed by its keys and by `others` beside them.
/// Errors: those of `open_signers` and of `StatementMaker::make`.
Result<registry::Submission> next_statement(Context& context, const registry::State& state,
                                            const StatementAuthor& author,
                                            const registry::Draft& draft,
                                            const std::vector<const crypto::Signer*>& others = {});

}  // namespace muster::cli
