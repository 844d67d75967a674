// The profile against GS1's own schema, read in place: both take and refuse the same documents.

#include "registry/exchange/profile.hpp"
#include "tests/registry/exchange/examples.hpp"
#include "tests/support/foreign.hpp"
#include "tests/support/source_root.hpp"

using namespace muster;
using namespace muster::test;

TEST_CASE("the 54 events of our own catalogue are valid") {
  const Json document = must(parse_foreign_json(must(read_text_file(
      std::filesystem::path(source_root) / "tests/vectors/registry/epcis/all-events.jsonld"))));
  REQUIRE(document["epcisBody"]["eventList"].size() == 54);

  CHECK(exchange::document_faults(document, 10).empty());
  if (const auto folder = foreign_vectors("epcis")) {
    CHECK(must(gs1_schema(*folder).faults(document, 10)).empty());
  }
}

TEST_CASE("on every public example, profile and GS1 schema agree") {
  const auto folder = foreign_vectors("epcis");
  if (!folder) return;
  const json_schema::Schema schema = gs1_schema(*folder);
  std::size_t taken = 0;

  for (const auto& example : examples(*folder)) {
    const auto& document = example.second;
    CAPTURE(example.first);
    const bool by_schema = must(schema.faults(document)).empty();
    CHECK(exchange::document_faults(document).empty() == by_schema);
    taken += by_schema ? 1 : 0;
  }

  CHECK(taken == 71);
}
