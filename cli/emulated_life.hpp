#pragma once

#include <functional>

#include "attestation/allowance/metered_chip.hpp"
#include "attestation/delay/delay_policy.hpp"
#include "cli/command.hpp"

namespace muster::cli {

/// Options of an emulated chip's life beyond its work: allowances and delay proofs.
struct LifeOptions {
  std::vector<std::string> allowances;
  std::string issuer_key;
  std::uint64_t mhz = 1980;
  std::string delay_policy;
  std::uint64_t delays = 1;
  std::uint64_t squarings = 20'000;
};

void add_life_options(CLI::App& verb, LifeOptions& options);

/// One allowance to be loaded when it begins to be valid.
struct PlannedAllowance {
  std::string envelope;
  Timestamp not_before;
};

/// What the options say, understood.
struct LifePlan {
  std::optional<attestation::MeterProfile> meter;  ///< None: the chip is not metered.
  std::vector<PlannedAllowance> allowances;        ///< By time.
  std::optional<attestation::DelayPolicy> delay;   ///< None: it proves no delays.
  std::uint64_t delays = 0;
  std::uint64_t squarings = 0;
  std::function<void()> halfway{};  ///< Done when half of its time is over.
};

/// Errors: `invalid_input`, naming the option or the file.
Result<LifePlan> life_plan(const LifeOptions& options);

/// Lets the chip work until `to` and reads it out. Allowances are loaded when they begin to be
/// valid, and `delays` delays follow one another over the whole time. Cost: their squarings.
/// Errors: `refused` when the chip does not take an allowance.
Result<attestation::ReadOut> lived(attestation::EmulatedChip& chip, const LifePlan& plan,
                                   Timestamp to, const attestation::MemoryAt& memory,
                                   ByteView nonce);

}  // namespace muster::cli
