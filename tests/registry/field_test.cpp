// Fields of a body: what is taken, beside the same judged slowly.

#include "registry/field.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <set>

#include "ledger/base/timestamp.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using muster::test::must;
using registry::check_field;
using registry::check_fields;
using registry::Field;
using registry::FieldType;

namespace {

constexpr Field time_field{"at", FieldType::time};

/// One spelling for each instant is the one that it is printed in.
bool is_printed_time(const std::string& text) {
  const auto time = Timestamp::parse(text);
  return time && time->to_string() == text;
}

bool takes_time_as_printed(const std::string& text) {
  return check_field(time_field, text, "at").has_value() == is_printed_time(text);
}

constexpr std::array<Field, 2> part_fields{
    {{"from", FieldType::name}, {"note", FieldType::text, false}}};
constexpr std::array<Field, 5> body_fields{{{"to", FieldType::name},
                                            {"bin", FieldType::text, false},
                                            {"count", FieldType::positive},
                                            {"pass", FieldType::boolean, false},
                                            {"part", FieldType::record, true, {}, part_fields}}};

/// A value that the field takes, or one that none of them takes.
Json value_for(const Field& field, bool right) {
  if (!right) return Json(-1);
  if (field.type == FieldType::positive) return 7;
  if (field.type == FieldType::boolean) return true;
  if (field.type == FieldType::record) return {{"from", "maker"}};
  return "north";
}

/// The first thing that is wrong: keys as they stand in canonical JSON, then what is not there.
std::string slow_verdict(const Json& object) {
  for (const auto& [key, value] : object.items()) {
    const auto* const field = std::ranges::find(body_fields, key, &Field::name);
    if (field == body_fields.end()) return "body." + key + ": unknown field";
    const auto fits = check_field(*field, value, "body." + key);
    if (!fits) return fits.error().message;
  }
  for (const Field& field : body_fields) {
    const std::string name(field.name);
    if (field.required && !object.contains(name)) return "body." + name + ": missing";
  }
  return "taken";
}

std::string verdict(const Json& object) {
  const auto fits = check_fields(body_fields, object, "body");
  return fits ? "taken" : fits.error().message;
}

}  // namespace

TEST_CASE("a time is taken in the spelling that it is printed in, and in no other") {
  const std::string time = "2026-11-23T12:00:00.000Z";
  REQUIRE(takes_time_as_printed(time));
  for (std::size_t place = 0; place < time.size(); ++place) {
    for (char value = 0; value < 127; ++value) {
      std::string text = time;
      text[place] = value;
      CHECK_MESSAGE(takes_time_as_printed(text), text);
      CHECK_MESSAGE(takes_time_as_printed(time.substr(0, place) + value + time.substr(place)),
                    text);
    }
    CHECK(takes_time_as_printed(time.substr(0, place)));
    CHECK(takes_time_as_printed(time.substr(0, place) + time.substr(place + 1)));
  }
  for (const char* other :
       {"2026-11-23T12:00:00Z", "2026-11-23T12:00:00.0Z", "2026-11-23T12:00:00.0000Z",
        "2026-11-23T12:00:00+0000", "2026-11-23t12:00:00.000z", "2026-02-29T12:00:00.000Z",
        "2026-11-23T24:00:00.000Z", "2026-11-23T23:59:60.000Z", "1969-12-31T23:59:59.999Z",
        "+2026-11-23T12:00:00.00Z", "2026-11-23 12:00:00.000Z", "2026-11-23T12:00:00,000Z"}) {
    CAPTURE(other);
    CHECK_FALSE(check_field(time_field, other, "at"));
    CHECK(takes_time_as_printed(other));
  }
}

TEST_CASE("random instants of four-digit years are taken as printed, near misses judged alike") {
  std::mt19937_64 random(24);
  const std::int64_t end = must(Timestamp::parse("9999-12-31T23:59:59.999Z")).ms + 1;
  const std::string likely = "0123456789-:.TZ+ ";
  for (int turn = 0; turn < 20'000; ++turn) {
    const Timestamp at{static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(end))};
    std::string text = at.to_string();
    REQUIRE(check_field(time_field, text, "at"));
    for (int changes = 0; changes < 2; ++changes) {
      text[random() % text.size()] = likely[random() % likely.size()];
      REQUIRE(takes_time_as_printed(text));
    }
  }
}

TEST_CASE("each combination of fields that are right, wrong, missing or unknown is told alike") {
  std::set<std::string> verdicts;
  // Two bits a field: not there, right, wrong; and whether there is one that nobody knows.
  for (unsigned choice = 0; choice < 1U << (2 * body_fields.size() + 2); ++choice) {
    Json object = Json::object();
    for (std::size_t n = 0; n < body_fields.size(); ++n) {
      const unsigned kind = (choice >> (2 * n)) & 3U;
      if (kind > 1) object[std::string(body_fields[n].name)] = value_for(body_fields[n], kind == 2);
    }
    const unsigned unknown = choice >> (2 * body_fields.size());
    if (unknown > 1) object[unknown == 2 ? "aaa" : "zzz"] = 1;
    REQUIRE(verdict(object) == slow_verdict(object));
    verdicts.insert(verdict(object));
  }
  // Each way to be wrong was met: a wrong value of five, three missing, two unknown.
  CHECK(verdicts.size() == 1 + 5 + 3 + 2);
  CHECK(verdicts.contains("body.part: missing"));
}

TEST_CASE("a required field that an inner record lacks is missed there") {
  const Json object{{"to", "north"}, {"count", 1}, {"part", {{"note", "from nobody"}}}};
  CHECK(verdict(object) == "body.part.from: missing");
  CHECK(verdict(Json::array()) == "body: got [], want an object");
}

TEST_CASE("a list takes each of its items once, be it one item or many") {
  constexpr Field names{"names", FieldType::names};
  const auto told = [&](const Json& list) {
    const auto fits = check_field(names, list, "names");
    return fits ? "taken" : fits.error().message;
  };
  CHECK(told(Json::array()) == "taken");
  CHECK(told(Json::array({"a"})) == "taken");
  CHECK(told(Json::array({"a", "b"})) == "taken");
  CHECK(told(Json::array({"a", "b", "a"})) == "names: got \"a\", want no repetition");
  CHECK(told(Json::array({""})) == "names: got \"\", want up to 64 distinct names");
  CHECK(told(Json::array({1})) == "names: got 1, want up to 64 distinct names");
  CHECK(told(Json::array({"a", ""})) == "names: got \"\", want up to 64 distinct names");
}
