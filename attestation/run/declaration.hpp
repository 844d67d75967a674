#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "attestation/device/entry.hpp"
#include "ledger/base/chip_id.hpp"
#include "ledger/base/error.hpp"
#include "ledger/base/hash.hpp"
#include "ledger/base/names.hpp"
#include "ledger/base/timestamp.hpp"

namespace muster::attestation {

/// Most items that one manifest of a declaration may have.
inline constexpr std::size_t max_manifest_items = 4'000'000;

/// What a declared run does with its chips.
enum class RunUse : std::uint8_t { training, inference, idle };
[[nodiscard]] std::string_view run_use_name(RunUse use);

/// A declared return to an earlier step, for example after a failure.
struct Restart {
  Timestamp at;
  std::uint64_t step;  ///< The step that is in memory afterwards.
  friend bool operator==(const Restart&, const Restart&) = default;
};

/// What a Prover says about one run.
struct RunMetadata {
  RunId run;
  RunUse use;
  Window window;
  std::string parameters;           ///< Of the model: an exact decimal, "0" when idle.
  std::string flop;                 ///< In all: an exact decimal such as "2.5e25".
  std::string bytes_per_parameter;  ///< A decimal of at most three places, such as "2" or "0.5".
  std::uint64_t chunk_bytes;
  std::uint64_t scratch_bytes_per_chip;  ///< Memory that the declaration does not explain.
  std::vector<Restart> restarts;         ///< By time.
  /// What its chips logged before their first snapshots of it; none: nothing, as the Prover says.
  std::optional<Precommitment> precommitment{};
};

/// One chip holds one shard from `from` until `to`, its first chunk at chunk `first_chunk`.
struct Assignment {
  ChipId chip;
  std::uint32_t shard;
  Window held;
  std::uint32_t first_chunk;
  friend bool operator==(const Assignment&, const Assignment&) = default;
};

/// The chunk digests of one shard at one step, and when they may lie in memory.
struct StepCommitment {
  std::uint64_t step;
  std::uint32_t shard;
  Window valid;
  std::vector<Hash> chunks;
  friend bool operator==(const StepCommitment&, const StepCommitment&) = default;
};

/// A declared run: metadata, and two manifests. The formats are in README.md.
struct Declaration {
  RunMetadata metadata;
  std::vector<Assignment> assignments;  ///< Sorted by chip, then time; disjoint on each chip.
  std::vector<StepCommitment> steps;    ///< Sorted by shard, then step; one for each.
};

/// The three documents of a declaration, as they are filed.
struct DeclarationFiles {
  std::string metadata;     ///< One canonical JSON object, without a line feed.
  std::string assignments;  ///< NDJSON, canonical lines.
  std::string steps;        ///< NDJSON, canonical lines.
};

[[nodiscard]] DeclarationFiles encoded_declaration(const Declaration& declaration);

/// Errors: `invalid_input`, naming document, line and field: not canonical, unknown or missing
/// fields, items out of order or twice, an inexact number, a limit exceeded.
Result<Declaration> parsed_declaration(const DeclarationFiles& files);

/// Thousandths of a byte for each parameter. Requires: a parsed declaration's text.
[[nodiscard]] std::uint64_t millibytes_per_parameter(const RunMetadata& metadata);

}  // namespace muster::attestation
