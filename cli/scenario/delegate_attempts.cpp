#include "cli/scenario/registry_attempts.hpp"

// V26: what a delegate says for its principal beyond its delegation.

namespace muster::cli::scenario {
namespace {

using registry::Draft;

constexpr std::int64_t delegated_days = 30;

/// A party that may sell chips of the maker, and the delegation by which it may.
struct Delegate {
  std::string org;
  std::string delegation;
};

Result<Delegate> delegate_of_maker(RegistryWorld& world, const Json& more = Json::object()) {
  MUSTER_TRY_ASSIGN(const std::string org, world.newcomer("distributor"));
  const std::string id = "D" + world.next_shipment();
  const Timestamp from = world.clock().now();
  Json body = {{"delegation", id},
               {"delegate", org},
               {"kinds", {"release"}},
               {"window",
                {{"from", from.to_string()},
                 {"to", Timestamp{from.ms + delegated_days * ms_per_day}.to_string()}}}};
  body.update(more);
  MUSTER_TRY(world.record("maker", {.kind = "delegate.grant", .body = body}));
  return Delegate{org, id};
}

Draft for_party(Draft draft, const std::string& principal) {
  draft.on_behalf_of = principal;
  return draft;
}

/// A sale of `count` chips of the maker by `delegate`, which must be refused.
Result<AttemptEnd> sale_refused(RegistryWorld& world, const Delegate& delegate, std::size_t count) {
  MUSTER_TRY_ASSIGN(const auto chips, world.chips(count));
  return refused(world, delegate.org, for_party(release_draft(world, "northwind", chips), "maker"));
}

Result<AttemptEnd> after_its_window(RegistryWorld& world) {
  MUSTER_TRY_ASSIGN(const Delegate delegate, delegate_of_maker(world));
  world.clock().advance_ms((delegated_days + 1) * ms_per_day);
  return sale_refused(world, delegate, 1);
}

Result<AttemptEnd> after_it_was_revoked(RegistryWorld& world) {
  MUSTER_TRY_ASSIGN(const Delegate delegate, delegate_of_maker(world));
  MUSTER_TRY(
      world.record("maker", {.kind = "delegate.revoke",
                             .body = {{"delegation", delegate.delegation}, {"reason", "over"}}}));
  return sale_refused(world, delegate, 1);
}

Result<AttemptEnd> more_than_it_may(RegistryWorld& world) {
  MUSTER_TRY_ASSIGN(const Delegate delegate, delegate_of_maker(world, {{"max_units", 1}}));
  return sale_refused(world, delegate, 2);
}

/// The first sale is within the delegation, and uses it up.
Result<AttemptEnd> once_more_than_it_may(RegistryWorld& world) {
  MUSTER_TRY_ASSIGN(const Delegate delegate, delegate_of_maker(world, {{"max_units", 1}}));
  MUSTER_TRY_ASSIGN(const auto chips, world.chips(1));
  MUSTER_TRY(
      world.record(delegate.org, for_party(release_draft(world, "northwind", chips), "maker")));
  return sale_refused(world, delegate, 1);
}

Result<AttemptEnd> of_another_kind(RegistryWorld& world) {
  MUSTER_TRY_ASSIGN(const Delegate delegate, delegate_of_maker(world));
  MUSTER_TRY_ASSIGN(const auto chips, world.chips(1));
  return refused(world, delegate.org,
                 for_party(about("loss.declare", chips, {{"circumstances", "gone"}}), "maker"));
}

Result<AttemptEnd> for_another_principal(RegistryWorld& world) {
  MUSTER_TRY_ASSIGN(const Delegate delegate, delegate_of_maker(world));
  MUSTER_TRY_ASSIGN(const auto chips, world.chips(1));
  const std::string shipment = world.next_shipment();
  MUSTER_TRY_ASSIGN(const Hash release, world.release("maker", "dealer", shipment, chips));
  MUSTER_TRY(world.record(
      "dealer", about("accept", chips,
                      {{"shipment", shipment}, {"release", release.to_hex()}, {"method", "opened"}},
                      "dealer-site")));
  return refused(world, delegate.org,
                 for_party(release_draft(world, "northwind", chips), "dealer"));
}

Result<AttemptEnd> a_key_of_its_own(RegistryWorld& world) {
  MUSTER_TRY_ASSIGN(const Delegate delegate,
                    delegate_of_maker(world, {{"kinds", {"release", "retire"}}}));
  const std::string name = "key" + world.next_shipment();
  const std::string text = crypto::PublicKey(world.signer(name).public_key()).text();
  return refused(world, delegate.org,
                 for_party({.kind = "key.add", .body = {{"key", text}}}, "maker"), {name});
}

Result<AttemptEnd> handed_on(RegistryWorld& world) {
  MUSTER_TRY_ASSIGN(const Delegate delegate, delegate_of_maker(world));
  const Timestamp from = world.clock().now();
  const Json body = {
      {"delegation", "D" + world.next_shipment()},
      {"delegate", "dealer"},
      {"kinds", {"release"}},
      {"window",
       {{"from", from.to_string()}, {"to", Timestamp{from.ms + ms_per_day}.to_string()}}}};
  return refused(world, delegate.org, for_party({.kind = "delegate.grant", .body = body}, "maker"));
}

}  // namespace

std::vector<RegistryAttempt> delegate_attempts() {
  return {{"after its window", after_its_window},
          {"after it was revoked", after_it_was_revoked},
          {"more chips than it may", more_than_it_may},
          {"once more than it may", once_more_than_it_may},
          {"another kind", of_another_kind},
          {"another principal", for_another_principal},
          {"a key of its own", a_key_of_its_own},
          {"handed on", handed_on}};
}

}  // namespace muster::cli::scenario
