// Corrections of the ledger as error declarations of EPCIS, and back.

#include <set>

#include "registry/exchange/completion.hpp"
#include "registry/exchange/export.hpp"
#include "registry/exchange/intake.hpp"
#include "registry/exchange/own_events.hpp"
#include "registry/exchange/profile.hpp"
#include "tests/registry/support/correction.hpp"
#include "tests/support/folder.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::exchange;

namespace {

std::string written(World& world, const ExportQuery& query = {}) {
  std::string text;
  must(export_events(world.registry(), query, {}, [&](std::string_view piece) {
    text += piece;
    return Result<void>();
  }));
  return text;
}

std::vector<Json> events_of(const std::string& text) {
  return must(read_json_document(text)).events;
}

/// A world whose captures stand beside it.
struct Capturing {
  Capturing()
      : world({.view = folder.path() / "view.db"}),
        store(must(CaptureStore::open(folder.path() / "epcis.db"))) {}

  Intake take(const std::string& text) {
    const Document document = must(read_json_document(text));
    OwnEvents own(world.registry());
    ImportOptions options;
    options.exported = [&](const Hash& statement, const std::string& event_hash) {
      return own.has(statement, event_hash);
    };
    return must(take_in(store, {.bytes = text}, document, world.state(),
                        Resolver(world.state().origin()), options));
  }
  Intake take(const Json& event) { return take(event.dump()); }

  /// Signs every draft, and notes what it became.
  std::vector<Hash> sign(std::vector<StatementDraft> drafts) {
    std::vector<Hash> list;
    for (StatementDraft& draft : drafts) {
      must(complete_draft(draft.draft, world.registry()));
      list.push_back(world.record(draft.org, draft.draft));
      for (const DraftSource& source : draft.sources) {
        if (!source.declares_error) must(store.note_statement(source.event_id, list.back()));
      }
    }
    return list;
  }

  Folder folder{"corrections"};
  World world;
  CaptureStore store;
};

/// An event of another system: a chip of the world taken out of use.
Json retirement(const ChipId& chip, const std::string& cause, const std::string& id) {
  return {{"@context", EventBuilder::context()},
          {"type", "ObjectEvent"},
          {"eventTime", "2026-01-05T08:00:00.000Z"},
          {"eventTimeZoneOffset", "+01:00"},
          {"eventID", id},
          {"action", "OBSERVE"},
          {"bizStep", "collecting"},
          {"disposition", "disposed"},
          {"epcList", {"https://test.example/registry/chip/" + chip.to_string()}},
          {"chip:org", "https://test.example/registry/org/maker"},
          {"chip:body", {{"chip:cause", cause}}}};
}

Json declared_wrong(Json event, const std::string& reason,
                    const std::vector<std::string>& instead = {}) {
  event["errorDeclaration"] = {{"declarationTime", "2026-01-05T08:00:30Z"}, {"reason", reason}};
  if (!instead.empty()) event["errorDeclaration"]["correctiveEventIDs"] = instead;
  return event;
}

/// A document of events.
std::string document_with(const std::vector<Json>& events) {
  return Json{{"@context", EventBuilder::context()},
              {"type", "EPCISDocument"},
              {"schemaVersion", "2.0"},
              {"creationDate", "2026-01-05T10:00:00Z"},
              {"epcisBody", {{"eventList", events}}}}
      .dump();
}

}  // namespace

TEST_CASE("a void is its target's event again, under the same id, with an error declaration") {
  Folder folder("export-void");
  World world({.view = folder.path() / "view.db"});
  const auto chips = world.chips(1);
  const Hash retired = world.record("maker", about("retire", {chips[0]}, {{"cause", "worn"}}));
  const Json before = events_of(written(world, {.chip = chips[0]})).back();
  const Hash taken_back = world.record("maker", void_of(retired));

  const std::string text = written(world, {.chip = chips[0]});
  const auto events = events_of(text);
  const Json& last = events.back();

  CHECK(events[events.size() - 2] == before);
  CHECK(last["eventID"] == before["eventID"]);
  CHECK(last["errorDeclaration"]["reason"] == "did_not_occur");
  CHECK(last["errorDeclaration"]["chip:statement"] == taken_back.to_hex());
  CHECK(last["errorDeclaration"]["chip:body"]["chip:reason"] == "wrong");
  Json same = last;
  same.erase("errorDeclaration");
  same["recordTime"] = before["recordTime"];
  CHECK(same == before);
  CHECK(document_faults(must(parse_foreign_json(text))).empty());
}

TEST_CASE("a replacement names the event that takes the place of its target's") {
  Folder folder("export-replace");
  World world({.view = folder.path() / "view.db"});
  const auto chips = world.chips(1);
  const Hash retired = world.record("maker", about("retire", {chips[0]}, {{"cause", "worn"}}));
  const Hash first = world.record("maker", with_field(world, retired, "cause", "burnt"));
  world.record("maker", void_of(first));

  const auto events = events_of(written(world, {.chip = chips[0]}));

  const std::size_t n = events.size();
  const Json& wrong = events[n - 3];
  const Json& right = events[n - 2];
  CHECK(wrong["errorDeclaration"]["reason"] == "incorrect_data");
  CHECK(wrong["errorDeclaration"]["correctiveEventIDs"] == Json::array({right["eventID"]}));
  CHECK(wrong["chip:body"]["chip:cause"] == "worn");
  CHECK(right["chip:body"]["chip:cause"] == "burnt");
  CHECK(right["chip:kind"] == "retire");
  CHECK(right["chip:statement"] == first.to_hex());
  CHECK(events[n - 1]["eventID"] == right["eventID"]);
  CHECK(events[n - 1]["errorDeclaration"]["reason"] == "did_not_occur");
}

