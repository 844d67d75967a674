#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/home.hpp"
#include "registry/chokepoint/extract.hpp"

namespace muster::cli {

/// The extract in `file`, signed by one of the log's verifier keys that an officer was given, and
/// too old after `max_age_days` (0: never).
/// Errors: `invalid_input` for a key that is none; those of `Extract::open_file`.
Result<choke::Extract> open_extract(const std::string& file, const std::vector<std::string>& keys,
                                    std::int64_t max_age_days);

/// A signed extract, as a file of `choke extract` has it.
struct MadeExtract {
  choke::ExtractHeader header;
  std::string file;
  ledger::VerifierKey key;
};

/// An extract of the state, as of now, signed with the operator's key of the registry's folder.
/// Cost: all chips are visited. Errors: `invalid_input` without that key; `conflict` when the log
/// grew meanwhile.
Result<MadeExtract> made_extract(Context& context, Home& home, choke::Scope scope,
                                 const std::string& aliases_file);

}  // namespace muster::cli
