#include <filesystem>

#include "ledger/crypto/sha256.hpp"
#include "registry/exchange/capture_store.hpp"
#include "registry/exchange/intake.hpp"
#include "registry/exchange/profile.hpp"
#include "tests/registry/exchange/examples.hpp"
#include "tests/registry/support/world.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/foreign.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::exchange;
using Status = CapturedEvent::Status;

namespace {

struct Captures {
  Captures() : folder("captures"), store(must(CaptureStore::open(folder.path() / "epcis.db"))) {}

  std::vector<TakenEvent> take(const Json& document, bool keep = true) {
    const std::string bytes = document.dump();
    const Document read = must(take_document(document));
    return must(take_in(store, {.bytes = bytes}, read, state, Resolver("r.example"), {}, keep))
        .events;
  }

  /// Events of the store, parsed.
  std::vector<Json> kept() {
    std::vector<Json> list;
    must(store.each_event([&](const std::string& json) {
      list.push_back(must(parse_foreign_json(json)));
      return Result<void>();
    }));
    return list;
  }

  Folder folder;
  CaptureStore store;
  registry::State state;
};

Json event(const std::string& id, const std::string& step = "shipping") {
  return {
      {"@context", Json::array({"https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
                                Json{{"example", "https://ns.example.com/epcis/"}}})},
      {"type", "ObjectEvent"},
      {"action", "OBSERVE"},
      {"eventTime", "2026-01-05T09:00:00.000Z"},
      {"eventTimeZoneOffset", "+00:00"},
      {"eventID", id},
      {"epcList", {"urn:a:b"}},
      {"bizStep", step}};
}

}  // namespace

TEST_CASE(
    "the same event again is no change, another under its id is a conflict with both hashes") {
  Captures captures;

  CHECK(captures.take(event("urn:uuid:1"))[0].captured.status == Status::added);
  CHECK(captures.take(event("urn:uuid:1"))[0].captured.status == Status::known);
  const auto other = captures.take(event("urn:uuid:1", "receiving"))[0].captured;

  CHECK(other.status == Status::conflict);
  const auto hash = [](const Json& one) { return content_hash(one, {}); };
  CHECK(other.content == hash(event("urn:uuid:1", "receiving")));
  CHECK(other.other == hash(event("urn:uuid:1")));
  CHECK(captures.kept().size() == 1);
}

TEST_CASE("when it was recorded, and what its prefixes are called, makes no other event") {
  Captures captures;
  Json first = event("urn:uuid:1");
  first["example:note"] = "x";
  Json again = event("urn:uuid:1");
  again["@context"][1] = {{"other", "https://ns.example.com/epcis/"}};
  again["other:note"] = "x";
  again["recordTime"] = "2026-02-01T00:00:00Z";

  captures.take(first);

  CHECK(captures.take(again)[0].captured.status == Status::known);
}

TEST_CASE("an error declaration stands beside the event that it is about") {
  Captures captures;
  captures.take(event("urn:uuid:1"));
  Json wrong = event("urn:uuid:1");
  wrong["errorDeclaration"] = {{"declarationTime", "2026-02-01T00:00:00Z"},
                               {"reason", "did_not_occur"}};

  CHECK(captures.take(wrong)[0].captured.status == Status::added);
  CHECK(captures.take(wrong)[0].captured.status == Status::known);
  CHECK(captures.kept().size() == 2);
  wrong["bizStep"] = "receiving";
  CHECK(captures.take(wrong)[0].captured.status == Status::conflict);
}

TEST_CASE("an event without an id is known by its hash") {
  Captures captures;
  Json nameless = event("urn:uuid:1");
  nameless.erase("eventID");

  CHECK(captures.take(nameless)[0].captured.status == Status::added);
  CHECK(captures.take(nameless)[0].captured.status == Status::known);
  nameless["bizStep"] = "receiving";
  CHECK(captures.take(nameless)[0].captured.status == Status::added);
}

TEST_CASE("nothing is kept when nothing is to be") {
  Captures captures;

  CHECK(captures.take(event("urn:uuid:1"), false)[0].captured.status == Status::added);

  CHECK(captures.kept().empty());
}

