#pragma once

#include <string>
#include <vector>

#include "attestation/allowance/allowance_envelope.hpp"
#include "attestation/allowance/allowance_use.hpp"
#include "cli/audit/issued_allowances.hpp"
#include "cli/command.hpp"
#include "cli/print/printer.hpp"

namespace muster::cli {

/// Options that tell which allowances were issued, and by whose keys.
struct AllowanceOptions {
  std::vector<std::string> files;
  std::vector<std::string> issuer_keys;
  std::string terms;
  std::uint64_t flop_per_megacycle = 0;  ///< 0: not given.
};

/// `--allowance`, `--issuer-key`, `--terms`, `--flop-per-megacycle`.
void add_allowance_options(CLI::App& verb, AllowanceOptions& options);

/// The key that `--issuer-key` spells. Errors: `invalid_input`.
Result<crypto::PublicKey> issuer_key_of(const std::string& text);

/// The allowance in `file` and whether one of `issuers` signed it.
/// Errors: those of the file and of `read_allowance`, naming it.
Result<attestation::HandedAllowance> read_allowance_file(
    const std::string& file, std::span<const crypto::PublicKey> issuers);

/// The SHA-256 of the terms in `file`.
Result<Hash> terms_digest(const std::string& file);

/// All that the options name, which makes a book; nothing if they name nothing.
/// Errors: as `allowance_book`.
Result<std::optional<IssuedAllowances>> issued_allowances(const AllowanceOptions& options);

/// The book of all that the options name; nothing if they name nothing.
/// Errors: those of the files; `invalid_input` for allowances without a key to judge them by.
Result<std::optional<attestation::AllowanceBook>> allowance_book(const AllowanceOptions& options);

/// What a chip spent, for people. Prints nothing where nothing was judged.
void print_allowance_use(print::Printer& printer,
                         const std::optional<attestation::AllowanceUse>& use);

}  // namespace muster::cli
