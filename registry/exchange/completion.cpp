#include "registry/exchange/completion.hpp"

#include <algorithm>

#include "registry/exchange/draft.hpp"
#include "registry/kind.hpp"

namespace muster::exchange {
namespace {

using registry::Draft;

tl::unexpected<Error> unfit(const std::string& message) {
  return failure(Errc::invalid_input,
                 "correct.replace: " + message + "; take the statement back and say it anew");
}

Result<void> quote_release(Draft& draft, const registry::State& state) {
  const registry::Kind* kind = registry::find_kind(draft.kind);
  const bool quotes =
      kind != nullptr &&
      std::ranges::find(kind->body, "release", &registry::Field::name) != kind->body.end();
  if (!quotes || draft.body.contains("release")) return {};
  const auto shipment = draft.body.find("shipment");
  const std::string id = shipment == draft.body.end() || !shipment->is_string()
                             ? std::string()
                             : shipment->get<std::string>();
  const auto row = state.tables().shipments.find(id);
  if (row == registry::no_row) {
    return failure(Errc::not_found, "shipment " + id + ": was never released here");
  }
  const registry::Index32 release = state.tables().shipments[row].release;
  draft.body["release"] = state.tables().statements[release].hash.to_hex();
  return {};
}

/// The hash that the body names, or an empty text.
std::string target_text(const Draft& draft) {
  const auto target = draft.body.find("target");
  return target != draft.body.end() && target->is_string() ? target->get<std::string>()
                                                           : std::string();
}

/// The payload of the statement that `draft` is about.
Result<Json> target_of(const Draft& draft, registry::Registry& registry) {
  const std::string text = target_text(draft);
  const auto hash = Hash::from_hex(text);
  const auto index = hash ? registry.state().statement_index(*hash) : std::nullopt;
  if (text.empty()) return failure(Errc::invalid_input, "body.target: want a statement's hash");
  if (!index) return failure(Errc::not_found, "statement " + text + ": not in this ledger");
  MUSTER_TRY_ASSIGN(const auto entries, registry.log().read({*index}, 1));
  if (entries.empty()) return failure(Errc::corrupt, "log: an entry is missing");
  return parse_json(entries.front().envelope.payload);
}

/// Columns of the items, in the order of the statement's own list.
Result<void> take_items(const Draft& instead, Json& event) {
  const Json& subjects = event["subjects"];
  if (subjects.contains("container")) {
    if (instead.container == subjects["container"].get<std::string>()) return {};
    return unfit("the corrective event is about another container");
  }
  if (subjects.contains("manifest")) {
    if (instead.chips.size() == subjects["manifest"]["items"]) return {};
    return unfit("the corrective event is about another number of chips");
  }
  const Json chips = subjects.value("chips", Json::array());
  if (chips.size() != instead.chips.size())
    return unfit("the corrective event is about other chips");
  Json items = Json::array();
  bool any = false;
  for (const Json& id : chips) {
    const auto chip = std::ranges::find_if(instead.chips, [&](const registry::StatementChip& one) {
      return id == one.chip.to_string();
    });
    if (chip == instead.chips.end()) return unfit("the corrective event is about other chips");
    items.push_back(chip->columns);
    any = any || !chip->columns.empty();
  }
  if (any) event["body"]["items"] = std::move(items);
  return {};
}

/// The text of the target with what the corrective event says.
Result<Json> text_instead(const Json& was, const Draft& instead) {
  Json event = was["kind"] == "correct.replace" ? was["body"]["event"] : was;
  if (event["kind"] != instead.kind) {
    return unfit("the corrective event is a " + instead.kind + ", the statement a " +
                 event["kind"].get<std::string>());
  }
  const Json before = event["body"];
  event["body"] = instead.body;
  if (before.contains("release") && !event["body"].contains("release")) {
    event["body"]["release"] = before["release"];
  }
  event["event_time"] = instead.event_time.to_string();
  event["zone"] = instead.zone;
  event["evidence"] = instead.evidence;
  MUSTER_TRY(take_items(instead, event));
  return event;
}

}  // namespace

Result<void> complete_draft(Draft& draft, registry::Registry& registry) {
  if (draft.kind != "correct.replace") return quote_release(draft, registry.state());
  if (draft.body.contains("was")) return {};
  MUSTER_TRY_ASSIGN(Json was, target_of(draft, registry));
  const auto event = draft.body.find("event");
  if (event == draft.body.end() || !event->is_object()) {
    return failure(Errc::invalid_input, "body.event: want a draft");
  }
  auto instead = parse_nested_draft(*event);
  if (!instead) return failure(std::move(instead.error()).during("body.event"));
  MUSTER_TRY_ASSIGN(draft.body["event"], text_instead(was, instead->draft));
  draft.body["was"] = std::move(was);
  return {};
}

bool is_corrected(const Draft& draft, const registry::State& state) {
  if (draft.kind != "correct.void" && draft.kind != "correct.replace") return false;
  const auto hash = Hash::from_hex(target_text(draft));
  const auto index = hash ? state.statement_index(*hash) : std::nullopt;
  return index && state.tables().statements[*index].corrected != registry::no_index;
}

}  // namespace muster::exchange
