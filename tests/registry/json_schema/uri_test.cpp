#include "registry/json_schema/uri.hpp"

#include <array>

#include "registry/json_schema/pointer.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::json_schema;

TEST_CASE("references resolve as RFC 3986 section 5.4 lists them") {
  struct Row {
    const char* reference;
    const char* target;
  };
  constexpr std::array<Row, 41> rows{{{"g:h", "g:h"},
                                      {"g", "http://a/b/c/g"},
                                      {"./g", "http://a/b/c/g"},
                                      {"g/", "http://a/b/c/g/"},
                                      {"/g", "http://a/g"},
                                      {"//g", "http://g"},
                                      {"?y", "http://a/b/c/d;p?y"},
                                      {"g?y", "http://a/b/c/g?y"},
                                      {"#s", "http://a/b/c/d;p?q#s"},
                                      {"g#s", "http://a/b/c/g#s"},
                                      {"g?y#s", "http://a/b/c/g?y#s"},
                                      {";x", "http://a/b/c/;x"},
                                      {"g;x", "http://a/b/c/g;x"},
                                      {"g;x?y#s", "http://a/b/c/g;x?y#s"},
                                      {"", "http://a/b/c/d;p?q"},
                                      {".", "http://a/b/c/"},
                                      {"./", "http://a/b/c/"},
                                      {"..", "http://a/b/"},
                                      {"../", "http://a/b/"},
                                      {"../g", "http://a/b/g"},
                                      {"../..", "http://a/"},
                                      {"../../", "http://a/"},
                                      {"../../g", "http://a/g"},
                                      {"../../../g", "http://a/g"},
                                      {"../../../../g", "http://a/g"},
                                      {"/./g", "http://a/g"},
                                      {"/../g", "http://a/g"},
                                      {"g.", "http://a/b/c/g."},
                                      {".g", "http://a/b/c/.g"},
                                      {"g..", "http://a/b/c/g.."},
                                      {"..g", "http://a/b/c/..g"},
                                      {"./../g", "http://a/b/g"},
                                      {"./g/.", "http://a/b/c/g/"},
                                      {"g/./h", "http://a/b/c/g/h"},
                                      {"g/../h", "http://a/b/c/h"},
                                      {"g;x=1/./y", "http://a/b/c/g;x=1/y"},
                                      {"g;x=1/../y", "http://a/b/c/y"},
                                      {"g?y/./x", "http://a/b/c/g?y/./x"},
                                      {"g?y/../x", "http://a/b/c/g?y/../x"},
                                      {"g#s/./x", "http://a/b/c/g#s/./x"},
                                      {"g#s/../x", "http://a/b/c/g#s/../x"}}};

  for (const Row& row : rows) {
    CAPTURE(row.reference);
    CHECK(resolve_uri("http://a/b/c/d;p?q", row.reference) == row.target);
  }
}

TEST_CASE("a URI has a scheme, and its characters stand where they may") {
  for (const char* good :
       {"urn:epc:id:sgtin:0614141.812345.6789%2F%26%25%22!%3F()", "ni:///sha-256;6ae9?ver=CBV2.0",
        "geo:47.506694,11.104301", "http://[2001:db8::7]/c=GB?objectClass?one",
        "http://u:p@host:8080/", "example:myField", "mailto:John.Doe@example.com", "a:"}) {
    CAPTURE(good);
    CHECK(is_uri(good));
    CHECK(is_uri_reference(good));
  }
  for (const char* bad :
       {"", "myField", "/a/b", "1a:b", "http://a b", "http://a/%zz", "http://a/%4", "http://a/<b>",
        "http://[::1", "http://a:8x/", "a:b{c}", "a:\"b\"", "http://a/#b#c", "http://\xC3\xA9/"}) {
    CAPTURE(bad);
    CHECK_FALSE(is_uri(bad));
  }
  CHECK(is_uri("http://\xC3\xA9/", UriAlphabet::iri));
}

TEST_CASE("a reference may lack its scheme, but not begin with a colon in its first segment") {
  CHECK(is_uri_reference("/a/b"));
  CHECK(is_uri_reference(""));
  CHECK(is_uri_reference("a/b:c"));
  CHECK_FALSE(is_uri_reference("1:b"));
}

TEST_CASE("JSON Pointers are read as the examples of RFC 6901 section 5 say") {
  const Json document =
      test::must(parse_foreign_json(R"({"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"m~n":8})"));
  const auto at = [&](std::string_view text) {
    const Json* value = &document;
    const auto tokens = pointer_tokens(text);
    for (const std::string& token : *tokens) {
      if (value != nullptr) value = step_into(*value, token);
    }
    return value == nullptr ? std::string("nothing") : value->dump();
  };

  CHECK(at("") == document.dump());
  CHECK(at("/foo/0") == "\"bar\"");
  CHECK(at("/") == "0");
  CHECK(at("/a~1b") == "1");
  CHECK(at("/c%d") == "2");
  CHECK(at("/m~0n") == "8");
  CHECK(at("/foo/2") == "nothing");
  CHECK(at("/foo/01") == "nothing");
  CHECK(at("/foo/-") == "nothing");
  CHECK_FALSE(pointer_tokens("foo"));
  CHECK_FALSE(pointer_tokens("/~2"));
  CHECK(pointer_token("m~n/o") == "m~0n~1o");
}
