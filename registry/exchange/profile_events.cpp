#include "registry/exchange/profile_events.hpp"

#include <algorithm>
#include <array>

#include "ledger/base/json_fields.hpp"
#include "registry/exchange/profile_parts.hpp"

namespace muster::exchange {
namespace {

constexpr std::array<Member, 8> common{{{"@context", check_context},
                                        {"type", check_text, true},
                                        {"eventTime", check_time, true},
                                        {"recordTime", check_time},
                                        {"eventTimeZoneOffset", check_offset, true},
                                        {"eventID", check_uri},
                                        {"certificationInfo", check_certification},
                                        {"errorDeclaration", check_error_declaration}}};

// What all five types have beside the common members.
constexpr std::array<Member, 8> shared{{{"bizStep", check_term<Vocabulary::biz_step>},
                                        {"disposition", check_term<Vocabulary::disposition>},
                                        {"readPoint", check_place},
                                        {"bizLocation", check_place},
                                        {"bizTransactionList", check_list<check_transaction>},
                                        {"sourceList", check_list<check_source>},
                                        {"destinationList", check_list<check_destination>},
                                        {"sensorElementList", check_list<check_sensor_element>}}};

constexpr std::array<Member, 5> object_members{{{"action", check_action, true},
                                                {"epcList", check_distinct_uris},
                                                {"quantityList", check_list<check_quantity>},
                                                {"persistentDisposition", check_persistent},
                                                {"ilmd", check_ilmd}}};
constexpr std::array<Member, 4> aggregation_members{
    {{"action", check_action, true},
     {"parentID", check_uri},
     {"childEPCs", check_list<check_uri>},
     {"childQuantityList", check_list<check_quantity>}}};
constexpr std::array<Member, 4> association_members{
    {{"action", check_action, true},
     {"parentID", check_uri, true},
     {"childEPCs", check_list<check_uri>},
     {"childQuantityList", check_list<check_quantity>}}};
constexpr std::array<Member, 4> transaction_members{{{"action", check_action, true},
                                                     {"parentID", check_uri},
                                                     {"epcList", check_list<check_uri>},
                                                     {"quantityList", check_list<check_quantity>}}};
constexpr std::array<Member, 7> transformation_members{
    {{"inputEPCList", check_distinct_uris},
     {"inputQuantityList", check_list<check_quantity>},
     {"outputEPCList", check_distinct_uris},
     {"outputQuantityList", check_list<check_quantity>},
     {"transformationID", check_uri},
     {"persistentDisposition", check_persistent},
     {"ilmd", check_ilmd}}};

bool is_action(const Json& event, std::string_view action) {
  const auto found = event.find("action");
  return found != event.end() && found->is_string() &&
         found->get_ref<const std::string&>() == action;
}

void wants_children(Checker& checker, const Json& event, const Place& place) {
  if (is_action(event, "DELETE") || has_list(event, "childEPCs", 1) ||
      has_list(event, "childQuantityList", 1)) {
    return;
  }
  checker.fault(place, "has neither childEPCs nor childQuantityList, which only DELETE may lack");
}

void check_object_event(Checker& checker, const Json& event, const Place& place) {
  const bool sensors = has_list(event, "sensorElementList", 1) && event.contains("readPoint");
  if (!has_list(event, "epcList", 0) && !has_list(event, "quantityList", 1) && !sensors) {
    checker.fault(place,
                  "has no epcList, no quantityList, and no sensorElementList with a readPoint");
  }
  if (event.contains("ilmd") && !is_action(event, "ADD")) {
    checker.fault(place.at("ilmd"), "stands with action ADD only");
  }
}

void check_transaction_event(Checker& checker, const Json& event, const Place& place) {
  if (!has_list(event, "bizTransactionList", 1)) {
    checker.fault(place, "bizTransactionList: missing or empty");
  }
  if (is_action(event, "DELETE") || has_list(event, "epcList", 0) ||
      has_list(event, "quantityList", 1)) {
    return;
  }
  checker.fault(place, "has neither epcList nor quantityList, which only DELETE may lack");
}

void check_transformation_event(Checker& checker, const Json& event, const Place& place) {
  const bool in = has_list(event, "inputEPCList", 1) || has_list(event, "inputQuantityList", 1);
  const bool out = has_list(event, "outputEPCList", 1) || has_list(event, "outputQuantityList", 1);
  const bool named = event.contains("transformationID");
  if (in && out) return;
  if (named && (in || out)) return;
  checker.fault(place, named ? "has no inputs and no outputs"
                             : "wants inputs and outputs, or a transformationID with some of them");
}

struct EventType {
  std::string_view name;
  std::span<const Member> members;
  void (*rule)(Checker& checker, const Json& event, const Place& place);
};
constexpr std::array<EventType, 5> event_types{
    {{"AggregationEvent", aggregation_members, wants_children},
     {"AssociationEvent", association_members, wants_children},
     {"ObjectEvent", object_members, check_object_event},
     {"TransactionEvent", transaction_members, check_transaction_event},
     {"TransformationEvent", transformation_members, check_transformation_event}}};

}  // namespace

void check_event(Checker& checker, const Json& value, const Place& place) {
  if (!value.is_object()) {
    checker.fault(place, "got " + json_kind(value) + ", want an object");
    return;
  }
  const auto name = value.find("type");
  if (name == value.end() || !name->is_string()) {
    checker.fault(place, "type: missing");
    return;
  }
  const auto type =
      std::ranges::find(event_types, name->get_ref<const std::string&>(), &EventType::name);
  if (type == event_types.end()) {
    check_uri(checker, *name, place.at("type"));
    checker.object(value, place, common, Others::any);
    return;
  }
  std::vector<Member> members(common.begin(), common.end());
  members.insert(members.end(), shared.begin(), shared.end());
  members.insert(members.end(), type->members.begin(), type->members.end());
  checker.object(value, place, members, Others::extensions);
  type->rule(checker, value, place);
}

}  // namespace muster::exchange
