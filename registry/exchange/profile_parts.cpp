#include "registry/exchange/profile_parts.hpp"

#include <array>

namespace muster::exchange {
namespace {

void check_dispositions(Checker& checker, const Json& value, const Place& place) {
  if (!checker.list(value, place, check_term<Vocabulary::disposition>)) return;
  if (value.empty()) checker.fault(place, "is empty");
  check_distinct(checker, value, place);
}

void check_sensor_metadata(Checker& checker, const Json& value, const Place& place) {
  constexpr std::array<Member, 8> members{{{"time", check_time},
                                           {"deviceID", check_uri},
                                           {"deviceMetadata", check_uri},
                                           {"rawData", check_uri},
                                           {"startTime", check_time},
                                           {"endTime", check_time},
                                           {"dataProcessingMethod", check_uri},
                                           {"bizRules", check_uri}}};
  checker.object(value, place, members, Others::extensions);
}

void check_sensor_report(Checker& checker, const Json& value, const Place& place) {
  constexpr std::array<Member, 24> members{
      {{"type", check_term<Vocabulary::measurement_type>, true},
       {"exception", check_term<Vocabulary::alert_type>},
       {"deviceID", check_uri},
       {"deviceMetadata", check_uri},
       {"rawData", check_uri},
       {"dataProcessingMethod", check_uri},
       {"bizRules", check_uri},
       {"time", check_time},
       {"microorganism", check_uri},
       {"chemicalSubstance", check_uri},
       {"coordinateReferenceSystem", check_uri},
       {"value", check_number},
       {"component", check_term<Vocabulary::component>},
       {"stringValue", check_text},
       {"booleanValue", check_boolean},
       {"hexBinaryValue", check_hex},
       {"uriValue", check_uri},
       {"minValue", check_number},
       {"maxValue", check_number},
       {"meanValue", check_number},
       {"sDev", check_number},
       {"percRank", check_number},
       {"percValue", check_number},
       {"uom", check_text}}};
  checker.object(value, place, members, Others::extensions);
}

void check_sensor_reports(Checker& checker, const Json& value, const Place& place) {
  if (checker.list(value, place, check_sensor_report) && value.empty()) {
    checker.fault(place, "is empty");
  }
}

}  // namespace

void check_certification(Checker& checker, const Json& value, const Place& place) {
  if (value.is_array()) {
    checker.list(value, place, check_uri);
  } else {
    check_uri(checker, value, place);
  }
}

void check_error_declaration(Checker& checker, const Json& value, const Place& place) {
  constexpr std::array<Member, 3> members{{{"declarationTime", check_time, true},
                                           {"reason", check_term<Vocabulary::error_reason>},
                                           {"correctiveEventIDs", check_list<check_uri>}}};
  checker.object(value, place, members, Others::extensions);
}

void check_persistent(Checker& checker, const Json& value, const Place& place) {
  constexpr std::array<Member, 2> members{
      {{"set", check_dispositions}, {"unset", check_dispositions}}};
  if (checker.object(value, place, members, Others::none) && value.empty()) {
    checker.fault(place, "has neither set nor unset");
  }
}

void check_ilmd(Checker& checker, const Json& value, const Place& place) {
  checker.object(value, place, {}, Others::extensions);
}

void check_quantity(Checker& checker, const Json& value, const Place& place) {
  constexpr std::array<Member, 3> members{
      {{"epcClass", check_uri, true}, {"quantity", check_number}, {"uom", check_uom}}};
  checker.object(value, place, members, Others::none);
}

void check_place(Checker& checker, const Json& value, const Place& place) {
  constexpr std::array<Member, 1> members{{{"id", check_uri, true}}};
  checker.object(value, place, members, Others::any);
}

void check_transaction(Checker& checker, const Json& value, const Place& place) {
  constexpr std::array<Member, 2> members{
      {{"type", check_term<Vocabulary::transaction_type>}, {"bizTransaction", check_uri, true}}};
  checker.object(value, place, members, Others::none);
}

void check_source(Checker& checker, const Json& value, const Place& place) {
  constexpr std::array<Member, 2> members{
      {{"type", check_term<Vocabulary::source_type>, true}, {"source", check_uri, true}}};
  checker.object(value, place, members, Others::none);
}

void check_destination(Checker& checker, const Json& value, const Place& place) {
  constexpr std::array<Member, 2> members{
      {{"type", check_term<Vocabulary::source_type>, true}, {"destination", check_uri, true}}};
  checker.object(value, place, members, Others::none);
}

void check_sensor_element(Checker& checker, const Json& value, const Place& place) {
  constexpr std::array<Member, 2> members{
      {{"sensorMetadata", check_sensor_metadata}, {"sensorReport", check_sensor_reports, true}}};
  checker.object(value, place, members, Others::extensions);
}

}  // namespace muster::exchange