TEST_CASE("an event keeps its id when a correction takes back what it was about") {
  World world;
  const auto chips = world.chips(2);
  world.record("maker",
               about("pack", {chips[0], chips[1]}, {{"container", "crate-1"}}, "maker-site"));
  const Hash release = world.record("maker", {.kind = "release",
                                              .body = {{"shipment", "S1"},
                                                       {"receiver", "northwind"},
                                                       {"destination", "northwind-site"},
                                                       {"purpose", "sale"},
                                                       {"exception", "test"}},
                                              .container = "crate-1"});
  const Hash cancelled = world.record("maker", {.kind = "release.cancel",
                                                .body = {{"shipment", "S1"}, {"cause", "short"}},
                                                .container = "crate-1"});
  const auto before = events_of(written(world));
  world.record("maker", void_of(cancelled));
  world.record("maker", void_of(release));

  const auto after = events_of(written(world));

  for (std::size_t i = 0; i < before.size(); ++i) CHECK(after[i] == before[i]);
  CHECK(after.size() == before.size() + 2);
}

TEST_CASE("what was corrected where it came from is signed as it was corrected") {
  Folder folder("corrected-again");
  World first({.view = folder.path() / "view.db"});
  const auto chips = first.chips(3);
  const Hash wrong = first.record("maker", about("retire", {chips[0]}, {{"cause", "worn"}}));
  const Hash spelt = first.record("maker", about("retire", {chips[1]}, {{"cause", "wrn"}}));
  first.record("maker", void_of(wrong));
  first.record("maker", with_field(first, spelt, "cause", "worn"));
  Capturing second;

  const Intake intake = second.take(written(first));
  second.sign(intake.drafts);

  for (const ChipId& chip : chips) CHECK(second.world.display(chip) == first.display(chip));
  std::size_t retired = 0;
  for (const StatementDraft& draft : intake.drafts) {
    if (draft.draft.kind == "retire") ++retired;
    if (draft.draft.kind == "retire") CHECK(draft.draft.body["cause"] == "worn");
    CHECK(draft.draft.kind.find("correct") == std::string::npos);
  }
  CHECK(retired == 1);
  CHECK(second.take(written(first)).drafts.empty());
}

TEST_CASE("an error declaration about a statement becomes its void, once") {
  Capturing here;
  const auto chips = here.world.chips(1);
  const Json event = retirement(chips[0], "worn", "urn:uuid:1");
  const auto retired = here.sign(here.take(event).drafts);
  CHECK(here.world.display(chips[0]) == registry::Display::retired);

  const Intake intake = here.take(declared_wrong(event, "did_not_occur"));

  REQUIRE(intake.drafts.size() == 1);
  const StatementDraft& draft = intake.drafts[0];
  CHECK(draft.org == "maker");
  CHECK(draft.draft.kind == "correct.void");
  CHECK(draft.draft.body == Json{{"target", retired[0].to_hex()},
                                 {"reason", "EPCIS error declaration: did_not_occur"}});
  here.sign(intake.drafts);
  CHECK(here.world.display(chips[0]) != registry::Display::retired);
  const Intake again = here.take(declared_wrong(event, "did_not_occur"));
  CHECK(again.drafts.empty());
  CHECK(again.events[0].statement);
}

TEST_CASE("an error declaration with a corrective event becomes a replacement") {
  Capturing here;
  const auto chips = here.world.chips(1);
  const Json event = retirement(chips[0], "wrn", "urn:uuid:1");
  const auto retired = here.sign(here.take(event).drafts);

  const Intake intake =
      here.take(document_with({declared_wrong(event, "incorrect_data", {"urn:uuid:2"}),
                               retirement(chips[0], "worn", "urn:uuid:2")}));

  REQUIRE(intake.drafts.size() == 1);
  CHECK(intake.drafts[0].draft.kind == "correct.replace");
  const std::string line = encode_draft(intake.drafts[0]);
  const auto replaced = here.sign({must(parse_draft(line))});
  const auto index = here.world.state().statement_index(retired[0]);
  CHECK(here.world.state().tables().statements[*index].corrected != registry::no_index);
  const Json text = text_of(here.world, replaced[0]);
  CHECK(text["body"]["event"]["body"]["cause"] == "worn");
  CHECK(text["body"]["was"]["body"]["cause"] == "wrn");

  // The corrective event may turn out wrong, too.
  const Intake more =
      here.take(declared_wrong(retirement(chips[0], "worn", "urn:uuid:2"), "did_not_occur"));
  REQUIRE(more.drafts.size() == 1);
  CHECK(more.drafts[0].draft.body["target"] == replaced[0].to_hex());
}

