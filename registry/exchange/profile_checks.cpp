#include "registry/exchange/profile_checks.hpp"

#include <algorithm>

#include "ledger/base/json_fields.hpp"
#include "registry/json_schema/ascii.hpp"
#include "registry/json_schema/instant.hpp"
#include "registry/json_schema/same.hpp"
#include "registry/json_schema/uri.hpp"

namespace muster::exchange {
namespace {

using json_schema::is_digit;

std::string quoted(const std::string& text) {
  return text.size() <= 80 ? "\"" + text + "\"" : "\"" + text.substr(0, 77) + "...\"";
}

/// The text of a value; null, with a fault, if it is none.
const std::string* text_in(Checker& checker, const Json& value, const Place& place,
                           std::string_view wanted) {
  if (value.is_string()) return &value.get_ref<const std::string&>();
  checker.fault(place, "got " + json_kind(value) + ", want " + std::string(wanted));
  return nullptr;
}

/// A text for which `good` holds.
template <class Good>
void check_form(Checker& checker, const Json& value, const Place& place, std::string_view wanted,
                Good good) {
  const std::string* text = text_in(checker, value, place, wanted);
  if (text == nullptr || good(*text)) return;
  checker.fault(place, "got " + quoted(*text) + ", want " + std::string(wanted));
}

/// URIs that belong to a vocabulary of GS1 and are written as bare words.
bool is_reserved(Vocabulary vocabulary, std::string_view uri) {
  if (vocabulary == Vocabulary::measurement_type || vocabulary == Vocabulary::alert_type) {
    return std::ranges::any_of(
        std::initializer_list<std::string_view>{"http://gs1.org/voc/", "https://gs1.org/voc/",
                                                "http://www.gs1.org/voc/",
                                                "https://www.gs1.org/voc/"},
        [&](std::string_view start) { return uri.starts_with(start); });
  }
  return uri.starts_with("urn:epcglobal:cbv") || uri.starts_with("http://ns.gs1.org/cbv/") ||
         uri.starts_with("https://ns.gs1.org/cbv/");
}

bool is_offset(std::string_view text) {
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return false;
  if (!is_digit(text[1]) || !is_digit(text[2]) || !is_digit(text[4]) || !is_digit(text[5])) {
    return false;
  }
  const int hours = (text[1] - '0') * 10 + (text[2] - '0');
  return (hours <= 13 && text[4] <= '5') || text.substr(1) == "14:00";
}

bool is_version(std::string_view text) {
  bool digit = false;
  for (const char c : text) {
    if (!is_digit(c) && (c != '.' || !digit)) return false;
    digit = is_digit(c);
  }
  return digit;
}

}  // namespace

void Checker::fault(const Place& place, std::string message) {
  if (!enough()) faults_.push_back({place.pointer(), std::move(message)});
}

bool Checker::object(const Json& value, const Place& place, std::span<const Member> members,
                     Others others) {
  if (!value.is_object()) {
    fault(place, "got " + json_kind(value) + ", want an object");
    return false;
  }
  for (const auto& [key, inner] : value.items()) {
    const auto member = std::ranges::find(members, key, &Member::name);
    const Place there = place.at(key);
    if (member != members.end()) {
      member->check(*this, inner, there);
    } else if (others == Others::none) {
      fault(there, "no such field here");
    } else if (others == Others::extensions && !json_schema::is_uri(key)) {
      fault(there, "no such field here; an extension is named by a URI, such as example:" + key);
    }
    if (enough()) return true;
  }
  for (const Member& member : members) {
    if (member.required && !value.contains(member.name)) {
      fault(place, std::string(member.name) + ": missing");
    }
  }
  return true;
}

bool Checker::list(const Json& value, const Place& place, Check item) {
  if (!value.is_array()) {
    fault(place, "got " + json_kind(value) + ", want a list");
    return false;
  }
  for (std::size_t i = 0; i < value.size() && !enough(); ++i) item(*this, value[i], place.at(i));
  return true;
}

void check_text(Checker& checker, const Json& value, const Place& place) {
  text_in(checker, value, place, "a text");
}

void check_uri(Checker& checker, const Json& value, const Place& place) {
  check_form(checker, value, place, "a URI",
             [](std::string_view text) { return json_schema::is_uri(text); });
}

void check_time(Checker& checker, const Json& value, const Place& place) {
  check_form(checker, value, place, "an instant like 2026-11-28T12:00:00.000Z",
             [](std::string_view text) { return json_schema::parse_instant(text).has_value(); });
}

void check_action(Checker& checker, const Json& value, const Place& place) {
  check_form(checker, value, place, "ADD, OBSERVE or DELETE", [](std::string_view text) {
    return text == "ADD" || text == "OBSERVE" || text == "DELETE";
  });
}

void check_offset(Checker& checker, const Json& value, const Place& place) {
  check_form(checker, value, place, "an offset like +02:00, at most 14:00", is_offset);
}

void check_number(Checker& checker, const Json& value, const Place& place) {
  if (!value.is_number()) checker.fault(place, "got " + json_kind(value) + ", want a number");
}

void check_boolean(Checker& checker, const Json& value, const Place& place) {
  if (!value.is_boolean()) checker.fault(place, "got " + json_kind(value) + ", want true or false");
}

void check_hex(Checker& checker, const Json& value, const Place& place) {
  check_form(checker, value, place, "hex digits", [](std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, json_schema::is_hex);
  });
}