TEST_CASE("the statement that an event is to become counts once the ledger has it") {
  World world;
  const auto chips = world.chips(1);
  Captures captures;
  captures.take(event("urn:uuid:1"));
  const Hash planned = crypto::sha256("statement");
  const auto recorded = [&] {
    return must(recorded_statement(captures.store, world.state(), "urn:uuid:1"));
  };

  must(captures.store.note_statement("urn:uuid:1", planned));
  CHECK(must(captures.store.statement_of("urn:uuid:1")) == planned);
  CHECK_FALSE(recorded());

  const Hash statement =
      world.record("maker", about("loss.declare", {chips[0]}, {{"circumstances", "gone"}}));
  must(captures.store.note_statement("urn:uuid:1", statement));
  CHECK(recorded() == statement);
  CHECK(captures.store.note_statement("urn:uuid:2", statement).error().code == Errc::not_found);
}

TEST_CASE("what is captured is there again when the file is opened again") {
  Captures captures;
  captures.take(event("urn:uuid:1"));

  CaptureStore again = must(CaptureStore::open(captures.folder.path() / "epcis.db"));

  const std::string bytes = event("urn:uuid:1").dump();
  CHECK(must(again.document(crypto::sha256(bytes))) == bytes);
  CHECK(again.document(Hash{}).error().code == Errc::not_found);
}

TEST_CASE("an event is found by every chip that it names: by id, by GS1 key, by a list") {
  Captures captures;
  const ChipId by_id = ChipId::from_parts({.block = 7, .ordinal = 1, .random = 9});
  const ChipId by_list = ChipId::from_parts({.block = 7, .ordinal = 2, .random = 9});
  const std::string sgtin = "urn:epc:id:sgtin:4012345.011111.9876";
  Json named = event("urn:uuid:1");
  named["epcList"] = {"https://r.example/chip/" + by_id.to_string(), sgtin, "urn:a:b"};
  captures.take(named);
  captures.take(event("urn:uuid:2"));
  const auto found = [&](const std::vector<ChipName>& names) {
    std::vector<std::string> ids;
    for (const Mention& one : must(captures.store.events_naming(names)))
      ids.push_back(one.event_id);
    return ids;
  };
  using Ids = std::vector<std::string>;
  // The key as the alias table has it, of whichever chip comes to bear it.
  const ChipName key = registry::alias_name(
      registry::AliasScheme::gs1,
      registry::alias_spelling(registry::AliasScheme::gs1, "(01)04012345111118(21)9876").value());

  CHECK(found({name_of_chip(by_id)}) == Ids{"urn:uuid:1"});
  CHECK(found({key}) == Ids{"urn:uuid:1"});
  CHECK(found({name_of_chip(by_id), key}) == Ids{"urn:uuid:1"});
  CHECK(found({name_of_chip(by_list)}).empty());
  Resolver knows("r.example");
  must(knows.read_list("uri,space,id\nurn:a:b,chip," + by_list.to_string() + "\n", "list"));
  must(take_in(captures.store, {.bytes = named.dump()}, must(take_document(named)), captures.state,
               knows));
  CHECK(found({name_of_chip(by_list)}) == Ids{"urn:uuid:1"});
  CHECK(must(captures.store.events_naming({})).empty());
}

TEST_CASE("every public example comes out as it went in") {
  const auto folder = foreign_vectors("epcis");
  if (!folder) return;
  std::size_t documents = 0;
  std::size_t events = 0;
  for (const auto& example : examples(*folder)) {
    const Json& document = example.second;
    if (!document_faults(document).empty()) continue;
    CAPTURE(example.first);
    Captures captures;
    const auto taken = captures.take(document);

    // The document as a whole: bytes, and its parts put together again.
    CHECK(must(captures.store.document(crypto::sha256(document.dump()))) == document.dump());
    Document read = must(take_document(document));
    CHECK(document_json(read) == document);
    // Its events, in one new document with those of others: each with the context it came with.
    const auto kept = captures.kept();
    std::size_t at = 0;
    for (std::size_t i = 0; i < read.events.size(); ++i) {
      if (taken[i].captured.status != Status::added) continue;
      const Document one = must(take_document(kept.at(at++)));
      CHECK(content_hash(one.events[0], one.hashing) == content_hash(read.events[i], read.hashing));
      Json bare = one.events[0];
      bare.erase("@context");
      read.events[i].erase("@context");
      CHECK(bare == read.events[i]);
      ++events;
    }
    CHECK(at == kept.size());
    ++documents;
  }
  CHECK(documents == 71);
  MESSAGE(events << " events");
}
