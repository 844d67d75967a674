#include "registry/exchange/document.hpp"
#include "registry/exchange/profile.hpp"
#include "registry/exchange/xml_document.hpp"
#include "registry/exchange/xml_tree.hpp"
#include "tests/registry/exchange/examples.hpp"
#include "tests/registry/exchange/xml_writer.hpp"
#include "tests/support/foreign.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::exchange;

namespace {

const std::string root_start =
    "<epcis:EPCISDocument xmlns:epcis=\"urn:epcglobal:epcis:xsd:2\" "
    "xmlns:example=\"https://ns.example.com/epcis/\" schemaVersion=\"2.0\" "
    "creationDate=\"2026-01-05T10:00:00Z\">\n<EPCISBody><EventList>";
const std::string root_end = "</EventList></EPCISBody></epcis:EPCISDocument>";

/// An ObjectEvent with `more` after its list, on line 3.
std::string object_event(const std::string& more) {
  return root_start +
         "\n<ObjectEvent><eventTime>2026-01-05T09:00:00Z</eventTime>"
         "<eventTimeZoneOffset>+01:00</eventTimeZoneOffset>"
         "<epcList><epc>urn:epc:id:sgtin:4012345.011111.1</epc></epcList>" +
         more + "</ObjectEvent>" + root_end;
}

std::string refusal(const std::string& text) { return must_fail(read_xml_document(text)); }

Json event_of(const std::string& text) { return must(read_xml_document(text)).events.at(0); }

}  // namespace

