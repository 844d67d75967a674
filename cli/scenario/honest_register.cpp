#include "cli/scenario/honest_register.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "cli/scenario/charges.hpp"
#include "cli/scenario/registry_world.hpp"
#include "ledger/crypto/sha256.hpp"
#include "registry/audit.hpp"

namespace muster::cli::scenario {
namespace {

using registry::Draft;

/// The words of an honest day.
class Day final {
 public:
  explicit Day(RegistryWorld& world) : world_(&world) {}

  [[nodiscard]] RegistryWorld& world() { return *world_; }
  Result<Hash> say(const std::string& org, Draft draft,
                   const std::vector<std::string>& others = {}) {
    return world_->record(org, std::move(draft), others);
  }
  /// Chips that `to` got from the maker, by all distributors.
  Result<std::vector<ChipId>> chips_of(const std::string& to, std::size_t count);
  Result<void> deliver(const std::string& from, const std::string& to,
                       const std::vector<ChipId>& chips, const Json& more = Json::object());
  Result<std::string> ship(const std::string& from, const std::string& to,
                           const std::vector<ChipId>& chips, const Json& more = Json::object());
  Result<void> accept(const std::string& to, const std::string& shipment,
                      const std::vector<ChipId>& chips);
  /// The replacement of `target` by what `change` makes of it.
  template <class Change>
  Result<Draft> anew(const Hash& target, Change change);
  /// An authority looks into what the register opened by itself since, and finds nothing in it.
  Result<void> clear_findings(std::size_t since);
  [[nodiscard]] std::size_t findings() const { return world_->state().tables().findings.size(); }

