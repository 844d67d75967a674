#include "registry/exchange/named_chips.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "ledger/crypto/sha256.hpp"

namespace muster::exchange {
namespace {

void add_name(const Json& uri, const Resolver& resolver, std::set<ChipName>& names) {
  if (!uri.is_string()) return;
  const auto& text = uri.get_ref<const std::string&>();
  if (const auto id = resolver.find(text, "chip")) {
    if (const auto chip = ChipId::parse(*id)) names.insert(name_of_chip(*chip));
  }
  const auto key = registry::alias_spelling(registry::AliasScheme::gs1, text);
  if (key) names.insert(registry::alias_name(registry::AliasScheme::gs1, *key));
}

}  // namespace

ChipName name_of_chip(const ChipId& chip) {
  const Hash digest = crypto::sha256("muster/capture/chip/v1\n" + chip.to_string());
  ChipName name;
  std::copy_n(digest.bytes.begin(), name.bytes.size(), name.bytes.begin());
  return name;
}

std::vector<ChipName> chips_named(const Json& event, const Resolver& resolver) {
  constexpr std::array fields{"epcList", "childEPCs", "inputEPCList", "outputEPCList", "parentID"};
  std::set<ChipName> names;
  for (const char* field : fields) {
    const auto found = event.find(field);
    if (found == event.end()) continue;
    if (!found->is_array()) {
      add_name(*found, resolver, names);
      continue;
    }
    for (const Json& uri : *found) add_name(uri, resolver, names);
  }
  return {names.begin(), names.end()};
}

std::vector<ChipName> names_of_chip(const registry::State& state, registry::RowN chip) {
  std::vector<ChipName> names{name_of_chip(state.chip_id(chip))};
  for (const registry::RowN row : state.names_of(chip)) {
    const registry::Alias& alias = state.tables().aliases[row];
    if (alias.scheme == registry::AliasScheme::gs1) names.push_back(alias.name);
  }
  return names;
}

}  // namespace muster::exchange