TEST_CASE("an event in XML becomes what JSON-LD has for it") {
  const Json event = event_of(object_event(R"(
    <action>OBSERVE</action>
    <bizStep>urn:epcglobal:cbv:bizstep:shipping</bizStep>
    <disposition>https://ref.gs1.org/cbv/Disp-in_transit</disposition>
    <readPoint><id>urn:epc:id:sgln:4012345.00011.0</id><example:gate>7</example:gate></readPoint>
    <bizTransactionList>
      <bizTransaction type="urn:epcglobal:cbv:btt:po">urn:example:po:1</bizTransaction>
      <bizTransaction>urn:example:other</bizTransaction>
    </bizTransactionList>
    <extension>
      <quantityList><quantityElement><epcClass>urn:epc:class:lgtin:4012345.012345.1</epcClass>
        <quantity>+020.50</quantity><uom>KGM</uom></quantityElement></quantityList>
      <sourceList>
        <source type="urn:epcglobal:cbv:sdt:owning_party">urn:epc:id:pgln:4012345.00000</source>
      </sourceList>
      <extension><sensorElementList><sensorElement>
        <sensorMetadata time="2026-01-05T09:00:00Z" example:by="me &amp; you"/>
        <sensorReport type="gs1:Temperature" value="26.0" uom="CEL"/>
        <sensorReport type="gs1:Temperature" booleanValue="1"/>
        <example:note>x</example:note>
      </sensorElement></sensorElementList></extension>
    </extension>
    <example:list><example:a k="v">1</example:a><example:a>2</example:a></example:list>
    <example:empty/>)"));

  CHECK(event["bizStep"] == "shipping");
  CHECK(event["readPoint"] ==
        Json{{"id", "urn:epc:id:sgln:4012345.00011.0"}, {"example:gate", "7"}});
  CHECK(event["bizTransactionList"] ==
        Json{{{"type", "po"}, {"bizTransaction", "urn:example:po:1"}},
             {{"bizTransaction", "urn:example:other"}}});
  CHECK(event["quantityList"][0] == Json{{"epcClass", "urn:epc:class:lgtin:4012345.012345.1"},
                                         {"quantity", 20.5},
                                         {"uom", "KGM"}});
  CHECK(event["sourceList"][0]["type"] == "owning_party");
  const Json& sensor = event["sensorElementList"][0];
  CHECK(sensor["sensorMetadata"]["example:by"] == "me & you");
  CHECK(sensor["sensorReport"][0] ==
        Json{{"type", "Temperature"}, {"value", 26.0}, {"uom", "CEL"}});
  CHECK(sensor["sensorReport"][1]["booleanValue"] == true);
  CHECK(event["example:list"]["example:a"] == Json{{{"k", "v"}, {"#text", "1"}}, "2"});
  CHECK(event["example:empty"] == "");
}

TEST_CASE("what EPCIS 1.2 wraps is found in its wrappers") {
  const std::string text =
      "<e:EPCISDocument xmlns:e=\"urn:epcglobal:epcis:xsd:1\" schemaVersion=\"1.2\" "
      "creationDate=\"2026-01-05T10:00:00Z\"><EPCISBody><EventList><extension>"
      "<TransformationEvent><eventTime>2026-01-05T09:00:00Z</eventTime>"
      "<eventTimeZoneOffset>+01:00</eventTimeZoneOffset><baseExtension>"
      "<eventID>urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8</eventID><errorDeclaration>"
      "<declarationTime>2026-01-06T09:00:00Z</declarationTime>"
      "<reason>urn:epcglobal:cbv:er:did_not_occur</reason>"
      "<correctiveEventIDs><correctiveEventID>urn:a:b</correctiveEventID></correctiveEventIDs>"
      "</errorDeclaration></baseExtension><inputEPCList><epc>urn:a:1</epc></inputEPCList>"
      "<outputEPCList><epc>urn:a:2</epc></outputEPCList></TransformationEvent>"
      "</extension></EventList></EPCISBody></e:EPCISDocument>";

  const Json event = event_of(text);

  CHECK(event["type"] == "TransformationEvent");
  CHECK(event["eventID"] == "urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8");
  CHECK(event["errorDeclaration"] == Json{{"declarationTime", "2026-01-06T09:00:00Z"},
                                          {"reason", "did_not_occur"},
                                          {"correctiveEventIDs", {"urn:a:b"}}});
}

TEST_CASE("prefixes that would mislead in JSON-LD are changed, namespaces never") {
  const std::string text = object_event(
      "<action>OBSERVE</action><https:a xmlns:https=\"https://one.example/\">1</https:a>"
      "<example:a>2</example:a><example:a xmlns:example=\"https://two.example/\">3</example:a>"
      "<a xmlns=\"https://three.example/\">4</a>");

  const Document document = must(read_xml_document(text));
  std::map<std::string, std::string> found;
  for (const auto& [key, value] : document.events[0].items()) {
    if (key.find(':') != std::string::npos) {
      found[document.hashing.namespaces.braced(key)] = value.get<std::string>();
    }
  }

  CHECK(found == std::map<std::string, std::string>{{"{https://one.example/}a", "1"},
                                                    {"{https://ns.example.com/epcis/}a", "2"},
                                                    {"{https://two.example/}a", "3"},
                                                    {"{https://three.example/}a", "4"}});
}

TEST_CASE("XML that is not EPCIS is refused with the line") {
  const std::string action = "<action>OBSERVE</action>";

  CHECK(refusal(object_event("\n<action>SEE</action>"))
            .starts_with("line 4: /epcisBody/eventList/0/action: "));
  CHECK(refusal(object_event(action + "\n\n<colour>red</colour>")) ==
        "line 5: colour: is no field of ObjectEvent");
  CHECK(refusal(object_event(action + action)) == "line 3: action: stands twice");
  CHECK(refusal(object_event(action + "<epcis:bizStep>x</epcis:bizStep>"))
            .find("fields of EPCIS stand in none") != std::string::npos);
  CHECK(refusal(object_event(action + "text")) ==
        "line 3: ObjectEvent: has text beside its elements");
  CHECK(refusal(object_event("<action kind=\"x\">OBSERVE</action>")).find("attribute kind") !=
        std::string::npos);
  CHECK(refusal(root_start + "<QuantityEvent/>" + root_end).find("given up") != std::string::npos);
  CHECK(refusal("<EPCISDocument/>") == "line 1: EPCISDocument: stands in no namespace of EPCIS");
  CHECK(refusal("<e:EPCISDocument xmlns:e=\"urn:epcglobal:epcis:xsd:3\" schemaVersion=\"3.0\"/>")
            .find("schemaVersion: got \"3.0\"") != std::string::npos);
}

TEST_CASE("what stands in another's namespace is no field of EPCIS") {
  const std::string action = "<action>OBSERVE</action>";
  const auto quantity = [&](const std::string& field) {
    return refusal(object_event(action +
                                "<quantityList><quantityElement><epcClass>urn:a:b</epcClass>" +
                                field + "</quantityElement></quantityList>"));
  };
  CHECK(quantity("<example:quantity>900</example:quantity>") ==
        "line 3: quantity: is no field of a quantity in EPCIS");
  const auto corrective = [&](const std::string& field) {
    return refusal(
        object_event("<errorDeclaration><declarationTime>2026-01-06T09:00:00Z</declarationTime>"
                     "<correctiveEventIDs>" +
                     field + "</correctiveEventIDs></errorDeclaration>" + action));
  };
  CHECK(corrective("<example:correctiveEventID>urn:a:b</example:correctiveEventID>") ==
        "line 3: correctiveEventID: is no correctiveEventID");
}

TEST_CASE("a namespace is no longer than it needs to be, since each name is spelled out with it") {
  const std::string fits = "https://e.example/" + std::string(max_namespace_bytes - 18, 'a');
  const auto with = [](const std::string& space) {
    return object_event("<action>OBSERVE</action><a xmlns=\"" + space + "\">1</a>");
  };
  CHECK(event_of(with(fits)).size() > 0);
  CHECK(refusal(with(fits + "a")) == "line 3: a namespace of more than 512 bytes");

  Json event = event_of(object_event("<action>OBSERVE</action>"));
  const auto taken = [&](const std::string& space) {
    event["@context"] = Json::array({std::string(epcis_context), Json{{"example", space}}});
    return take_document(event);
  };
  CHECK(taken(fits));
  CHECK(must_fail(taken(fits + "a")) == "/@context: a namespace of more than 512 bytes");
}

TEST_CASE("thousands of namespaces without a prefix get one each") {
  std::string fields = "<action>OBSERVE</action>";
  for (int i = 0; i < 4'000; ++i) {
    fields += "<a xmlns=\"https://" + std::to_string(i) + ".example/\">1</a>";
  }
  const Json event = event_of(object_event(fields));
  CHECK(event.contains("ns1:a"));
  CHECK(event.contains("ns4000:a"));
}

TEST_CASE("XML that is not well-formed is refused with the line") {
  CHECK(refusal(object_event("\n<action>")).starts_with("line 4: XML: "));
  CHECK(refusal("").starts_with("line "));
  CHECK(refusal("<a><b></a>").find("XML: ") != std::string::npos);
  CHECK(refusal(object_event("<nope:a>1</nope:a>")).find("nope") != std::string::npos);
  CHECK(refusal("<a x='1' x='2'/>").find("x redefined") != std::string::npos);
  CHECK(refusal("<a>\xFF</a>").find("XML: ") != std::string::npos);
}

TEST_CASE("nothing is expanded, nothing else is read, nothing grows without bound") {
  const std::string type = "line 2: a document type declaration is not taken";

  CHECK(refusal("<?xml version=\"1.0\"?>\n<!DOCTYPE a [<!ENTITY x \"y\">]>\n<a>&x;</a>") == type);
  CHECK(refusal("\n<!DOCTYPE a SYSTEM \"file:///etc/passwd\">\n<a/>") == type);
  CHECK(refusal("\n<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>\n<a>&x;</a>") == type);
  CHECK(refusal("<a>&x;</a>").find("'x' not defined") != std::string::npos);
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "<a>";
  CHECK(refusal(deep).find("more than 64 deep") != std::string::npos);
  std::string many = "<a>";
  for (std::size_t i = 0; i < max_xml_elements; ++i) many += "<b/>";
  CHECK(refusal(many + "</a>").find("elements; split it") != std::string::npos);
}

TEST_CASE("the field names that a document tells to ignore stay out of its hashes") {
  const std::string field = "<action>OBSERVE</action><example:mine>1</example:mine>";
  std::string text = object_event(field);
  const std::string with = event_hash_uri(event_of(text), must(read_xml_document(text)).hashing);
  text.insert(text.find("<EPCISBody>"),
              "<r:ignoreFields xmlns:r=\"https://r.example/\"><example:mine/></r:ignoreFields>");
  const std::string plain = object_event("<action>OBSERVE</action>");

  const Document document = must(read_xml_document(text));
  const std::string without = event_hash_uri(document.events[0], document.hashing);

  CHECK(without != with);
  CHECK(without == event_hash_uri(event_of(plain), must(read_xml_document(plain)).hashing));
}

TEST_CASE("an example in XML is the same event as in JSON-LD: its hash says so") {
  const auto folder = foreign_vectors("epcis");
  if (!folder) return;
  std::size_t events = 0;

  for (const auto& named : examples(*folder)) {
    const Json& example = named.second;
    CAPTURE(named.first);
    if (!example.contains("epcisBody") || !document_faults(example).empty()) continue;
    Document json = must(take_document(example));
    json.hashing.expands_all = false;
    const std::string text = xml_of(example);
    CAPTURE(text);
    const Document xml = must(read_xml_document(text));
    REQUIRE(xml.events.size() == json.events.size());
    for (std::size_t i = 0; i < xml.events.size(); ++i) {
      CHECK(pre_hash(xml.events[i], xml.hashing) == pre_hash(json.events[i], json.hashing));
      ++events;
    }
  }

  MESSAGE(events << " events");
  CHECK(events > 80);
}
