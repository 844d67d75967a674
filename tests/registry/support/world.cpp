#include "tests/registry/support/world.hpp"

#include <set>

#include "ledger/crypto/sha256.hpp"
#include "registry/kind.hpp"
#include "tests/support/must.hpp"

namespace muster::test {

using registry::Draft;
using registry::Outcome;
using registry::Submission;

namespace {

constexpr std::string_view start = "2026-01-05T08:00:00.000Z";

Json hex_of(const crypto::Ed25519Signer& signer) {
  return Hash::from_bytes(signer.public_key().bytes()).value().to_hex();
}

/// The chips that a statement is about: its own, or those in the holder that it names.
std::set<registry::RowN> named_chips(const registry::State& state, const Draft& draft) {
  std::set<registry::RowN> named;
  for (const registry::StatementChip& chip : draft.chips) named.insert(state.find_chip(chip.chip));
  if (!draft.container) return named;
  const registry::RowN holder = state.tables().holders.find(*draft.container);
  if (holder == registry::no_row) return named;
  for (const registry::RowN chip : state.contents(holder)) named.insert(chip);
  return named;
}

/// What proofs of state rest on: the newest statement became the last one of the chips that it
/// names, unless its kind observes, and of no others, unless it reaches.
void check_moved(const registry::State& state, const std::set<registry::RowN>& named) {
  const registry::Kind& kind = *registry::find_kind(state.tables().statements.rows().back().kind);
  for (registry::RowN n = 0; n < state.tables().chips.size(); ++n) {
    const bool moved = state.tables().chips[n].last + 1 == state.size();
    const bool is_new = state.tables().identities[n].made + 1 == state.size();
    const bool is_named = named.contains(n) || is_new;
    const bool fits =
        moved == (is_named && registry::moves_chips(kind)) || (moved && !is_named && kind.reaches);
    if (!fits) {
      FAIL(kind.name << (moved ? " moved a chip that it does not name" : " left a chip as it was")
                     << ": see `observes` and `reaches` in registry/kind.hpp");
    }
  }
}

}  // namespace

World::World(registry::RegistryOptions options, const Json& policy)
    : clock(Timestamp::parse(start).value()) {
  log = std::make_unique<ledger::Log>(must(ledger::Log::open(store)));
  registry_ = std::make_unique<registry::Registry>(
      must(registry::Registry::open(*log, clock, std::move(options))));
  // Those that tests name, unless a test is about them.
  Json parameters = policy;
  parameters.emplace("exceptions", Json::array({"LVS", "RMA", "X", "test"}));
  record("registrar", {.kind = "log.genesis",
                       .body = {{"name", "The Registrar"},
                                {"country", "CH"},
                                {"key", hex_of(signer("registrar"))},
                                {"operator_key", hex_of(signer("operator"))},
                                {"rules_version", 1},
                                {"policy", parameters}}});
  add_party("gov", "US", {"authority"});
  add_party("maker", "US", {"designer", "packager", "fab", "test_house"});
  add_party("dealer", "US", {"distributor"});
  add_party("broker", "SG", {"distributor"});
  add_party("northwind", "US", {"prover"});
  add_party("southwind", "SG", {"prover"});
  add_party("verifier", "CH", {"verifier", "inspector"});
  add_party("witness", "US", {"witness"});
  record("gov",
         {.kind = "site.register",
          .body = {
              {"site", "port"}, {"name", "The Port"}, {"country", "US"}, {"kind", "chokepoint"}}});
  record("maker", {.kind = "product.register",
                   .body = {{"product", "a1"}, {"name", "Accelerator One"}, {"tpp", 4800}}});
}

void World::reopen(registry::RegistryOptions options) {
  registry_.reset();
  log = std::make_unique<ledger::Log>(must(ledger::Log::open(store)));
  registry_ = std::make_unique<registry::Registry>(
      must(registry::Registry::open(*log, clock, std::move(options))));
}

const crypto::Ed25519Signer& World::signer(const std::string& org) {
  const auto found = signers_.find(org);
  if (found != signers_.end()) return found->second;
  const Hash seed = crypto::sha256("key of " + org);
  return signers_.emplace(org, crypto::Ed25519Signer(seed.bytes)).first->second;
}

Submission World::statement(const std::string& org, Draft draft,
                            const std::vector<std::string>& co_signers) {
  draft.event_time = clock.now();
  registry::StatementMaker maker({.origin = "test.example/registry",
                                  .org = org,
                                  .stream = "main",
                                  .next_number = registry::next_number(state(), org)},
                                 signer(org), random);
  std::vector<const crypto::Signer*> others;
  for (const std::string& other : co_signers) others.push_back(&signer(other));
  return must(maker.make(draft, &state(), others));
}

Outcome World::submit(const std::string& org, Draft draft,
                      const std::vector<std::string>& co_signers) {
  clock.advance_ms(1000);
  const auto named = named_chips(state(), draft);
  const Outcome outcome = must(registry_->record(statement(org, std::move(draft), co_signers)));
  if (outcome.status == Outcome::Status::recorded) check_moved(state(), named);
  return outcome;
}

Hash World::record(const std::string& org, Draft draft,
                   const std::vector<std::string>& co_signers) {
  const std::string kind = draft.kind;
  const Outcome outcome = submit(org, std::move(draft), co_signers);
  if (outcome.error) FAIL(kind << ": " << outcome.error->message);
  return outcome.statement;
}

std::string World::rule(const std::string& org, Draft draft,
                        const std::vector<std::string>& co_signers) {
  const Outcome outcome = submit(org, std::move(draft), co_signers);
  if (!outcome.error) return "recorded";
  CHECK_MESSAGE(outcome.error->message.find(outcome.error->rule) != std::string::npos,
                outcome.error->rule << " in " << outcome.error->message);
  return outcome.error->rule;
}

std::string World::rule(const Submission& submission) {
  const Outcome outcome = must(registry_->record(submission));
  return outcome.error ? outcome.error->rule : "recorded";
}

void World::add_party(const std::string& org, const std::string& country,
                      const std::vector<std::string>& roles) {
  record("registrar",
         {.kind = "org.register",
          .body = {{"party", org},
                   {"name", "The " + org},
                   {"country", country},
                   {"roles", roles},
                   {"key", hex_of(signer(org))}}},
         {org});
  record(org, {.kind = "site.register",
               .body = {{"site", org + "-site"},
                        {"name", "Site of " + org},
                        {"country", country},
                        {"kind", "warehouse"}}});
  record(org, {.kind = "eus.submit",
               .body = {{"statement", crypto::sha256("use by " + org).to_hex()},
                        {"site", org + "-site"},
                        {"use", "computing"},
                        {"no_resale", true}}});
  record("registrar", {.kind = "screen.result", .body = screening({org}, "pass")});
}

Json World::screening(const std::vector<std::string>& parties, const std::string& verdict) {
  return {{"parties", parties},
          {"lists", crypto::sha256("lists").to_hex()},
          {"as_of", clock.now().to_string()},
          {"verdict", verdict}};
}

std::vector<ChipId> World::packaged(std::size_t count) {
  const std::uint64_t block = next_block_++;
  record("maker", {.kind = "id.reserve",
                   .body = {{"block", static_cast<std::int64_t>(block)},
                            {"count", static_cast<std::int64_t>(count)},
                            {"product", "a1"},
                            {"packager", "maker"}}});
  std::vector<ChipId> ids;
  for (std::size_t i = 0; i < count; ++i) {
    ids.push_back(ChipId::from_parts(
        {.block = block, .ordinal = i, .random = random.below(ChipId::part_limit)}));
  }
  record("maker", about("chip.package", ids, {{"product", "a1"}}, "maker-site"));
  return ids;
}

std::vector<ChipId> World::chips(std::size_t count) {
  const auto ids = packaged(count);
  Draft enrol{.kind = "chip.enrol"};
  Draft test{.kind = "chip.test"};
  for (const ChipId& id : ids) {
    enrol.chips.push_back({id, {{"key", crypto::sha256("device " + id.to_string()).to_hex()}}});
    test.chips.push_back({id, {{"pass", true}}});
  }
  record("maker", enrol);
  record("maker", test);
  return ids;
}

Hash World::release(const std::string& from, const std::string& to, const std::string& shipment,
                    const std::vector<ChipId>& chips, const Json& more) {
  Json body{
      {"shipment", shipment}, {"receiver", to}, {"destination", to + "-site"}, {"purpose", "sale"}};
  body.update(more);
  return record(from, about("release", chips, body));
}

Hash World::accept(const std::string& to, const std::string& shipment, const Hash& release,
                   const std::vector<ChipId>& chips) {
  return record(to,
                about("accept", chips,
                      {{"shipment", shipment}, {"release", release.to_hex()}, {"method", "opened"}},
                      to + "-site"));
}

void World::deliver(const std::string& from, const std::string& to,
                    const std::vector<ChipId>& chips) {
  const std::string shipment = "D" + std::to_string(next_shipment_++);
  const Hash hash = release(from, to, shipment, chips, {{"exception", "test"}});
  accept(to, shipment, hash, chips);
}

registry::Display World::display(const ChipId& id) const {
  return state().display(state().find_chip(id));
}

const registry::ChipState& World::chip(const ChipId& id) const {
  return state().tables().chips[state().find_chip(id)];
}

std::string World::custodian(const ChipId& id) const {
  return state().party_name(chip(id).custodian);
}

}  // namespace muster::test
