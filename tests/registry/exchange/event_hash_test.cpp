#include "registry/exchange/event_hash.hpp"

#include <filesystem>
#include <sstream>

#include "ledger/base/file.hpp"
#include "registry/exchange/document.hpp"
#include "registry/exchange/hash_value.hpp"
#include "tests/support/foreign.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::exchange;

namespace {

Json json(std::string_view text) { return must(parse_foreign_json(text)); }

std::string hashed(std::string_view text) { return hash_text(text, {}); }

}  // namespace

TEST_CASE("numbers have one spelling, whatever was written") {
  CHECK(hashed("1.0") == "1");
  CHECK(hashed("0.3434000") == "0.3434");
  CHECK(hashed("+5") == "5");
  CHECK(hashed("007") == "7");
  CHECK(hashed("-0.0") == "0");
  CHECK(hashed("1e3") == "1000");
  CHECK(hashed("0.00001") == "1e-05");
  CHECK(hashed(" 12.10 ") == "12.1");
  CHECK(hashed("1.2.3") == "1.2.3");
  CHECK(hashed("12 mm") == "12 mm");
  CHECK(hashed("inf") == "inf");
  CHECK(hashed("0x10") == "0x10");
  CHECK(hash_value(json("26.0"), {}) == "26");
  CHECK(hash_value(json("true"), {}) == "true");
}

TEST_CASE("instants are in UTC with milliseconds, rounded by the fourth digit") {
  const auto time = [](const char* text) { return hash_time(Json(text), {}); };

  CHECK(time("2023-01-18T11:04:03.1415Z") == "2023-01-18T11:04:03.142Z");  // CBV 2.0.1, rule 9
  CHECK(time("2023-01-18T11:04:03.14149Z") == "2023-01-18T11:04:03.141Z");
  CHECK(time("2023-01-18T11:04:03+01:00") == "2023-01-18T10:04:03.000Z");
  CHECK(time("2023-12-31T23:59:59.9995Z") == "2024-01-01T00:00:00.000Z");
  CHECK(time("yesterday") == "yesterday");
}

TEST_CASE("terms and compact names are written in full") {
  HashContext context;
  context.namespaces.add("example", "https://ns.example.com/epcis/");

  CHECK(hash_term(Json("shipping"), "https://ref.gs1.org/cbv/BizStep-", context) ==
        "https://ref.gs1.org/cbv/BizStep-shipping");
  CHECK(hash_text("urn:epcglobal:cbv:bizstep:receiving", context) ==
        "https://ref.gs1.org/cbv/BizStep-receiving");
  CHECK(hash_text("gs1:Temperature", context) == "https://gs1.org/voc/Temperature");
  CHECK(hash_text("example:thing", context) == "https://ns.example.com/epcis/thing");
  context.expands_all = false;
  CHECK(hash_text("example:thing", context) == "example:thing");
  CHECK(hash_text("cbv:Comp-x", context) == "https://ref.gs1.org/cbv/Comp-x");
}

TEST_CASE("fields stand in their order, and what has none comes last, sorted") {
  HashContext context;
  context.namespaces.add("e", "https://e.example/");
  const Json event = json(R"({"type":"ObjectEvent","e:b":"2","e:a":{"e:d":[3,"1"],"comment":"no"},
    "action":"ADD","eventTimeZoneOffset":"+00:00","eventTime":"2026-11-28T00:00:00Z",
    "sourceList":[{"type":"location","source":"https://s.example/1"}],"ilmd":{"e:lot":"L"},
    "destinationList":[{"type":"location","destination":"https://s.example/2"}],
    "bizTransactionList":[{"bizTransaction":"https://t.example/1"}],
    "sensorElementList":[{"sensorReport":[{"type":"Temperature","value":1.50,"bizRules":"https://r.example/1"}]}],
    "readPoint":{"id":"https://p.example/1","e:z":true},"epcList":["urn:b","urn:a"],
    "eventID":"urn:uuid:1","recordTime":"2026-11-28T00:00:01Z","rdfs:comment":"not hashed"})");

  CHECK(pre_hash(event, context) ==
        "eventType=ObjectEventeventTime=2026-11-28T00:00:00.000ZeventTimeZoneOffset=+00:00"
        "epcListepc=urn:aepc=urn:baction=ADD"
        "readPointid=https://p.example/1{https://e.example/}z=true"
        "sensorElementListsensorElementsensorReporttype=https://gs1.org/voc/Temperaturevalue=1.5"
        "bizTransactionListbizTransaction=https://t.example/1"
        "destinationListtype=https://ref.gs1.org/cbv/SDT-locationdestination=https://s.example/2"
        "ilmd{https://e.example/}lot=L"
        "sensorElementListsensorElementsensorReportbizRules=https://r.example/1"
        "sourceListtype=https://ref.gs1.org/cbv/SDT-locationsource=https://s.example/1"
        "{https://e.example/}a{https://e.example/}d=1{https://e.example/}d=3"
        "{https://e.example/}b=2");
}

TEST_CASE("an event and its error declaration have one id") {
  Json event = json(R"({"type":"ObjectEvent","action":"ADD","eventTime":"2026-11-28T00:00:00Z",
    "eventTimeZoneOffset":"+00:00","epcList":["urn:a:b"]})");
  const std::string id = event_hash_uri(event, {});

  event["errorDeclaration"] = {{"declarationTime", "2026-11-29T00:00:00Z"}};

  CHECK(event_hash_uri(event, {}) == id);
  CHECK(is_event_hash_uri(id));
  CHECK_FALSE(is_event_hash_uri("ni:///sha-256;00?ver=CBV2.0"));
}

TEST_CASE("every JSON-LD vector of the reference implementation has its hashes") {
  const auto folder = foreign_vectors("epcis/event-hash");
  if (!folder) return;
  std::size_t documents = 0;
  std::size_t events = 0;
  for (const auto& entry : std::filesystem::directory_iterator(*folder)) {
    if (entry.path().extension() != ".jsonld") continue;
    CAPTURE(entry.path().filename().string());
    const Document document = must(read_json_document(must(read_text_file(entry.path()))));
    std::filesystem::path hashes = entry.path();
    std::istringstream wanted(must(read_text_file(hashes.replace_extension(".hashes"))));

    std::string line;
    for (const Json& event : document.events) {
      std::getline(wanted, line);
      CHECK(event_hash_uri(event, document.hashing) == line);
      ++events;
    }
    CHECK_FALSE(std::getline(wanted, line));
    ++documents;
  }
  CHECK(documents == 22);
  CHECK(events == 43);
}
