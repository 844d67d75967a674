// Every small change of every public example: the profile and GS1's schema still agree.

#include "registry/exchange/profile.hpp"
#include "tests/registry/exchange/examples.hpp"
#include "tests/support/foreign.hpp"

using namespace muster;
using namespace muster::test;

namespace {

/// What a value is replaced by.
const std::vector<Json>& replacements() {
  static const std::vector<Json> list = {nullptr,
                                         true,
                                         1,
                                         2.5,
                                         "",
                                         "plain",
                                         "urn:a:b",
                                         "a b:c",
                                         "urn:epcglobal:cbv:bizstep:shipping",
                                         "https://ns.gs1.org/cbv/BizStep-shipping",
                                         "https://gs1.org/voc/Temperature",
                                         "2026-11-28T00:00:00Z",
                                         "2026-11-28T00:00:00",
                                         "+14:00",
                                         "+14:01",
                                         "AB1",
                                         "DELETE",
                                         "ADD",
                                         "shipping",
                                         "destroyed",
                                         "EPCISDocument",
                                         "ObjectEvent",
                                         "AssociationEvent",
                                         "TransformationEvent",
                                         "1.",
                                         Json::array(),
                                         Json::object(),
                                         Json::array({"urn:a:b", "urn:a:b"}),
                                         Json::array({Json::object()}),
                                         Json{{"id", "urn:a:b"}}};
  return list;
}

class Comparison {
 public:
  explicit Comparison(const json_schema::Schema& schema) : schema_(schema) {}

  void compare(const Json& document, const std::string& what) {
    const auto by_schema = must(schema_.faults(document));
    const auto by_profile = exchange::document_faults(document);
    ++(by_schema.empty() ? taken : refused);
    if (by_schema.empty() == by_profile.empty()) return;
    FAIL_CHECK(what << (by_schema.empty() ? "; profile: " + by_profile.front().pointer + ": " +
                                                by_profile.front().message
                                          : "; schema: " + by_schema.front().instance + ": " +
                                                by_schema.front().message));
  }

  /// Every change of one place of `document`, with all that stands in it.
  void mutate(Json& document, Json& at, const std::string& place) {
    for (const Json& replacement : replacements()) {
      const Json kept = std::exchange(at, replacement);
      compare(document, place + " = " + replacement.dump());
      at = kept;
    }
    if (at.is_object()) mutate_object(document, at, place);
    if (at.is_array()) mutate_array(document, at, place);
  }

  std::size_t taken = 0;
  std::size_t refused = 0;

 private:
  void mutate_object(Json& document, Json& at, const std::string& place) {
    std::vector<std::string> keys;
    for (const auto& [key, value] : at.items()) keys.push_back(key);
    for (const std::string& key : keys) {
      mutate(document, at[key], place + "/" + key);
      const Json kept = at[key];
      at.erase(key);
      compare(document, place + " without " + key);
      at[key] = kept;
    }
    for (const char* key : {"unknown", "example:known", "ilmd", "epcList", "persistentDisposition",
                            "quantityList", "transformationID", "@context", "type"}) {
      if (at.contains(key)) continue;
      for (const Json& value : {Json("urn:a:b"), Json::object(), Json::array()}) {
        at[key] = value;
        compare(document, place + " with " + key + " " + value.dump());
      }
      at.erase(key);
    }
  }

  void mutate_array(Json& document, Json& at, const std::string& place) {
    for (std::size_t i = 0; i < at.size(); ++i) {
      mutate(document, at[i], place + "/" + std::to_string(i));
    }
    if (at.empty()) return;
    at.push_back(at.front());
    compare(document, place + " with its first item twice");
    at.erase(at.size() - 1);
  }

  const json_schema::Schema& schema_;
};

}  // namespace

TEST_CASE("on every small change of every public example, profile and GS1 schema agree") {
  const auto folder = foreign_vectors("epcis");
  if (!folder) return;
  const json_schema::Schema schema = gs1_schema(*folder);
  Comparison comparison(schema);

  for (auto& [name, document] : examples(*folder)) comparison.mutate(document, document, name);

  CHECK(comparison.taken > 40'000);
  CHECK(comparison.refused > 100'000);
}
