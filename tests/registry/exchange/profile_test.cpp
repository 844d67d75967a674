#include "registry/exchange/profile.hpp"

#include "registry/exchange/document.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::exchange;

namespace {

Json document() {
  return must(parse_foreign_json(R"({
    "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
                 {"example": "https://ns.example.com/epcis/"}],
    "type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-11-28T00:00:00Z",
    "epcisBody": {"eventList": [
      {"type": "ObjectEvent", "action": "OBSERVE", "eventTime": "2026-11-28T00:00:00Z",
       "eventTimeZoneOffset": "+01:00", "epcList": ["urn:epc:id:sgtin:4012345.011111.1"],
       "bizStep": "shipping", "example:note": 1}]}})"));
}

Json& event_in(Json& document) { return document["epcisBody"]["eventList"][0]; }

/// The one fault, as "pointer: message"; empty if there is none.
std::string fault(const Json& document) {
  const auto faults = document_faults(document);
  return faults.empty() ? "" : faults.front().pointer + ": " + faults.front().message;
}

}  // namespace

TEST_CASE("a valid document has no fault") {
  const Json good = document();

  CHECK(fault(good).empty());
  const Document read = must(take_document(good));
  CHECK(read.events.size() == 1);
  CHECK(read.pointer_to(0) == "/epcisBody/eventList/0");
  CHECK(document_json(read) == good);
}

TEST_CASE("a fault points at its field and says what was wanted") {
  Json bad = document();
  event_in(bad)["bizStep"] = "shiping";
  CHECK(
      fault(bad) ==
      "/epcisBody/eventList/0/bizStep: got \"shiping\", want a business step of the CBV, or a URI "
      "outside that vocabulary");

  bad = document();
  event_in(bad).erase("eventTimeZoneOffset");
  CHECK(fault(bad) == "/epcisBody/eventList/0: eventTimeZoneOffset: missing");

  bad = document();
  event_in(bad)["note"] = 1;
  CHECK(fault(bad).starts_with("/epcisBody/eventList/0/note: no such field here"));

  bad = document();
  event_in(bad)["epcList"] = {"urn:a:1", "urn:a:2", "urn:a:1"};
  CHECK(fault(bad) == "/epcisBody/eventList/0/epcList/2: stands twice: also at 0");

  bad = document();
  event_in(bad)["epcList"][0] = "4012345";
  CHECK(fault(bad) == "/epcisBody/eventList/0/epcList/0: got \"4012345\", want a URI");
}

TEST_CASE("as many faults are told as are asked for") {
  Json bad = document();
  event_in(bad)["bizStep"] = 1;
  event_in(bad)["action"] = "SEE";
  event_in(bad)["eventTime"] = "now";

  CHECK(document_faults(bad, 2).size() == 2);
  CHECK(document_faults(bad, 10).size() == 3);
}

TEST_CASE("what is no JSON, or no document, is refused by name") {
  CHECK(read_json_document("{").error().rule == "epcis.json");
  CHECK(read_json_document("[]").error().message == "line 1: document: want an object");
  CHECK(read_json_document("{}").error().rule == "epcis.document");
  CHECK(must_fail(read_json_document(R"({"type":"ObjectEvent"})")) ==
        "line 1: document: eventTime: missing");
}

TEST_CASE("a single event and a query document are documents") {
  const Json whole = document();
  Json event = whole["epcisBody"]["eventList"][0];
  CHECK(fault(event) == ": @context: missing");
  event["@context"] = whole["@context"];
  const Document one = must(take_document(event));
  CHECK(one.pointer_to(0).empty());
  CHECK(document_json(one) == event);

  Json query = whole;
  query["type"] = "EPCISQueryDocument";
  query["epcisBody"] = {
      {"queryResults", {{"queryName", "SimpleEventQuery"}, {"resultsBody", whole["epcisBody"]}}}};
  const Document many = must(take_document(query));
  CHECK(many.pointer_to(0) == "/epcisBody/queryResults/resultsBody/eventList/0");
  CHECK(document_json(many) == query);
}
