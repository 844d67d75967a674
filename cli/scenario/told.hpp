#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "attestation/run/declaration_index.hpp"
#include "cli/scenario/audit_terms.hpp"
#include "ledger/base/json_fields.hpp"
#include "ledger/crypto/public_key.hpp"

namespace muster::cli::scenario {

// What the inspector of a played audit is told, read from the messages of the Prover's side.

/// Errors: `invalid_input` by field.
Result<Bytes> hex_field(FieldReader& fields, std::string_view key);

/// The runs that were declared, and the root that the freeze quotes of them.
struct Declared {
  std::vector<attestation::Declaration> runs;
  attestation::DeclarationIndex index;
  Hash root;
};

/// Heads of all chips, as they are filed.
struct FiledHeads {
  std::map<std::string, std::vector<std::pair<Bytes, Timestamp>>> of_chip{};
  std::vector<Hash> leaves{};  ///< over each chip's list, in the order of the frame
};

/// What he knows before the first audit.
struct Register {
  Announced announced;
  stats::Decimal anomaly_rate;
  sampler::Frame frame;
  std::map<std::string, crypto::PublicKey> device_keys;
  std::uint64_t memory_bytes;  ///< of each chip
  Hash frame_root;
  Declared declared;                ///< in audits that file no other declarations
  std::optional<FiledHeads> heads;  ///< of which audits file what is changed, in large worlds
  sampler::Plan plan;               ///< the one for a freeze of nothing
};
/// Errors: `invalid_input` by field; those of the plan.
Result<Register> parse_register(const Json& message, const sampler::VrfPublicKey& vrf_key);

/// What was in the ledger before the draw of one audit.
struct Filed {
  FiledHeads heads;
  Hash heads_root;
  std::optional<Declared> declared;  ///< nothing: those that the register has
};

/// Errors: `invalid_input` by field.
Result<Filed> parse_filed(const Json& message, const Register& known);

/// Errors: `invalid_input` by field.
Result<std::vector<attestation::Declaration>> parse_declarations(const Json& list);

/// Those in time explain, those filed late do not.
[[nodiscard]] attestation::DeclarationIndex index_of(
    const std::vector<attestation::Declaration>& in_time,
    std::vector<attestation::Declaration> late);

}  // namespace muster::cli::scenario
