#pragma once

#include <optional>
#include <string>
#include <vector>

#include "attestation/appraise/device_reference.hpp"
#include "attestation/delay/delay_policy.hpp"
#include "cli/audit/issued_allowances.hpp"
#include "cli/audit/prover_record.hpp"
#include "ledger/base/json.hpp"

namespace muster::cli {

/// A party's key that the register had revoked.
struct RevokedKey {
  std::string key;  ///< crypto::KeyId
  std::string party;
  std::uint64_t entry = 0;     ///< The statement that revoked it,
  std::uint64_t bad_from = 0;  ///< and from which on its signatures are not trusted.
  Timestamp at{};              ///< When it was revoked.

  friend bool operator==(const RevokedKey&, const RevokedKey&) = default;
};

/// What device certificates are judged by, as the files that somebody vouched for.
struct KitTrust {
  std::vector<std::string> roots{};  ///< Of makers; PEM.
  std::vector<Bytes> lists{};        ///< Of what they revoked; PEM or DER.

  friend bool operator==(const KitTrust&, const KitTrust&) = default;
};

/// What logs are held against that neither the plan nor the register says.
struct KitMeasures {
  std::optional<attestation::DeviceReference> reference{};  ///< What devices may run.
  std::optional<attestation::DelayPolicy> delay{};          ///< How delay proofs are judged.
  std::optional<IssuedAllowances> allowances{};             ///< What chips may spend.
  std::optional<attestation::AllowanceBook> book{};         ///< Of `allowances`.
};

/// Errors: those of `book_of`.
Result<KitMeasures> kit_measures(std::optional<attestation::DeviceReference> reference,
                                 std::optional<attestation::DelayPolicy> delay,
                                 std::optional<IssuedAllowances> allowances);

/// What a kit carries so that its lines can be judged where there is no registry: trust roots,
/// reference values, revocations, what was reported and declared. All as of one moment.
struct KitBasis {
  Timestamp made_at{};
  std::string origin{};        ///< Of the log,
  std::uint64_t size = 0;      ///< its entries then,
  Hash root{};                 ///< and the root over them.
  Hash plan_statement{};       ///< The statement that committed the plan.
  Json plan = Json::object();  ///< The plan's document.
  KitMeasures measures{};
  KitTrust trust{};
  std::vector<RevokedKey> revoked{};
  std::vector<ProverRecord> provers{};  ///< About the kit's chips alone.
};

/// Shards of other chips are left out: they explain nothing of these. Steps stay, since chunks may
/// be known from another place. A basis without trust in any maker says nothing of it.
[[nodiscard]] Json kit_basis_json(const KitBasis& basis);

/// Takes any JSON. The plan's document is not looked into. Errors: `invalid_input` by field.
Result<KitBasis> parse_kit_basis(const Json& json);

/// What the basis cannot know, in one sentence for people.
[[nodiscard]] std::string not_known_to(const KitBasis& basis);

}  // namespace muster::cli
