#include "registry/body.hpp"

#include "ledger/base/check.hpp"

namespace muster::registry {
namespace {

template <class T>
T checked(Result<T> result) {
  MUSTER_CHECK(result.has_value());
  return std::move(result).value();
}

}  // namespace

bool Body::has(std::string_view name) const { return object_->contains(name); }

const Json& Body::at(std::string_view name) const {
  const auto found = object_->find(name);
  MUSTER_CHECK(found != object_->end());
  return *found;
}

const std::string& Body::text(std::string_view name) const {
  return at(name).get_ref<const std::string&>();
}

std::string Body::text_or_empty(std::string_view name) const {
  return has(name) ? text(name) : std::string();
}

std::uint64_t Body::integer(std::string_view name) const {
  return static_cast<std::uint64_t>(at(name).get<std::int64_t>());
}

std::uint64_t Body::integer_or(std::string_view name, std::uint64_t fallback) const {
  return has(name) ? integer(name) : fallback;
}

bool Body::boolean(std::string_view name) const { return at(name).get<bool>(); }

Hash Body::hash(std::string_view name) const { return checked(Hash::from_hex(text(name))); }

std::vector<Hash> Body::hashes(std::string_view name) const {
  std::vector<Hash> hashes;
  for (const std::string& item : list(name)) hashes.push_back(checked(Hash::from_hex(item)));
  return hashes;
}

Timestamp Body::time(std::string_view name) const { return checked(Timestamp::parse(text(name))); }

Window Body::window(std::string_view name) const {
  const Body both = record(name);
  return {.from = both.time("from"), .to = both.time("to")};
}

ChipId Body::chip(std::string_view name) const { return checked(ChipId::parse(text(name))); }

std::vector<std::string> Body::list(std::string_view name) const {
  if (!has(name)) return {};
  return at(name).get<std::vector<std::string>>();
}

std::vector<ChipId> Body::chips(std::string_view name) const {
  std::vector<ChipId> chips;
  for (const std::string& item : list(name)) chips.push_back(checked(ChipId::parse(item)));
  return chips;
}

Body Body::record(std::string_view name) const { return Body(at(name)); }

std::vector<Body> Body::records(std::string_view name) const {
  std::vector<Body> bodies;
  if (!has(name)) return bodies;
  for (const Json& item : at(name)) bodies.emplace_back(item);
  return bodies;
}

}  // namespace muster::registry
