#pragma once

#include <optional>
#include <string>
#include <vector>

#include "attestation/allowance/allowance_envelope.hpp"
#include "ledger/base/json.hpp"

namespace muster::cli {

/// An allowance as somebody handed it in.
struct AllowanceText {
  std::string name;  ///< Of its file, for messages.
  std::string text;  ///< The envelope.

  friend bool operator==(const AllowanceText&, const AllowanceText&) = default;
};

/// Allowances that were issued, and by whose keys: what an allowance book is made from.
struct IssuedAllowances {
  std::vector<crypto::PublicKey> issuers;  ///< At least one.
  std::vector<AllowanceText> allowances{};
  std::optional<Hash> terms{};           ///< SHA-256 of those that all of them must name.
  std::uint64_t flop_per_megacycle = 0;  ///< The most that a product does; 0: not judged.

  friend bool operator==(const IssuedAllowances&, const IssuedAllowances&) = default;
};

/// The same statement twice, signed by different parties, counts once: one good signature is
/// enough. Errors: those of `read_allowance`, naming the file.
Result<attestation::AllowanceBook> book_of(const IssuedAllowances& issued);

[[nodiscard]] Json issued_allowances_json(const IssuedAllowances& issued);
/// Errors: `invalid_input` by field.
Result<IssuedAllowances> parse_issued_allowances(const Json& json, const std::string& where);

}  // namespace muster::cli
