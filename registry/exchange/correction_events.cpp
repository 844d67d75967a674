// The part of EventBuilder that writes corrections.

#include "registry/exchange/event_builder.hpp"

namespace muster::exchange {

std::vector<Json> EventBuilder::correction_events(const LedgerStatement& correction,
                                                  const LedgerStatement& target) const {
  const registry::Event& said = target.event.instead ? *target.event.instead : target.event;
  std::vector<Json> instead;
  if (correction.event.instead) {
    instead = events({*correction.event.instead, correction.index, correction.accepted_at});
  }
  const bool replaced = correction.event.instead != nullptr;
  Json declaration{{"declarationTime", correction.event.header.event_time.to_string()},
                   {"reason", replaced ? "incorrect_data" : "did_not_occur"}};
  for (const Json& event : instead) {
    declaration["correctiveEventIDs"].push_back(event["eventID"]);
  }
  declaration["chip:event"] = replaced ? "L2" : "L1";
  add_header(correction, declaration);
  std::vector<Json> list;
  for (Json& event : events({said, target.index, target.accepted_at})) {
    event["recordTime"] = correction.accepted_at.to_string();
    event["errorDeclaration"] = declaration;
    list.push_back(std::move(event));
  }
  for (Json& event : instead) list.push_back(std::move(event));
  return list;
}

}  // namespace muster::exchange
