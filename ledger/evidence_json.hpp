#pragma once

#include "ledger/base/json_fields.hpp"
#include "ledger/receipt.hpp"

// The parts that several kinds of evidence have, as JSON.

namespace muster::ledger {

/// A receipt as an object: what `encode_receipt` writes.
[[nodiscard]] Json receipt_json(const Receipt& receipt);
/// Errors: `invalid_input`, naming the field.
Result<Receipt> receipt_field(FieldReader& fields, std::string_view key);

/// A list of hashes in hex.
[[nodiscard]] Json hashes_json(const Proof& proof);
/// Reads the field `proof`: at most 128 hashes. Errors: `invalid_input`, naming the field.
Result<Proof> hashes_field(FieldReader& fields);

}  // namespace muster::ledger
