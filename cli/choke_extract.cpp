#include "cli/choke_extract.hpp"

#include "cli/log_operator.hpp"
#include "cli/signed_log.hpp"
#include "ledger/base/file.hpp"
#include "registry/chokepoint/extract_make.hpp"

namespace muster::cli {

Result<choke::Extract> open_extract(const std::string& file, const std::vector<std::string>& keys,
                                    std::int64_t max_age_days) {
  MUSTER_TRY_ASSIGN(const auto verifiers, verifier_keys(keys, "--key"));
  MUSTER_TRY_ASSIGN(choke::Extract extract, choke::Extract::open_file(file, verifiers));
  extract.expire_after(max_age_days * ms_per_day);
  return extract;
}

Result<MadeExtract> made_extract(Context& context, Home& home, choke::Scope scope,
                                 const std::string& aliases_file) {
  MUSTER_TRY_ASSIGN(const auto keeper, log_operator(context, home.store()));
  if (!keeper) {
    return failure(Errc::invalid_input,
                   "choke extract: no operator.key in the registry's folder, or not the one that "
                   "the log names");
  }
  exchange::Resolver aliases(keeper->origin);
  if (!aliases_file.empty()) {
    MUSTER_TRY_ASSIGN(const std::string csv, read_text_file(aliases_file));
    MUSTER_TRY(aliases.read_list(csv, aliases_file));
  }
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  choke::ExtractHeader header{.origin = keeper->origin, .made_at = clock->now(), .scope = scope};
  MUSTER_TRY_ASSIGN(header.head, ledger::signable_head(home.store()));
  if (header.head.size.value != home.state().size()) {
    return failure(Errc::conflict, "choke extract: the log grew meanwhile; run it again");
  }
  const choke::ExtractTable table = choke::extract_table(home.state(), scope, aliases);
  MUSTER_TRY_ASSIGN(std::string file, choke::encode_extract(header, table, keeper->signer));
  header.rows = table.size();
  return MadeExtract{std::move(header), std::move(file), keeper->verifier_key()};
}

}  // namespace muster::cli
