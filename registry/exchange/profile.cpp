#include "registry/exchange/profile.hpp"

#include <algorithm>
#include <array>

#include "ledger/base/check.hpp"
#include "registry/exchange/profile_checks.hpp"
#include "registry/exchange/profile_events.hpp"

namespace muster::exchange {
namespace {

/// An attribute of master data: a number, a text or an object.
void check_attribute_value(Checker& checker, const Json& value, const Place& place) {
  if (!value.is_number() && !value.is_string() && !value.is_object()) {
    checker.fault(place, "want a number, a text or an object");
  }
}

void check_attribute(Checker& checker, const Json& value, const Place& place) {
  constexpr std::array<Member, 2> members{
      {{"id", check_uri, true}, {"attribute", check_attribute_value}}};
  checker.object(value, place, members, Others::any);
}

void check_vocabulary_element(Checker& checker, const Json& value, const Place& place) {
  constexpr std::array<Member, 3> members{{{"id", check_uri, true},
                                           {"attributes", check_list<check_attribute>},
                                           {"children", check_list<check_uri>}}};
  checker.object(value, place, members, Others::any);
}

void check_vocabulary(Checker& checker, const Json& value, const Place& place) {
  constexpr std::array<Member, 2> members{
      {{"type", check_uri, true}, {"vocabularyElementList", check_list<check_vocabulary_element>}}};
  checker.object(value, place, members, Others::any);
}

void check_master_data(Checker& checker, const Json& value, const Place& place) {
  constexpr std::array<Member, 1> members{{{"vocabularyList", check_list<check_vocabulary>}}};
  checker.object(value, place, members, Others::any);
}

void check_header(Checker& checker, const Json& value, const Place& place) {
  constexpr std::array<Member, 1> members{{{"epcisMasterData", check_master_data}}};
  checker.object(value, place, members, Others::extensions);
}

void check_body(Checker& checker, const Json& value, const Place& place) {
  constexpr std::array<Member, 1> members{{{"eventList", check_list<check_event>, true}}};
  checker.object(value, place, members, Others::any);
}

void check_results_body(Checker& checker, const Json& value, const Place& place) {
  constexpr std::array<Member, 2> members{{{"eventList", check_list<check_event>, true},
                                           {"vocabularyList", check_list<check_vocabulary>}}};
  checker.object(value, place, members, Others::extensions);
}

void check_results(Checker& checker, const Json& value, const Place& place) {
  constexpr std::array<Member, 3> members{{{"queryName", check_text, true},
                                           {"subscriptionID", check_text},
                                           {"resultsBody", check_results_body, true}}};
  checker.object(value, place, members, Others::extensions);
}

void check_query_body(Checker& checker, const Json& value, const Place& place) {
  constexpr std::array<Member, 1> members{{{"queryResults", check_results, true}}};
  checker.object(value, place, members, Others::extensions);
}

void check_document(Checker& checker, const Json& value) {
  constexpr std::array<Member, 10> members{{{"@context", check_context, true},
                                            {"id", check_uri},
                                            {"type", check_text, true},
                                            {"schemaVersion", check_version, true},
                                            {"creationDate", check_time, true},
                                            {"instanceIdentifier", check_text},
                                            {"sender", check_text},
                                            {"receiver", check_text},
                                            {"epcisHeader", check_header},
                                            {"epcisBody", check_body, true}}};
  checker.object(value, {}, members, Others::extensions);
}

void check_query_document(Checker& checker, const Json& value) {
  constexpr std::array<Member, 6> members{{{"@context", check_context, true},
                                           {"id", check_uri},
                                           {"type", check_text, true},
                                           {"schemaVersion", check_version},
                                           {"creationDate", check_time},
                                           {"epcisBody", check_query_body, true}}};
  checker.object(value, {}, members, Others::extensions);
}

void check_single_event(Checker& checker, const Json& value) {
  check_event(checker, value, {});
  if (!value.contains("@context")) checker.fault({}, "@context: missing");
}

}  // namespace

std::vector<DocumentFault> document_faults(const Json& document, std::size_t most) {
  MUSTER_CHECK(most > 0);
  Checker checker(most);
  if (!document.is_object()) {
    checker.fault({}, "want an object");
    return checker.take();
  }
  const auto type = document.find("type");
  if (type == document.end() || !type->is_string()) {
    checker.fault({}, "type: missing, want EPCISDocument, EPCISQueryDocument or a type of event");
  } else if (*type == "EPCISDocument") {
    check_document(checker, document);
  } else if (*type == "EPCISQueryDocument") {
    check_query_document(checker, document);
  } else {
    check_single_event(checker, document);
  }
  return checker.take();
}

}  // namespace muster::exchange
