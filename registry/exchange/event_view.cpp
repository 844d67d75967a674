#include "registry/exchange/event_view.hpp"

#include <algorithm>

#include "registry/exchange/hash_value.hpp"
#include "registry/exchange/identifiers.hpp"

namespace muster::exchange {
namespace {

std::string without(std::string text, std::string_view start) {
  return text.starts_with(start) ? text.substr(start.size()) : text;
}

}  // namespace

EventView::EventView(const Json& event, const HashContext& context)
    : event_(event), context_(context) {
  if (const auto own = event.find("@context"); own != event.end()) context_.namespaces.add(*own);
  const std::string start = "{" + std::string(chip_namespace) + "}";
  for (const auto& [key, value] : event.items()) {
    const std::string name = context_.namespaces.braced(key);
    if (name.starts_with(start)) extensions_.emplace(name.substr(start.size()), local(value));
  }
}

/// Keys of our namespace by their local names; others as they stand.
Json EventView::local(const Json& value) const {
  if (value.is_array()) {
    Json list = Json::array();
    for (const Json& one : value) list.push_back(local(one));
    return list;
  }
  if (!value.is_object()) return value;
  const std::string start = "{" + std::string(chip_namespace) + "}";
  Json object = Json::object();
  for (const auto& [key, inner] : value.items()) {
    object[without(context_.namespaces.braced(key), start)] = local(inner);
  }
  return object;
}

std::string EventView::text(std::string_view field) const {
  const auto found = event_.find(field);
  if (found == event_.end() || !found->is_string()) return {};
  return found->get<std::string>();
}

std::string EventView::term(const Json& value, std::string_view prefix) const {
  const std::string start = std::string(cbv_namespace) + std::string(prefix);
  return without(hash_term(value, start, context_), start);
}

std::string EventView::biz_step() const {
  return event_.contains("bizStep") ? term(event_["bizStep"], "BizStep-") : std::string();
}

std::string EventView::disposition() const {
  return event_.contains("disposition") ? term(event_["disposition"], "Disp-") : std::string();
}

const Json& EventView::list(std::string_view field) const {
  static const Json none = Json::array();
  const auto found = event_.find(field);
  return found == event_.end() || !found->is_array() ? none : *found;
}

const Json* EventView::extension(std::string_view name) const {
  const auto found = extensions_.find(name);
  return found == extensions_.end() ? nullptr : &found->second;
}

std::string EventView::extension_text(std::string_view name) const {
  const Json* value = extension(name);
  return value == nullptr || !value->is_string() ? std::string() : value->get<std::string>();
}

std::string EventView::transaction_type(const Json& transaction) const {
  const auto type = transaction.find("type");
  if (type == transaction.end()) return {};
  return without(term(*type, "BTT-"), chip_transaction_types);
}

std::string EventView::transaction(std::string_view type) const {
  for (const Json& one : list("bizTransactionList")) {
    if (transaction_type(one) == type) return one.value("bizTransaction", std::string());
  }
  return {};
}

std::vector<std::string> EventView::transaction_types() const {
  std::vector<std::string> types;
  for (const Json& one : list("bizTransactionList")) types.push_back(transaction_type(one));
  return types;
}

std::string EventView::first_of(const char* name, const char* item, std::string_view type) const {
  for (const Json& one : list(name)) {
    const auto found = one.find("type");
    if (found != one.end() && term(*found, "SDT-") == type) return one.value(item, std::string());
  }
  return {};
}

std::string EventView::source(std::string_view type) const {
  return first_of("sourceList", "source", type);
}

std::string EventView::destination(std::string_view type) const {
  return first_of("destinationList", "destination", type);
}

std::string EventView::place() const {
  for (const char* field : {"readPoint", "bizLocation"}) {
    const auto found = event_.find(field);
    if (found != event_.end() && found->is_object()) return found->value("id", std::string());
  }
  return {};
}

bool EventView::sets(std::string_view disposition) const {
  const auto found = event_.find("persistentDisposition");
  if (found == event_.end() || !found->contains("set")) return false;
  return std::ranges::any_of((*found)["set"],
                             [&](const Json& one) { return term(one, "Disp-") == disposition; });
}

}  // namespace muster::exchange
