#include "registry/json_schema/json_schema.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;
using json_schema::Schema;

namespace {

Result<Schema> compiled(std::string_view text) {
  return Schema::compile({"https://example.org/schema.json", must(parse_foreign_json(text))});
}

}  // namespace

TEST_CASE("a schema that is none is refused with the place in it") {
  CHECK(must_fail(compiled(R"({"properties":{"a":{"minItems":-1}}})")) ==
        "https://example.org/schema.json#/properties/a/minItems: got -1, want at least 0");
  CHECK(must_fail(compiled(R"({"type":"text"})"))
            .starts_with("https://example.org/schema.json#/type"));
  CHECK(must_fail(compiled("[]")) ==
        "https://example.org/schema.json#: got an array, want object or boolean");
}

TEST_CASE("a reference leads somewhere, and not to itself") {
  CHECK(must_fail(compiled(R"({"$ref":"other.json"})")) ==
        "https://example.org/schema.json#: $ref: no document is called "
        "https://example.org/other.json");
  CHECK(must_fail(compiled(R"({"$ref":"#/definitions/a"})"))
            .ends_with("nothing stands at https://example.org/schema.json#/definitions/a"));
  CHECK(must_fail(compiled(R"({"$ref":"#"})")).ends_with("leads back to itself"));
  CHECK(must_fail(compiled(R"({"allOf":[{"anyOf":[{"$ref":"#"}]}]})"))
            .ends_with("leads back to itself"));
  CHECK(compiled(R"({"properties":{"a":{"$ref":"#"}}})"));
  CHECK(must_fail(compiled(R"({"$ref":"#/x/y","x":{"y":{"type":1}}})")).find("#/x/y/type") !=
        std::string::npos);
}

TEST_CASE("a pattern that ECMA-262 does not know is refused where it stands") {
  CHECK(must_fail(compiled(R"({"properties":{"a":{"pattern":"a++"}}})"))
            .starts_with("https://example.org/schema.json#/properties/a/pattern"));
  CHECK(must_fail(compiled(R"({"patternProperties":{"[":true}})")).find("patternProperties") !=
        std::string::npos);
}

TEST_CASE("alternatives that multiply end at the limit of steps") {
  Json schema{{"definitions", {{"d0", {{"type", "string"}}}}}};
  for (int i = 1; i <= 40; ++i) {
    const Json inner{{"$ref", "#/definitions/d" + std::to_string(i - 1)}};
    schema["definitions"]["d" + std::to_string(i)] = {{"allOf", {inner, inner}}};
  }
  schema["$ref"] = "#/definitions/d40";
  const Schema twice = must(Schema::compile({"", schema}, {}, {.most_steps = 100'000}));

  const auto faults = twice.faults(Json("text"));

  REQUIRE_FALSE(faults);
  CHECK(faults.error().code == Errc::unavailable);
}
