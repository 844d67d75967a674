#include "cli/scenario/registry_world.hpp"

#include "ledger/base/hex.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/refusal.hpp"
#include "registry/rules.hpp"

namespace muster::cli::scenario {

using registry::Draft;
using registry::Submission;

namespace {

constexpr std::int64_t founded_ms = 1'767'600'000'000;  // 2026-01-05T08:00:00Z

std::string key_hex(const crypto::Ed25519Signer& signer) {
  return to_hex(signer.public_key().bytes());
}

}  // namespace

crypto::Ed25519Signer register_signer(const std::string& name) {
  const Hash secret = crypto::sha256("muster/scenario/register/" + name);
  return crypto::Ed25519Signer(secret.bytes);
}

RegistryWorld::RegistryWorld(const Hash& seed, RegisterTerms terms)
    : terms_(std::move(terms)), clock_(Timestamp{founded_ms}), random_(seed) {}

Result<std::unique_ptr<RegistryWorld>> RegistryWorld::make(const Hash& seed,
                                                           const RegisterTerms& terms) {
  std::unique_ptr<RegistryWorld> world(new RegistryWorld(seed, terms));
  MUSTER_TRY_ASSIGN(auto log, ledger::Log::open(world->store_));
  world->log_ = std::make_unique<ledger::Log>(std::move(log));
  MUSTER_TRY_ASSIGN(auto opened, registry::Registry::open(*world->log_, world->clock_));
  world->registry_ = std::make_unique<registry::Registry>(std::move(opened));
  MUSTER_TRY(world->found());
  return world;
}

Result<void> RegistryWorld::found() {
  MUSTER_TRY(record("registrar", {.kind = "log.genesis",
                                  .body = {{"name", "The Registrar"},
                                           {"country", terms_.home},
                                           {"key", key_hex(signer("registrar"))},
                                           {"operator_key", key_hex(signer("operator"))},
                                           {"rules_version", registry::rules_version},
                                           {"policy", {{"screening_days", 3650}}}}}));
  MUSTER_TRY(add_party("gov", terms_.home, {"authority"}));
  MUSTER_TRY(add_party("maker", terms_.home, {"designer", "packager", "fab", "test_house"}));
  MUSTER_TRY(add_party("dealer", terms_.home, {"distributor"}));
  MUSTER_TRY(add_party("northwind", terms_.home, {"prover"}));
  MUSTER_TRY(add_party("southwind", terms_.abroad, {"prover"}));
  MUSTER_TRY(add_party("witness", terms_.home, {"witness"}));
  for (const PartyId& hop : terms_.hops) {
    MUSTER_TRY(add_party(hop.text(), terms_.home, {"distributor"}));
  }
  MUSTER_TRY(
      record("maker", {.kind = "product.register",
                       .body = {{"product", "a1"}, {"name", "Accelerator One"}, {"tpp", 4800}}}));
  return {};
}

Result<void> RegistryWorld::add_party(const std::string& org, const std::string& country,
                                      const std::vector<std::string>& roles) {
  MUSTER_TRY(record("registrar",
                    {.kind = "org.register",
                     .body = {{"party", org},
                              {"name", "The " + org},
                              {"country", country},
                              {"roles", roles},
                              {"key", key_hex(signer(org))}}},
                    {org}));
  MUSTER_TRY(record(org, {.kind = "site.register",
                          .body = {{"site", org + "-site"},
                                   {"name", "Site of " + org},
                                   {"country", country},
                                   {"kind", "warehouse"}}}));
  MUSTER_TRY(record(org, {.kind = "eus.submit",
                          .body = {{"statement", crypto::sha256("use by " + org).to_hex()},
                                   {"site", org + "-site"},
                                   {"use", "computing"},
                                   {"no_resale", true}}}));
  MUSTER_TRY(record("registrar", {.kind = "screen.result",
                                  .body = {{"parties", Json::array({org})},
                                           {"lists", crypto::sha256("lists").to_hex()},
                                           {"as_of", clock_.now().to_string()},
                                           {"verdict", "pass"}}}));
  return {};
}

const crypto::Ed25519Signer& RegistryWorld::signer(const std::string& name) {
  const auto found = signers_.find(name);
  if (found != signers_.end()) return found->second;
  return signers_.emplace(name, register_signer(name)).first->second;
}

Result<Submission> RegistryWorld::statement(const std::string& org, Draft draft,
                                            const std::vector<std::string>& co_signers,
                                            const std::string& key) {
  draft.event_time = clock_.now();
  registry::StatementMaker maker({.origin = std::string(register_origin),
                                  .org = org,
                                  .stream = "main",
                                  .next_number = registry::next_number(state(), org)},
                                 signer(key.empty() ? org : key), random_);
  std::vector<const crypto::Signer*> others;
  others.reserve(co_signers.size());
  for (const std::string& other : co_signers) others.push_back(&signer(other));
  return maker.make(draft, &state(), others);
}

Result<Hash> RegistryWorld::record(const std::string& org, Draft draft,
                                   const std::vector<std::string>& co_signers,
                                   std::vector<ledger::Blob> manifests) {
  clock_.advance_ms(1'000);
  const std::string kind = draft.kind;
  MUSTER_TRY_ASSIGN(Submission submission, statement(org, std::move(draft), co_signers));
  for (ledger::Blob& blob : manifests) submission.blobs.push_back(std::move(blob));
  MUSTER_TRY_ASSIGN(auto outcome, registry_->record(submission));
  if (outcome.error) return failure(std::move(*outcome.error).during(kind + " of " + org));
  return outcome.statement;
}

Result<std::string> RegistryWorld::refusal_of(const Submission& submission) {
  clock_.advance_ms(1'000);
  MUSTER_TRY_ASSIGN(const auto outcome, registry_->record(submission));
  if (!outcome.error) return std::string();
  const bool by_rule = outcome.judged && ledger::is_rule_code(outcome.error->rule);
  if (by_rule) {
    refused_ =
        RefusedStatement{submission, *outcome.judged, outcome.error->rule, outcome.error->message};
  }
  return outcome.error->rule.empty() ? outcome.error->message : outcome.error->rule;
}

Result<std::string> RegistryWorld::newcomer(const std::string& role) {
  std::string org = "newcomer-" + std::to_string(++newcomers_);
  MUSTER_TRY(add_party(org, terms_.home, {role}));
  return org;
}

Result<std::vector<ChipId>> RegistryWorld::reserved(std::size_t count, const std::string& product) {
  const std::uint64_t block = next_block_++;
  MUSTER_TRY(record(
      "maker",
      {.kind = "id.reserve",
       .body = {{"block", block}, {"count", count}, {"product", product}, {"packager", "maker"}}}));
  std::vector<ChipId> ids;
  for (std::size_t i = 0; i < count; ++i) {
    ids.push_back(ChipId::from_parts(
        {.block = block, .ordinal = i, .random = random_.below(ChipId::part_limit)}));
  }
  return ids;
}

Result<std::vector<ChipId>> RegistryWorld::packaged(std::size_t count,
                                                    const std::vector<std::string>& serials,
                                                    const std::string& product) {
  MUSTER_TRY_ASSIGN(auto ids, reserved(count, product));
  Draft package = about("chip.package", ids, {{"product", product}}, "maker-site");
  for (std::size_t i = 0; i < serials.size(); ++i) {
    package.chips[i].columns = {{"serial", serials[i]}};
  }
  MUSTER_TRY(record("maker", std::move(package)));
  return ids;
}

Result<std::vector<ChipId>> RegistryWorld::chips(std::size_t count, const std::string& product) {
  MUSTER_TRY_ASSIGN(auto ids, packaged(count, {}, product));
  Draft enrol{.kind = "chip.enrol"};
  Draft test{.kind = "chip.test"};
  for (const ChipId& chip : ids) {
    enrol.chips.push_back({chip, {{"key", crypto::sha256("device " + chip.to_string()).to_hex()}}});
    test.chips.push_back({chip, {{"pass", true}}});
  }
  MUSTER_TRY(record("maker", std::move(enrol)));
  MUSTER_TRY(record("maker", std::move(test)));
  return ids;
}

Result<Hash> RegistryWorld::release(const std::string& from, const std::string& to,
                                    const std::string& shipment, const std::vector<ChipId>& chips) {
  return record(from, about("release", chips,
                            {{"shipment", shipment},
                             {"receiver", to},
                             {"destination", to + "-site"},
                             {"purpose", "sale"}}));
}

Result<std::string> RegistryWorld::carried(const std::vector<ChipId>& chips, std::size_t hops) {
  std::string from = "maker";
  for (std::size_t i = 0; i < hops; ++i) {
    const std::string to = terms_.hops.at(i).text();
    const std::string shipment = next_shipment();
    MUSTER_TRY_ASSIGN(const Hash released, release(from, to, shipment, chips));
    MUSTER_TRY(record(
        to, about("accept", chips,
                  {{"shipment", shipment}, {"release", released.to_hex()}, {"method", "opened"}},
                  to + "-site")));
    from = to;
  }
  return from;
}

Result<std::string> RegistryWorld::carried_somewhere(const std::vector<ChipId>& chips) {
  if (terms_.hops.empty()) return std::string("maker");
  return carried(chips, random_.below(terms_.hops.size() + 1));
}

std::string RegistryWorld::custodian(const ChipId& chip) const {
  const registry::RowN row = state().find_chip(chip);
  return state().party_name(state().tables().chips[row].custodian);
}

}  // namespace muster::cli::scenario
