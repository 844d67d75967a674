#include "cli/scenario/registry_plays.hpp"

#include <vector>

#include "cli/scenario/hostile_statements.hpp"
#include "cli/scenario/paper_bundle.hpp"
#include "cli/scenario/registry_attempts.hpp"
#include "ledger/base/check.hpp"
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

/// Two chips, the first on its way to `northwind`, from the maker or a distributor.
struct UnderWay {
  std::vector<ChipId> chips;
  std::string shipment;
  Hash release;
  std::string sender;
};

Result<UnderWay> under_way(RegistryWorld& world) {
  MUSTER_TRY_ASSIGN(auto chips, world.chips(2));
  std::string shipment = world.next_shipment();
  MUSTER_TRY_ASSIGN(std::string sender, world.carried_somewhere({chips[0]}));
  MUSTER_TRY_ASSIGN(const Hash release, world.release(sender, "northwind", shipment, {chips[0]}));
  return UnderWay{std::move(chips), std::move(shipment), release, std::move(sender)};
}

std::vector<Attempt> transit_attempts() {
  return {
      {"vanished",
       [](RegistryWorld& world) -> Result<Answer> {
         MUSTER_TRY_ASSIGN(const auto way, under_way(world));
         world.clock().advance_ms(40 * ms_per_day);  // nobody accepts
         const bool charged = world.custodian(way.chips[0]) == way.sender;
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
         return refused(world, way.sender, release_draft(world, "dealer", {way.chips[0]}));
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
  MUSTER_TRY_ASSIGN(const std::string sender, world.carried(chips, world.terms().hops.size()));
  MUSTER_TRY_ASSIGN(const Hash release, world.release(sender, "northwind", shipment, chips));
  return refused(world, "northwind", accept_draft("northwind", shipment, release, chips));
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
  if (game == "rewritten") return rewriting_attempts();
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

Result<Attempts> play_registry(std::string_view game, const Hash& seed, std::uint64_t plays,
                               const RegisterTerms& terms, Papers papers) {
  MUSTER_TRY_ASSIGN(const auto world, RegistryWorld::make(seed, terms));
  const auto attempts = attempts_of(game);
  Attempts played;
  for (std::uint64_t i = 0; i < plays; ++i) {
    const Attempt& attempt = attempts[i % attempts.size()];
    const ledger::TreeSize before = world->log().size();
    world->forget_refusal();
    auto answer = attempt.play(*world);
    if (!answer) {
      return failure(std::move(answer.error()).during("playing " + std::string(attempt.name)));
    }
    played.add(std::string(attempt.name), *answer);
    if (papers == Papers::filed && answer->caught && i < attempts.size()) {
      MUSTER_TRY_ASSIGN(std::string paper, paper_of(*world, *answer, before));
      if (!paper.empty()) played.papers.emplace(attempt.name, std::move(paper));
    }
  }
  MUSTER_TRY_ASSIGN(const auto report, registry::audit_registry(world->store(), {}));
  if (report.faults.empty()) return played;
  return failure(Errc::corrupt, "the register after all attempts: it does not verify");
}

}  // namespace muster::cli::scenario
