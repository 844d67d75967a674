#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "attestation/run/declaration_index.hpp"
#include "ledger/base/names.hpp"

namespace muster::cli {

/// A head that a Prover reported, as the ledger has it: by hash.
struct ReportedHead {
  Hash head;
  Timestamp accepted_at;

  friend bool operator==(const ReportedHead&, const ReportedHead&) = default;
};

/// How the register came to know a chip's device key: the root of trust of everything that the chip
/// signs.
struct Enrolment {
  Hash device_key{};        ///< SHA-256 of it; zero: none is enrolled.
  std::uint64_t entry = 0;  ///< The statement that enrolled it, or made the chip.
  std::string by{};         ///< Its party.
  std::string disputed{};   ///< Why it is not trusted any more; empty while it is.
  std::string product{};    ///< What the chip is.
  std::string place{};      ///< Where in its site it stands: its slot, and what that is in.
  /// Serial numbers and other names of it, as registry::AliasName has them, sorted.
  std::vector<std::array<std::uint8_t, 16>> names{};

  friend bool operator==(const Enrolment&, const Enrolment&) = default;
};

/// Everything that the appraisal of a Prover's chips rests on beside what they present.
struct ProverRecord {
  PartyId prover;
  Window window;
  attestation::DeclarationIndex declarations;
  std::unordered_map<ChipId, std::vector<ReportedHead>> heads;
  std::unordered_map<ChipId, std::vector<Window>> held;
  std::unordered_map<ChipId, Enrolment> enrolled;
};

/// Of several Provers the one that held `chip`, or null.
[[nodiscard]] const ProverRecord* record_of(const std::vector<ProverRecord>& records,
                                            const ChipId& chip);

}  // namespace muster::cli
