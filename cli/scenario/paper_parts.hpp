#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/scenario/paper_bundle.hpp"
#include "ledger/base/json_fields.hpp"
#include "ledger/store/memory_store.hpp"

namespace muster::cli::scenario {

// What papers of several kinds have in common: lists of bytes, a log, and its operator's word.

[[nodiscard]] Json base64_list(const std::vector<Bytes>& items);
/// Errors: `invalid_input`, naming the field.
Result<std::vector<Bytes>> read_base64_list(FieldReader& fields, std::string_view key);

/// Each with its hash.
[[nodiscard]] std::vector<ledger::Blob> blobs_of(std::vector<Bytes> items);

/// The field `frame_key`: the 32 bytes by which a Prover's frame was blinded.
/// Errors: `invalid_input`, naming the field.
Result<Bytes> read_frame_key(FieldReader& fields);

/// The document of a kind, signed by the inspector.
[[nodiscard]] std::string signed_paper(std::string_view kind, Json shown);

/// The first entries of a log, with every manifest that it has. Errors: those of the store.
Result<Json> log_json(ledger::Store& store, ledger::TreeSize size);
/// Reads one into a store of its own. Errors: `invalid_input` by field.
Result<std::unique_ptr<ledger::MemoryStore>> read_log(FieldReader& fields);

/// The fields `log` and `checkpoint`: the whole log of `world` and what its operator signs of it.
/// Errors: those of the store.
Result<Json> signed_log_json(RegistryWorld& world);

/// A log that somebody shows, and whether it is one: every entry admissible, and all of them those
/// of a checkpoint that the operator signed.
struct ShownLog {
  std::unique_ptr<ledger::MemoryStore> store;
  std::vector<sampler::NamedCheck> checks;
};
/// Reads and judges the fields `log` and `checkpoint`. Errors: `invalid_input` by field.
Result<ShownLog> read_signed_log(FieldReader& fields, const FindingKeys& keys);

/// One question whose answer is that nothing went wrong.
[[nodiscard]] sampler::NamedCheck asked(std::string name, const Result<void>& answer);

}  // namespace muster::cli::scenario
