#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ledger/base/json.hpp"
#include "ledger/base/names.hpp"

namespace muster::cli::scenario {

/// The licence that goods cross the border under.
struct LicenceTerms {
  std::uint64_t max_units = 2;  ///< 1 to 100
  std::uint64_t days = 730;     ///< from the year's first day on: 30 to 3,650
};

/// The register that evasions on paper are played against.
struct RegisterTerms {
  std::string home = "XA";      ///< country of all parties but one Prover
  std::string abroad = "XB";    ///< of that one
  std::vector<PartyId> hops{};  ///< distributors that goods pass on their way to a Prover, in order
  LicenceTerms licence{};
};

/// The runs that are declared, and shown to `attest replay`.
struct RunTerms {
  std::uint64_t segments = 12;  ///< 8 to 200, of eight steps each
};

[[nodiscard]] Json register_json(const RegisterTerms& terms);
/// Errors: `invalid_input` by field: countries that are no codes or the same, a hop twice or with
/// the name of a party that every register has, more than eight of them, figures out of range.
Result<RegisterTerms> parse_register(const Json& json, const std::string& where);

[[nodiscard]] Json runs_json(const RunTerms& terms);
/// Errors: `invalid_input` by field.
Result<RunTerms> parse_runs(const Json& json, const std::string& where);

}  // namespace muster::cli::scenario
