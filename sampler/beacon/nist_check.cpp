// What shows that a pulse is NIST's, and that it was not chosen after the fact.

#include <algorithm>

#include "ledger/base/hex.hpp"
#include "ledger/crypto/rsa.hpp"
#include "sampler/beacon/nist_pulse.hpp"

namespace muster::sampler {
namespace {

constexpr int least_key_bits = 4096;
constexpr std::uint32_t minute_ms = 60'000;
/// Status of a pulse whose chain is whole: 0, or 2 when pulses before it are missing.
constexpr std::uint32_t status_whole = 0;
constexpr std::uint32_t status_gap = 2;

using Faults = std::vector<std::string>;

void check_pulse(const NistPulse& pulse, const std::string& who, const crypto::Certificate& by,
                 Faults& faults) {
  const auto want = [&](bool holds, const std::string& fault) {
    if (!holds) faults.push_back(who + ": " + fault);
  };
  want(pulse.cipher_suite == 0,
       "cipher suite " + std::to_string(pulse.cipher_suite) + ", want 0 (RSA with SHA-512)");
  want(pulse.period_ms == minute_ms,
       "period of " + std::to_string(pulse.period_ms) + " ms, want 60000");
  want(pulse.certificate_id == crypto::sha512({by.der()}), "names another certificate");
  const auto from = by.not_before();
  const auto to = by.not_after();
  want(from && to && *from <= pulse.time && pulse.time <= *to,
       "its certificate was not valid at " + pulse.time.to_string());
  const Bytes message = signed_bytes(pulse);
  const auto key = crypto::RsaPublicKey::of(by);
  want(key && key->bits() >= least_key_bits, "the certificate has no RSA key of 4096 bits");
  want(key && key->verifies_sha512(message, pulse.signature),
       "the signature is not that of the certificate");
  want(pulse.output == crypto::sha512({message, pulse.signature}),
       "the output value is not the SHA-512 of what is signed and the signature");
}

/// The pulse before it was signed a period earlier: it could not know what this one would need.
void check_chain(const NistPulse& previous, const NistPulse& pulse, Faults& faults) {
  const auto want = [&](bool holds, const char* fault) {
    if (!holds) faults.emplace_back(fault);
  };
  want(previous.chain == pulse.chain && previous.time < pulse.time && previous.index < pulse.index,
       "nist: the previous pulse is not of the same chain and earlier");
  const auto quoted = std::find_if(pulse.quoted.begin(), pulse.quoted.end(),
                                   [](const auto& item) { return item.type == "previous"; });
  want(quoted != pulse.quoted.end() && quoted->value == previous.output,
       "nist: the pulse does not quote the previous one");
  want(crypto::sha512({pulse.local_random}) == previous.precommitment,
       "nist: the local random value is not the one that the previous pulse committed to");
}

}  // namespace

RoundValue nist_value(const NistEvidence& evidence, const PublicRound& wanted) {
  const NistPulse& pulse = evidence.pulse;
  RoundValue value{.round = wanted, .value = {}, .source = "NIST beacon"};
  value.value = Bytes(pulse.output.begin(), pulse.output.end());
  value.time = pulse.time;
  value.source += " chain " + std::to_string(pulse.chain) + " pulse " +
                  std::to_string(pulse.index) + " of " + pulse.time.to_string();
  const std::string key = to_hex(crypto::sha512({evidence.certificate.der()}));
  if (key != wanted.key) {
    value.faults.push_back("nist: certificate " + key.substr(0, 16) + "…, the plan wants " +
                           wanted.key.substr(0, 16) + "…");
  }
  const auto due = round_time(wanted);
  if (!due || pulse.time != *due) {
    value.faults.push_back("nist: got the pulse of " + pulse.time.to_string() + ", want " +
                           (due ? due->to_string() : "another kind"));
  }
  if (pulse.status != status_whole && pulse.status != status_gap) {
    value.faults.push_back("nist: status " + std::to_string(pulse.status) +
                           ": the chain is not whole");
  }
  check_pulse(pulse, "nist", evidence.certificate, value.faults);
  if (evidence.previous) {
    check_pulse(*evidence.previous, "nist, previous pulse", evidence.certificate, value.faults);
    check_chain(*evidence.previous, pulse, value.faults);
    value.source += ", committed to by the pulse before it";
  } else {
    value.source += ", the commitment of the pulse before it not shown";
  }
  return value;
}

}  // namespace muster::sampler