void check_uom(Checker& checker, const Json& value, const Place& place) {
  check_form(checker, value, place, "a unit of two or three capitals and digits, such as KGM",
             [](std::string_view text) {
               return text.size() >= 2 && text.size() <= 3 && std::ranges::all_of(text, [](char c) {
                        return is_digit(c) || (c >= 'A' && c <= 'Z');
                      });
             });
}

void check_version(Checker& checker, const Json& value, const Place& place) {
  check_form(checker, value, place, "a version like 2.0", is_version);
}

void check_context(Checker& checker, const Json& value, const Place& place) {
  if (value.is_object()) return;
  if (!value.is_array()) return check_uri(checker, value, place);
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (!value[i].is_object()) check_uri(checker, value[i], place.at(i));
  }
  check_distinct(checker, value, place);
}

template <Vocabulary vocabulary>
void check_term(Checker& checker, const Json& value, const Place& place) {
  check_form(checker, value, place,
             std::string(text_of(vocabulary)) + ", or a URI outside that vocabulary",
             [](std::string_view text) {
               return is_term(vocabulary, text) ||
                      (json_schema::is_uri(text) && !is_reserved(vocabulary, text));
             });
}

template void check_term<Vocabulary::biz_step>(Checker&, const Json&, const Place&);
template void check_term<Vocabulary::disposition>(Checker&, const Json&, const Place&);
template void check_term<Vocabulary::transaction_type>(Checker&, const Json&, const Place&);
template void check_term<Vocabulary::source_type>(Checker&, const Json&, const Place&);
template void check_term<Vocabulary::error_reason>(Checker&, const Json&, const Place&);
template void check_term<Vocabulary::measurement_type>(Checker&, const Json&, const Place&);
template void check_term<Vocabulary::alert_type>(Checker&, const Json&, const Place&);
template void check_term<Vocabulary::component>(Checker&, const Json&, const Place&);

void check_distinct(Checker& checker, const Json& value, const Place& place) {
  const auto twin = json_schema::first_twin(value);
  if (twin)
    checker.fault(place.at(twin->second), "stands twice: also at " + std::to_string(twin->first));
}

void check_distinct_uris(Checker& checker, const Json& value, const Place& place) {
  if (checker.list(value, place, check_uri) && !checker.enough()) {
    check_distinct(checker, value, place);
  }
}

bool has_list(const Json& object, std::string_view name, std::size_t least) {
  const auto found = object.find(name);
  return found != object.end() && found->is_array() && found->size() >= least;
}

}  // namespace muster::exchange
