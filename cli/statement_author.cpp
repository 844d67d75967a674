#include "cli/statement_author.hpp"

#include "cli/key_source.hpp"

namespace muster::cli {

void add_author_options(CLI::App& verb, StatementAuthor& author, const std::string& party) {
  verb.add_option("--as", author.org, party)->required();
  verb.add_option("--sign", author.keys, "its key file; again for each further signer")->required();
  verb.add_option("--stream", author.stream, "its series of numbered statements");
}

Result<registry::Submission> next_statement(Context& context, const registry::State& state,
                                            const StatementAuthor& author,
                                            const registry::Draft& draft,
                                            const std::vector<const crypto::Signer*>& others) {
  MUSTER_TRY_ASSIGN(const auto signers, open_signers(author.keys));
  registry::StatementMaker maker(
      {.origin = state.origin(),
       .org = author.org,
       .stream = author.stream,
       .next_number = registry::next_number(state, author.org, author.stream)},
      *signers.front(), context.random());
  auto beside = co_signers_of(signers);
  beside.insert(beside.end(), others.begin(), others.end());
  return maker.make(draft, &state, beside);
}

}  // namespace muster::cli
