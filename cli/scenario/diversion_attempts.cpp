#include "cli/scenario/registry_attempts.hpp"

// V28: diversion on paper. Goods that no licence lets go, or that are set up where nobody may.

namespace muster::cli::scenario {
namespace {

using registry::Draft;

std::string licence_end(const RegistryWorld& world) {
  constexpr std::int64_t year_begins_ms = 1'767'225'600'000;  // 2026-01-01
  const auto days = static_cast<std::int64_t>(world.terms().licence.days);
  return Timestamp{year_begins_ms + days * ms_per_day}.to_string();
}

/// A licence of the maker for `southwind`, changed in `field`.
Json licence(RegistryWorld& world, const std::string& field = {}, const Json& value = {}) {
  Json body = {{"licence", "L" + world.next_shipment()},
               {"licensee", "maker"},
               {"consignees", {"southwind"}},
               {"countries", {world.terms().abroad}},
               {"products", {"a1"}},
               {"max_units", world.terms().licence.max_units},
               {"window", {{"from", "2026-01-01T00:00:00.000Z"}, {"to", licence_end(world)}}}};
  if (!field.empty()) body[field] = value;
  return body;
}

/// A release of `count` chips across the border, under a licence that does not cover it.
Result<AttemptEnd> diverted(RegistryWorld& world, const std::string& field, const Json& value,
                            std::size_t count) {
  MUSTER_TRY_ASSIGN(const auto chips, world.chips(count));
  const Json granted = licence(world, field, value);
  MUSTER_TRY(world.record("gov", {.kind = "licence.grant", .body = granted}));
  Draft draft = release_draft(world, "southwind", chips);
  draft.body["licence"] = granted.at("licence");
  return refused(world, "maker", std::move(draft));
}

}  // namespace

std::vector<RegistryAttempt> diversion_attempts() {
  return {
      {"without a licence",
       [](RegistryWorld& world) -> Result<AttemptEnd> {
         MUSTER_TRY_ASSIGN(const auto chips, world.chips(1));
         return refused(world, "maker", release_draft(world, "southwind", chips));
       }},
      {"to another consignee",
       [](RegistryWorld& world) { return diverted(world, "consignees", {"northwind"}, 1); }},
      {"to another country",
       [](RegistryWorld& world) { return diverted(world, "countries", {world.terms().home}, 1); }},
      {"after the licence ended",
       [](RegistryWorld& world) {
         return diverted(world, "window",
                         {{"from", "2025-01-01T00:00:00.000Z"}, {"to", "2025-02-01T00:00:00.000Z"}},
                         1);
       }},
      {"more than the licence allows",
       [](RegistryWorld& world) {
         return diverted(world, {}, {}, world.terms().licence.max_units + 1);
       }},
      {"installed at another's site",
       [](RegistryWorld& world) -> Result<AttemptEnd> {
         MUSTER_TRY_ASSIGN(const auto chips, world.chips(1));
         return refused(world, "maker", about("install", chips, Json::object(), "dealer-site"));
       }},
  };
}

}  // namespace muster::cli::scenario
