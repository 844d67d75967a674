// Documents that call chips by GS1 keys alone: from the maker's packaging to the user's acceptance.

#include "ledger/crypto/sha256.hpp"
#include "registry/exchange/completion.hpp"
#include "registry/exchange/event_builder.hpp"
#include "registry/exchange/import.hpp"
#include "tests/registry/support/world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::exchange;

namespace {

const std::string sgtin = "urn:epc:id:sgtin:4012345.011111.9876";
const std::string giai = "urn:epc:id:giai:4012345.AAbb";
const Json maker_site{{"id", "urn:epc:id:sgln:4012345.00001.0"}};
const Json user_site{{"id", "urn:epc:id:sgln:4000001.00001.0"}};
const std::string parties =
    "uri,space,id\nurn:epc:id:pgln:4012345.00000,org,maker\n"
    "urn:epc:id:pgln:4000001.00000,org,northwind\n"
    "urn:epc:id:sgln:4012345.00001.0,site,maker-site\n"
    "urn:epc:id:sgln:4000001.00001.0,site,northwind-site\n"
    "urn:epcglobal:cbv:bt:4012345000009:ASN1,shipment,ASN1\n";

/// A world, and documents of one event that are imported into it.
struct Importing {
  /// An id of a new block of `party`, which may package "a1" under it.
  ChipId reserved(const std::string& party, std::uint64_t block) {
    world.record(
        party, {.kind = "id.reserve",
                .body = {{"block", block}, {"count", 1}, {"product", "a1"}, {"packager", party}}});
    return ChipId::from_parts({.block = block, .ordinal = 0, .random = block});
  }

  Imported imported(const Json& more, const std::string& list, ImportOptions options = {},
                    const std::string& type = "ObjectEvent") {
    Json event{{"@context", EventBuilder::context()},
               {"type", type},
               {"eventTime", "2026-01-05T09:00:00.000Z"},
               {"eventTimeZoneOffset", "+01:00"}};
    event.update(more);
    Resolver resolver(world.state().origin());
    resolver.learn(world.state());
    must(resolver.read_list(list, "list.csv"));
    return import_document(must(take_document(event)), crypto::sha256("d"), world.state(), resolver,
                           options);
  }

  /// Imports one event that has to become one draft, and signs that by the key of its party.
  void take(const Json& more, const std::string& list,
            std::map<std::string, std::string> settings = {},
            const std::string& type = "ObjectEvent") {
    Imported found =
        imported(more, list, {.settings = std::move(settings), .kinds = {"chip.test"}}, type);
    CAPTURE(found.events[0].message);
    REQUIRE(found.drafts.size() == 1);
    must(complete_draft(found.drafts[0].draft, world.registry()));
    world.record(found.drafts[0].org, found.drafts[0].draft);
  }

  void take_shipping(const std::string& step, const Json& list, Json more) {
    const bool sent = step == "shipping";
    more.update({{"action", "OBSERVE"},
                 {"bizStep", step},
                 {"disposition", sent ? "in_transit" : "in_progress"},
                 {"epcList", list},
                 {"bizTransactionList",
                  Json::array({{{"type", sent ? "desadv" : "recadv"},
                                {"bizTransaction", "urn:epcglobal:cbv:bt:4012345000009:ASN1"}}})},
                 {"sourceList", Json::array({{{"type", "possessing_party"},
                                              {"source", "urn:epc:id:pgln:4012345.00000"}}})},
                 {"destinationList",
                  Json::array({{{"type", "possessing_party"},
                                {"destination", "urn:epc:id:pgln:4000001.00000"}},
                               {{"type", "location"}, {"destination", user_site["id"]}}})}});
    take(more, parties, {{"release.purpose", "sale"}});
  }

  World world;
};

Json observed(const std::string& step, const std::string& disposition, const Json& list) {
  return {
      {"action", "OBSERVE"}, {"bizStep", step}, {"disposition", disposition}, {"epcList", list}};
}

}  // namespace

TEST_CASE(
    "chips go from maker to user by their GS1 keys, which only the packaging needs a list for") {
  Importing in;
  World& world = in.world;
  const ChipId first = in.reserved("maker", 80);
  const ChipId second = in.reserved("maker", 81);
  // Only the maker says which key is which of the ids that it reserved.
  const std::string own = parties + giai + ",chip," + second.to_string() + "\n" + sgtin + ",chip," +
                          first.to_string() + "\n";
  for (const std::string& key : {sgtin, giai}) {
    in.take({{"bizStep", "commissioning"},
             {"disposition", "active"},
             {"outputEPCList", Json::array({key})},
             {"transformationID", "urn:example:run:" + key.substr(key.size() - 2)},
             {"readPoint", maker_site}},
            own, {{"chip.package.product", "a1"}}, "TransformationEvent");
  }
  Json tested = observed("inspecting", "conformant", {sgtin, giai});
  tested["readPoint"] = maker_site;
  tested["bizTransactionList"] =
      Json::array({{{"type", "testres"}, {"bizTransaction", "urn:example:t1"}}});
  in.take(tested, parties);
  in.take_shipping("shipping", {"https://example.com/01/04012345111118/21/98%376", giai},
                   {{"readPoint", maker_site}});
  in.take_shipping("accepting", Json::array({sgtin}), {{"readPoint", user_site}});

  CHECK(world.custodian(first) == "northwind");
  CHECK(world.custodian(second) == "maker");
  CHECK(world.display(second) == registry::Display::released);
}

TEST_CASE("one chip under two spellings of its key stands twice, and is pointed at") {
  Importing in;
  const auto chips = in.world.chips(1);
  const Json list{sgtin, "https://example.com/01/04012345111118/21/9876"};

  const Imported found = in.imported(observed("collecting", "disposed", list),
                                     parties + sgtin + ",chip," + chips[0].to_string() + "\n",
                                     {.settings = {{"retire.cause", "old"}}, .org = "maker"});

  CHECK(found.drafts.empty());
  CHECK(found.events[0].message ==
        "/epcList/1: https://example.com/01/04012345111118/21/9876 is the chip of /epcList/0");
}

TEST_CASE("a GS1 key that two chips bear is nobody's until the list says whose") {
  Importing in;
  const ChipId made = in.reserved("maker", 80);
  const ChipId turned_up = in.reserved("gov", 81);
  registry::Draft package{
      .kind = "chip.package", .body = {{"product", "a1"}}, .site = "maker-site"};
  package.chips = {{made, {{"gs1", giai}}}};
  in.world.record("maker", package);
  registry::Draft found_one{
      .kind = "choke.register",
      .body = {{"product", "a1"}, {"provenance", "unknown"}, {"presenter", "dealer"}},
      .site = "port"};
  found_one.chips = {{turned_up, {{"gs1", giai}}}};
  in.world.record("gov", found_one);
  const auto message = [&](const std::string& line) {
    return in
        .imported(observed("cycle_counting", "unknown", Json::array({giai})), parties + line,
                  {.settings = {{"loss.declare.circumstances", "x"}}, .org = "maker"})
        .events[0]
        .message;
  };

  const std::string doubled = message("");
  CHECK(doubled.starts_with("/epcList/0: 2 chips are called " + giai + ": "));
  CHECK(doubled.ends_with("; say in the list of URIs which is meant"));
  CHECK(message(giai + ",chip," + made.to_string() + "\n").empty());
}
