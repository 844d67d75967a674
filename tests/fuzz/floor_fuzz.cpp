// A list of positions that is taken reads back as the same one when it is written as NDJSON; of
// answers every position is named once; a plan of positions that is read prints as it was; and
// every message about a file names it.

#include <algorithm>

#include "ledger/base/check.hpp"
#include "sampler/floor/floor_answers.hpp"
#include "sampler/floor/floor_plan.hpp"
#include "sampler/floor/positions.hpp"

int fuzz_floor(const std::uint8_t* data, std::size_t size) {
  using namespace muster;
  using namespace muster::sampler;
  const std::string_view text(reinterpret_cast<const char*>(data), size);  // NOLINT
  const auto positions = parse_positions(text, "table");
  if (positions) {
    MUSTER_CHECK(std::is_sorted(positions->begin(), positions->end()));
    std::string lines;
    for (const std::string& name : *positions) {
      lines += canonical_json(Json::object({{"position", name}})) + "\n";
    }
    const auto again = parse_positions(lines, "again");
    MUSTER_CHECK(again && *again == *positions);
  } else {
    MUSTER_CHECK(positions.error().message.find("table") != std::string::npos);
  }
  const auto answers = parse_floor_answers(text, "answers");
  if (answers) {
    std::vector<std::string> names;
    for (const FloorAnswer& answer : *answers) {
      MUSTER_CHECK(!answer.unreadable || answer.chips.empty());
      names.push_back(answer.position);
    }
    std::sort(names.begin(), names.end());
    MUSTER_CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
  } else {
    MUSTER_CHECK(answers.error().message.find("answers") != std::string::npos);
  }
  const auto plan = parse_floor_plan(text);
  if (plan) {
    MUSTER_CHECK(plan->sample_size <= plan->request.positions);
    MUSTER_CHECK(canonical_json(floor_plan_json(*plan)) == text);
  }
  return 0;
}
