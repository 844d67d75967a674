#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ledger/base/check.hpp"
#include "ledger/note_evidence.hpp"

// Evidence by notes has one spelling, and under the key of nobody it convicts nobody.
int fuzz_note_evidence(const std::uint8_t* data, std::size_t size) {
  using namespace muster;
  static const ledger::VerifierKey stranger(
      "log.example/one", crypto::Ed25519Signer(std::array<std::uint8_t, 32>{7}).public_key());
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto evidence = ledger::parse_note_evidence(text);
  if (!evidence) return 0;
  MUSTER_CHECK(ledger::parse_note_evidence(ledger::encode_note_evidence(*evidence)).value() ==
               *evidence);
  const std::span keys(&stranger, 1);
  if (const auto* one = std::get_if<ledger::ContradictedRefusal>(&*evidence)) {
    MUSTER_CHECK(!ledger::judge_contradiction(*one, keys));
  }
  if (const auto* one = std::get_if<ledger::ContradictedHead>(&*evidence)) {
    MUSTER_CHECK(!ledger::judge_contradiction(*one, keys));
  }
  if (const auto* one = std::get_if<ledger::BrokenPromise>(&*evidence)) {
    MUSTER_CHECK(!ledger::check_due(*one, keys));
  }
  if (const auto* one = std::get_if<ledger::WrongRefusal>(&*evidence)) {
    MUSTER_CHECK(!ledger::check_refused(*one, keys));
  }
  return 0;
}