 private:
  RegistryWorld* world_;
  Hash released_{};
};

Draft opened(const std::string& to, const std::string& shipment, const Hash& release,
             const std::vector<ChipId>& chips) {
  return about("accept", chips,
               {{"shipment", shipment}, {"release", release.to_hex()}, {"method", "opened"}},
               to + "-site");
}

Result<std::string> Day::ship(const std::string& from, const std::string& to,
                              const std::vector<ChipId>& chips, const Json& more) {
  std::string shipment = world_->next_shipment();
  Json body = {
      {"shipment", shipment}, {"receiver", to}, {"destination", to + "-site"}, {"purpose", "sale"}};
  body.update(more);
  MUSTER_TRY_ASSIGN(released_, say(from, about("release", chips, body)));
  return shipment;
}

Result<void> Day::accept(const std::string& to, const std::string& shipment,
                         const std::vector<ChipId>& chips) {
  MUSTER_TRY(say(to, opened(to, shipment, released_, chips)));
  return {};
}

Result<void> Day::deliver(const std::string& from, const std::string& to,
                          const std::vector<ChipId>& chips, const Json& more) {
  MUSTER_TRY_ASSIGN(const std::string shipment, ship(from, to, chips, more));
  return accept(to, shipment, chips);
}

Result<std::vector<ChipId>> Day::chips_of(const std::string& to, std::size_t count) {
  MUSTER_TRY_ASSIGN(auto chips, world_->chips(count));
  MUSTER_TRY_ASSIGN(const std::string sender, world_->carried(chips, world_->terms().hops.size()));
  MUSTER_TRY(deliver(sender, to, chips));
  return chips;
}

template <class Change>
Result<Draft> Day::anew(const Hash& target, Change change) {
  const auto index = world_->state().statement_index(target);
  MUSTER_TRY_ASSIGN(const auto entries, world_->log().read({*index}, 1));
  MUSTER_TRY_ASSIGN(const Json was, parse_canonical_json(entries.front().envelope.payload));
  Json event = was;
  change(event["body"]);
  return Draft{.kind = "correct.replace",
               .body = {{"target", target.to_hex()},
                        {"was", was},
                        {"event", std::move(event)},
                        {"reason", "mistyped"}}};
}

Result<void> Day::clear_findings(std::size_t since) {
  for (std::size_t n = since; n < findings(); ++n) {
    const auto& row = world_->state().tables().findings[static_cast<registry::RowN>(n)];
    if (row.closed != registry::no_index) continue;
    MUSTER_TRY(say("gov", {.kind = "finding.close",
                           .body = {{"finding", row.id},
                                    {"outcome", "explained"},
                                    {"reason", "the goods were seen"}}}));
  }
  return {};
}

// ---- What happens to goods on their way.

Result<void> half_of_it_late(Day& day) {
  MUSTER_TRY_ASSIGN(const auto chips, day.world().chips(2));
  const Timestamp due{day.world().clock().now().ms + ms_per_day};
  MUSTER_TRY_ASSIGN(const std::string shipment,
                    day.ship("maker", "northwind", chips, {{"accept_by", due.to_string()}}));
  const std::size_t before = day.findings();
  MUSTER_TRY(day.accept("northwind", shipment, {chips[0]}));
  day.world().clock().advance_ms(3 * ms_per_day);
  MUSTER_TRY(day.accept("northwind", shipment, {chips[1]}));
  return day.clear_findings(before);
}

Result<void> seal_broken(Day& day) {
  MUSTER_TRY_ASSIGN(const auto chips, day.world().chips(2));
  const std::string carton = "carton-" + day.world().next_shipment();
  const std::string seal = "seal of " + carton;
  MUSTER_TRY(day.say("maker",
                     about("pack", chips, {{"container", carton}, {"seal", seal}}, "maker-site")));
  const std::string shipment = day.world().next_shipment();
  MUSTER_TRY_ASSIGN(const Hash release,
                    day.say("maker", {.kind = "release",
                                      .body = {{"shipment", shipment},
                                               {"receiver", "northwind"},
                                               {"destination", "northwind-site"},
                                               {"purpose", "sale"}},
                                      .container = carton}));
  const std::size_t before = day.findings();
  MUSTER_TRY(
      day.say("northwind", {.kind = "seal.check", .body = {{"seal", seal}, {"state", "broken"}}}));
  MUSTER_TRY(day.say(
      "northwind",
      {.kind = "accept",
       .body = {{"shipment", shipment}, {"release", release.to_hex()}, {"method", "opened"}},
       .container = carton,
       .site = "northwind-site"}));
  MUSTER_TRY(day.say("northwind",
                     {.kind = "unpack", .body = {{"seal_state", "broken"}}, .container = carton}));
  return day.clear_findings(before);
}

Result<void> refused_and_returned(Day& day) {
  MUSTER_TRY_ASSIGN(const auto chips, day.world().chips(1));
  MUSTER_TRY_ASSIGN(const std::string shipment, day.ship("maker", "northwind", chips));
  MUSTER_TRY(day.say("northwind",
                     about("refuse", chips, {{"shipment", shipment}, {"cause", "not ordered"}},
                           "northwind-site")));
  return day.accept("maker", shipment, chips);
}

Draft case_of(const std::string& id, const std::string& kind, const std::vector<ChipId>& chips,
              const std::string& shipment) {
  return about("discrepancy.open", chips,
               {{"case", id}, {"kind", kind}, {"text", "by today's count"}, {"shipment", shipment}},
               "northwind-site");
}

Draft resolution_of(const std::string& id, const ChipId& chip, const std::string& outcome) {
  Draft draft{.kind = "discrepancy.resolve", .body = {{"case", id}, {"text", "agreed"}}};
  draft.chips.push_back({chip, {{"outcome", outcome}}});
  return draft;
}

/// One chip was left on the sender's shelf.
Result<void> one_short(Day& day) {
  MUSTER_TRY_ASSIGN(const auto chips, day.world().chips(2));
  MUSTER_TRY_ASSIGN(const std::string shipment, day.ship("maker", "northwind", chips));
  MUSTER_TRY(day.accept("northwind", shipment, {chips[0]}));
  const std::string id = "case-" + shipment;
  MUSTER_TRY(day.say("northwind", case_of(id, "short", {chips[1]}, shipment)));
  MUSTER_TRY(day.say("northwind", resolution_of(id, chips[1], "never_sent"), {"maker"}));
  return {};
}

/// One chip more was in the carton than on the paper, and goes back.
Result<void> one_over(Day& day) {
  MUSTER_TRY_ASSIGN(const auto chips, day.world().chips(2));
  MUSTER_TRY_ASSIGN(const std::string shipment, day.ship("maker", "northwind", {chips[0]}));
  MUSTER_TRY(day.accept("northwind", shipment, {chips[0]}));
  const std::string id = "case-" + shipment;
  MUSTER_TRY(day.say("northwind", case_of(id, "over", {chips[1]}, shipment)));
  MUSTER_TRY(day.say("gov", resolution_of(id, chips[1], "held")));
  return day.deliver("northwind", "maker", {chips[1]});
}

// ---- What happens to chips and their papers.

Result<void> serial_mistyped(Day& day) {
  const std::string serial = "SN-" + day.world().next_shipment();
  MUSTER_TRY_ASSIGN(const auto chips, day.world().packaged(1, {serial + "O"}));
  const registry::State& state = day.world().state();
  const Hash packaged = state.last_statement(state.find_chip(chips[0]));
  MUSTER_TRY_ASSIGN(Draft mended, day.anew(packaged, [&](Json& body) {
    body["items"][0]["serial"] = serial + "0";
  }));
  MUSTER_TRY(day.say("maker", std::move(mended)));
  return {};
}

Result<void> failed_and_replaced(Day& day) {
  MUSTER_TRY_ASSIGN(const auto old, day.chips_of("northwind", 1));
  const std::string rma = "rma-" + day.world().next_shipment();
  MUSTER_TRY(day.say(
      "northwind",
      about("rma.open", old, {{"rma", rma}, {"vendor", "maker"}, {"fault", "memory errors"}}),
      {"maker"}));
  const Json terms{{"purpose", "rma"}, {"rma", rma}};
  MUSTER_TRY(day.deliver("northwind", "maker", old, terms));
  MUSTER_TRY_ASSIGN(const auto fresh, day.world().chips(1));
  std::vector<ChipId> both{old[0], fresh[0]};
  std::ranges::sort(both);
  MUSTER_TRY(day.say("maker",
                     about("rma.replace", both,
                           {{"rma", rma},
                            {"custodian", "northwind"},
                            {"old", old[0].to_string()},
                            {"new", fresh[0].to_string()}}),
                     {"northwind"}));
  return day.deliver("maker", "northwind", fresh, terms);
}

Result<void> wrong_statement(Day& day) {
  MUSTER_TRY_ASSIGN(const auto chips, day.chips_of("northwind", 1));
  MUSTER_TRY_ASSIGN(const Hash wrong,
                    day.say("northwind", about("retire", chips, {{"cause", "worn"}})));
  MUSTER_TRY(day.say("northwind", {.kind = "correct.void",
                                   .body = {{"target", wrong.to_hex()}, {"reason", "slip"}}}));
  return day.deliver("northwind", "dealer", chips);
}

Result<void> moved_in_the_racks(Day& day) {
  MUSTER_TRY_ASSIGN(const auto chips, day.chips_of("northwind", 1));
  const auto slot = [&](const char* kind, const std::string& rack, Json body) {
    body["rack"] = rack;
    Draft draft{.kind = kind, .body = std::move(body), .site = "northwind-site"};
    draft.chips.push_back({chips[0], {{"slot", "1"}}});
    return draft;
  };
  const std::string rack = "rack-" + day.world().next_shipment();
  MUSTER_TRY(day.say("northwind", slot("install", rack, Json::object())));
  MUSTER_TRY(day.say("northwind", slot("relocate", rack + "b", {{"cause", "cooling"}})));
  return {};
}

Result<void> sold_on(Day& day) {
  MUSTER_TRY_ASSIGN(const auto chips, day.chips_of("northwind", 1));
  MUSTER_TRY(day.say("northwind", about("install", chips, Json::object(), "northwind-site")));
  MUSTER_TRY(day.say("northwind", about("uninstall", chips, {{"cause", "sold"}})));
  MUSTER_TRY(day.deliver("northwind", "dealer", chips));
  return day.deliver("dealer", "northwind", chips);
}

Result<void> lost_and_found(Day& day) {
  MUSTER_TRY_ASSIGN(const auto chips, day.chips_of("northwind", 1));
  MUSTER_TRY(day.say("northwind", about("loss.declare", chips, {{"circumstances", "not there"}})));
  const std::string proof = crypto::sha256("picture of " + chips[0].to_string()).to_hex();
  MUSTER_TRY(day.say(
      "northwind",
      about("recover", chips, {{"place", "another hall"}, {"proof", proof}}, "northwind-site"),
      {"gov"}));
  MUSTER_TRY(
      day.say("gov", about("quarantine.lift", chips, {{"reason", "seen"}}, "northwind-site")));
  return {};
}

// ---- What happens to companies and their keys.

Result<void> companies_merged(Day& day) {
  MUSTER_TRY_ASSIGN(const std::string gone, day.world().newcomer("prover"));
  MUSTER_TRY_ASSIGN(const auto chips, day.chips_of(gone, 1));
  MUSTER_TRY(day.say("registrar",
                     {.kind = "org.succeed",
                      .body = {{"party", gone},
                               {"successor", "northwind"},
                               {"cause", "merged"},
                               {"reason", "deed"}}},
                     {"northwind"}));
  const std::string shipment = day.world().next_shipment();
  Draft release = about("release", chips,
                        {{"shipment", shipment},
                         {"receiver", "northwind"},
                         {"destination", "northwind-site"},
                         {"purpose", "sale"}});
  release.on_behalf_of = gone;
  MUSTER_TRY_ASSIGN(const Hash released, day.say("northwind", std::move(release)));
  MUSTER_TRY(day.say("northwind", opened("northwind", shipment, released, chips)));
  return {};
}

Result<void> key_rotated(Day& day) {
  RegistryWorld& world = day.world();
  MUSTER_TRY_ASSIGN(const std::string org, world.newcomer("prover"));
  MUSTER_TRY_ASSIGN(const auto chips, day.chips_of(org, 1));
  const std::string fresh = org + "-second";
  const Timestamp until{world.clock().now().ms + ms_per_day};
  MUSTER_TRY(day.say(org,
                     {.kind = "key.rotate",
                      .body = {{"old", crypto::KeyId::of(world.signer(org).public_key()).text()},
                               {"key", crypto::PublicKey(world.signer(fresh).public_key()).text()},
                               {"overlap_until", until.to_string()}}},
                     {fresh}));
  world.clock().advance_ms(2 * ms_per_day);
  MUSTER_TRY_ASSIGN(
      const auto install,
      world.statement(org, about("install", chips, Json::object(), org + "-site"), {}, fresh));
  MUSTER_TRY_ASSIGN(const std::string rule, world.refusal_of(install));
  if (rule.empty()) return {};
  return failure(Errc::refused, rule);
}

struct RegisterMishap {
  const char* name;
  Result<void> (*happen)(Day&);
};

constexpr std::array register_mishaps{RegisterMishap{"half of it late", half_of_it_late},
                                      RegisterMishap{"seal broken", seal_broken},
                                      RegisterMishap{"refused and returned", refused_and_returned},
                                      RegisterMishap{"one short", one_short},
                                      RegisterMishap{"one over", one_over},
                                      RegisterMishap{"failed and replaced", failed_and_replaced},
                                      RegisterMishap{"serial mistyped", serial_mistyped},
                                      RegisterMishap{"wrong statement", wrong_statement},
                                      RegisterMishap{"moved in the racks", moved_in_the_racks},
                                      RegisterMishap{"sold on", sold_on},
                                      RegisterMishap{"lost and found", lost_and_found},
                                      RegisterMishap{"companies merged", companies_merged},
                                      RegisterMishap{"key rotated", key_rotated}};

/// Errors: those of the store.
Result<AttemptEnd> put_right(RegistryWorld& world, const RegisterMishap& mishap) {
  const Charges before = charges_of(world);
  Day day(world);
  const auto happened = mishap.happen(day);
  if (!happened && happened.error().code == Errc::refused) {
    return AttemptEnd{false, "refused: " + happened.error().message};
  }
  if (!happened) return failure(happened.error());
  const Charges after = charges_of(world);
  return AttemptEnd{before == after, more_than(before, after)};
}

}  // namespace

Result<Attempts> play_honest_register(const Hash& seed, std::uint64_t plays,
                                      const RegisterTerms& terms) {
  MUSTER_TRY_ASSIGN(const auto world, RegistryWorld::make(seed, terms));
  Attempts played;
  for (std::uint64_t i = 0; i < plays; ++i) {
    const RegisterMishap& mishap = register_mishaps[i % register_mishaps.size()];
    auto end = put_right(*world, mishap);
    if (!end) return failure(std::move(end.error()).during(std::string("playing ") + mishap.name));
    played.add(mishap.name, *end);
  }
  MUSTER_TRY_ASSIGN(const auto report, registry::audit_registry(world->store(), {}));
  if (report.faults.empty()) return played;
  return failure(Errc::corrupt, "the register after all mishaps: it does not verify");
}

}  // namespace muster::cli::scenario
