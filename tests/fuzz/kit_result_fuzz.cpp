// What a team brings back: its file, and what is sealed in it. What is taken is what was signed,
// carries no evidence that no answer names, and is written as it was read.

#include "cli/audit/sealed_answers.hpp"
#include "ledger/base/check.hpp"

int fuzz_kit_result(const std::uint8_t* data, std::size_t size) {
  using namespace muster;
  using namespace muster::cli;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto json = parse_json(text);
  if (!json) return 0;
  (void)open_result(*json, std::string(26, '7'));
  const auto result = parse_kit_result(*json);
  if (!result) return 0;
  MUSTER_CHECK(closing_payload(*result) == result->closing.payload);
  for (const auto& [hash, bytes] : result->evidence) {
    bool named = false;
    for (const FieldLine& line : result->answers.lines) {
      for (const FieldAnswer& answer : line.answers) named = named || answer.evidence == hash;
    }
    MUSTER_CHECK(named);
  }
  const auto again = parse_kit_result(kit_result_json(*result));
  MUSTER_CHECK(again && again->answers == result->answers && again->evidence == result->evidence);
  MUSTER_CHECK(again->closing == result->closing);
  return 0;
}
