#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ledger/base/check.hpp"
#include "ledger/checkpoint.hpp"
#include "ledger/promise.hpp"
#include "ledger/refusal.hpp"

// Refusals and promises have one spelling, and none is the other or a checkpoint.
int fuzz_operator_note(const std::uint8_t* data, std::size_t size) {
  using namespace muster;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto note = ledger::parse_note(text);
  const std::string_view said = note ? std::string_view(note->text) : text;
  const auto refusal = ledger::parse_refusal_text(said);
  const auto promise = ledger::parse_promise_text(said);
  MUSTER_CHECK(!refusal || !promise);
  if (refusal) MUSTER_CHECK(ledger::refusal_text(*refusal) == said);
  if (promise) MUSTER_CHECK(ledger::promise_text(*promise) == said);
  if (refusal || promise) MUSTER_CHECK(!ledger::parse_checkpoint_text(said));
  // Whatever a rule says, it can be signed for.
  const std::string message = ledger::refusal_message(text);
  MUSTER_CHECK(ledger::refusal_message(message) == message);
  return 0;
}
