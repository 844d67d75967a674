#include "cli/scenario/registry_plays.hpp"

#include <vector>

#include "cli/scenario/hostile_statements.hpp"
#include "cli/scenario/registry_attempts.hpp"
#include "ledger/base/check.hpp"
#include "ledger/proofs.hpp"
#include "registry/audit.hpp"
#include "registry/balance/unaccounted.hpp"
#include "registry/dispute.hpp"

namespace muster::cli::scenario {
namespace {

using registry::Draft;

using Answer = AttemptEnd;
using Attempt = RegistryAttempt;

Draft accept_draft(const std::string& to, const std::string& shipment, const Hash& release,
                   const std::vector<ChipId>& chips) {
  return about("accept", chips,
               {{"shipment", shipment}, {"release", release.to_hex()}, {"method", "opened"}},
               to + "-site");
}

/// Two chips, the first on its way from the maker to `northwind`.
struct UnderWay {
  std::vector<ChipId> chips;
  std::string shipment;
  Hash release;
};

Result<UnderWay> under_way(RegistryWorld& world) {
  MUSTER_TRY_ASSIGN(auto chips, world.chips(2));
  std::string shipment = world.next_shipment();
  MUSTER_TRY_ASSIGN(const Hash release, world.release("maker", "northwind", shipment, {chips[0]}));
  return UnderWay{std::move(chips), std::move(shipment), release};
}

std::vector<Attempt> transit_attempts() {
  return {
      {"vanished",
       [](RegistryWorld& world) -> Result<Answer> {
         MUSTER_TRY_ASSIGN(const auto way, under_way(world));
         world.clock().advance_ms(40 * ms_per_day);  // nobody accepts
         const bool charged = world.custodian(way.chips[0]) == "maker";
         return Answer{charged, charged ? "stays on the sender's book" : "on nobody's book"};
       }},
      {"more than was sent",
       [](RegistryWorld& world) -> Result<Answer> {
         MUSTER_TRY_ASSIGN(const auto way, under_way(world));
         return refused(world, "northwind",
                        accept_draft("northwind", way.shipment, way.release, way.chips));
       }},
      {"another receiver",
       [](RegistryWorld& world) -> Result<Answer> {
         MUSTER_TRY_ASSIGN(const auto way, under_way(world));
         return refused(world, "dealer",
                        accept_draft("dealer", way.shipment, way.release, {way.chips[0]}));
       }},
      {"another chip",
       [](RegistryWorld& world) -> Result<Answer> {
         MUSTER_TRY_ASSIGN(const auto way, under_way(world));
         return refused(world, "northwind",
                        accept_draft("northwind", way.shipment, way.release, {way.chips[1]}));
       }},
      {"never released",
       [](RegistryWorld& world) -> Result<Answer> {
         MUSTER_TRY_ASSIGN(const auto way, under_way(world));
         return refused(
             world, "northwind",
             accept_draft("northwind", world.next_shipment(), way.release, {way.chips[1]}));
       }},
  };
}

std::vector<Attempt> loss_attempts() {
  const auto lost = [](RegistryWorld& world, const char* story) -> Result<Answer> {
    MUSTER_TRY_ASSIGN(const auto chips, world.chips(1));
    const std::uint64_t before = registry::unaccounted(world.state(), registry::no_row).total();
    MUSTER_TRY(world.record("maker", about("loss.declare", chips, {{"circumstances", story}})));
    const std::uint64_t after = registry::unaccounted(world.state(), registry::no_row).total();
    return Answer{after == before + 1, after == before + 1 ? "in U at once" : "not in U"};
  };
  const auto destroyed = [](RegistryWorld& world,
                            const std::vector<std::string>& seconds) -> Result<Answer> {
    MUSTER_TRY_ASSIGN(const auto chips, world.chips(1));
    MUSTER_TRY(world.record("maker", about("retire", chips, {{"cause", "worn"}})));
    return refused(
        world, "maker",
        about("destroy", chips, {{"method", "shredded"}, {"place", "hall"}}, "maker-site"),
        seconds);
  };
  return {
      {"declared lost", [lost](RegistryWorld& world) { return lost(world, "fell overboard"); }},
      {"declared stolen", [lost](RegistryWorld& world) { return lost(world, "stolen"); }},
      {"destroyed alone", [destroyed](RegistryWorld& world) { return destroyed(world, {}); }},
      {"destroyed before a friend",
       [destroyed](RegistryWorld& world) { return destroyed(world, {"dealer"}); }},
      {"used after destruction",
       [](RegistryWorld& world) -> Result<Answer> {
         MUSTER_TRY_ASSIGN(const auto chips, world.chips(1));
         MUSTER_TRY(world.record("maker", about("retire", chips, {{"cause", "worn"}})));
         MUSTER_TRY(world.record(
             "maker",
             about("destroy", chips, {{"method", "shredded"}, {"place", "hall"}}, "maker-site"),
             {"witness"}));
         return refused(world, "maker", release_draft(world, "dealer", chips));
       }},
  };
}

std::vector<Attempt> custody_attempts() {
  return {
      {"double acceptance",
       [](RegistryWorld& world) -> Result<Answer> {
         MUSTER_TRY_ASSIGN(const auto way, under_way(world));
         const Draft accept = accept_draft("northwind", way.shipment, way.release, {way.chips[0]});
         MUSTER_TRY(world.record("northwind", accept));
         return refused(world, "northwind", accept);
       }},
      {"transfer of another's",
       [](RegistryWorld& world) -> Result<Answer> {
         MUSTER_TRY_ASSIGN(const auto chips, world.chips(1));
         return refused(world, "dealer", release_draft(world, "northwind", chips));
       }},
      {"released twice",
       [](RegistryWorld& world) -> Result<Answer> {
         MUSTER_TRY_ASSIGN(const auto way, under_way(world));
         return refused(world, "maker", release_draft(world, "dealer", {way.chips[0]}));
       }},
      {"transfer of a held chip",
       [](RegistryWorld& world) -> Result<Answer> {
         MUSTER_TRY_ASSIGN(const auto chips, world.chips(1));
         MUSTER_TRY(world.record(
             "gov", about("choke.hold", chips, {{"hold", world.next_shipment()}, {"basis", "b"}})));
         return refused(world, "maker", release_draft(world, "dealer", chips));
       }},
      {"to a party that is none",
       [](RegistryWorld& world) -> Result<Answer> {
         MUSTER_TRY_ASSIGN(const auto chips, world.chips(1));
         return refused(world, "maker", release_draft(world, "nobody", chips));
       }},
  };
}

/// A licence of the maker for `southwind`, changed in `field`.
Json licence(RegistryWorld& world, const std::string& field = {}, const Json& value = {}) {
  Json body = {
      {"licence", "L" + world.next_shipment()},
      {"licensee", "maker"},
      {"consignees", {"southwind"}},
      {"countries", {"XB"}},
      {"products", {"a1"}},
      {"max_units", 2},
      {"window", {{"from", "2026-01-01T00:00:00.000Z"}, {"to", "2028-01-01T00:00:00.000Z"}}}};
  if (!field.empty()) body[field] = value;
  return body;
}

/// A release of `count` chips across the border, under a licence that does not cover it.
Result<Answer> diverted(RegistryWorld& world, const std::string& field, const Json& value,
                        std::size_t count) {
  MUSTER_TRY_ASSIGN(const auto chips, world.chips(count));
  const Json granted = licence(world, field, value);
  MUSTER_TRY(world.record("gov", {.kind = "licence.grant", .body = granted}));
  Draft draft = release_draft(world, "southwind", chips);
  draft.body["licence"] = granted.at("licence");
  return refused(world, "maker", std::move(draft));
}

std::vector<Attempt> diversion_attempts() {
  return {
      {"without a licence",
       [](RegistryWorld& world) -> Result<Answer> {
         MUSTER_TRY_ASSIGN(const auto chips, world.chips(1));
         return refused(world, "maker", release_draft(world, "southwind", chips));
       }},
      {"to another consignee",
       [](RegistryWorld& world) { return diverted(world, "consignees", {"northwind"}, 1); }},
      {"to another country",
       [](RegistryWorld& world) { return diverted(world, "countries", {"XC"}, 1); }},
      {"after the licence ended",
       [](RegistryWorld& world) {
         return diverted(world, "window",
                         {{"from", "2025-01-01T00:00:00.000Z"}, {"to", "2025-02-01T00:00:00.000Z"}},
                         1);
       }},
      {"more than the licence allows",
       [](RegistryWorld& world) { return diverted(world, {}, {}, 3); }},
      {"installed at another's site",
       [](RegistryWorld& world) -> Result<Answer> {
         MUSTER_TRY_ASSIGN(const auto chips, world.chips(1));
         return refused(world, "maker", about("install", chips, Json::object(), "dealer-site"));
       }},
  };
}

/// A second key of the maker, registered.
Result<std::string> second_key(RegistryWorld& world) {
  std::string name = "key" + world.next_shipment();
  const std::string text = crypto::PublicKey(world.signer(name).public_key()).text();
  MUSTER_TRY(world.record("maker", {.kind = "key.add", .body = {{"key", text}}}, {name}));
  return name;
}

std::vector<Attempt> key_attempts() {
  return {
      {"by a revoked key",
       [](RegistryWorld& world) -> Result<Answer> {
         MUSTER_TRY_ASSIGN(const std::string stolen, second_key(world));
         const auto id = crypto::KeyId::of(world.signer(stolen).public_key()).text();
         MUSTER_TRY(world.record(
             "maker", {.kind = "key.revoke", .body = {{"key_id", id}, {"reason", "stolen"}}}));
         MUSTER_TRY_ASSIGN(const auto chips, world.chips(1));
         return refused(world, "maker", release_draft(world, "dealer", chips), {}, stolen);
       }},
      {"signed before the theft was said",
       [](RegistryWorld& world) -> Result<Answer> {
         MUSTER_TRY_ASSIGN(const std::string stolen, second_key(world));
         const auto last_good = static_cast<std::int64_t>(world.log().size().value) - 1;
         MUSTER_TRY_ASSIGN(const auto chips, world.chips(1));
         MUSTER_TRY_ASSIGN(
             const auto theft,
             world.statement("maker", release_draft(world, "dealer", chips), {}, stolen));
         MUSTER_TRY_ASSIGN(const std::string rule, world.refusal_of(theft));
         if (!rule.empty()) return failure(Errc::corrupt, "a key not known to be stolen: " + rule);
         const auto entry = static_cast<registry::Index32>(world.log().size().value - 1);
         const auto id = crypto::KeyId::of(world.signer(stolen).public_key()).text();
         MUSTER_TRY(world.record(
             "maker", {.kind = "key.revoke",
                       .body = {{"key_id", id}, {"reason", "stolen"}, {"last_good", last_good}}}));
         const bool disputed = registry::is_disputed(world.state(), entry);
         return Answer{disputed, disputed ? "disputed" : "stands"};
       }},
      {"by a stranger's key",
       [](RegistryWorld& world) -> Result<Answer> {
         MUSTER_TRY_ASSIGN(const auto chips, world.chips(1));
         return refused(world, "maker", release_draft(world, "dealer", chips), {}, "stranger");
       }},
      {"by another party's key",
       [](RegistryWorld& world) -> Result<Answer> {
         MUSTER_TRY_ASSIGN(const auto chips, world.chips(1));
         return refused(world, "maker", release_draft(world, "dealer", chips), {}, "dealer");
       }},
      {"a key without its holder",
       [](RegistryWorld& world) -> Result<Answer> {
         const std::string name = "key" + world.next_shipment();
         const std::string text = crypto::PublicKey(world.signer(name).public_key()).text();
         return refused(world, "maker", {.kind = "key.add", .body = {{"key", text}}});
       }},
      {"another party's key as one's own",
       [](RegistryWorld& world) -> Result<Answer> {
         const std::string text = crypto::PublicKey(world.signer("gov").public_key()).text();
         return refused(world, "maker", {.kind = "key.add", .body = {{"key", text}}}, {"gov"});
       }},
  };
}

Draft enrolment(const std::vector<ChipId>& chips, const std::string& key_of) {
  Draft draft{.kind = "chip.enrol"};
  const std::string key = crypto::sha256("device " + key_of).to_hex();
  for (const ChipId& chip : chips) draft.chips.push_back({chip, {{"key", key}}});
  return draft;
}

/// What a maker tries who certifies one key twice, or one chip twice.
std::vector<Attempt> twin_attempts() {
  return {
      {"key of another chip",
       [](RegistryWorld& world) -> Result<Answer> {
         MUSTER_TRY_ASSIGN(const auto first, world.chips(1));
         MUSTER_TRY_ASSIGN(const auto twin, world.packaged(1));
         return refused(world, "maker", enrolment(twin, first[0].to_string()));
       }},
      {"one key for two chips at once",
       [](RegistryWorld& world) -> Result<Answer> {
         MUSTER_TRY_ASSIGN(const auto twins, world.packaged(2));
         return refused(world, "maker", enrolment(twins, twins[0].to_string()));
       }},
      {"a second key for one chip",
       [](RegistryWorld& world) -> Result<Answer> {
         MUSTER_TRY_ASSIGN(const auto chips, world.chips(1));
         return refused(world, "maker", enrolment(chips, "twin of " + chips[0].to_string()));
       }},
      {"one identity packaged twice",
       [](RegistryWorld& world) -> Result<Answer> {
         MUSTER_TRY_ASSIGN(const auto chips, world.chips(1));
         return refused(world, "maker",
                        about("chip.package", chips, {{"product", "a1"}}, "maker-site"));
       }},
  };
}

/// A chip that nobody made goes through all books to a Prover: papers alone do not show it.
Result<Answer> ghost_installed(RegistryWorld& world) {
  MUSTER_TRY_ASSIGN(const auto chips, world.chips(1));
  const std::string shipment = world.next_shipment();
  MUSTER_TRY_ASSIGN(const Hash release, world.release("maker", "northwind", shipment, chips));
  return refused(world, "northwind", accept_draft("northwind", shipment, release, chips));
}

/// The operator writes the log anew with one entry changed, and cannot show that it goes on from
/// what somebody had seen of it.
Result<Answer> rewritten(RegistryWorld& world) {
  MUSTER_TRY(world.chips(1));
  const ledger::TreeHead seen = world.log().head();
  MUSTER_TRY(world.chips(1));
  MUSTER_TRY_ASSIGN(const auto entries, world.store().read({0}, world.log().size().value));
  const std::uint64_t changed = world.random().below(seen.size.value);
  ledger::MemoryStore other;
  for (std::uint64_t i = 0; i < entries.size(); ++i) {
    Bytes entry = entries[i];
    if (i == changed) entry[world.random().below(entry.size())] ^= 1U;
    MUSTER_TRY(other.append({i}, std::span(&entry, 1), {}));
  }
  const ledger::TreeSize now{entries.size()};
  MUSTER_TRY_ASSIGN(const Hash root, ledger::root_at(other, now));
  MUSTER_TRY_ASSIGN(const auto proof, ledger::prove_consistency(other, seen.size, now));
  const bool fooled = ledger::consistency_verifies(seen, {now, root}, proof);
  return Answer{!fooled, fooled ? "not seen" : "does not go on from the older checkpoint"};
}

std::vector<Attempt> attempts_of(std::string_view game) {
  if (game == "transit") return transit_attempts();
  if (game == "loss") return loss_attempts();
  if (game == "seen again") return seen_again_attempts();
  if (game == "lots") return fab_attempts();
  if (game == "campaigns") return campaign_attempts();
  if (game == "histories") return operator_attempts();
  if (game == "delegates") return delegate_attempts();
  if (game == "custody") return custody_attempts();
  if (game == "diversion") return diversion_attempts();
  if (game == "keys") return key_attempts();
  if (game == "twins") return twin_attempts();
  if (game == "ghosts") return {{"enrolled, tested, sold and installed", ghost_installed}};
  if (game == "rewritten") return {{"an entry changed", rewritten}};
  MUSTER_CHECK(game == "hostile");
  std::vector<Attempt> list;
  for (const HostileWay& way : hostile_ways()) {
    list.push_back(
        {way.name, [&way](RegistryWorld& world) -> Result<Answer> {
           MUSTER_TRY_ASSIGN(const auto chips, world.chips(1));
           MUSTER_TRY_ASSIGN(auto submission,
                             world.statement("maker", release_draft(world, "dealer", chips)));
           way.spoil(submission, world);
           const auto before = world.log().size();
           MUSTER_TRY_ASSIGN(const auto rule, world.refusal_of(submission));
           const bool untouched = world.log().size() == before;
           return Answer{!rule.empty() && untouched, rule.empty() ? "recorded" : "refused"};
         }});
  }
  return list;
}

}  // namespace

Result<AttemptEnd> refused(RegistryWorld& world, const std::string& org, Draft draft,
                           const std::vector<std::string>& co_signers, const std::string& key) {
  const auto before = world.log().size();
  MUSTER_TRY_ASSIGN(const auto submission, world.statement(org, std::move(draft), co_signers, key));
  MUSTER_TRY_ASSIGN(const std::string rule, world.refusal_of(submission));
  const bool untouched = world.log().size() == before;
  return AttemptEnd{!rule.empty() && untouched, rule.empty() ? "recorded" : rule};
}

Draft release_draft(RegistryWorld& world, const std::string& to, const std::vector<ChipId>& chips) {
  return about("release", chips,
               {{"shipment", world.next_shipment()},
                {"receiver", to},
                {"destination", to + "-site"},
                {"purpose", "sale"}});
}

Result<Attempts> play_registry(std::string_view game, const Hash& seed, std::uint64_t plays) {
  MUSTER_TRY_ASSIGN(const auto world, RegistryWorld::make(seed));
  const auto attempts = attempts_of(game);
  Attempts played;
  for (std::uint64_t i = 0; i < plays; ++i) {
    const Attempt& attempt = attempts[i % attempts.size()];
    auto answer = attempt.play(*world);
    if (!answer) {
      return failure(std::move(answer.error()).during("playing " + std::string(attempt.name)));
    }
    played.add(std::string(attempt.name), *answer);
  }
  MUSTER_TRY_ASSIGN(const auto report, registry::audit_registry(world->store(), {}));
  if (report.faults.empty()) return played;
  return failure(Errc::corrupt, "the register after all attempts: it does not verify");
}

}  // namespace muster::cli::scenario
