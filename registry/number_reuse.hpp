#pragma once

#include <string>
#include <string_view>

#include "ledger/envelope.hpp"
#include "ledger/index.hpp"

namespace muster::registry {

/// Two different statements of one party under one number, each signed: evidence against the party.
/// The first is in the log; the second was refused.
struct NumberReuse {
  ledger::LogIndex index;  ///< Of the first, in the log that both name.
  ledger::Envelope first;
  ledger::Envelope second;
  crypto::PublicKey first_key;   ///< Of the party; signed the first.
  crypto::PublicKey second_key;  ///< Of the party; signed the second.
};

/// Canonical JSON: `first`, `second` (envelopes), `first_key`, `second_key` (hex), `index`, `kind`
/// "number-reused", `v`.
[[nodiscard]] std::string encode_number_reuse(const NumberReuse& reuse);
/// Errors: `invalid_input`. Nothing is verified yet.
Result<NumberReuse> parse_number_reuse(std::string_view text);

/// What a good piece of evidence shows.
struct NumberReuseFacts {
  std::string origin;
  std::string org;
  std::string stream;
  std::uint64_t number;
  Hash first;  ///< Statement hashes.
  Hash second;
  bool one_key;  ///< One key signed both: the same hand, whoever it belongs to.
};

/// Judges it without any ledger. Whose the keys are, if they are two, is for the ledger to say.
/// Errors: `refused` with a rule: `number_reuse.payload` (not two events), `number_reuse.other`
/// (another log, party, stream or number), `number_reuse.same` (one statement twice),
/// `number_reuse.signature` (a key did not sign).
Result<NumberReuseFacts> verify_number_reuse(const NumberReuse& reuse);

/// "number-reused-" and 16 hex digits that follow from party, stream and number: the first
/// contradiction under a number is enough, so there is one file for each.
[[nodiscard]] std::string number_reuse_file_name(const NumberReuseFacts& facts);

}  // namespace muster::registry
