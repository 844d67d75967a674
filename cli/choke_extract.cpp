#include "cli/choke_extract.hpp"

#include "cli/signed_log.hpp"

namespace muster::cli {

Result<choke::Extract> open_extract(const std::string& file, const std::vector<std::string>& keys,
                                    std::int64_t max_age_days) {
  MUSTER_TRY_ASSIGN(const auto verifiers, verifier_keys(keys, "--key"));
  MUSTER_TRY_ASSIGN(choke::Extract extract, choke::Extract::open_file(file, verifiers));
  extract.expire_after(max_age_days * ms_per_day);
  return extract;
}

}  // namespace muster::cli
