// The answers of a laptop: its file, and what is sealed in it. What is taken keeps the rules of a
// line, is written as it was read, and joined with itself is itself.

#include "cli/audit/sealed_answers.hpp"
#include "ledger/base/check.hpp"
#include "ledger/crypto/seeded_random.hpp"

int fuzz_field_answers(const std::uint8_t* data, std::size_t size) {
  using namespace muster;
  using namespace muster::cli;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto json = parse_json(text);
  if (!json) return 0;
  (void)open_answers(*json, std::string(26, '7'));
  const auto answers = parse_field_answers(*json);
  if (!answers) return 0;
  for (const FieldLine& line : answers->lines) {
    MUSTER_CHECK(!line.answers.empty() && line.answers.front().why.empty());
    MUSTER_CHECK(answers->find(line.line) == &line);
    for (const FieldAnswer& answer : line.answers) {
      MUSTER_CHECK((answer.kind == AnswerKind::presented) == answer.evidence.has_value());
      MUSTER_CHECK((answer.kind == AnswerKind::presented) == answer.host.silent());
    }
  }
  const auto again = parse_field_answers(field_answers_json(*answers));
  MUSTER_CHECK(again && *again == *answers);
  const auto joined = merged({*answers, *answers});
  MUSTER_CHECK(joined && *joined == *answers);
  crypto::SeededRandom random("field answers");
  const std::string code(26, '7');
  const auto opened = open_answers(seal_answers(*answers, code, random).value(), code);
  MUSTER_CHECK(opened && *opened == *answers);
  return 0;
}
