#include "registry/exchange/resolver.hpp"

#include <algorithm>
#include <array>

#include "ledger/base/csv.hpp"
#include "ledger/base/names.hpp"
#include "registry/gs1/key_spelling.hpp"
#include "registry/json_schema/uri.hpp"
#include "registry/state/state.hpp"

namespace muster::exchange {
namespace {

/// What URIs of a register may name: README.md, "Things are named".
constexpr std::array<std::string_view, 14> spaces{
    "chip", "org",  "site",     "class",   "lot",    "block",     "container",
    "asm",  "rack", "shipment", "licence", "filing", "statement", "report"};

/// Errors: `invalid_input`: a URI in a space that nothing asks for would never be found.
Result<void> check_space(const std::string& space) {
  if (std::ranges::find(spaces, space) != spaces.end()) return {};
  std::string want;
  for (const std::string_view one : spaces) {
    want += (want.empty() ? "" : ", ") + std::string(one);
  }
  return failure(Errc::invalid_input, "space: got \"" + space + "\", want one of " + want);
}

Result<void> check_thing(const NamedThing& thing) {
  if (thing.space == "chip") {
    MUSTER_TRY(ChipId::parse(thing.id));
    return {};
  }
  MUSTER_TRY(check_space(thing.space));
  return check_name("id", thing.id);
}

/// The chips to which signed statements give the GS1 key.
std::vector<std::string> signed_for(const registry::State& state, std::string_view uri) {
  std::vector<std::string> chips;
  const auto key = registry::alias_spelling(registry::AliasScheme::gs1, uri);
  if (!key) return chips;
  for (const registry::RowN row :
       state.named(registry::alias_name(registry::AliasScheme::gs1, *key))) {
    chips.push_back(state.chip_id(state.tables().aliases[row].chip).to_string());
  }
  return chips;
}

}  // namespace

std::string one_spelling(std::string_view uri) {
  return gs1::key_spelling(uri).value_or(std::string(uri));
}

Result<void> Resolver::read_list(std::string_view csv, const std::string& name) {
  constexpr std::array<std::string_view, 3> columns{"uri", "space", "id"};
  MUSTER_TRY_ASSIGN(const CsvTable table, CsvTable::parse(csv, name, columns));
  for (const CsvRecord& record : table.records()) {
    const std::string& uri = record.fields[0];
    NamedThing thing{record.fields[1], record.fields[2]};
    if (!json_schema::is_uri(uri)) {
      return failure(Errc::invalid_input,
                     table.where(record) + ": uri: got \"" + uri + "\", want a URI");
    }
    auto checked = check_thing(thing);
    if (!checked) return failure(std::move(checked.error()).during(table.where(record)));
    if (!list_.emplace(one_spelling(uri), std::move(thing)).second) {
      return failure(Errc::invalid_input, table.where(record) + ": " + uri + " stands twice");
    }
  }
  return {};
}

std::optional<NamedThing> Resolver::find(std::string_view uri) const {
  if (auto own = own_.parse(uri)) return own;
  if (state_ != nullptr) {
    auto chips = signed_for(*state_, uri);
    if (chips.size() == 1) return NamedThing{"chip", std::move(chips.front())};
  }
  const auto found = list_.find(one_spelling(uri));
  if (found == list_.end()) return std::nullopt;
  return found->second;
}

std::string Resolver::why_nothing(std::string_view uri) const {
  const std::string name(uri);
  const auto chips = state_ == nullptr ? std::vector<std::string>() : signed_for(*state_, uri);
  if (chips.size() < 2) return "nothing is called " + name + "; name it in the list of URIs";
  return std::to_string(chips.size()) + " chips are called " + name + ": " + chips[0] + ", " +
         chips[1] + (chips.size() > 2 ? ", …" : "") + "; say in the list of URIs which is meant";
}

std::optional<std::string> Resolver::find(std::string_view uri, std::string_view space) const {
  auto thing = find(uri);
  if (!thing || thing->space != space) return std::nullopt;
  return std::move(thing->id);
}

}  // namespace muster::exchange
