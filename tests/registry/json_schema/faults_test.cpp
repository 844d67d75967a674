#include <set>

#include "registry/json_schema/json_schema.hpp"
#include "registry/json_schema/same.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;
using json_schema::Fault;
using json_schema::Schema;

namespace {

std::vector<Fault> faults(std::string_view schema, std::string_view instance,
                          std::size_t most = 10) {
  const Schema made = must(Schema::compile({"s", must(parse_foreign_json(schema))}));
  return must(made.faults(must(parse_foreign_json(instance)), most));
}

}  // namespace

TEST_CASE("a fault names the value, the keyword, and what was wanted") {
  const auto found =
      faults(R"({"properties":{"a/b":{"items":{"type":"integer"}}}})", R"({"a/b":[1,"2",3]})");

  CHECK(found == std::vector<Fault>{
                     {"/a~1b/1", "s#/properties/a~1b/items/type", "got a string, want integer"}});
}

TEST_CASE("as many faults are told as are asked for") {
  CHECK(faults(R"({"items":{"type":"integer"}})", R"(["a","b","c"])", 10).size() == 3);
  CHECK(faults(R"({"items":{"type":"integer"}})", R"(["a","b","c"])", 2).size() == 2);
  CHECK(faults(R"({"items":{"type":"integer"}})", R"(["a","b","c"])", 1).size() == 1);
}

TEST_CASE("of alternatives that all fail, the fault farthest inside is told") {
  const auto found = faults(
      R"({"anyOf":[{"type":"string"},{"properties":{"a":{"properties":{"b":{"type":"null"}}}}}]})",
      R"({"a":{"b":1}})");

  REQUIRE(found.size() == 1);
  CHECK(found[0].instance == "/a/b");
}

TEST_CASE("equality is of values, whatever their spelling") {
  CHECK(json_schema::same(1, 1.0));
  CHECK_FALSE(json_schema::same(1, true));
  CHECK_FALSE(json_schema::same(0, nullptr));
  CHECK(json_schema::same(Json{{"a", 1}, {"b", {2.0}}}, Json{{"b", {2}}, {"a", 1.0}}));
  CHECK(json_schema::first_twin(Json{1, "a", "b", 1.0, "a"}) ==
        std::pair<std::size_t, std::size_t>{0, 3});
  CHECK_FALSE(json_schema::first_twin(Json{1, "1", true, nullptr, {1}}));
}