TEST_CASE("what was declared wrong before anybody signed it is not signed") {
  Capturing here;
  const auto chips = here.world.chips(2);
  const Json event = retirement(chips[0], "worn", "urn:uuid:1");

  const Intake together =
      here.take(document_with({event, declared_wrong(event, "incorrect_data", {"urn:uuid:2"}),
                               retirement(chips[1], "worn", "urn:uuid:2")}));
  REQUIRE(together.drafts.size() == 1);
  CHECK(together.drafts[0].sources[0].event_id == "urn:uuid:2");
  CHECK(together.events[0].mapped.status == ImportedEvent::Status::annulled);
  CHECK(together.events[1].mapped.status == ImportedEvent::Status::annulled);

  const Intake later = here.take(event);
  CHECK(later.drafts.empty());
  CHECK(later.events[0].mapped.message == "event: was declared wrong before");
}

TEST_CASE("a declaration that cannot become a correction says which field is in the way") {
  Capturing here;
  const auto chips = here.world.chips(2);
  const Json event = retirement(chips[0], "worn", "urn:uuid:1");
  here.sign(here.take(event).drafts);

  const auto absent = here.take(declared_wrong(event, "incorrect_data", {"urn:uuid:2"}));
  CHECK(absent.events[0].mapped.message.find("/errorDeclaration/correctiveEventIDs/0: ") !=
        std::string::npos);
  CHECK(absent.drafts.empty());

  Intake other = here.take(document_with({declared_wrong(event, "incorrect_data", {"urn:uuid:3"}),
                                          retirement(chips[1], "worn", "urn:uuid:3")}));
  REQUIRE(other.drafts.size() == 1);
  CHECK(must_fail(complete_draft(other.drafts[0].draft, here.world.registry()))
            .find("is about other chips") != std::string::npos);
}

TEST_CASE("an event that quotes a statement and says something else did not come from it") {
  Capturing here;
  const auto chips = here.world.chips(2);
  const Hash retired = here.world.record("maker", about("retire", {chips[0]}, {{"cause", "worn"}}));
  const std::string own = written(here.world, {.chip = chips[0]});
  const Intake again = here.take(own);
  CHECK(again.events.back().statement == retired);
  CHECK(again.drafts.empty());

  // The statement's hash is public. Another chip, as if it were signed for.
  Json spoof = retirement(chips[1], "worn", "urn:uuid:7");
  spoof["chip:statement"] = retired.to_hex();
  const Intake taken = here.take(spoof);
  CHECK_FALSE(taken.events[0].statement);
  CHECK(taken.drafts.size() == 1);
}

TEST_CASE("an error declaration that quotes a statement of something else takes nothing back") {
  Capturing here;
  const auto chips = here.world.chips(2);
  const Hash retired = here.world.record("maker", about("retire", {chips[0]}, {{"cause", "worn"}}));

  // It says of another chip that its retirement was wrong, and quotes this one's.
  Json spoof = declared_wrong(retirement(chips[1], "worn", "urn:uuid:7"), "did_not_occur");
  spoof["chip:statement"] = retired.to_hex();
  const Intake taken = here.take(spoof);

  CHECK(taken.drafts.empty());
  CHECK(taken.events[0].mapped.status == ImportedEvent::Status::annulled);
}

TEST_CASE("a draft that corrects something is not put in the place of another") {
  Capturing here;
  const auto chips = here.world.chips(2);
  here.sign(here.take(retirement(chips[0], "worn", "urn:uuid:1")).drafts);
  here.sign(here.take(retirement(chips[1], "worn", "urn:uuid:2")).drafts);
  std::vector<Json> events{retirement(chips[0], "burnt", "urn:uuid:3")};
  for (int i = 0; i < 80; ++i) {
    events.push_back(declared_wrong(
        retirement(chips[i % 2 == 0 ? 0 : 1], "worn", i % 2 == 0 ? "urn:uuid:1" : "urn:uuid:2"),
        "incorrect_data", {"urn:uuid:3"}));
  }

  const Intake taken = here.take(document_with(events));

  REQUIRE(taken.drafts.size() == 1);
  CHECK(taken.drafts[0].draft.kind == "correct.replace");
  CHECK(taken.events[2].mapped.status == ImportedEvent::Status::incomplete);
}

TEST_CASE("drafts that somebody edited are refused, not believed") {
  Capturing here;
  const auto chips = here.world.chips(1);
  const auto signed_one = here.sign(here.take(retirement(chips[0], "worn", "urn:uuid:1")).drafts);
  for (const Json& body : {Json{{"target", 5}}, Json{{"target", signed_one[0].to_hex()}},
                           Json{{"target", signed_one[0].to_hex()}, {"event", "text"}},
                           Json{{"target", signed_one[0].to_hex()}, {"event", Json::object()}}}) {
    registry::Draft draft{.kind = "correct.replace", .body = body};
    CHECK_FALSE(complete_draft(draft, here.world.registry()));
    CHECK_FALSE(is_corrected(draft, here.world.state()));
  }
}
